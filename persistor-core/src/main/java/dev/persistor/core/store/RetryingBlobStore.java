package dev.persistor.core.store;

import dev.persistor.core.retry.Backoff;
import dev.persistor.core.retry.FailedAttempt;
import dev.persistor.core.retry.Retry;
import dev.persistor.core.retry.RetryBudget;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;
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

    private static final Backoff BACKOFF = Backoff.ofMillis(50, 2_000);

    private final BlobStore delegate;
    private final Duration budget;
    private final Retry retry;

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
        this.retry = Retry.within(
                        RetryBudget.of(budget, BACKOFF),
                        failure -> failure instanceof BlobStoreException e && e.isRetryable())
                .random(random)
                .onRetry(attempt -> report(attempt, onRetry));
    }

    /** Wraps a store, as the constructor does, and tells of no retries. */
    public static RetryingBlobStore of(BlobStore delegate, Duration budget) {
        return new RetryingBlobStore(delegate, budget, ThreadLocalRandom::current, retried -> {});
    }

    private static void report(FailedAttempt attempt, Consumer<BlobStoreException> onRetry) {
        if (attempt.failure() instanceof BlobStoreException failure) {
            onRetry.accept(failure);
        }
    }

    /**
     * Calls until it succeeds, fails for good, or the budget is spent.
     *
     * @param what the verb and the name, for the message when the thread is interrupted
     */
    <T> T retry(String what, Supplier<T> call) {
        return retry.call(call, (last, attempts) -> givenUp(what, last, attempts));
    }

    private BlobStoreException givenUp(String what, RuntimeException last, int attempts) {
        return Thread.currentThread().isInterrupted()
                ? BlobStoreException.retryable(what + ": interrupted while waiting to try again")
                : BlobStoreException.translated(
                        last.getMessage() + "; gave up after " + attempts + (attempts == 1 ? " attempt" : " attempts")
                                + " in " + budget.toMillis() / 1_000.0 + " s",
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
