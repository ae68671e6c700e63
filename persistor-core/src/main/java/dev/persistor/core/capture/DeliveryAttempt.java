package dev.persistor.core.capture;

import dev.failsafe.Failsafe;
import dev.failsafe.FailsafeException;
import dev.failsafe.RetryPolicy;
import dev.persistor.core.format.UnencodableMessageException;
import dev.persistor.core.log.OutageLog;
import dev.persistor.core.message.Message;
import dev.persistor.core.store.BlobStoreException;
import dev.persistor.core.store.FullJitter;
import dev.persistor.core.write.PersistException;
import dev.persistor.core.write.Persistor;
import dev.persistor.core.write.RejectedEvent;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Consumer;
import org.slf4j.event.Level;

/**
 * What is left of a delivery to be done: each attempt goes on with what the one before could not make durable.
 *
 * <p>Not thread-safe.
 */
final class DeliveryAttempt {

    private static final String OPERATION = "Making deliveries durable";
    private static final FullJitter WAIT = new FullJitter(Duration.ofMillis(500), Duration.ofSeconds(15));

    private final Capture capture;
    private List<Message> messages;
    private final Deque<RejectedEvent> rejected;
    private final List<RejectedEvent> refused = new ArrayList<>();

    DeliveryAttempt(Capture capture, Delivery delivery) {
        this.capture = capture;
        this.messages = capture.toArchive(delivery.messages());
        this.rejected = new ArrayDeque<>(delivery.rejected());
    }

    /** Tries once, the messages as {@link Persistor#persistAll} does: they share blobs with others'. */
    void once() {
        attempt(capture.persistor()::persistAll);
    }

    private void attempt(Consumer<List<Message>> persist) {
        persist(persist);
        reject();
        if (!refused.isEmpty()) {
            throw new RefusedEventException(refused);
        }
    }

    /** Leaves in {@link #messages} what is not durable; what no format can hold goes on to be rejected. */
    private void persist(Consumer<List<Message>> persist) {
        if (messages.isEmpty()) {
            return;
        }
        List<Message> left = new ArrayList<>();
        try {
            persist.accept(messages);
            messages = List.of();
        } catch (PersistException e) {
            for (PersistException.Failure failure : e.failures()) {
                if (failure.cause() instanceof UnencodableMessageException) {
                    rejected.add(RejectedEvent.of(
                            failure.message(), String.valueOf(failure.cause().getMessage())));
                } else {
                    left.add(failure.message());
                }
            }
            messages = List.copyOf(left);
            if (!left.isEmpty()) {
                throw e;
            }
        }
    }

    private void reject() {
        while (!rejected.isEmpty()) {
            if (!capture.reject(rejected.element())) {
                refused.add(rejected.element());
            }
            rejected.remove();
        }
    }

    /**
     * Tries until all is durable or the time is over, whatever the failure: somebody may be mending it. The messages are a
     * batch of their own, as {@link Persistor#persistTogether} has it.
     */
    void until(Duration budget) {
        RetryPolicy<Void> policy = RetryPolicy.<Void>builder()
                // Not an Error: memory has run out or a class is missing, and waiting changes neither.
                .handleIf(failure -> failure instanceof BlobStoreException
                        || (failure instanceof PersistException e && e.error().isEmpty()))
                .withDelayFn(context -> WAIT.after(context.getAttemptCount(), ThreadLocalRandom.current()))
                .withMaxDuration(budget)
                .withMaxRetries(-1)
                .onRetry(event -> capture.outages()
                        .failed(
                                Level.ERROR,
                                OPERATION,
                                OutageLog.kindOf(event.getLastException()),
                                () -> messages.size() + " message(s) and " + rejected.size()
                                        + " rejected event(s) of a delivery are not durable after "
                                        + event.getElapsedTime().toSeconds() + " s; trying again, for "
                                        + budget.toSeconds() + " s in all"))
                .build();
        try {
            Failsafe.with(policy).run(() -> attempt(capture.persistor()::persistTogether));
            capture.outages().succeeded(OPERATION);
        } catch (FailsafeException e) {
            if (e.getCause() instanceof InterruptedException) {
                Thread.currentThread().interrupt();
                throw BlobStoreException.retryable("persist " + messages.size() + " message(s): interrupted");
            }
            throw e;
        }
    }
}
