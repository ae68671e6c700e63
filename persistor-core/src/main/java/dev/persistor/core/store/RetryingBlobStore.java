package dev.persistor.core.store;

import dev.failsafe.Failsafe;
import dev.failsafe.FailsafeException;
import dev.failsafe.RetryPolicy;
import dev.failsafe.event.ExecutionAttemptedEvent;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;
import java.util.stream.Stream;

/**
 * Retries every call to another store that fails with a retryable error, until a budget of time is spent: writes, look-ups,
 * openings, and each step of a listing or of a reading. A listing goes on after the last name that it returned, and a reading
 * after the last byte; each step has the whole budget.
 *
 * <p>Between attempts it waits a random time between nothing and a bound that doubles from 50 ms to 2 s: full jitter, so
 * that many instances that failed together do not come back together. When the budget is spent, the last failure is thrown with
 * the number of attempts.
 *
 * <p>Retrying a write is safe because a store never writes a name twice: an attempt whose answer was lost is found by the
 * next one.
 *
 * <p>Thread-safe.
 */
public final class RetryingBlobStore implements BlobStore {

    private static final FullJitter WAIT = new FullJitter(Duration.ofMillis(50), Duration.ofSeconds(2));

    private final BlobStore delegate;
    private final Duration budget;
    private final RetryPolicy<Object> policy;

    /**
     * Wraps a store, which is closed with this one.
     *
     * @param delegate the store whose retryable failures are retried
     * @param budget how long a call is retried, counted from its first attempt; an attempt under way is not cut off
     * @param random gives the calling thread's generator, where the jitter comes from
     * @param onRetry told of each failure that is followed by another attempt, by the calling thread
     */
    public RetryingBlobStore(
            BlobStore delegate,
            Duration budget,
            Supplier<? extends RandomGenerator> random,
            Consumer<BlobStoreException> onRetry) {
        this.delegate = Objects.requireNonNull(delegate, "delegate");
        this.budget = Objects.requireNonNull(budget, "budget");
        Objects.requireNonNull(random, "random");
        this.policy = RetryPolicy.builder()
                .handleIf(failure -> failure instanceof BlobStoreException e && e.isRetryable())
                .withDelayFn(context -> WAIT.after(context.getAttemptCount(), random.get()))
                .withMaxDuration(budget)
                .withMaxRetries(-1)
                .onRetry(event -> report(event, onRetry))
                .build();
    }

    /** Wraps a store, as the constructor does, and tells of no retries. */
    public static RetryingBlobStore of(BlobStore delegate, Duration budget) {
        return new RetryingBlobStore(delegate, budget, ThreadLocalRandom::current, retried -> {});
    }

    private static void report(ExecutionAttemptedEvent<Object> event, Consumer<BlobStoreException> onRetry) {
        if (event.getLastException() instanceof BlobStoreException failure) {
            onRetry.accept(failure);
        }
    }

    /**
     * Calls until it succeeds, fails for good, or the budget is spent.
     *
     * @param what the verb and the name, for the message when the thread is interrupted
     */
    <T> T retry(String what, Supplier<T> call) {
        AtomicInteger attempts = new AtomicInteger();
        try {
            return Failsafe.with(policy).get(() -> {
                attempts.incrementAndGet();
                return call.get();
            });
        } catch (FailsafeException e) {
            if (e.getCause() instanceof InterruptedException) {
                Thread.currentThread().interrupt();
                throw BlobStoreException.retryable(what + ": interrupted while waiting to try again");
            }
            throw e;
        } catch (BlobStoreException e) {
            throw e.isRetryable() ? givenUp(e, attempts.get()) : e;
        }
    }

    private BlobStoreException givenUp(BlobStoreException last, int attempts) {
        return BlobStoreException.translated(
                last.getMessage() + "; gave up after " + attempts + (attempts == 1 ? " attempt" : " attempts") + " in "
                        + budget.toMillis() / 1_000.0 + " s",
                last,
                true);
    }

    @Override
    public PutResult put(Blob blob) {
        return retry("write " + blob.name(), () -> delegate.put(blob));
    }

    /** Retries all of the blobs together: those that are there already are found. */
    @Override
    public PutResult putAll(List<Blob> blobs) {
        return retry("write " + blobs.get(blobs.size() - 1).name(), () -> delegate.putAll(blobs));
    }

    @Override
    public BlobLimits limits() {
        return delegate.limits();
    }

    @Override
    public Stream<BlobInfo> list(String prefix, String startAfter) {
        return list(prefix, startAfter, after -> delegate.list(prefix, after));
    }

    @Override
    public Stream<BlobInfo> list(String prefix, String startAfter, String before) {
        return list(prefix, startAfter, after -> delegate.list(prefix, after, before));
    }

    private Stream<BlobInfo> list(String prefix, String startAfter, Function<String, Stream<BlobInfo>> listing) {
        return new ResumingListing(this, "list " + prefix, startAfter, listing).stream();
    }

    @Override
    public Optional<BlobInfo> first(String prefix, String startAfter) {
        return retry("list " + prefix, () -> delegate.first(prefix, startAfter));
    }

    @Override
    public Optional<BlobInfo> find(BlobName name) {
        return retry("find " + name, () -> delegate.find(name));
    }

    @Override
    public OpenBlob open(BlobName name) {
        return open(name, () -> delegate.open(name));
    }

    @Override
    public OpenBlob open(BlobInfo known) {
        return open(known.name(), () -> delegate.open(known));
    }

    private OpenBlob open(BlobName name, Supplier<OpenBlob> opening) {
        OpenBlob opened = retry("open " + name, opening);
        return new OpenBlob(opened.info(), new ResumingContent(this, opened, opening));
    }

    @Override
    public void check() {
        delegate.check();
    }

    @Override
    public String toString() {
        return delegate.toString();
    }

    @Override
    public void close() {
        delegate.close();
    }
}
