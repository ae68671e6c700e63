package dev.persistor.core.write;

import dev.persistor.core.message.Message;
import dev.persistor.core.store.BlobName;
import dev.persistor.core.store.BlobStoreException;
import java.util.concurrent.atomic.LongAdder;

/**
 * Counts what became of messages since the process began.
 *
 * <p>Thread-safe.
 */
public final class Counters implements PersistorListener {

    private final LongAdder persisted = new LongAdder();
    private final LongAdder alreadyThere = new LongAdder();
    private final LongAdder skippedReplayed = new LongAdder();
    private final LongAdder failed = new LongAdder();
    private final LongAdder retried = new LongAdder();
    private final LongAdder fellBack = new LongAdder();
    private final LongAdder collided = new LongAdder();
    private final LongAdder rejected = new LongAdder();
    private final LongAdder quarantined = new LongAdder();
    private final LongAdder lostOffsets = new LongAdder();
    private final LongAdder recreatedLogs = new LongAdder();
    private final LongAdder flushed = new LongAdder();

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

    /** Returns how many replayed messages were not archived again, as their originals are there. */
    public long skippedReplayed() {
        return skippedReplayed.sum();
    }

    /** Returns how many times a message could not be made durable, so that its broker must deliver it again. */
    public long failed() {
        return failed.sum();
    }

    /** Returns how many attempts to write a blob failed and were followed by another. */
    public long retried() {
        return retried.sum();
    }

    /** Returns how many blobs were left to the fallback store. */
    public long fellBack() {
        return fellBack.sum();
    }

    /** Returns how many times a blob found its name taken by another and went to a name derived from it. */
    public long collided() {
        return collided.sum();
    }

    /** Returns how many events could not be understood, or messages not be encoded. */
    public long rejected() {
        return rejected.sum();
    }

    /** Returns how many of the rejected events were stored in quarantine. */
    public long quarantined() {
        return quarantined.sum();
    }

    /** Returns how many offsets of logs were never read and are gone. */
    public long lostOffsets() {
        return lostOffsets.sum();
    }

    /** Returns how many times a topic or hub was found deleted and created again. */
    public long recreatedLogs() {
        return recreatedLogs.sum();
    }

    /** Returns how many batches were written, or tried. */
    public long flushed() {
        return flushed.sum();
    }

    @Override
    public void persisted(Message message, Receipt receipt) {
        persisted.increment();
    }

    @Override
    public void alreadyThere(Message message, Receipt receipt) {
        alreadyThere.increment();
    }

    @Override
    public void skippedReplayed(Message message, BlobName original) {
        skippedReplayed.increment();
    }

    @Override
    public void failed(Message message, Throwable cause) {
        failed.increment();
    }

    @Override
    public void retried(BlobStoreException failure) {
        retried.increment();
    }

    @Override
    public void fellBack(BlobName blob, BlobStoreException failure) {
        fellBack.increment();
    }

    @Override
    public void collided(BlobName taken, BlobName derived) {
        collided.increment();
    }

    @Override
    public void rejected(RejectedEvent event) {
        rejected.increment();
    }

    @Override
    public void quarantined(RejectedEvent event, BlobName blob) {
        quarantined.increment();
    }

    @Override
    public void lost(LostOffsets offsets) {
        lostOffsets.add(offsets.size());
    }

    @Override
    public void recreated(String source) {
        recreatedLogs.increment();
    }

    @Override
    public void flushed(Flush flush) {
        flushed.increment();
    }

    @Override
    public String toString() {
        return "persisted=" + persisted + " alreadyThere=" + alreadyThere + " skippedReplayed="
                + skippedReplayed + " failed=" + failed + " retried=" + retried
                + " fellBack=" + fellBack + " collided=" + collided + " rejected=" + rejected + " quarantined="
                + quarantined + " lostOffsets=" + lostOffsets + " recreatedLogs=" + recreatedLogs + " flushed="
                + flushed;
    }
}
