package dev.persistor.core.retry;

import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;

/**
 * The pauses of a loop that goes on after failures: longer after each failure, and short again after a success.
 *
 * <p>Not thread-safe.
 */
public final class Pauses {

    private final Backoff backoff;
    private int failures;

    /** Starts without a failure. */
    public Pauses(Backoff backoff) {
        this.backoff = backoff;
    }

    /** Counts a failure, and returns how long to pause before the next round. */
    public Duration afterFailure() {
        failures++;
        return backoff.after(failures, ThreadLocalRandom.current());
    }

    /** Forgets the failures, after a success. */
    public void reset() {
        failures = 0;
    }
}
