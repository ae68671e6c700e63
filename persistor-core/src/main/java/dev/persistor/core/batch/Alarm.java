package dev.persistor.core.batch;

import java.time.Duration;

/** Rings once, later, on a thread of its own. */
@FunctionalInterface
interface Alarm {

    /**
     * Sets the alarm.
     *
     * @return turns it off, if it has not rung
     */
    Runnable ringAfter(Duration delay, Runnable ring);
}
