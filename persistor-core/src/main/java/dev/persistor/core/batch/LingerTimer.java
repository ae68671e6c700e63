package dev.persistor.core.batch;

import dev.persistor.core.thread.DaemonThreads;
import java.time.Duration;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/**
 * One daemon thread on which the alarms of all open batches ring. It starts with the first alarm.
 *
 * <p>Thread-safe.
 */
public final class LingerTimer implements Alarm, AutoCloseable {

    private final ScheduledThreadPoolExecutor thread;

    /** Starts no thread yet. */
    public LingerTimer() {
        thread = new ScheduledThreadPoolExecutor(1, DaemonThreads.numbered("persistor-linger"));
        // Most alarms are turned off before they ring, and must not be held until then.
        thread.setRemoveOnCancelPolicy(true);
    }

    @Override
    public Runnable ringAfter(Duration delay, Runnable ring) {
        ScheduledFuture<?> alarm = thread.schedule(ring, delay.toNanos(), TimeUnit.NANOSECONDS);
        return () -> alarm.cancel(false);
    }

    /** Lets no alarm ring any more. */
    @Override
    public void close() {
        thread.shutdownNow();
    }
}
