package dev.persistor.core.store;

/**
 * A place for blobs that can be written and read. There is no way to delete or overwrite in it.
 *
 * <p>Thread-safe.
 */
public interface BlobStore extends BlobSink, BlobSource, AutoCloseable {

    /**
     * Checks that the place of the store exists and that the credentials are accepted, as far as the store can tell, so that a
     * wrong address is reported at the start and by its name. One request. By default nothing is checked.
     *
     * @throws BlobStoreException permanent, if the store cannot work as it is configured; the message says what to correct.
     *     Retryable, if the store does not answer now
     */
    default void check() {}

    /** Returns the address of the store as people know it, for logs; never with a credential in it. */
    @Override
    String toString();

    /** Releases connections. The store is not to be used afterwards. */
    @Override
    void close();
}
