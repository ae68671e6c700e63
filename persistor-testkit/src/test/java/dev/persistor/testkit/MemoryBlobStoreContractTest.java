package dev.persistor.testkit;

import dev.persistor.core.store.BlobStore;
import dev.persistor.core.store.memory.MemoryDriver;

class MemoryBlobStoreContractTest extends BlobStoreContract {

    private final FaultyBlobDriver driver = FaultyBlobDriver.over(new MemoryDriver());
    private final BlobStore store = BlobStore.over(driver);

    @Override
    protected BlobStore openStore() {
        return store;
    }

    @Override
    protected StoreCapabilities capabilities() {
        return StoreCapabilities.local().failingReads(driver::failReads);
    }
}
