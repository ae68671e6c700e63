package dev.persistor.core.store;

import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Lists and opens the blobs that are there.
 *
 * <p>Implementations are safe for use by many threads.
 */
public interface BlobSource {

    /**
     * Lists blobs in the order of their names, lazily: a store of millions costs no more memory than a page. Objects whose names
     * Persistor cannot have written are listed too, with {@linkplain BlobName#isForeign() foreign} names, so that nothing that is
     * there goes unseen and a listing can go on after any of them. No name is empty: the marker of the folder that the store itself
     * is in is not listed.
     *
     * @param prefix how the names begin, whole segments or not; empty for all
     * @param startAfter only names after this one in order, which may be a foreign one; empty for all
     * @return the blobs; the stream throws {@link BlobStoreException} when it is read and the store fails
     */
    Stream<BlobInfo> list(String prefix, String startAfter);

    /** Lists all the blobs whose names begin with the prefix; see {@link #list(String, String)}. */
    default Stream<BlobInfo> list(String prefix) {
        return list(prefix, "");
    }

    /**
     * Lists blobs between two names; see {@link #list(String, String)}. A store that can have its service end the listing there asks
     * for no blob beyond. By default they are listed and left out.
     *
     * @param before only names before this one in order
     */
    default Stream<BlobInfo> list(String prefix, String startAfter, String before) {
        return list(prefix, startAfter)
                .takeWhile(blob -> BlobName.ORDER.compare(blob.name().value(), before) < 0);
    }

    /**
     * Returns the first blob of a listing; see {@link #list(String, String)}. A store that can ask its service for one blob alone
     * does. By default a page is listed.
     *
     * @throws BlobStoreException if the store fails
     */
    default Optional<BlobInfo> first(String prefix, String startAfter) {
        try (Stream<BlobInfo> blobs = list(prefix, startAfter)) {
            return blobs.findFirst();
        }
    }

    /**
     * Returns what the store knows of a blob, or nothing when it is not there.
     *
     * @throws BlobStoreException if the store fails
     */
    Optional<BlobInfo> find(BlobName name);

    /**
     * Lists the blobs that the store still describes and whose content it has lost, as the file store does of a file that was deleted,
     * or whose writer died before it was complete. By default none.
     *
     * @param prefix how their names begin; empty for all
     * @throws BlobStoreException if the store fails
     */
    default List<BlobInfo> withoutContent(String prefix) {
        return List.of();
    }

    /**
     * Opens a blob for one reading.
     *
     * @throws BlobNotFoundException if it is not there
     * @throws BlobStoreException if the store fails
     */
    OpenBlob open(BlobName name);

    /**
     * Returns how many blobs should be opened at a time: callers that open many ask again before each. A store that has found out
     * what its service serves best returns that. By default 16.
     */
    default int readConcurrency() {
        return 16;
    }

    /**
     * Opens a blob for one reading that was listed or found before. A store that would first have to ask what the caller knows
     * already need not: then the blob is described as it was known, and one that was replaced since looks damaged. By default as
     * {@link #open(BlobName)}.
     *
     * @throws BlobNotFoundException if it is not there
     * @throws BlobStoreException if the store fails
     */
    default OpenBlob open(BlobInfo known) {
        return open(known.name());
    }
}
