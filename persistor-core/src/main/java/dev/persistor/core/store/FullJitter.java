package dev.persistor.core.store;

import java.time.Duration;
import java.util.random.RandomGenerator;

/**
 * How long to wait between attempts: a random time between nothing and a bound that doubles, so that many instances that
 * failed together do not come back together.
 *
 * <p>Immutable.
 *
 * @param firstBound the bound after the first failure, 1 ms or more
 * @param lastBound what the bound grows to
 */
public record FullJitter(Duration firstBound, Duration lastBound) {

    private static final int DOUBLINGS = 20;

    /** Returns how long to wait after so many failures, 1 or more. */
    public Duration after(int failures, RandomGenerator random) {
        long bound = Math.min(lastBound.toMillis(), firstBound.toMillis() << Math.min(failures - 1, DOUBLINGS));
        return Duration.ofMillis(random.nextLong(bound + 1));
    }
}
