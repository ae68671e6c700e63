package dev.persistor.testkit;

import dev.persistor.core.store.BlobStore;
import dev.persistor.core.store.memory.MemoryBlobStore;

class MemoryBlobStoreContractTest extends BlobStoreContract {

    private final MemoryBlobStore store = new MemoryBlobStore();

    @Override
    protected BlobStore openStore() {
        return store;
    }
}
