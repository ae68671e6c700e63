package dev.persistor.core.retry;

import java.time.Duration;

/**
 * An attempt that failed.
 *
 * <p>Immutable.
 *
 * @param failure what it failed with
 * @param number 1 for the first attempt
 * @param elapsed the time since the first attempt began
 */
public record FailedAttempt(Throwable failure, int number, Duration elapsed) {}
