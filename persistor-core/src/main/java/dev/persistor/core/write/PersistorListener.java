package dev.persistor.core.write;

import dev.persistor.core.batch.FlushCause;
import dev.persistor.core.message.Message;
import dev.persistor.core.store.BlobName;
import dev.persistor.core.store.BlobStoreException;
import java.time.Duration;
import java.util.List;

/**
 * Receives the outcomes of messages, for metrics, audits and tests. Each method does nothing unless it is overridden.
 *
 * <p>It is called by the threads that write, before the caller gets its receipt, so it returns soon. What it throws is
 * logged and changes nothing: an observer never decides whether a message is durable.
 *
 * <p>Implementations are safe for use by many threads.
 */
public interface PersistorListener {

    /** Returns a listener that tells all of these, in their order. What one throws is logged and kept from the others. */
    static PersistorListener all(List<PersistorListener> listeners) {
        return new Listeners(listeners);
    }

    /** A message was handed over, and is to be made durable. A message that is tried again is received again. */
    default void received(Message message) {}

    /** A message was written to a new blob, and is durable. */
    default void persisted(Message message, Receipt receipt) {}

    /** A message was found in a blob that was there: a redelivery. It is durable. */
    default void alreadyThere(Message message, Receipt receipt) {}

    /** A replayed message is not archived again: its original is durable in this blob. */
    default void skippedReplayed(Message message, BlobName original) {}

    /** A message could not be made durable; its broker must deliver it again. */
    default void failed(Message message, Throwable cause) {}

    /** An attempt to write a blob failed and is followed by another. */
    default void retried(BlobStoreException failure) {}

    /** The store refused a blob for good or for too long, and another store is to take it. */
    default void fellBack(BlobName blob, BlobStoreException failure) {}

    /** A blob's name is taken by another; its messages go to a name derived from it. */
    default void collided(BlobName taken, BlobName derived) {}

    /** An event cannot be understood, or a message not be encoded. */
    default void rejected(RejectedEvent event) {}

    /** A rejected event is durable in quarantine. */
    default void quarantined(RejectedEvent event, BlobName blob) {}

    /** Offsets of a log were never read, and the broker does not have them any more. */
    default void lost(LostOffsets offsets) {}

    /** A topic or hub was deleted and created again under its name, and is read from its beginning. */
    default void recreated(String source) {}

    /** A batch is about to be written. */
    default void flushed(Flush flush) {}

    /**
     * The acknowledgement of a durable message was handed to its broker's client, or its sender was answered. Only those tell this that
     * acknowledge themselves: pulls, and {@code persistor run} for what is sent to it.
     */
    default void acknowledged(Message message) {}

    /**
     * A batch that is about to be written.
     *
     * <p>Immutable.
     *
     * @param partition the folder that its blob goes to
     * @param messages its messages, 1 or more, in the order in which they came
     * @param bytes how many bytes they have, as they count towards the bounds of a batch
     * @param cause why it is written now
     * @param waited how long its first message waited for others
     */
    record Flush(String partition, List<Message> messages, long bytes, FlushCause cause, Duration waited) {}
}
