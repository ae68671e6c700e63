package dev.persistor.core.store.memory;

import dev.persistor.core.store.PortableBlobStore;

/**
 * A store that lives as long as its process, with the limits of the clouds. "Durable" means here: as long as the store itself. Closing
 * it changes nothing: whoever holds the store can still read it.
 *
 * <p>Thread-safe.
 */
public final class MemoryBlobStore extends PortableBlobStore {

    /** Makes an empty store. */
    public MemoryBlobStore() {
        super(new MemoryDriver());
    }
}
