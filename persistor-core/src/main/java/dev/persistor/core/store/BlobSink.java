package dev.persistor.core.store;

import java.util.List;

/**
 * Writes blobs, each once.
 *
 * <p>An implementer owes, and {@code BlobStoreContract} of the testkit checks:
 *
 * <ul>
 *   <li>{@link #put} returns only when the blob's content and metadata are durable by the store's own definition, and
 *       after the store's answer has been compared with the blob's checksum, where it gives one.
 *   <li>A blob is there whole or not at all, and is never overwritten. Of any number of calls with one name, at most one
 *       says {@link PutResult#CREATED}.
 *   <li>When the name is taken, {@link ExistingBlob#compare} decides. The blob that is there may be the work of an
 *       earlier attempt of this very call whose answer was lost.
 *   <li>It is safe for use by many threads.
 * </ul>
 */
public interface BlobSink {

    /**
     * Makes the blob durable under its name, unless it is there.
     *
     * @return whether this call wrote it
     * @throws BlobCollisionException if another blob has the name
     * @throws BlobStoreException if the blob may not be durable; it says whether trying again can help
     */
    PutResult put(Blob blob);

    /**
     * Makes blobs durable that belong together, one after another: each needs those before it. Where one fails, those after
     * it are not written.
     *
     * @param blobs at least one
     * @return what {@link #put} says of the last
     * @throws BlobCollisionException as {@link #put} does
     * @throws BlobStoreException as {@link #put} does
     */
    default PutResult putAll(List<Blob> blobs) {
        PutResult last = PutResult.ALREADY_EXISTS;
        for (Blob blob : blobs) {
            last = put(blob);
        }
        return last;
    }

    /**
     * Returns how many blobs should be written at a time: callers that write many ask again before each. A store that has found out
     * what its service serves best returns that. By default 32.
     */
    default int writeConcurrency() {
        return 32;
    }

    /** Returns what this sink can hold. */
    BlobLimits limits();
}
