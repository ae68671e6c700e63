package dev.persistor.core.write;

import dev.persistor.core.format.Manifest;
import dev.persistor.core.format.MessageFormats;
import dev.persistor.core.format.UnencodableMessageException;
import dev.persistor.core.message.Message;
import dev.persistor.core.store.BlobCollisionException;
import dev.persistor.core.store.BlobInfo;
import dev.persistor.core.store.BlobName;
import dev.persistor.core.store.BlobSource;
import dev.persistor.core.store.BlobStoreException;
import dev.persistor.core.store.PutResult;
import java.util.ArrayList;
import java.util.List;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The batches of one partition of a log in one folder. Each holds all of the folder's messages from its first offset to its
 * last, so they follow one another without overlapping, regardless of their writer. Only messages that differ from those that the
 * archive has at their offsets overlap with them: they are in blobs beside.
 *
 * <p>Not thread-safe.
 */
final class LogFolder {

    /**
     * The log that the messages are of.
     *
     * @param store where the archive is read
     * @param log the broker's identity of the topic or hub; empty where it is not known
     */
    record Log(
            BlobSource store,
            MessageFormats formats,
            StoredBatches batches,
            String source,
            String log,
            String partition) {}

    /** A blob of the archive, and the range of offsets that its messages have. */
    private record Stretch(BlobName blob, long first, long last) {
        boolean holds(long offset) {
            return first <= offset && offset <= last;
        }
    }

    private final String folder;
    private final Log log;
    private final BlobWriter writer;
    private final Outcomes outcomes;
    /** The stretches that end at the next offset or later, by their first offsets; null before they were looked up. */
    private @Nullable NavigableMap<Long, List<Stretch>> stretches;

    private long next = Long.MAX_VALUE;

    LogFolder(String folder, Log log, BlobWriter writer, Outcomes outcomes) {
        this.folder = folder;
        this.log = log;
        this.writer = writer;
        this.outcomes = outcomes;
    }

    /**
     * Has each message in one blob of the folder, and tells who waits for it, in the order of their offsets.
     *
     * @param pending the messages, by offsets; those with an outcome are taken out
     * @throws BlobStoreException if those that are left may not be durable
     */
    void write(List<Pending> pending) {
        while (!pending.isEmpty()) {
            long offset = offset(pending.get(0));
            NavigableMap<Long, List<Stretch>> known = known(offset);
            List<Stretch> holding = known.headMap(offset, true).values().stream()
                    .flatMap(List::stream)
                    .toList();
            List<Pending> part = until(lastWithTheSame(holding, known.higherKey(offset)), pending);
            long behind = offset(part.get(part.size() - 1)) + 1;
            if (holding.isEmpty()) {
                add(known, part);
            } else {
                find(known, holding, part);
            }
            if (part.isEmpty()) {
                next = behind;
            }
        }
    }

    /** Returns the last offset that is held by exactly these stretches. */
    private static long lastWithTheSame(List<Stretch> holding, @Nullable Long nextFirst) {
        long last = nextFirst == null ? Long.MAX_VALUE : nextFirst - 1;
        for (Stretch stretch : holding) {
            last = Math.min(last, stretch.last());
        }
        return last;
    }

    private NavigableMap<Long, List<Stretch>> known(long offset) {
        NavigableMap<Long, List<Stretch>> known = stretches;
        if (known == null || offset < next) {
            // The log is read from here on for the first time, or once more.
            known = lookUp(offset);
            stretches = known;
        }
        next = offset;
        NavigableMap<Long, List<Stretch>> begun = known.headMap(offset, true);
        begun.values().forEach(same -> same.removeIf(stretch -> stretch.last() < offset));
        begun.values().removeIf(List::isEmpty);
        return known;
    }

    private NavigableMap<Long, List<Stretch>> lookUp(long offset) {
        NavigableMap<Long, List<Stretch>> found = new TreeMap<>();
        try (Stream<BlobInfo> blobs = log.store().list(folder.isEmpty() ? "" : folder + "/")) {
            blobs.forEach(blob -> stretch(blob)
                    .filter(stretch -> stretch.last() >= offset)
                    .ifPresent(stretch -> put(found, stretch)));
        }
        return found;
    }

