package dev.persistor.standalone.run;

import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The first {@link Error} on any thread of the process. Memory has run out or a class is missing then: no capture can be relied on
 * any more, the process is not ready, and it exits.
 *
 * <p>Thread-safe.
 */
final class FatalError {

    private static final Logger LOG = LoggerFactory.getLogger(FatalError.class);

    private final CountDownLatch reported = new CountDownLatch(1);
    private Optional<String> problem = Optional.empty();

    /**
     * Reports an error. Only the first is logged, since others follow from it.
     *
     * @param where what the thread did
     */
    void report(String where, Error error) {
        synchronized (this) {
            if (problem.isPresent()) {
                return;
            }
            problem = Optional.of("a fatal error: " + error);
        }
        // Before it is logged, which may need memory that is not there.
        reported.countDown();
        LOG.error("{} failed with a fatal error; the process exits: {}", where, error.toString(), error);
    }

    /** Returns what keeps the process from being ready, if an error was reported. */
    synchronized Optional<String> problem() {
        return problem;
    }

    /** Waits for the first error. */
    void await() throws InterruptedException {
        reported.await();
    }
}
