package dev.persistor.core.replay;

import dev.persistor.core.message.Message;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;

/**
 * Publishes the messages of each source to a target of its own, which is opened for the first of them. A target that cannot be
 * opened fails the messages of its source, and no others.
 *
 * <p>Thread-safe.
 */
final class RoutedPublisher implements MessagePublisher {

    /** Each publisher has threads and connections. */
    private static final int MOST = 1_000;

    private final String name;
    private final Function<String, MessagePublisher> opener;
    /** Guarded by this. */
    private final Map<String, MessagePublisher> open = new HashMap<>();
    /** The reasons why other targets could not be opened. Guarded by this. */
    private final Map<String, PublishException> failures = new HashMap<>();

    private volatile boolean closed;

    /**
     * Opens nothing yet.
     *
     * @param name names the targets in messages
     * @param opener opens the target of a source; what it opens is closed with the publisher
     */
    RoutedPublisher(String name, Function<String, MessagePublisher> opener) {
        this.name = name;
        this.opener = opener;
    }

    @Override
    public CompletableFuture<Published> publish(Message message) throws InterruptedException {
        if (closed) {
            throw new IllegalStateException("the publisher to " + name + " is closed");
        }
        MessagePublisher publisher;
        try {
            publisher = publisher(message.source());
        } catch (PublishException e) {
            return CompletableFuture.failedFuture(e);
        }
        return publisher.publish(message);
    }

    @Override
    public void check(Message message) {
        publisher(message.source()).check(message);
    }

    /** Opens the target of the message's source, so that a plan finds out that it does not exist. */
    @Override
    public List<String> losses(Message message) {
        return publisher(message.source()).losses(message);
    }

    /** Returns those of the targets that are open: of the sources that were published, or that a plan has met. */
    @Override
    public List<String> warnings(boolean newIds) {
        return all().stream()
                .flatMap(publisher -> publisher.warnings(newIds).stream())
                .toList();
    }

    private synchronized MessagePublisher publisher(String source) {
        MessagePublisher known = open.get(source);
        if (known != null) {
            return known;
        }
        PublishException failure = failures.get(source);
        if (failure == null) {
            try {
                MessagePublisher opened = opened(source);
                open.put(source, opened);
                return opened;
            } catch (PublishException e) {
                failures.put(source, e);
                failure = e;
            }
        }
        throw failure;
    }

    private MessagePublisher opened(String source) {
        if (open.size() + failures.size() >= MOST) {
            throw new PublishException(
                    "publish to " + name + ": more than " + MOST + " sources; replay fewer sources in each run",
                    false,
                    null);
        }
        try {
            return opener.apply(source);
        } catch (IllegalArgumentException e) {
            throw new PublishException("open the target of the source " + source + ": " + e.getMessage(), false, e);
        }
    }

    @Override
    public void flush() {
        all().forEach(MessagePublisher::flush);
    }

    @Override
    public void resume(String orderingKey) {
        all().forEach(publisher -> publisher.resume(orderingKey));
    }

    private synchronized List<MessagePublisher> all() {
        return List.copyOf(open.values());
    }

    @Override
    public void close() {
        closed = true;
        all().forEach(MessagePublisher::close);
    }

    @Override
    public String toString() {
        return name;
    }
}
