package dev.persistor.core.pull;

import dev.persistor.core.log.OutageLog;
import dev.persistor.core.thread.DaemonThreads;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;

/**
 * Tells the broker what became of deliveries, on a thread of its own. While one call is under way others gather for the next,
 * so that a flood takes few calls and a trickle waits for nothing.
 *
 * <p>Thread-safe.
 */
final class AckSender<H> {

    private static final Logger LOG = LoggerFactory.getLogger(PullRun.class);

    private final OutageLog outages = new OutageLog(LOG);

    private final PullBroker<H> broker;
    private final Consumer<Error> onError;
    private final Thread thread = DaemonThreads.of("persistor-pull-settler", this::run);
    private List<H> durable = new ArrayList<>();
    private List<H> returned = new ArrayList<>();
    private boolean closed;

    /**
     * Starts the thread.
     *
     * @param onError called by the thread when an {@link Error} keeps it from telling the broker something
     */
    AckSender(PullBroker<H> broker, Consumer<Error> onError) {
        this.broker = broker;
        this.onError = onError;
        thread.start();
    }

    synchronized void acknowledge(H delivery) {
        wake();
        durable.add(delivery);
    }

    synchronized void giveBack(H delivery) {
        wake();
        returned.add(delivery);
    }

    /** The thread waits only while there is nothing to tell. */
    private synchronized void wake() {
        if (durable.isEmpty() && returned.isEmpty()) {
            notifyAll();
        }
    }

    private void run() {
        try {
            tellUntilClosed();
        } catch (Error e) {
            onError.accept(e);
        }
    }

    private void tellUntilClosed() {
        boolean more = true;
        while (more) {
            List<H> toAcknowledge;
            List<H> toGiveBack;
            synchronized (this) {
                awaitWork();
                toAcknowledge = durable;
                toGiveBack = returned;
                durable = new ArrayList<>();
                returned = new ArrayList<>();
                more = !closed || !toAcknowledge.isEmpty() || !toGiveBack.isEmpty();
            }
            tell("acknowledge", broker::acknowledge, toAcknowledge);
            tell("return", broker::giveBack, toGiveBack);
        }
    }

    /** Goes on when it is interrupted: this thread has no other user, and it ends when it is closed. */
    private synchronized void awaitWork() {
        while (!closed && durable.isEmpty() && returned.isEmpty()) {
            try {
                wait();
            } catch (InterruptedException e) {
                LOG.debug("Interrupted by another thread; goes on", e);
            }
        }
    }

    private void tell(String what, Consumer<List<H>> call, List<H> deliveries) {
        if (deliveries.isEmpty()) {
            return;
        }
        try {
            call.accept(deliveries);
            outages.succeeded("Answering the broker");
        } catch (RuntimeException e) {
            outages.failed(
                    Level.WARN,
                    "Answering the broker",
                    OutageLog.kindOf(e),
                    () -> "Cannot " + what + " " + deliveries.size()
                            + " message(s); the broker delivers them again, which is harmless: " + e.getMessage());
        } catch (Error e) {
            onError.accept(e);
        }
    }

    /** Returns when all has been told. */
    void close() {
        synchronized (this) {
            closed = true;
            notifyAll();
        }
        try {
            thread.join();
        } catch (InterruptedException e) {
            // What is not told is delivered again when its deadline passes.
            Thread.currentThread().interrupt();
        }
        outages.close();
    }
}
