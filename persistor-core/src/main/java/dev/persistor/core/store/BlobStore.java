package dev.persistor.core.store;

/**
 * A place for blobs that can be written and read. There is no way to delete or overwrite in it.
 *
 * <p>Thread-safe.
 */
public interface BlobStore extends BlobSink, BlobSource, AutoCloseable {

    /** Returns the address of the store as people know it, for logs; never with a credential in it. */
    @Override
    String toString();

    /** Releases connections. The store is not to be used afterwards. */
    @Override
    void close();
}
