package dev.persistor.core.retry;

import dev.failsafe.CircuitBreaker;
import java.time.Duration;

/**
 * Tells when a service that has failed several times in a row is to be skipped. After a pause, one call tries it again.
 *
 * <p>Thread-safe.
 */
public final class Circuit {

    private final CircuitBreaker<Object> breaker;

    /**
     * Starts with the service in use.
     *
     * @param failures after how many failures in a row it is left alone
     * @param pause how long it is left alone
     */
    public Circuit(int failures, Duration pause) {
        this.breaker = CircuitBreaker.builder()
                .withFailureThreshold(failures)
                .withDelay(pause)
                .build();
    }

    /** Returns whether the service may be called now. Each call that was allowed reports its outcome. */
    public boolean tryPass() {
        return breaker.tryAcquirePermit();
    }

    /** Reports that a call succeeded. */
    public void succeeded() {
        breaker.recordSuccess();
    }

    /** Reports that a call failed. */
    public void failed() {
        breaker.recordFailure();
    }
}
