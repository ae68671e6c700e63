package dev.persistor.core;

import dev.failsafe.Failsafe;
import dev.failsafe.FailsafeException;
import dev.failsafe.RetryPolicy;
import dev.persistor.core.message.Message;
import dev.persistor.core.store.BlobStoreException;
import dev.persistor.core.store.FullJitter;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What is left of a delivery to be done: each attempt goes on with what the one before could not make durable.
 *
 * <p>Not thread-safe.
 */
final class DeliveryAttempt {

    private static final Logger LOG = LoggerFactory.getLogger(DeliveryAttempt.class);
    private static final FullJitter WAIT = new FullJitter(Duration.ofMillis(500), Duration.ofSeconds(15));

    private final Capture capture;
    private List<Message> messages;
    private final Deque<RejectedEvent> rejected;
    private final List<RejectedEvent> refused = new ArrayList<>();

    DeliveryAttempt(Capture capture, Delivery delivery) {
        this.capture = capture;
        this.messages = delivery.messages();
        this.rejected = new ArrayDeque<>(delivery.rejected());
    }

    /** Tries once. */
    void once() {
        if (!messages.isEmpty()) {
            persist();
        }
        while (!rejected.isEmpty()) {
            if (!capture.reject(rejected.element())) {
                refused.add(rejected.element());
            }
            rejected.remove();
        }
        if (!refused.isEmpty()) {
            throw new RefusedEventException(refused);
        }
    }

    private void persist() {
        try {
            capture.persistor().persistAll(messages);
            messages = List.of();
        } catch (PersistException e) {
            messages =
                    e.failures().stream().map(PersistException.Failure::message).toList();
            throw e;
        }
    }

    /** Tries until all is durable or the time is over, whatever the failure: somebody may be mending it. */
    void until(Duration budget) {
        RetryPolicy<Void> policy = RetryPolicy.<Void>builder()
                .handle(PersistException.class, BlobStoreException.class)
                .withDelayFn(context -> WAIT.after(context.getAttemptCount(), ThreadLocalRandom.current()))
                .withMaxDuration(budget)
                .withMaxRetries(-1)
                .onRetry(event -> LOG.error(
                        "{} message(s) and {} rejected event(s) of a delivery are not durable after {} s; trying again,"
                                + " for {} s in all",
                        messages.size(),
                        rejected.size(),
                        event.getElapsedTime().toSeconds(),
                        budget.toSeconds()))
                .build();
        try {
            Failsafe.with(policy).run(this::once);
        } catch (FailsafeException e) {
            if (e.getCause() instanceof InterruptedException) {
                Thread.currentThread().interrupt();
                throw BlobStoreException.retryable("persist " + messages.size() + " message(s): interrupted");
            }
            throw e;
        }
    }
}
