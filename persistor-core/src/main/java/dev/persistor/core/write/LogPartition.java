package dev.persistor.core.write;

import dev.persistor.core.log.Causes;
import dev.persistor.core.log.OutageLog;
import dev.persistor.core.retry.Backoff;
import dev.persistor.core.retry.FailedAttempt;
import dev.persistor.core.retry.Retry;
import dev.persistor.core.retry.RetryBudget;
import dev.persistor.core.store.BlobName;
import dev.persistor.core.store.BlobStoreException;
import dev.persistor.core.store.PutResult;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.event.Level;

/**
 * One partition of a log: its batches are written one after another, the folders of each at the same time.
 *
 * <p>Thread-safe.
 */
final class LogPartition {

    private static final String OPERATION = "Writing batches of logs";
    private static final Backoff BACKOFF = Backoff.ofMillis(500, 15_000);

    private final Originals originals;
    private final OutageLog outages;
    private final LogFolders folders;
    private final Outcomes outcomes;
    private final Executor threads;
    private final Retry retry;
    private final CountDownLatch givenUp = new CountDownLatch(1);
    private CompletableFuture<Void> last = CompletableFuture.completedFuture(null);
    private volatile @Nullable Throwable broken;
    private volatile boolean forgotten;

    LogPartition(
            LogFolders folders,
            Originals originals,
            Outcomes outcomes,
            OutageLog outages,
            Executor threads,
            Duration retryFor) {
        this.originals = originals;
        this.outages = outages;
        this.folders = folders;
        this.outcomes = outcomes;
        this.threads = threads;
        this.retry = Retry.within(RetryBudget.of(retryFor, BACKOFF), failure -> failure instanceof BlobStoreException)
                .waiting(this::awaitUnlessGivenUp);
    }

    /**
     * Writes a batch when those before it have an outcome.
     *
     * @return completes, and never with a failure, when each of its messages has an outcome
     */
    synchronized CompletableFuture<Void> append(List<Pending> batch) {
        last = last.thenComposeAsync(before -> write(batch), threads).handle((done, failure) -> {
            fail(
                    batch,
                    failure == null
                            ? new IllegalStateException("messages were left without an outcome")
                            : Causes.unwrapped(failure));
            return null;
        });
        return last;
    }

    /** Fails what has no outcome yet of a batch, and with it all that follows: it must not be there without this. */
    void fail(List<Pending> batch, Throwable cause) {
        List<Pending> left = Pending.unsettled(batch);
        if (!left.isEmpty()) {
            Throwable before = broken;
            Throwable first = before == null ? cause : before;
            broken = first;
            outcomes.failed(left, first);
        }
    }

    private CompletableFuture<Void> write(List<Pending> batch) {
        if (broken != null) {
            return CompletableFuture.completedFuture(null);
        }
        Map<LogFolder, List<Pending>> byFolder = new LinkedHashMap<>();
        for (Pending pending : Pending.inOrder(batch)) {
            Optional<BlobName> original = originals.of(pending.message());
            if (original.isPresent()) {
                pending.settle(new Receipt(original.get(), 0, PutResult.ALREADY_EXISTS));
            } else {
                byFolder.computeIfAbsent(folders.of(pending.message()), folder -> new ArrayList<>())
                        .add(pending);
            }
        }
        return CompletableFuture.allOf(byFolder.entrySet().stream()
                .map(entry -> CompletableFuture.runAsync(() -> write(entry.getKey(), entry.getValue()), threads))
                .toArray(CompletableFuture[]::new));
    }

    /** Retries every failure of the store for the given time, because the cause may be corrected meanwhile. */
    private void write(LogFolder folder, List<Pending> pending) {
        retry.onRetry(attempt -> report(attempt, pending.size())).call(() -> {
            folder.write(pending);
            return true;
        });
        outages.succeeded(OPERATION);
    }

    private void report(FailedAttempt attempt, int messages) {
        outages.failed(
                Level.ERROR,
                OPERATION,
                OutageLog.kindOf(attempt.failure()),
                () -> messages + " message(s) of " + folders + " are not durable after "
                        + attempt.elapsed().toSeconds() + " s; trying again: "
                        + attempt.failure().getMessage());
    }

    private boolean awaitUnlessGivenUp(Duration time) {
        try {
            return !givenUp.await(time.toNanos(), TimeUnit.NANOSECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    /** Gives up, because another process has the partition, or it is read again. */
    void forget() {
        forgotten = true;
        giveUp();
    }

    boolean isForgotten() {
        return forgotten;
    }

    /** Has nothing tried again any more. */
    void giveUp() {
        givenUp.countDown();
    }

    /** Waits until all that was appended has an outcome. */
    void awaitEnd() {
        CompletableFuture<Void> end;
        synchronized (this) {
            end = last;
        }
        end.join();
    }

    @Override
    public String toString() {
        return folders.toString();
    }
}
