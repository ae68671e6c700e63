package dev.persistor.testkit;

import dev.persistor.core.message.Message;
import dev.persistor.core.replay.MessagePublisher;
import dev.persistor.core.replay.PublishException;
import dev.persistor.core.replay.Published;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/** A publisher to a {@link MemoryTarget} that keeps the contract, for others to break. */
class MemoryPublisher implements MessagePublisher {

    static final MessagePublisherContract.Capabilities CAPABILITIES =
            new MessagePublisherContract.Capabilities(1 << 20, (1 << 20) + 1, true, true, false, true);

    static final int MESSAGES = 1_000;
    static final int BYTES = 16 << 20;
    private static final int LARGEST = 1 << 20;

    final MemoryTarget target;
    final ExecutorService sender = Executors.newSingleThreadExecutor();
    final Set<String> failedKeys = ConcurrentHashMap.newKeySet();
    private final Semaphore messages = new Semaphore(MESSAGES);
    private final Semaphore bytes = new Semaphore(BYTES);
    private volatile boolean closed;

    MemoryPublisher(MemoryTarget target) {
        this.target = target;
    }

    @Override
    public CompletableFuture<Published> publish(Message message) throws InterruptedException {
        requireOpen();
        enter(message);
        CompletableFuture<Published> future = new CompletableFuture<>();
        sender.execute(() -> send(message, future));
        return future.whenComplete((published, failure) -> leave(message));
    }

    void requireOpen() {
        if (closed) {
            throw new IllegalStateException("the publisher is closed");
        }
    }

    void enter(Message message) throws InterruptedException {
        messages.acquire();
        try {
            bytes.acquire(message.payloadSize());
        } catch (InterruptedException e) {
            messages.release();
            throw e;
        }
    }

    void leave(Message message) {
        bytes.release(message.payloadSize());
        messages.release();
    }

    void send(Message message, CompletableFuture<Published> future) {
        try {
            message.orderingKey().filter(failedKeys::contains).ifPresent(key -> {
                throw PublishException.afterFailureOf(key);
            });
            requireSize(message);
            future.complete(Published.as(target.take(message)));
        } catch (PublishException e) {
            message.orderingKey().ifPresent(failedKeys::add);
            future.completeExceptionally(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            future.completeExceptionally(new PublishException("interrupted", true, e));
        }
    }

    void requireSize(Message message) {
        if (message.payloadSize() > LARGEST) {
            throw new PublishException(
                    "the payload has " + message.payloadSize() + " bytes, and at most " + LARGEST + " are taken",
                    false,
                    null);
        }
    }

    @Override
    public void flush() {}

    @Override
    public void resume(String orderingKey) {
        failedKeys.remove(orderingKey);
    }

    @Override
    public List<String> losses(Message message) {
        return message.attributes().toMap().size() < message.attributes().size()
                ? List.of("only the first value of an attribute goes out")
                : List.of();
    }

    @Override
    public void close() {
        closed = true;
        sender.shutdown();
        try {
            sender.awaitTermination(1, TimeUnit.MINUTES);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
