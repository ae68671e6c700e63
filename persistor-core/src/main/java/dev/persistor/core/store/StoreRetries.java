package dev.persistor.core.store;

import dev.persistor.core.retry.FailedAttempt;
import dev.persistor.core.retry.Retry;
import dev.persistor.core.retry.RetryBudget;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * The retries of a store's calls.
 *
 * <p>Immutable.
 */
final class StoreRetries {

    private final RetryBudget budget;
    private final Retry retry;

    /**
     * Makes retries of retryable failures.
     *
     * @param onRetry told of each failure that is followed by another attempt, by the calling thread
     */
    StoreRetries(RetryBudget budget, Consumer<BlobStoreException> onRetry) {
        this.budget = budget;
        this.retry = Retry.within(budget, failure -> failure instanceof BlobStoreException e && e.isRetryable())
                .onRetry(attempt -> report(attempt, onRetry));
    }

    private static void report(FailedAttempt attempt, Consumer<BlobStoreException> onRetry) {
        if (attempt.failure() instanceof BlobStoreException failure) {
            onRetry.accept(failure);
        }
    }

    /**
     * Calls until the call succeeds, fails with a permanent failure, or the budget is spent.
     *
     * @param what the verb and the name, for the message when the thread is interrupted
     */
    <T> T call(Supplier<String> what, Supplier<T> call) {
        return retry.call(call, (last, attempts) -> givenUp(what, last, attempts));
    }

    private RuntimeException givenUp(Supplier<String> what, RuntimeException last, int attempts) {
        if (budget.isOneAttempt()) {
            return last;
        }
        return Thread.currentThread().isInterrupted()
                ? BlobStoreException.retryable(what.get() + ": interrupted while waiting to try again")
                : BlobStoreException.translated(
                        last.getMessage() + "; gave up after " + attempts + (attempts == 1 ? " attempt" : " attempts")
                                + budget.timeLimit()
                                        .map(time -> " in " + time.toMillis() / 1_000.0 + " s")
                                        .orElse(""),
                        last,
                        true);
    }
}
