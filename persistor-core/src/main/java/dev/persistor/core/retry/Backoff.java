package dev.persistor.core.retry;

import java.time.Duration;
import java.util.random.RandomGenerator;

/**
 * The waits between attempts: exponential with full jitter. Each wait is a random time between zero and a bound. The bound doubles
 * with each failure. So instances that failed together do not come back together.
 *
 * <p>Immutable.
 *
 * @param first the bound after the first failure
 * @param longest the largest bound
 */
public record Backoff(Duration first, Duration longest) {

    private static final int DOUBLINGS = 20;

    /**
     * Makes a back-off.
     *
     * @throws IllegalArgumentException if the first bound is below 1 ms or above the largest one
     */
    public Backoff {
        if (first.toMillis() < 1 || longest.compareTo(first) < 0) {
            throw new IllegalArgumentException(
                    "the first wait must be 1 ms or longer and no longer than the longest wait;" + " the first is "
                            + first + " and the longest is " + longest);
        }
    }

    /** Returns a back-off with these bounds in milliseconds. */
    public static Backoff ofMillis(long first, long longest) {
        return new Backoff(Duration.ofMillis(first), Duration.ofMillis(longest));
    }

    /** Returns the wait after this many failures, 1 or more. */
    Duration after(int failures, RandomGenerator random) {
        long bound = Math.min(longest.toMillis(), first.toMillis() << Math.min(failures - 1, DOUBLINGS));
        return Duration.ofMillis(random.nextLong(bound + 1));
    }
}
