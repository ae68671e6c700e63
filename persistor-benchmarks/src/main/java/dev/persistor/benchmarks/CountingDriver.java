package dev.persistor.benchmarks;

import dev.persistor.core.store.Blob;
import dev.persistor.core.store.BlobDriver;
import dev.persistor.core.store.BlobInfo;
import dev.persistor.core.store.BlobLimits;
import dev.persistor.core.store.BlobPage;
import dev.persistor.core.store.BlobRange;
import dev.persistor.core.store.FailureKind;
import dev.persistor.core.store.OpenBlob;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Counts the calls to a driver, each of which is a request to its service.
 *
 * <p>Thread-safe.
 */
final class CountingDriver implements BlobDriver {

    private final BlobDriver driver;
    private final AtomicLong written = new AtomicLong();
    private final AtomicLong read = new AtomicLong();
    private final AtomicLong listed = new AtomicLong();

    CountingDriver(BlobDriver driver) {
        this.driver = driver;
    }

    /** Returns how many blobs were created since the last call, or would have been. */
    long written() {
        return written.getAndSet(0);
    }

    /** Returns how many blobs were opened or looked up since the last call. */
    long read() {
        return read.getAndSet(0);
    }

    /** Returns how many pages were listed since the last call. */
    long listed() {
        return listed.getAndSet(0);
    }

    @Override
    public String address() {
        return driver.address();
    }

    @Override
    public BlobLimits limits() {
        return driver.limits();
    }

    @Override
    public boolean create(String key, Blob blob) throws Exception {
        written.incrementAndGet();
        return driver.create(key, blob);
    }

    @Override
    public Optional<BlobInfo> find(String key) throws Exception {
        read.incrementAndGet();
        return driver.find(key);
    }

    @Override
    public Optional<OpenBlob> open(String key) throws Exception {
        read.incrementAndGet();
        return driver.open(key);
    }

    @Override
    public Optional<OpenBlob> open(String key, BlobInfo known) throws Exception {
        read.incrementAndGet();
        return driver.open(key, known);
    }

    @Override
    public boolean listsFromAnyKey() {
        return driver.listsFromAnyKey();
    }

    @Override
    public BlobPage page(BlobRange range) throws Exception {
        return counted(driver.page(range));
    }

    private BlobPage counted(BlobPage page) {
        listed.incrementAndGet();
        return page.next()
                .map(next -> BlobPage.of(page.blobs(), () -> counted(next.fetch())))
                .orElse(page);
    }

    @Override
    public FailureKind kindOf(Exception failure) {
        return driver.kindOf(failure);
    }

    @Override
    public void close() throws Exception {
        driver.close();
    }
}
