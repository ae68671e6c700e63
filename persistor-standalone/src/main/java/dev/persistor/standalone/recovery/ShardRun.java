package dev.persistor.standalone.recovery;

import dev.persistor.core.archive.Shard;
import dev.persistor.core.store.BlobName;
import dev.persistor.core.store.BlobStore;
import dev.persistor.core.store.OpenBlob;
import dev.persistor.standalone.cli.Json;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * The runs of a shard, as recorded in a store.
 *
 * <p>Immutable.
 *
 * @param shard which shard
 * @param begun what its last run noted when it began; empty if none has begun
 * @param ended what its last run noted when it had ended; empty if it has not
 * @param maybeTwice how many messages may have been published twice, by all runs
 */
record ShardRun(
        Shard shard,
        Optional<Map<String, @Nullable Object>> begun,
        Optional<Map<String, @Nullable Object>> ended,
        long maybeTwice) {

    /**
     * Reads what a store says of all shards.
     *
     * @return one for each shard, in their order; empty if the store has no reports
     * @throws IllegalArgumentException if there are shards of several numbers
     */
    static List<ShardRun> all(BlobStore store) {
        List<String> folders = RunReports.folders(store);
        Set<Integer> counts = folders.stream()
                .flatMap(folder -> RunReports.shardOf(folder).stream())
                .map(Shard::count)
                .collect(Collectors.toCollection(TreeSet::new));
        if (counts.isEmpty()) {
            return List.of();
        }
        if (counts.size() > 1) {
            throw new IllegalArgumentException(store + " has runs with different numbers of shards, " + counts
                    + ": a report covers one number only. Use a separate place for each replay");
        }
        int count = counts.iterator().next();
        return IntStream.range(0, count)
                .mapToObj(index -> new Shard(index, count))
                .map(shard -> read(store, shard, folder(shard, folders)))
                .toList();
    }

    private static String folder(Shard shard, List<String> folders) {
        String folder = RunReports.folder(Optional.of(shard));
        return shard.count() == 1 && !folders.contains(folder) ? folders.get(0) : folder;
    }

    private static ShardRun read(BlobStore store, Shard shard, String folder) {
        long last = RunReports.last(store, folder + RunReports.RUNS);
        if (last == 0) {
            return new ShardRun(shard, Optional.empty(), Optional.empty(), 0);
        }
        List<Map<String, @Nullable Object>> reports = new ArrayList<>();
        for (long number = 1; number <= last; number++) {
            json(store, folder + RunReports.REPORTS, number).ifPresent(reports::add);
        }
        return new ShardRun(
                shard,
                json(store, folder + RunReports.RUNS, last),
                json(store, folder + RunReports.REPORTS, last),
                reports.stream()
                        .mapToLong(report -> number(fields(report, "report"), "maybeTwiceCount"))
                        .sum());
    }

    private static Optional<Map<String, @Nullable Object>> json(BlobStore store, String folder, long number) {
        BlobName name = BlobName.of(folder + String.format("%06d", number) + ".json");
        if (store.find(name).isEmpty()) {
            return Optional.empty();
        }
        try (OpenBlob blob = store.open(name)) {
            return Optional.of(Json.read(blob.readVerified()));
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read the report " + name + " of " + store, e);
        }
    }

    /** Returns an object within another one; an empty one if it is missing. */
    @SuppressWarnings("unchecked") // The keys of a JSON object are texts.
    static Map<String, @Nullable Object> fields(Map<String, @Nullable Object> object, String name) {
        return object.get(name) instanceof Map<?, ?> map ? (Map<String, @Nullable Object>) map : Map.of();
    }

    /** Returns a number of an object; 0 if it is missing. */
    static long number(Map<String, @Nullable Object> object, String name) {
        return object.get(name) instanceof Number number ? number.longValue() : 0;
    }

    /** Returns a text of an object; empty if it is missing. */
    static String text(Map<String, @Nullable Object> object, String name) {
        return object.get(name) instanceof String text ? text : "";
    }

    /** Returns the report of the last run; empty if it has not ended. */
    Map<String, @Nullable Object> report() {
        return ended.map(fields -> fields(fields, "report")).orElse(Map.of());
    }

    /** Returns the exit code of the last run, if it has ended. */
    Optional<Long> exitCode() {
        return ended.map(fields -> number(fields, "exitCode"));
    }

    boolean isComplete() {
        return exitCode().filter(code -> code == 0).isPresent() && !isStopped();
    }

    /** Tells whether the run ended at a limit. */
    boolean isStopped() {
        return !text(report(), "stopped").isEmpty();
    }

    /** Says what became of the shard. */
    String state() {
        if (begun.isEmpty()) {
            return "missing: it was never started";
        }
        if (ended.isEmpty()) {
            return "its last run started at " + text(begun.get(), "began")
                    + " and has not ended: it is running, was killed, or failed";
        }
        if (isStopped()) {
            return "not complete: its last run stopped " + text(report(), "stopped");
        }
        return isComplete()
                ? "complete"
                : "not complete: the exit code of its last run is " + exitCode().get();
    }
}
