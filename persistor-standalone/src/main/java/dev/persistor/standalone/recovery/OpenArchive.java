package dev.persistor.standalone.recovery;

import dev.persistor.core.archive.Archive;
import dev.persistor.core.archive.MessageFilter;
import dev.persistor.core.naming.PathTemplate;
import dev.persistor.core.store.BlobStore;

/**
 * An archive that is open, and what is wanted of it.
 *
 * <p>Immutable.
 */
record OpenArchive(BlobStore store, Archive archive, MessageFilter filter, PathTemplate template)
        implements AutoCloseable {

    @Override
    public void close() {
        store.close();
    }
}
