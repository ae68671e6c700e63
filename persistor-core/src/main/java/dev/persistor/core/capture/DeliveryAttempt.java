package dev.persistor.core.capture;

import dev.persistor.core.format.UnencodableMessageException;
import dev.persistor.core.log.OutageLog;
import dev.persistor.core.message.Message;
import dev.persistor.core.retry.Backoff;
import dev.persistor.core.retry.FailedAttempt;
import dev.persistor.core.retry.Retry;
import dev.persistor.core.retry.RetryBudget;
import dev.persistor.core.store.BlobStoreException;
import dev.persistor.core.write.PersistException;
import dev.persistor.core.write.Persistor;
import dev.persistor.core.write.RejectedEvent;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.function.Consumer;
import org.slf4j.event.Level;

/**
 * The unfinished part of a delivery: each attempt continues with what the one before could not make durable.
 *
 * <p>Not thread-safe.
 */
final class DeliveryAttempt {

    private static final String OPERATION = "Making deliveries durable";
    private static final Backoff BACKOFF = Backoff.ofMillis(500, 15_000);

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
     * Tries until all is durable or the time is over, whatever the failure, because the cause may be corrected meanwhile. The
     * messages are a batch of their own, as in {@link Persistor#persistTogether}.
     */
    void until(Duration budget) {
        Retry.within(RetryBudget.of(budget, BACKOFF), DeliveryAttempt::isRetryable)
                .onRetry(failed -> report(failed, budget))
                .call(
                        () -> {
                            attempt(capture.persistor()::persistTogether);
                            return true;
                        },
                        (failure, attempts) -> Thread.currentThread().isInterrupted() ? interrupted() : failure);
        capture.outages().succeeded(OPERATION);
    }

    /** Not an Error: memory has run out or a class is missing, and waiting changes neither. */
    private static boolean isRetryable(Throwable failure) {
        return failure instanceof BlobStoreException
                || (failure instanceof PersistException e && e.error().isEmpty());
    }

    private void report(FailedAttempt failed, Duration budget) {
        capture.outages()
                .failed(
                        Level.ERROR,
                        OPERATION,
                        OutageLog.kindOf(failed.failure()),
                        () -> messages.size() + " message(s) and " + rejected.size()
                                + " rejected event(s) of a delivery are not durable after "
                                + failed.elapsed().toSeconds() + " s; trying again, for " + budget.toSeconds()
                                + " s in all");
    }

    private BlobStoreException interrupted() {
        return BlobStoreException.retryable("persist " + messages.size() + " message(s): interrupted");
    }
}
