package dev.persistor.core;

import dev.persistor.core.format.FormatException;
import dev.persistor.core.format.Manifest;
import dev.persistor.core.format.MessageFormats;
import dev.persistor.core.format.MessageReader;
import dev.persistor.core.format.UnencodableMessageException;
import dev.persistor.core.message.Message;
import dev.persistor.core.store.BlobCollisionException;
import dev.persistor.core.store.BlobInfo;
import dev.persistor.core.store.BlobName;
import dev.persistor.core.store.BlobSource;
import dev.persistor.core.store.BlobStoreException;
import dev.persistor.core.store.OpenBlob;
import dev.persistor.core.store.PutResult;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The batches of one partition of a log in one folder. Each holds all of the folder's messages from its first offset to its
 * last, so they follow one another without overlapping, whoever wrote them.
 *
 * <p>Not thread-safe.
 */
final class LogFolder {

    /**
     * The log that the messages are of.
     *
     * @param store where the archive is read
     */
    record Log(BlobSource store, MessageFormats formats, String source, String log, String partition) {}

    /** A batch that is there: the blob that has all of the folder's messages between two offsets. */
    private record Stretch(BlobInfo blob, long first, long last) {
        boolean holds(long offset) {
            return first <= offset && offset <= last;
        }
    }

    /** A message that is there, and its place in its blob. */
    private record Placed(Message message, int index) {}

    private static final Logger LOG = LoggerFactory.getLogger(LogFolder.class);

    private final String folder;
    private final Log log;
    private final BlobWriter writer;
    private final Outcomes outcomes;
    /** What is known to be there from the offset on that is next, by first offsets; none before it was looked up. */
    private @Nullable NavigableMap<Long, Stretch> there;

    private long next = Long.MAX_VALUE;
    private @Nullable Stretch opened;
    private Map<Long, Placed> openedMessages = Map.of();

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
            NavigableMap<Long, Stretch> known = known(offset);
            Map.Entry<Long, Stretch> before = known.floorEntry(offset);
            if (before != null && before.getValue().holds(offset)) {
                find(before.getValue(), until(before.getValue().last(), pending));
            } else {
                Long end = known.higherKey(offset);
                add(known, until(end == null ? Long.MAX_VALUE : end - 1, pending));
            }
        }
    }

    private NavigableMap<Long, Stretch> known(long offset) {
        NavigableMap<Long, Stretch> known = there;
        if (known == null || offset < next) {
            // The log is read from here on for the first time, or once more.
            known = lookUp(offset);
            there = known;
        }
        next = offset;
        known.headMap(offset).values().removeIf(stretch -> stretch.last() < offset);
        return known;
    }

    private NavigableMap<Long, Stretch> lookUp(long offset) {
        NavigableMap<Long, Stretch> found = new TreeMap<>();
        try (Stream<BlobInfo> blobs = log.store().list(folder.isEmpty() ? "" : folder + "/")) {
            blobs.forEach(blob -> stretch(blob)
                    .filter(stretch -> stretch.last() >= offset)
                    .ifPresent(stretch -> found.putIfAbsent(stretch.first(), stretch)));
        }
        return found;
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
                .map(offsets -> new Stretch(blob, offsets.first(), offsets.last()));
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

    private void add(NavigableMap<Long, Stretch> known, List<Pending> added) {
        List<Message> messages = Pending.messages(added);
        long last = offset(added.get(added.size() - 1));
        // Whoever writes next in this folder begins with the same message, however far it then gets.
        BlobName name = writer.nameOf(messages.subList(0, 1));
        try {
            end(added, writer.writeAs(name, messages));
            next = last + 1;
        } catch (UnencodableMessageException e) {
            outcomes.unencodable(added, e);
        } catch (BlobCollisionException e) {
            long first = offset(added.get(0));
            Optional<Stretch> other =
                    log.store().find(name).flatMap(this::stretch).filter(stretch -> stretch.holds(first));
            if (other.isPresent()) {
                known.put(other.get().first(), other.get());
            } else {
                end(added, writer.writeBeside(name, messages, String.valueOf(e.getMessage())));
            }
        }
    }

    private void end(List<Pending> ended, Receipt receipt) {
        outcomes.durable(ended, receipt);
        ended.clear();
    }

    /** Finds messages in a batch that is there. What is not in it, or is in it as something else, is stored beside it. */
    private void find(Stretch stretch, List<Pending> sought) {
        Map<Long, Placed> found = messages(stretch);
        sought.removeIf(pending -> endsAs(found.get(offset(pending)), stretch, pending));
        if (!sought.isEmpty()) {
            String why = "Offsets " + stretch.first() + " to " + stretch.last() + " of " + log.source() + ", partition "
                    + log.partition() + ", are other messages there";
            end(sought, writer.writeBeside(stretch.blob().name(), Pending.messages(sought), why));
        }
    }

    /** Tells who waits for a message that it is there, if it is what was found at its offset. */
    private boolean endsAs(@Nullable Placed found, Stretch stretch, Pending pending) {
        if (found == null || !pending.message().equals(found.message())) {
            return false;
        }
        outcomes.durable(pending, new Receipt(stretch.blob().name(), found.index(), PutResult.ALREADY_EXISTS));
        return true;
    }

    private Map<Long, Placed> messages(Stretch stretch) {
        if (!stretch.equals(opened)) {
            openedMessages = read(stretch.blob().name());
            opened = stretch;
        }
        return openedMessages;
    }

    private Map<Long, Placed> read(BlobName name) {
        Map<Long, Placed> messages = new HashMap<>();
        try (OpenBlob open = log.store().open(name);
                MessageReader reader = log.formats().read(open, log.store())) {
            for (int index = 0; reader.hasNext(); index++) {
                Placed placed = new Placed(reader.next(), index);
                placed.message().position().ifPresent(position -> messages.put(position.offset(), placed));
            }
        } catch (FormatException e) {
            LOG.error("What is damaged there is stored once more: {}", e.getMessage());
        }
        return messages;
    }
}
