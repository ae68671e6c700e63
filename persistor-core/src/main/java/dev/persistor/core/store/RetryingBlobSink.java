package dev.persistor.core.store;

import dev.failsafe.Failsafe;
import dev.failsafe.FailsafeException;
import dev.failsafe.RetryPolicy;
import dev.failsafe.event.ExecutionAttemptedEvent;
import java.time.Duration;
import java.util.Objects;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;

/**
 * Tries again what another sink could not do but may the next time, until a deadline.
 *
 * <p>Between attempts it waits a random time between nothing and a bound that doubles from 50 ms to 2 s: full jitter, so
 * that many instances that failed together do not come back together.
 *
 * <p>Trying again is safe because a sink never writes a name twice: an attempt whose answer was lost is found by the
 * next one.
 *
 * <p>Thread-safe.
 */
public final class RetryingBlobSink implements BlobSink {

    private static final FullJitter WAIT = new FullJitter(Duration.ofMillis(50), Duration.ofSeconds(2));

    private final BlobSink delegate;
    private final RetryPolicy<PutResult> policy;

    /**
     * Wraps a sink.
     *
     * @param delegate the sink whose retryable failures are tried again
     * @param deadline how long to go on trying, counted from the first attempt; an attempt under way is not cut off
     * @param random gives the calling thread's generator, where the jitter comes from
     * @param onRetry told of each failure that is followed by another attempt
     */
    public RetryingBlobSink(
            BlobSink delegate,
            Duration deadline,
            Supplier<? extends RandomGenerator> random,
            Consumer<BlobStoreException> onRetry) {
        this.delegate = Objects.requireNonNull(delegate, "delegate");
        Objects.requireNonNull(random, "random");
        this.policy = RetryPolicy.<PutResult>builder()
                .handleIf(failure -> failure instanceof BlobStoreException e && e.isRetryable())
                .withDelayFn(context -> WAIT.after(context.getAttemptCount(), random.get()))
                .withMaxDuration(deadline)
                .withMaxRetries(-1)
                .onRetry(event -> report(event, onRetry))
                .build();
    }

    private static void report(ExecutionAttemptedEvent<PutResult> event, Consumer<BlobStoreException> onRetry) {
        if (event.getLastException() instanceof BlobStoreException failure) {
            onRetry.accept(failure);
        }
    }

    @Override
    public PutResult put(Blob blob) {
        try {
            return Failsafe.with(policy).get(() -> delegate.put(blob));
        } catch (FailsafeException e) {
            if (e.getCause() instanceof InterruptedException) {
                Thread.currentThread().interrupt();
                throw BlobStoreException.retryable("write " + blob.name() + ": interrupted while waiting to try again");
            }
            throw e;
        }
    }

    @Override
    public BlobLimits limits() {
        return delegate.limits();
    }
}
