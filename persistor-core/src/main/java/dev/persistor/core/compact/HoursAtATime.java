package dev.persistor.core.compact;

import dev.persistor.core.archive.Archive;
import dev.persistor.core.batch.Batching;
import dev.persistor.core.log.Causes;
import dev.persistor.core.log.FailureText;
import dev.persistor.core.store.BlobStoreException;
import dev.persistor.core.write.PersistException;
import dev.persistor.core.write.Persistor;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Compacts the hours of a plan, some at a time.
 *
 * <p>Not thread-safe.
 */
final class HoursAtATime {

    /** Hours are cut into batches before they are written. */
    private static final long NO_BOUND = 1L << 50;

    private final Job job;
    private final Plan plan;
    private final Tally tally;

    HoursAtATime(Job job, Plan plan, Tally tally) {
        this.job = job;
        this.plan = plan;
        this.tally = tally;
    }

    /**
     * Compacts all hours that are due.
     *
     * @throws InterruptedException if the thread is interrupted; hours under way end without being noted
     */
    void compact() throws InterruptedException {
        AtomicInteger number = new AtomicInteger();
        ExecutorService threads = Executors.newFixedThreadPool(
                job.hoursAtATime(), task -> new Thread(task, "persistor-compact-" + number.incrementAndGet()));
        try (Persistor persistor = persistor()) {
            Archive target = job.targetArchive();
            List<Future<?>> hours = new ArrayList<>();
            plan.due().forEach(hour -> hours.add(threads.submit(() -> compact(hour, target, persistor))));
            for (Future<?> hour : hours) {
                await(hour);
            }
        } finally {
            threads.shutdownNow();
        }
    }

    private Persistor persistor() {
        return Persistor.builder(job.target())
                .naming(job.naming())
                .format(job.format())
                .batching(new Batching(Math.max(2, job.batchMessages()), NO_BOUND, Duration.ofMillis(1), NO_BOUND))
                .concurrency(job.hoursAtATime())
                .build();
    }

    private static void await(Future<?> hour) throws InterruptedException {
        try {
            hour.get();
        } catch (ExecutionException e) {
            throw Causes.thrown(e);
        }
    }

    private void compact(SourceHour hour, Archive target, Persistor persistor) {
        if (tally.isStopped() || job.stop().getAsBoolean()) {
            tally.stop();
            return;
        }
        Originals originals = plan.listing().originals(hour);
        try {
            tally.add(hour, new HourCompaction(job, target, persistor, hour, originals).compact(plan.lost(hour)));
        } catch (CancellationException e) {
            tally.stop();
        } catch (BlobStoreException | PersistException e) {
            // The next hour would fail as well, after as long a time of retries.
            tally.stop();
            tally.add(hour, HourResult.failed(reason(e)));
        }
        job.listener().ended(hour);
    }

    private static String reason(RuntimeException failure) {
        return failure instanceof PersistException refused ? refused.reason() : FailureText.of(failure);
    }
}
