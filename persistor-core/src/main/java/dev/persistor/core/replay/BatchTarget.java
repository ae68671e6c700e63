package dev.persistor.core.replay;

import dev.persistor.core.message.Message;
import java.util.List;
import java.util.Optional;

/**
 * What messages are sent to in batches by a {@link BatchingPublisher}. Its text names the target in messages, without a secret.
 *
 * <p>Implementations are thread-safe.
 */
public interface BatchTarget extends AutoCloseable {

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

    /**
     * Checks that there is a place for a message, as {@link MessagePublisher#check} does.
     *
     * @throws PublishException if there is none
     */
    default void check(Message message) {}

    /** Names what the target cannot hold of a message, as {@link MessagePublisher#losses} does. */
    List<String> losses(Message message);

    /** Names what a user should know of the target before messages go out, as {@link MessagePublisher#warnings} does. */
    default List<String> warnings(boolean newIds) {
        return List.of();
    }

    /** Tells whether a failure says that the target has taken nothing and asks to be left alone for a moment. */
    boolean isBusy(RuntimeException failure);

    /**
     * Tells whether a failure says that the target refused a batch for good, and has taken nothing of it. Then its messages are
     * sent once more, each alone, so that only the refused ones fail.
     */
    default boolean isRefusal(RuntimeException failure) {
        return false;
    }

    /**
     * Translates what the client threw.
     *
     * @param what what was tried, such as {@code publish 17 to TARGET}
     */
    PublishException translate(String what, RuntimeException failure);

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
         * Sends the batch, and waits until the target has it, for a bounded time. May be called again after a failure.
         *
         * @return an answer for each message, in the order in which they were added
         * @throws RuntimeException as the client throws
         */
        List<Published> send();
    }
}
