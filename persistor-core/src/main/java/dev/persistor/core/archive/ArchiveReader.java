package dev.persistor.core.archive;

import java.util.Iterator;
import java.util.List;

/**
 * The messages of an archive, one after another. A blob that is damaged, or that the store does not give, still gives what
 * is whole in it and ends nothing: it is among the {@link #findings()}.
 *
 * <p>Not thread-safe.
 */
public interface ArchiveReader extends Iterator<ArchivedMessage>, AutoCloseable {

    /**
     * Tells whether there is another message, and waits for it.
     *
     * @throws dev.persistor.core.store.BlobStoreException if the store cannot be listed
     * @throws java.util.concurrent.CancellationException if the thread is interrupted; it stays so
     * @throws Error if an {@link Error} ended a thread that reads: memory has run out, or a class is missing. It says nothing of
     *     the archive, and is not among the damages
     */
    @Override
    boolean hasNext();

    /** Returns what could not be read so far: all of it once there are no more messages. */
    List<Finding> findings();

    /** Returns how many blobs have been read so far. */
    long blobsRead();

    /** Stops reading and gives back what the reader holds. */
    @Override
    void close();
}
