package dev.persistor.core.store;

import java.util.Optional;

/** Another driver, for a test to change below the retries of its store. It leaves that driver open. */
public class ForwardingDriver implements BlobDriver {

    private final BlobDriver driver;

    public ForwardingDriver(BlobDriver driver) {
        this.driver = driver;
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
        return driver.create(key, blob);
    }

    @Override
    public Optional<BlobInfo> find(String key) throws Exception {
        return driver.find(key);
    }

    @Override
    public Optional<OpenBlob> open(String key) throws Exception {
        return driver.open(key);
    }

    @Override
    public BlobPage page(BlobRange range) throws Exception {
        return driver.page(range);
    }

    @Override
    public FailureKind kindOf(Exception failure) {
        return driver.kindOf(failure);
    }
}
