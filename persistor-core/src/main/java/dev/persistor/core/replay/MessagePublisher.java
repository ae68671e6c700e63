package dev.persistor.core.replay;

import dev.persistor.core.message.Message;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/**
 * Publishes messages to one target: a topic, a hub, a queue.
 *
 * <p>An implementation owes this:
 *
 * <ul>
 *   <li>A message goes out with its payload byte for byte, its attributes, its ordering key, and the broker properties that
 *       the target has a place for. What it has none for is told by {@link #losses} before anything is published.
 *   <li>A future completes normally only when the target has said that it has the message. Everything else is a
 *       {@link PublishException}. A message whose answer was lost may have arrived.
 *   <li>Messages of one ordering key arrive in the order in which they were handed over. When one of them fails, those of
 *       its key that were handed over after it fail with {@link PublishException#afterFailureOf}, until {@link #resume} is
 *       called: or else they would arrive before it.
 *   <li>Memory is bounded: {@link #publish} waits while too much is under way.
 * </ul>
 *
 * <p>Implementations are thread-safe.
 */
public interface MessagePublisher extends AutoCloseable {

    /**
     * Hands a message over, and waits while too much is under way.
     *
     * @return completes when the target has the message, or exceptionally with a {@link PublishException}; completes on a
     *     thread of the publisher, which must not be kept busy
     * @throws InterruptedException if the thread is interrupted while it waits; the message was not handed over
     * @throws IllegalStateException if the publisher is closed
     */
    CompletableFuture<Published> publish(Message message) throws InterruptedException;

    /** Sends what still waits for more to share a request with. Does not wait for the answers. */
    void flush();

    /**
     * Checks, for a replay that must not begin otherwise, that the target has the place that a message must go to. Publishes nothing.
     *
     * @throws PublishException if it has not; the message says what to do
     */
    default void check(Message message) {}

    /**
     * Lets messages of an ordering key go out again after one of them failed. Does nothing if none did.
     *
     * @param orderingKey a key of which no message is under way
     */
    void resume(String orderingKey);

    /**
     * Names what the target cannot hold of a message, each in a short text such as {@code "attribute a.b: Date becomes
     * text"}. Publishes nothing.
     *
     * @return empty if the target holds all of it
     */
    List<String> losses(Message message);

    /**
     * Names what a user should know of the target before messages go out, each in a sentence that says what to do: what the target
     * does to messages that it takes, and that no message's {@link #losses} tell. May ask the target, for some seconds at most.
     *
     * @param newIds whether each message goes out with an id that the target has not seen
     * @return empty if there is nothing of that kind, which is the default
     */
    default List<String> warnings(boolean newIds) {
        return List.of();
    }

    /** Flushes, waits for what is under way, and gives back what the publisher holds. Later calls do nothing. */
    @Override
    void close();
}
