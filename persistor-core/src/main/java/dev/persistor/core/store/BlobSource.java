package dev.persistor.core.store;

import java.util.Optional;
import java.util.stream.Stream;

/**
 * Lists and opens the blobs that are there.
 *
 * <p>Implementations are safe for use by many threads.
 */
public interface BlobSource {

    /**
     * Lists blobs in the order of their names, lazily: a store of millions costs no more memory than a page.
     *
     * @param prefix how the names begin, whole segments or not; empty for all
     * @param startAfter only names after this one in order; empty for all
     * @return the blobs; the stream throws {@link BlobStoreException} when it is read and the store fails
     */
    Stream<BlobInfo> list(String prefix, String startAfter);

    /** Lists all the blobs whose names begin with the prefix; see {@link #list(String, String)}. */
    default Stream<BlobInfo> list(String prefix) {
        return list(prefix, "");
    }

    /**
     * Returns what the store knows of a blob, or nothing when it is not there.
     *
     * @throws BlobStoreException if the store fails
     */
    Optional<BlobInfo> find(BlobName name);

    /**
     * Opens a blob for one reading.
     *
     * @throws BlobNotFoundException if it is not there
     * @throws BlobStoreException if the store fails
     */
    OpenBlob open(BlobName name);
}
