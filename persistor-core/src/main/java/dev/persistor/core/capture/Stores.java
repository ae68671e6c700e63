package dev.persistor.core.capture;

import dev.persistor.core.store.BlobStore;
import java.util.Optional;

/**
 * The store that blobs go to, and the one that they go to when it takes none.
 *
 * @param store the first
 * @param fallback the second, if there is one
 */
record Stores(BlobStore store, Optional<BlobStore> fallback) implements AutoCloseable {

    @Override
    public void close() {
        try {
            store.close();
        } finally {
            fallback.ifPresent(BlobStore::close);
        }
    }
}
