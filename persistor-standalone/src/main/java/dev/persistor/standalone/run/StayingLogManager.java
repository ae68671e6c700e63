package dev.persistor.standalone.run;

import java.util.logging.LogManager;

/**
 * Keeps logging while the process stops. The JDK's own log manager takes all handlers away as soon as the process is told to
 * stop, and the log of the stop would be lost.
 *
 * <p>The property {@code java.util.logging.manager} names it, set before this class or anything else makes the JDK's.
 *
 * <p>Thread-safe.
 */
public final class StayingLogManager extends LogManager {

    /** For the JDK. */
    public StayingLogManager() {}

    /** Does nothing: only the end of the process calls it here. */
    @Override
    public void reset() {}
}
