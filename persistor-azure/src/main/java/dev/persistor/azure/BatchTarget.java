package dev.persistor.azure;

import dev.persistor.core.message.Message;
import dev.persistor.core.replay.PublishException;
import java.util.Optional;

/** What messages are sent to in batches. Thread-safe. */
interface BatchTarget extends AutoCloseable {

    /**
     * Returns the key that a batch has for the message to be in it, empty for one without a key. Messages of one ordering
     * key have the same.
     *
     * @throws PublishException if the target takes no message with such a key
     */
    Optional<String> batchKey(Message message);

    /**
     * Opens an empty batch. May connect, and sends nothing.
     *
     * @throws RuntimeException as the client throws
     */
    Batch open(Optional<String> key);

    /** Gives back what the target holds. */
    @Override
    void close();

    /** Messages that are sent in one request. Not thread-safe. */
    interface Batch {

        /**
         * Adds a message as far as there is room.
         *
         * @throws RuntimeException as the client throws, if the message fits into no batch
         */
        boolean tryAdd(Message message);

        /** Returns how many bytes the target takes in one request. */
        int maxBytes();

        /**
         * Sends the batch, and waits until the target has it. May be called again after a failure.
         *
         * @throws RuntimeException as the client throws
         */
        void send();
    }
}
