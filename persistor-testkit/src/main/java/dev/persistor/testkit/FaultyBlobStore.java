package dev.persistor.testkit;

import dev.persistor.core.store.Blob;
import dev.persistor.core.store.BlobInfo;
import dev.persistor.core.store.BlobLimits;
import dev.persistor.core.store.BlobName;
import dev.persistor.core.store.BlobStore;
import dev.persistor.core.store.BlobStoreException;
import dev.persistor.core.store.OpenBlob;
import dev.persistor.core.store.PutResult;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
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
        /**
         * The blob is written with one byte altered, and the caller is told so: a store compares its own checksum with the
         * blob's.
         */
        CORRUPTED,
        /** Nothing goes wrong. */
        NONE
    }

    /** Of so many faults by chance, one begins a burst. */
    private static final int FAULTS_PER_BURST = 4;

    private final BlobStore store;
    private final Deque<Fault> script = new ArrayDeque<>();
    private final Map<BlobName, Integer> burstsUnderWay = new HashMap<>();
    private final Random random;
    private final double probability;
    private final int burst;
    private final long seed;
    private final Consumer<String> onFault;
    private final AtomicInteger readsToFail = new AtomicInteger();
    private final AtomicBoolean down = new AtomicBoolean();
    private final AtomicLong faults = new AtomicLong();
    private volatile Duration delay = Duration.ZERO;

    private FaultyBlobStore(BlobStore store, double probability, int burst, long seed, Consumer<String> onFault) {
        this.store = store;
        this.probability = probability;
        this.burst = burst;
        this.seed = seed;
        this.onFault = onFault;
        this.random = new Random(seed);
    }

    /** Returns a store that works until it is told otherwise by {@link #script} or {@link #setDown}. */
    public static FaultyBlobStore over(BlobStore store) {
        return new FaultyBlobStore(store, 0, 1, 0, fault -> {});
    }

    /**
     * Returns a store in which writes fail by chance, half of them before and half after the blob is written.
     *
     * @param probability how likely a write fails, from 0 to 1
     * @param seed the same seed gives the same faults to the same sequence of writes
     */
    public static FaultyBlobStore random(BlobStore store, double probability, long seed) {
        return new FaultyBlobStore(store, probability, 1, seed, fault -> {});
    }

    /**
     * Returns a store in which writes fail by chance, and one such fault in four is the first of a burst: the next writes
     * of the same blob fail too, so that the burst outlives a short retry.
     *
     * @param probability how likely a write fails, from 0 to 1
     * @param burst how many writes of its blob fail in a burst, the first included
     * @param seed the same seed gives the same faults to the same sequence of writes
     * @param onFault told what happened, at each fault and before its caller is; called by many threads
     */
    public static FaultyBlobStore inBursts(
            BlobStore store, double probability, int burst, long seed, Consumer<String> onFault) {
        return new FaultyBlobStore(store, probability, burst, seed, onFault);
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

    /** Makes the next reads fail, one each: look-ups, openings, readings, and steps of listings. */
    public void failReads(int count) {
        readsToFail.set(count);
    }

    /** Makes every write take so much longer from now on, as a store far away does. */
    public FaultyBlobStore delay(Duration each) {
        delay = each;
        return this;
    }

    /** Returns how many faults there were. */
    public long faults() {
        return faults.get();
    }

    @Override
    public PutResult put(Blob blob) {
        awaitDelay(blob.name());
        Fault fault = nextFault(blob.name());
        if (fault == Fault.NONE) {
            return store.put(blob);
        }
        String what = "write " + blob.name() + ": injected fault " + fault;
        if (fault == Fault.AFTER_WRITE) {
            what = "write " + blob.name() + ": injected fault, the answer " + store.put(blob) + " was lost";
        }
        if (fault == Fault.CORRUPTED) {
            store.put(altered(blob));
            what += ": what was stored has another CRC32C";
        }
        count(what);
        throw fault == Fault.PERMANENT ? BlobStoreException.permanent(what) : BlobStoreException.retryable(what);
    }

    private void awaitDelay(BlobName name) {
        try {
            TimeUnit.NANOSECONDS.sleep(delay.toNanos());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw BlobStoreException.retryable("write " + name + ": interrupted");
        }
    }

    private static Blob altered(Blob blob) {
        byte[] content = blob.size() == 0 ? new byte[1] : blob.contentBytes();
        content[0] ^= 1;
        return Blob.of(blob.name(), content, blob.contentType(), blob.metadata());
    }

    private void count(String fault) {
        faults.incrementAndGet();
        onFault.accept(fault);
    }

    private synchronized Fault nextFault(BlobName name) {
        if (down.get()) {
            return Fault.BEFORE_WRITE;
        }
        Fault scripted = script.poll();
        if (scripted != null) {
            return scripted;
        }
        if (burstGoesOn(name)) {
            return Fault.BEFORE_WRITE;
        }
        if (random.nextDouble() >= probability) {
            return Fault.NONE;
        }
        if (burst > 1 && random.nextInt(FAULTS_PER_BURST) == 0) {
            burstsUnderWay.put(name, burst - 1);
        }
        return random.nextBoolean() ? Fault.BEFORE_WRITE : Fault.AFTER_WRITE;
    }

    private boolean burstGoesOn(BlobName name) {
        Integer left = burstsUnderWay.computeIfPresent(name, (burstOf, more) -> more == 0 ? null : more - 1);
        return left != null;
    }

    private void requireUp(String verb) {
        if (down.get() || readsToFail.getAndUpdate(left -> Math.max(0, left - 1)) > 0) {
            String what = verb + ": injected fault";
            count(what);
            throw BlobStoreException.retryable(what);
        }
    }

    @Override
    public BlobLimits limits() {
        return store.limits();
    }

    @Override
    public Stream<BlobInfo> list(String prefix, String startAfter) {
        requireUp("list");
        return store.list(prefix, startAfter).peek(blob -> requireUp("list"));
    }

    @Override
    public Stream<BlobInfo> list(String prefix, String startAfter, String before) {
        requireUp("list");
        return store.list(prefix, startAfter, before).peek(blob -> requireUp("list"));
    }

    @Override
    public Optional<BlobInfo> first(String prefix, String startAfter) {
        requireUp("list");
        return store.first(prefix, startAfter);
    }

    @Override
    public Optional<BlobInfo> find(BlobName name) {
        requireUp("find " + name);
        return store.find(name);
    }

    @Override
    public OpenBlob open(BlobName name) {
        requireUp("open " + name);
        return failing(store.open(name));
    }

    @Override
    public OpenBlob open(BlobInfo known) {
        requireUp("open " + known.name());
        return failing(store.open(known));
    }

    private OpenBlob failing(OpenBlob opened) {
        InputStream content = new FilterInputStream(opened.content()) {
            @Override
            public int read(byte[] bytes, int offset, int length) throws IOException {
                requireUp("read " + opened.info().name());
                return super.read(bytes, offset, length);
            }
        };
        return new OpenBlob(opened.info(), content);
    }

    @Override
    public void check() {
        store.check();
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
