package dev.persistor.demo;

import dev.persistor.core.log.Causes;
import dev.persistor.core.message.Message;
import java.util.Collections;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.LongAdder;

/**
 * Delivers messages on several connections at once, each until it is acknowledged. One that is not acknowledged goes to
 * the end of the queue, as with a broker that waits before it delivers again.
 *
 * <p>Not thread-safe: it runs once.
 */
final class DeliveryLoop {

    static final int CONNECTIONS = 16;
    static final int MOST_ATTEMPTS = 20;

    private record Pending(Message message, int attempt) {}

    private final DemoCloud cloud;
    private final Progress progress;
    private final Queue<Pending> queue = new ConcurrentLinkedQueue<>();
    private final LongAdder refused = new LongAdder();
    private volatile boolean failed;

    DeliveryLoop(DemoCloud cloud, Progress progress) {
        this.cloud = cloud;
        this.progress = progress;
    }

    /**
     * Returns when all messages are acknowledged.
     *
     * @return how many deliveries were not acknowledged and were made again
     * @throws IllegalStateException if a message is not acknowledged after 20 attempts, or the cloud fails
     */
    long deliver(List<Message> messages) throws InterruptedException {
        messages.forEach(message -> queue.add(new Pending(message, 1)));
        Callable<Void> connection = this::deliverUntilNoneIsLeft;
        ExecutorService threads = Executors.newFixedThreadPool(CONNECTIONS);
        try {
            for (Future<Void> end : threads.invokeAll(Collections.nCopies(CONNECTIONS, connection))) {
                await(end);
            }
        } finally {
            threads.shutdownNow();
        }
        return refused.sum();
    }

    private static void await(Future<Void> end) throws InterruptedException {
        try {
            end.get();
        } catch (ExecutionException e) {
            throw Causes.thrown(e);
        }
    }

    private Void deliverUntilNoneIsLeft() {
        Pending next = queue.poll();
        while (next != null && !failed) {
            deliver(next);
            next = queue.poll();
        }
        return null;
    }

    private void deliver(Pending pending) {
        try {
            if (cloud.deliver(pending.message(), pending.attempt())) {
                progress.step();
            } else {
                deliverAgain(pending);
            }
        } catch (RuntimeException e) {
            // The other connections would only run into the same.
            failed = true;
            throw e;
        }
    }

    private void deliverAgain(Pending pending) {
        if (pending.attempt() == MOST_ATTEMPTS) {
            throw new IllegalStateException(
                    pending.message() + " is not acknowledged after " + MOST_ATTEMPTS + " deliveries");
        }
        refused.increment();
        queue.add(new Pending(pending.message(), pending.attempt() + 1));
    }
}