    private static void put(NavigableMap<Long, List<Stretch>> known, Stretch stretch) {
        known.computeIfAbsent(stretch.first(), first -> new ArrayList<>(1)).add(stretch);
    }

    private Optional<Stretch> stretch(BlobInfo blob) {
        if (blob.name().isForeign()) {
            return Optional.empty();
        }
        boolean ofThisLog =
                Manifest.source(blob.metadata()).filter(log.source()::equals).isPresent();
        return Manifest.offsets(blob.metadata())
                .filter(offsets -> ofThisLog
                        && offsets.log().equals(log.log())
                        && offsets.partition().equals(log.partition()))
                .map(offsets -> new Stretch(blob.name(), offsets.first(), offsets.last()));
    }

    private static long offset(Pending pending) {
        return pending.message().position().orElseThrow().offset();
    }

    /** Returns the beginning of a list, up to an offset: a view, and what is taken out of it is taken out of the list. */
    private static List<Pending> until(long last, List<Pending> pending) {
        int end = pending.size();
        while (end > 0 && offset(pending.get(end - 1)) > last) {
            end--;
        }
        return pending.subList(0, end);
    }

    /** Writes messages whose offsets no stretch holds, and takes out those that have an outcome. */
    private void add(NavigableMap<Long, List<Stretch>> known, List<Pending> added) {
        // The next writer in this folder begins with the same message, however far it then gets.
        BlobName name = writer.nameOf(Pending.messages(added.subList(0, 1)));
        try {
            end(added, writer.writeAs(name, Pending.messages(added)));
        } catch (UnencodableMessageException e) {
            outcomes.unencodable(added, e);
        } catch (BlobCollisionException e) {
            if (!isStretch(name, offset(added.get(0)), known)) {
                addBeside(known, name, added, String.valueOf(e.getMessage()));
            }
        }
    }

    /** Adds a blob to what is known, if it is a stretch of this log that holds the offset. */
    private boolean isStretch(BlobName name, long offset, NavigableMap<Long, List<Stretch>> known) {
        Optional<Stretch> found =
                log.store().find(name).flatMap(this::stretch).filter(stretch -> stretch.holds(offset));
        found.ifPresent(stretch -> put(known, stretch));
        return found.isPresent();
    }

    private void end(List<Pending> ended, Receipt receipt) {
        outcomes.durable(ended, receipt);
        ended.clear();
    }

    /** Finds messages in the stretches that hold their offsets. Those that differ from all that is there are stored beside. */
    private void find(NavigableMap<Long, List<Stretch>> known, List<Stretch> holding, List<Pending> sought) {
        for (Stretch stretch : holding) {
            StoredBatch batch = log.batches().of(stretch.blob(), log.store(), log.formats());
            sought.removeIf(pending -> endsAs(batch.indexOf(pending.message()), stretch, pending));
        }
        if (!sought.isEmpty()) {
            Stretch first = holding.get(0);
            String why = "Offsets " + first.first() + " to " + first.last() + " of " + log.source() + ", partition "
                    + log.partition() + " hold different messages there";
            addBeside(known, first.blob(), sought, why);
        }
    }

    /** Tells who waits for a message that it is there, if it is. */
    private boolean endsAs(OptionalInt index, Stretch stretch, Pending pending) {
        if (index.isEmpty()) {
            return false;
        }
        outcomes.durable(pending, new Receipt(stretch.blob(), index.getAsInt(), PutResult.ALREADY_EXISTS));
        return true;
    }

    /** Writes messages beside a blob. Their name is that of the first of them, so that writers who meet find one another. */
    private void addBeside(NavigableMap<Long, List<Stretch>> known, BlobName taken, List<Pending> added, String why) {
        List<Message> messages = Pending.messages(added);
        List<Message> naming = messages.subList(0, 1);
        try {
            end(added, writer.writeBeside(taken, naming, messages, why));
        } catch (UnencodableMessageException e) {
            outcomes.unencodable(added, e);
        } catch (BlobCollisionException e) {
            if (!isStretch(writer.nameBeside(taken, naming), offset(added.get(0)), known)) {
                end(added, writer.writeBeside(taken, messages, why));
            }
        }
    }
}
