package dev.persistor.core.format;

import dev.persistor.core.message.Message;
import dev.persistor.core.store.Blob;
import dev.persistor.core.store.BlobLimits;
import dev.persistor.core.store.BlobName;
import java.util.List;

/**
 * Converts messages to blobs and back.
 *
 * <p>An implementer owes, and {@code MessageFormatContract} of the testkit checks:
 *
 * <ul>
 *   <li>Whatever a message holds comes back equal: every byte of the payload, every attribute with its type, its place and
 *       its repetitions. Only {@link Message#deliveryAttempt()} may be left out.
 *   <li>The same messages in the same order always become the same bytes: nothing depends on a clock, on chance, or on
 *       what differs from one delivery to the next.
 *   <li>A blob says in its metadata which format it is of, so that it is recognised whatever is configured on the day
 *       that it is read.
 * </ul>
 *
 * <p>Implementations are safe for use by many threads.
 */
public interface MessageFormat extends ReadableFormat {

    /** The key of the metadata by which a blob says which format it is of. */
    String METADATA_KEY = "persistor-format";

    /** Returns what the format is called in settings and metadata, such as {@code raw}. */
    @Override
    String name();

    /** Returns what names of this format's blobs end with, dot included, such as {@code .jsonl.gz}. */
    String extension();

    /** Tells whether one blob can hold many messages. */
    boolean holdsBatches();

    /**
     * Returns the blobs that hold the messages, in the order in which they must become durable. The last is the one that
     * has the name; when that is there, the messages are whole.
     *
     * @param messages at least one; exactly one where the format {@linkplain #holdsBatches holds no batches}
     * @param limits what the store can hold
     * @throws UnencodableMessageException if the format cannot hold one of the messages; it names the message
     */
    List<Blob> encode(BlobName name, List<Message> messages, BlobLimits limits);
}
