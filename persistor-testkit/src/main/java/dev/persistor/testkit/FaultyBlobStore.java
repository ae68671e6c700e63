package dev.persistor.testkit;

import dev.persistor.core.store.Blob;
import dev.persistor.core.store.BlobInfo;
import dev.persistor.core.store.BlobLimits;
import dev.persistor.core.store.BlobName;
import dev.persistor.core.store.BlobStore;
import dev.persistor.core.store.BlobStoreException;
import dev.persistor.core.store.OpenBlob;
import dev.persistor.core.store.PutResult;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;

/**
 * A store that fails on purpose: by a script, by chance, or until it is told to work again. Between faults it is the
 * store that it wraps.
 *
 * <p>Thread-safe.
 */
public final class FaultyBlobStore implements BlobStore {

    /** What happens to a write. */
    public enum Fault {
        /** Nothing is written, and the caller is told that it failed. */
        BEFORE_WRITE,
        /** The blob is written, and the caller is told that it failed: the answer was lost. */
        AFTER_WRITE,
        /** Nothing is written, and no other try will help. */
        PERMANENT,
        /** Nothing goes wrong. */
        NONE
    }

    private final BlobStore store;
    private final Deque<Fault> script = new ArrayDeque<>();
    private final Random random;
    private final double probability;
    private final long seed;
    private final AtomicBoolean down = new AtomicBoolean();
    private final AtomicLong faults = new AtomicLong();

    private FaultyBlobStore(BlobStore store, double probability, long seed) {
        this.store = store;
        this.probability = probability;
        this.seed = seed;
        this.random = new Random(seed);
    }

    /** Returns a store that works until it is told otherwise by {@link #script} or {@link #setDown}. */
    public static FaultyBlobStore over(BlobStore store) {
        return new FaultyBlobStore(store, 0, 0);
    }

    /**
     * Returns a store in which writes fail by chance, half of them before and half after the blob is written.
     *
     * @param probability how likely a write fails, from 0 to 1
     * @param seed the same seed gives the same faults to the same sequence of writes
     */
    public static FaultyBlobStore random(BlobStore store, double probability, long seed) {
        return new FaultyBlobStore(store, probability, seed);
    }

    /** Says what happens to the next writes, one each; afterwards the store works. */
    public synchronized FaultyBlobStore script(Fault... next) {
        for (Fault fault : next) {
            script.add(fault);
        }
        return this;
    }

    /** Makes every write and read fail from now on, or none any more. */
    public void setDown(boolean isDown) {
        down.set(isDown);
    }

    /** Returns how many faults there were. */
    public long faults() {
        return faults.get();
    }

    @Override
    public PutResult put(Blob blob) {
        Fault fault = nextFault();
        if (fault == Fault.NONE) {
            return store.put(blob);
        }
        faults.incrementAndGet();
        if (fault == Fault.PERMANENT) {
            throw BlobStoreException.permanent("write " + blob.name() + ": injected fault " + fault);
        }
        if (fault == Fault.AFTER_WRITE) {
            PutResult lost = store.put(blob);
            throw BlobStoreException.retryable(
                    "write " + blob.name() + ": injected fault, the answer " + lost + " was lost");
        }
        throw BlobStoreException.retryable("write " + blob.name() + ": injected fault " + fault);
    }

    private synchronized Fault nextFault() {
        if (down.get()) {
            return Fault.BEFORE_WRITE;
        }
        Fault scripted = script.poll();
        if (scripted != null) {
            return scripted;
        }
        if (random.nextDouble() >= probability) {
            return Fault.NONE;
        }
        return random.nextBoolean() ? Fault.BEFORE_WRITE : Fault.AFTER_WRITE;
    }

    private void requireUp(String verb) {
        if (down.get()) {
            faults.incrementAndGet();
            throw BlobStoreException.retryable(verb + ": injected fault");
        }
    }

    @Override
    public BlobLimits limits() {
        return store.limits();
    }

    @Override
    public Stream<BlobInfo> list(String prefix, String startAfter) {
        requireUp("list");
        return store.list(prefix, startAfter);
    }

    @Override
    public Optional<BlobInfo> find(BlobName name) {
        requireUp("find " + name);
        return store.find(name);
    }

    @Override
    public OpenBlob open(BlobName name) {
        requireUp("open " + name);
        return store.open(name);
    }

    @Override
    public String toString() {
        return "faulty " + store + " (probability " + probability + ", seed " + seed + ")";
    }

    @Override
    public void close() {
        store.close();
    }
}
