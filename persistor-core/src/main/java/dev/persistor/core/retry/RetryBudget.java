package dev.persistor.core.retry;

import java.time.Duration;
import java.util.Objects;
import java.util.Optional;

/**
 * The limits of retries: total time, number of attempts, and waits between them. The budget ends with its time or
 * with its attempts, whichever comes first.
 *
 * <p>Immutable.
 *
 * @param time counted from the begin of the first attempt; an attempt that has begun is not cut off; zero for one attempt
 * @param attempts the largest number of attempts, 1 or more
 * @param backoff the waits
 */
public record RetryBudget(Duration time, int attempts, Backoff backoff) {

    private static final Duration NO_LIMIT = Duration.ofDays(36_500);

    /**
     * Makes a budget.
     *
     * @throws IllegalArgumentException if the time is negative or there is no attempt
     */
    public RetryBudget {
        Objects.requireNonNull(backoff, "backoff");
        if (time.isNegative() || attempts < 1) {
            throw new IllegalArgumentException("a budget needs a time of 0 or longer and 1 attempt or more; they are "
                    + time + " and " + attempts);
        }
    }

    /** Returns a budget that only time limits. Waits are up to 50 ms after the first failure, and up to 2 s later. */
    public static RetryBudget of(Duration time) {
        return of(time, Backoff.ofMillis(50, 2_000));
    }

    /** Returns a budget that only time limits. */
    public static RetryBudget of(Duration time, Backoff backoff) {
        return new RetryBudget(time, Integer.MAX_VALUE, backoff);
    }

    /** Returns a budget that only the number of attempts limits. */
    public static RetryBudget ofAttempts(int attempts, Backoff backoff) {
        return new RetryBudget(NO_LIMIT, attempts, backoff);
    }

    /** Returns a budget of one minute. Waits are up to 250 ms after the first failure, and up to 8 s later. */
    public static RetryBudget ofAMinute() {
        return of(Duration.ofMinutes(1), Backoff.ofMillis(250, 8_000));
    }

    /** Returns a budget of a single attempt. */
    public static RetryBudget none() {
        return ofAttempts(1, Backoff.ofMillis(1, 1));
    }

    /** Returns whether there is no second attempt. */
    public boolean isOneAttempt() {
        return attempts == 1 || time.isZero();
    }

    /** Returns the time, unless only the number of attempts limits the budget. */
    public Optional<Duration> timeLimit() {
        return Optional.of(time).filter(limit -> limit.compareTo(NO_LIMIT) < 0);
    }
}
