package dev.persistor.testkit;

import dev.persistor.core.store.Blob;
import dev.persistor.core.store.BlobDriver;
import dev.persistor.core.store.BlobInfo;
import dev.persistor.core.store.BlobLimits;
import dev.persistor.core.store.BlobPage;
import dev.persistor.core.store.BlobRange;
import dev.persistor.core.store.BlobStoreException;
import dev.persistor.core.store.FailureKind;
import dev.persistor.core.store.OpenBlob;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;

/**
 * A driver that fails on purpose: by a script, by chance, or until it is told to work again. Between faults it is the driver that it
 * wraps. Its faults are below the retries of its store, as those of a real service are.
 *
 * <p>Thread-safe.
 */
public final class FaultyBlobDriver implements BlobDriver {

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

    /** Short, so that a listing has a middle. */
    private static final int PAGE = 2;

    /** Of so many faults by chance, one begins a burst. */
    private static final int FAULTS_PER_BURST = 4;

    private final BlobDriver driver;
    private final Deque<Fault> script = new ArrayDeque<>();
    private final Map<String, Integer> burstsUnderWay = new HashMap<>();
    private final Random random;
    private final double probability;
    private final int burst;
    private final Consumer<String> onFault;
    private final AtomicInteger readsToFail = new AtomicInteger();
    private final AtomicBoolean down = new AtomicBoolean();
    private final AtomicLong faults = new AtomicLong();
    private volatile Duration delay = Duration.ZERO;

    private FaultyBlobDriver(BlobDriver driver, double probability, int burst, long seed, Consumer<String> onFault) {
        this.driver = driver;
        this.probability = probability;
        this.burst = burst;
        this.onFault = onFault;
        this.random = new Random(seed);
    }

    /** Returns a driver that works until it is told otherwise by {@link #script} or {@link #setDown}. */
    public static FaultyBlobDriver over(BlobDriver driver) {
        return new FaultyBlobDriver(driver, 0, 1, 0, fault -> {});
    }

    /**
     * Returns a driver in which writes fail by chance, half of them before and half after the blob is written.
     *
     * @param probability how likely a write fails, from 0 to 1
     * @param seed the same seed gives the same faults to the same sequence of writes
     */
    public static FaultyBlobDriver random(BlobDriver driver, double probability, long seed) {
        return new FaultyBlobDriver(driver, probability, 1, seed, fault -> {});
    }

    /**
     * Returns a driver in which writes fail by chance, and one such fault in four is the first of a burst: the next writes
     * of the same blob fail too, so that the burst outlives a short retry.
     *
     * @param probability how likely a write fails, from 0 to 1
     * @param burst how many writes of its blob fail in a burst, the first included
     * @param seed the same seed gives the same faults to the same sequence of writes
     * @param onFault told what happened, at each fault and before its caller is; called by many threads
     */
    public static FaultyBlobDriver inBursts(
            BlobDriver driver, double probability, int burst, long seed, Consumer<String> onFault) {
        return new FaultyBlobDriver(driver, probability, burst, seed, onFault);
    }

    /** Says what happens to the next writes, one each; afterwards the driver works. */
    public synchronized FaultyBlobDriver script(Fault... next) {
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
    public FaultyBlobDriver delay(Duration each) {
        delay = each;
        return this;
    }

    /** Returns how many faults there were. */
    public long faults() {
        return faults.get();
    }

    @Override
    public boolean create(String key, Blob blob) throws Exception {
        awaitDelay(key);
        Fault fault = nextFault(key);
        if (fault == Fault.NONE) {
            return driver.create(key, blob);
        }
        String what = "write " + key + ": injected fault " + fault;
        if (fault == Fault.AFTER_WRITE) {
            String answer = driver.create(key, blob) ? "CREATED" : "ALREADY_EXISTS";
            what = "write " + key + ": injected fault, the answer " + answer + " was lost";
        }
        if (fault == Fault.CORRUPTED) {
            driver.create(key, altered(blob));
            what += ": what was stored has another CRC32C";
        }
        count(what);
        throw fault == Fault.PERMANENT ? BlobStoreException.permanent(what) : BlobStoreException.retryable(what);
    }

    private void awaitDelay(String key) {
        try {
            TimeUnit.NANOSECONDS.sleep(delay.toNanos());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw BlobStoreException.retryable("write " + key + ": interrupted");
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

    private synchronized Fault nextFault(String key) {
        if (down.get()) {
            return Fault.BEFORE_WRITE;
        }
        Fault scripted = script.poll();
        if (scripted != null) {
            return scripted;
        }
        if (burstGoesOn(key)) {
            return Fault.BEFORE_WRITE;
        }
        if (random.nextDouble() >= probability) {
            return Fault.NONE;
        }
        if (burst > 1 && random.nextInt(FAULTS_PER_BURST) == 0) {
            burstsUnderWay.put(key, burst - 1);
        }
        return random.nextBoolean() ? Fault.BEFORE_WRITE : Fault.AFTER_WRITE;
    }

    private boolean burstGoesOn(String key) {
        Integer left = burstsUnderWay.computeIfPresent(key, (burstOf, more) -> more == 0 ? null : more - 1);
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
        return driver.limits();
    }

    @Override
    public boolean listsFromAnyKey() {
        return driver.listsFromAnyKey();
    }

    @Override
    public BlobPage page(BlobRange range) throws Exception {
        requireUp("list");
        return cut(driver.page(range));
    }

    /** Returns short pages, so that a listing can fail in its middle. */
    private BlobPage cut(BlobPage page) {
        List<BlobInfo> blobs = page.blobs();
        if (blobs.size() <= PAGE) {
            return new BlobPage(blobs, page.next().map(next -> () -> {
                requireUp("list");
                return cut(next.fetch());
            }));
        }
        BlobPage rest = new BlobPage(blobs.subList(PAGE, blobs.size()), page.next());
        return BlobPage.of(blobs.subList(0, PAGE), () -> {
            requireUp("list");
            return cut(rest);
        });
    }

    @Override
    public Optional<BlobInfo> find(String key) throws Exception {
        requireUp("find " + key);
        return driver.find(key);
    }

    @Override
    public Optional<BlobInfo> findExisting(String key) throws Exception {
        return driver.findExisting(key);
    }

    @Override
    public Optional<OpenBlob> open(String key) throws Exception {
        requireUp("open " + key);
        return driver.open(key).map(opened -> failing(key, opened));
    }

    @Override
    public Optional<OpenBlob> open(String key, BlobInfo known) throws Exception {
        requireUp("open " + key);
        return driver.open(key, known).map(opened -> failing(key, opened));
    }

    private OpenBlob failing(String key, OpenBlob opened) {
        InputStream content = new FilterInputStream(opened.content()) {
            @Override
            public int read(byte[] bytes, int offset, int length) throws IOException {
                requireUp("read " + key);
                return super.read(bytes, offset, length);
            }
        };
        return new OpenBlob(opened.info(), content);
    }

    @Override
    public void check(String folder) throws Exception {
        driver.check(folder);
    }

    @Override
    public FailureKind kindOf(Exception failure) {
        return driver.kindOf(failure);
    }

    @Override
    public String reasonOf(Exception failure) {
        return driver.reasonOf(failure);
    }

    @Override
    public String place() {
        return driver.place();
    }

    @Override
    public String address() {
        return driver.address();
    }

    @Override
    public void close() throws Exception {
        driver.close();
    }
}
