/**
 * The only package that retries. {@link dev.persistor.core.retry.Retry} repeats a call within a {@link
 * dev.persistor.core.retry.RetryBudget}, {@link dev.persistor.core.retry.Pauses} spaces the rounds of a loop that has no budget, and
 * {@link dev.persistor.core.retry.Circuit} leaves alone what failed several times in a row. All waits come from a {@link
 * dev.persistor.core.retry.Backoff}: exponential with full jitter. No other package uses Failsafe.
 */
@NullMarked
package dev.persistor.core.retry;

import org.jspecify.annotations.NullMarked;
