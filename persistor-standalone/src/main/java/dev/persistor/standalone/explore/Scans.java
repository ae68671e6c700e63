package dev.persistor.standalone.explore;

import dev.persistor.core.thread.DaemonThreads;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The threads that read the archive: a few scans at a time, since each holds megabytes, and beside them a few single messages.
 *
 * <p>Thread-safe.
 */
final class Scans implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(Scans.class);
    private static final int MOST = 4;
    private static final int MOST_MESSAGES = 2;
    private static final long TICK_MILLIS = 300;

    private final ExecutorService threads = Executors.newCachedThreadPool(DaemonThreads.numbered("persistor-explore"));
    private final ExecutorService messages =
            Executors.newFixedThreadPool(MOST_MESSAGES, DaemonThreads.numbered("persistor-explore-message"));
    private final ScheduledExecutorService clock =
            Executors.newSingleThreadScheduledExecutor(DaemonThreads.numbered("persistor-explore-clock"));
    private final Semaphore free = new Semaphore(MOST);
    private final Set<Scan> underWay = ConcurrentHashMap.newKeySet();
    private final Consumer<Error> fatal;

    /**
     * Begins without scans.
     *
     * @param fatal told of an {@link Error} that ended one
     */
    Scans(Consumer<Error> fatal) {
        this.fatal = fatal;
        ScheduledFuture<?> unused =
                clock.scheduleWithFixedDelay(this::tick, TICK_MILLIS, TICK_MILLIS, TimeUnit.MILLISECONDS);
    }

    private void tick() {
        try {
            underWay.forEach(Scan::tick);
        } catch (RuntimeException e) {
            LOG.error("Cannot show the progress of scans", e);
        } catch (Error e) {
            fatal.accept(e);
        }
    }

    /** Returns how many scans are under way. */
    int count() {
        return underWay.size();
    }

    /**
     * Starts a scan whose lines are the answer.
     *
     * @throws BadRequestException if too many are under way
     */
    void start(Scan scan, Response response, Callback callback) {
        if (!free.tryAcquire()) {
            throw new BadRequestException(
                    503, MOST + " scans are under way, which is the most; stop one, or try again when it has ended");
        }
        response.setStatus(200);
        response.getHeaders().put(HttpHeader.CONTENT_TYPE, "application/x-ndjson");
        scan.sendTo(new LineStream(response, callback, scan::abandon));
        underWay.add(scan);
        threads.execute(() -> run(scan));
    }

    /** Reads a single message when a thread is free for that. The task answers all failures itself. */
    void read(Runnable task) {
        messages.execute(task);
    }

    private void run(Scan scan) {
        try {
            scan.run();
        } catch (Error e) {
            fatal.accept(e);
        } finally {
            underWay.remove(scan);
            free.release();
        }
    }

    /** Stops all scans. */
    @Override
    public void close() {
        clock.shutdownNow();
        underWay.forEach(Scan::abandon);
        threads.shutdownNow();
        messages.shutdownNow();
    }
}
