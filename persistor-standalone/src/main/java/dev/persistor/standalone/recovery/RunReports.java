package dev.persistor.standalone.recovery;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.persistor.core.archive.Shard;
import dev.persistor.core.store.Blob;
import dev.persistor.core.store.BlobCollisionException;
import dev.persistor.core.store.BlobInfo;
import dev.persistor.core.store.BlobMetadata;
import dev.persistor.core.store.BlobName;
import dev.persistor.core.store.BlobStore;
import dev.persistor.standalone.cli.Json;
import java.io.IOException;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * The reports of the runs of a shard, or of a command without shards, in a store. Each run has a number, and creates a blob when it
 * begins, and one when it has ended. A run without the second one is going on, or was killed.
 *
 * <p>Not thread-safe.
 */
final class RunReports {

    /** Names the blobs of runs that have begun. */
    static final String RUNS = "/runs/";
    /** Names the blobs of runs that have ended. */
    static final String REPORTS = "/reports/";

    private static final String WHOLE = "whole";
    private static final Pattern FOLDER = Pattern.compile("shard-([0-9]{1,4})-of-([0-9]{1,4})");

    private final BlobStore store;
    private final Optional<Shard> shard;
    private final Clock clock;
    private final BlobMetadata run =
            BlobMetadata.of(Map.of("persistor-id", UUID.randomUUID().toString()));
    private String number = "";
    private String command = "";
    private String subject = "";
    private Instant began = Instant.EPOCH;

    /** Keeps the reports of a shard; of none for a command without shards. */
    RunReports(BlobStore store, Optional<Shard> shard, Clock clock) {
        this.store = store;
        this.shard = shard;
        this.clock = clock;
    }

    /** Returns the folder of a shard; of none for a command without shards. */
    static String folder(Optional<Shard> shard) {
        return shard.map(part -> "shard-" + part.index() + "-of-" + part.count())
                .orElse(WHOLE);
    }

    /** Returns the shard that a folder is of. */
    static Optional<Shard> shardOf(String folder) {
        if (folder.equals(WHOLE)) {
            return Optional.of(new Shard(0, 1));
        }
        Matcher matcher = FOLDER.matcher(folder);
        try {
            return matcher.matches()
                    ? Optional.of(Shard.parse(matcher.group(1) + "/" + matcher.group(2)))
                    : Optional.empty();
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    /** Returns the folders of shards that a store has, with a request for each. */
    static List<String> folders(BlobStore store) {
        List<String> found = new ArrayList<>();
        for (Optional<String> folder = nextFolder(store, "", "");
                folder.isPresent();
                folder = nextFolder(store, "", behind(folder.get()))) {
            found.add(folder.get());
        }
        return found;
    }

    private static Optional<String> nextFolder(BlobStore store, String prefix, String startAfter) {
        Optional<BlobInfo> next = store.first(prefix, startAfter);
        while (next.isPresent()) {
            String name = next.get().name().value();
            int end = name.indexOf('/');
            String folder = end < 0 ? name : name.substring(0, end);
            if (end >= 0 && shardOf(folder).isPresent()) {
                return Optional.of(folder);
            }
            next = store.first(prefix, end < 0 ? name : behind(folder));
        }
        return Optional.empty();
    }

    /** Returns what is behind all names of a folder: 0 is the character after /. */
    private static String behind(String folder) {
        return folder + "0";
    }

    /**
     * Requires that no other run divided its messages in another way: those of its shards would be published twice.
     *
     * @throws IllegalArgumentException if one did
     */
    static void requireSameNumber(BlobStore store, Optional<Shard> shard) {
        Optional<String> other = Stream.of("shard-", WHOLE + "/")
                .flatMap(prefix -> nextFolder(store, prefix, "").stream())
                .filter(folder -> !isOfSameNumber(folder, shard))
                .findFirst();
        other.ifPresent(folder -> {
            throw new IllegalArgumentException(
                    store + " contains the checkpoint of " + shown(folder) + ", but this run is of "
                            + shown(folder(shard))
                            + ": messages would be published twice. Use the same number of shards, or"
                            + " another place");
        });
    }

    private static boolean isOfSameNumber(String folder, Optional<Shard> shard) {
        return shard.isEmpty()
                ? folder.equals(WHOLE)
                : !folder.equals(WHOLE)
                        && shardOf(folder)
                                .filter(other -> other.count() == shard.get().count())
                                .isPresent();
    }

    private static String shown(String folder) {
        return folder.equals(WHOLE)
                ? "all messages"
                : "shard " + shardOf(folder).map(Shard::toString).orElse(folder);
    }

    /**
     * Notes that a run begins.
     *
     * @param name the name of the command
     * @param what what it is run for, the same for all shards
     */
    void begin(String name, String what) throws IOException {
        command = name;
        subject = what;
        began = clock.instant();
        byte[] content = Json.line(this::describe);
        long next = last(store, folder(shard) + RUNS) + 1;
        while (number.isEmpty()) {
            String candidate = String.format("%06d", next++);
            if (put(folder(shard) + RUNS + candidate, content)) {
                number = candidate;
            }
        }
    }

    private boolean put(String name, byte[] content) {
        try {
            store.put(Blob.of(BlobName.of(name + ".json"), content, "application/json", run));
            return true;
        } catch (BlobCollisionException e) {
            return false;
        }
    }

    /** Returns the number of the last run in a folder; 0 if there is none. */
    static long last(BlobStore store, String folder) {
        try (Stream<BlobInfo> blobs = store.list(folder)) {
            return blobs.map(blob -> blob.name().value().substring(folder.length()))
                    .filter(name -> name.matches("[0-9]{6,12}[.]json"))
                    .mapToLong(name -> Long.parseLong(name.substring(0, name.indexOf('.'))))
                    .max()
                    .orElse(0);
        }
    }

    /** Notes that the run has ended. */
    void end(int exitCode, Json.Fields report) throws IOException {
        byte[] content = Json.line(json -> {
            describe(json);
            json.writeStringField("ended", clock.instant().toString());
            json.writeNumberField("exitCode", exitCode);
            json.writeObjectFieldStart("report");
            report.write(json);
            json.writeEndObject();
        });
        put(folder(shard) + REPORTS + number, content);
    }

    private void describe(JsonGenerator json) throws IOException {
        json.writeStringField("command", command);
        json.writeStringField("shard", shard.map(Shard::toString).orElse("0/1"));
        json.writeStringField("of", subject);
        json.writeStringField("began", began.toString());
    }
}
