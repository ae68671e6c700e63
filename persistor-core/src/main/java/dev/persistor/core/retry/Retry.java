package dev.persistor.core.retry;

import dev.failsafe.Execution;
import dev.failsafe.Failsafe;
import dev.failsafe.RetryPolicy;
import dev.failsafe.RetryPolicyBuilder;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.BiFunction;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;

/**
 * Repeats a call that fails until it succeeds, fails with a failure that must not be retried, or the budget is spent.
 *
 * <p>Immutable.
 */
public final class Retry {

    /** Waits between two attempts. */
    @FunctionalInterface
    public interface Wait {
        /** Waits this long, and returns whether there is to be another attempt. */
        boolean await(Duration time);
    }

    private final RetryBudget budget;
    private final Predicate<? super Throwable> retryable;
    private final Supplier<? extends RandomGenerator> random;
    private final Wait wait;
    private final Consumer<FailedAttempt> onRetry;
    private final RetryPolicy<Object> policy;

    private Retry(
            RetryBudget budget,
            Predicate<? super Throwable> retryable,
            Supplier<? extends RandomGenerator> random,
            Wait wait,
            Consumer<FailedAttempt> onRetry) {
        this.budget = Objects.requireNonNull(budget, "budget");
        this.retryable = Objects.requireNonNull(retryable, "retryable");
        this.random = Objects.requireNonNull(random, "random");
        this.wait = Objects.requireNonNull(wait, "wait");
        this.onRetry = Objects.requireNonNull(onRetry, "onRetry");
        RetryPolicyBuilder<Object> builder = RetryPolicy.builder()
                .handleIf(retryable::test)
                .withDelayFn(context -> budget.backoff().after(context.getAttemptCount(), random.get()));
        this.policy = budget.time().isZero()
                ? builder.withMaxAttempts(1).build()
                : builder.withMaxAttempts(budget.attempts())
                        .withMaxDuration(budget.time())
                        .build();
    }

    /** Returns retries within a budget of the failures that the predicate accepts. No listener is told of them. */
    public static Retry within(RetryBudget budget, Predicate<? super Throwable> retryable) {
        return new Retry(budget, retryable, ThreadLocalRandom::current, Retry::sleep, attempt -> {});
    }

    /** Returns the same retries with another source of jitter. Default: the random generator of the thread. */
    public Retry random(Supplier<? extends RandomGenerator> random) {
        return new Retry(budget, retryable, random, wait, onRetry);
    }

    /**
     * Returns the same retries with another way to wait in {@link #call}. Default: the thread sleeps; when it is interrupted, it stays
     * interrupted and there is no other attempt.
     */
    public Retry waiting(Wait wait) {
        return new Retry(budget, retryable, random, wait, onRetry);
    }

    /** Returns the same retries with a listener, which is told of each failure when its wait is over, before the next attempt. */
    public Retry onRetry(Consumer<FailedAttempt> listener) {
        return new Retry(budget, retryable, random, wait, listener);
    }

    private static boolean sleep(Duration time) {
        try {
            Thread.sleep(time.toMillis());
            return true;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    /** Calls until the call returns. The last failure is thrown as it is. */
    public <T> T call(Supplier<T> call) {
        return call(call, (failure, attempts) -> failure);
    }

    /**
     * Calls until the call returns.
     *
     * @param givingUp makes what is thrown from the last failure and the number of attempts, when the budget is spent or the wait
     *     ended the retries; a failure that must not be retried is thrown as it is
     */
    public <T> T call(Supplier<T> call, BiFunction<RuntimeException, Integer, RuntimeException> givingUp) {
        Execution<Object> execution = Execution.of(policy);
        while (true) {
            try {
                return call.get();
            } catch (RuntimeException e) {
                if (!retryable.test(e)) {
                    throw e;
                }
                if (!isRetried(execution, e)) {
                    throw givingUp.apply(e, execution.getAttemptCount());
                }
            }
        }
    }

    private boolean isRetried(Execution<Object> execution, RuntimeException failure) {
        execution.recordException(failure);
        if (execution.isComplete() || !wait.await(execution.getDelay())) {
            return false;
        }
        onRetry.accept(new FailedAttempt(failure, execution.getAttemptCount(), execution.getElapsedTime()));
        return true;
    }

    /**
     * Calls until the future of the call completes with a value. No thread waits between attempts. The future that is returned
     * fails with the last failure as it is.
     *
     * @param call begins an attempt in the common pool, and waits for nothing there
     */
    public <T> CompletableFuture<T> callAsync(Supplier<? extends CompletionStage<T>> call) {
        RetryPolicy<Object> told = RetryPolicy.builder(policy.getConfig())
                .onRetry(event -> onRetry.accept(
                        new FailedAttempt(event.getLastException(), event.getAttemptCount(), event.getElapsedTime())))
                .build();
        return Failsafe.with(told).getStageAsync(call::get);
    }
}
