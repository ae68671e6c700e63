package dev.persistor.core;

import java.util.concurrent.atomic.LongAdder;

/**
 * Counts what became of messages since the process began.
 *
 * <p>Thread-safe.
 */
public final class Counters {

    private final LongAdder persisted = new LongAdder();
    private final LongAdder alreadyThere = new LongAdder();
    private final LongAdder failed = new LongAdder();
    private final LongAdder retried = new LongAdder();
    private final LongAdder collided = new LongAdder();
    private final LongAdder rejected = new LongAdder();
    private final LongAdder quarantined = new LongAdder();

    /** Starts at nothing. */
    public Counters() {}

    /** Returns how many messages were written to a new blob. */
    public long persisted() {
        return persisted.sum();
    }

    /** Returns how many messages were found in a blob that was there: redeliveries. */
    public long alreadyThere() {
        return alreadyThere.sum();
    }

    /** Returns how many times a message could not be made durable, so that its broker must deliver it again. */
    public long failed() {
        return failed.sum();
    }

    /** Returns how many attempts to write a blob failed and were followed by another. */
    public long retried() {
        return retried.sum();
    }

    /** Returns how many times a message found its name taken by another and went to a name derived from it. */
    public long collided() {
        return collided.sum();
    }

    /** Returns how many events could not be understood. */
    public long rejected() {
        return rejected.sum();
    }

    /** Returns how many of the rejected events were stored in quarantine. */
    public long quarantined() {
        return quarantined.sum();
    }

    void countPersisted() {
        persisted.increment();
    }

    void countAlreadyThere() {
        alreadyThere.increment();
    }

    void countFailed() {
        failed.increment();
    }

    void countRetried() {
        retried.increment();
    }

    void countCollided() {
        collided.increment();
    }

    void countRejected() {
        rejected.increment();
    }

    void countQuarantined() {
        quarantined.increment();
    }

    @Override
    public String toString() {
        return "persisted=" + persisted + " alreadyThere=" + alreadyThere + " failed=" + failed + " retried=" + retried
                + " collided=" + collided + " rejected=" + rejected + " quarantined=" + quarantined;
    }
}
