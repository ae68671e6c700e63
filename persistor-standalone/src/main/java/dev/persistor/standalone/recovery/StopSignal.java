package dev.persistor.standalone.recovery;

import java.io.PrintWriter;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;

/**
 * Lets Ctrl-C and SIGTERM end a replay in order: nothing more is handed over, what is under way gets an outcome, and the report is
 * printed. When that takes too long, the process ends without it.
 *
 * <p>Thread-safe.
 */
final class StopSignal implements BooleanSupplier, AutoCloseable {

    private static final Duration GRACE = Duration.ofSeconds(10);

    private final PrintWriter err;
    private final String advice;
    private final Thread hook = new Thread(this::stop, "persistor-stop");
    private final CountDownLatch ended = new CountDownLatch(1);
    private volatile boolean stopped;

    private StopSignal(PrintWriter err, String advice) {
        this.err = err;
        this.advice = advice;
    }

    /**
     * Waits for a signal from now on.
     *
     * @param advice how to continue after one
     */
    static StopSignal install(PrintWriter err, String advice) {
        StopSignal signal = new StopSignal(err, advice);
        Runtime.getRuntime().addShutdownHook(signal.hook);
        return signal;
    }

    @Override
    public boolean getAsBoolean() {
        return stopped;
    }

    private void stop() {
        stopped = true;
        print("Stopping. Waiting up to " + GRACE.toSeconds() + " s for the target to answer.");
        if (!isEndedInTime()) {
            print("The target has not answered for all messages sent.");
        }
        print(advice);
    }

    private boolean isEndedInTime() {
        try {
            return ended.await(GRACE.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    private void print(String line) {
        err.println(line);
        err.flush();
    }

    /** Says that the report is printed. */
    @Override
    public void close() {
        ended.countDown();
        if (!stopped) {
            remove();
        }
    }

    private void remove() {
        try {
            Runtime.getRuntime().removeShutdownHook(hook);
        } catch (IllegalStateException e) {
            // The signal came just now. The hook ends by itself.
        }
    }
}
