package dev.persistor.core.compact;

import dev.persistor.core.archive.ArchivedMessage;
import dev.persistor.core.archive.PassedOffsets;
import dev.persistor.core.format.ContentDigest;
import dev.persistor.core.message.Message;
import dev.persistor.core.message.Position;
import dev.persistor.core.naming.NamingPolicy;
import dev.persistor.core.store.BlobLimits;
import dev.persistor.core.store.Digest;
import java.util.Comparator;

/**
 * The order in which the messages of an hour are written, and what those of one batch have in common. The order is total and looks at
 * nothing but the messages, so that each run over the same messages makes the same batches.
 *
 * <p>Of several copies, the one that says most comes first: with its offset rather than without, and with the offsets that were passed
 * before it. Messages without an offset, which may be such copies, come last in their folder.
 *
 * <p>Thread-safe.
 *
 * @param naming gives the folders
 * @param limits of the store that is written to
 */
record WritingOrder(NamingPolicy naming, BlobLimits limits) implements Comparator<ArchivedMessage> {

    private static final Comparator<Message> WITHIN_FOLDER = Comparator.comparing(
                    (Message message) -> message.position().isEmpty())
            .thenComparing(WritingOrder::partition)
            .thenComparing(WritingOrder::log)
            .thenComparingLong(
                    message -> message.position().map(Position::offset).orElse(0L))
            .thenComparingLong(WritingOrder::firstPassed)
            .thenComparing(Message::publishTime)
            .thenComparing(Message::id)
            .thenComparing(WritingOrder::wholeDigest);

    /** The values that all messages of a batch share. */
    record Batch(String folder, String partition, String log) {}

    /** Returns what the messages of this one's batch have in common. */
    Batch batchOf(Message message) {
        return new Batch(naming.partitionOf(message, limits), partition(message), log(message));
    }

    @Override
    public int compare(ArchivedMessage left, ArchivedMessage right) {
        int order = naming.partitionOf(left.message(), limits).compareTo(naming.partitionOf(right.message(), limits));
        return order == 0 ? WITHIN_FOLDER.compare(left.message(), right.message()) : order;
    }

    private static String partition(Message message) {
        return message.position().map(Position::partition).orElse("");
    }

    private static String log(Message message) {
        return message.position().map(Position::log).orElse("");
    }

    private static long firstPassed(Message message) {
        return message.position()
                .map(position -> PassedOffsets.upTo(message, position).first())
                .orElse(0L);
    }

    /** Returns a digest of all that a format may store of a message. */
    static String wholeDigest(Message message) {
        Digest digest = new Digest();
        ContentDigest.addWhole(digest, message);
        return digest.hex(DigestSum.BYTES);
    }
}
