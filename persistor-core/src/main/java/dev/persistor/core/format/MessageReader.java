package dev.persistor.core.format;

import dev.persistor.core.message.Message;
import java.util.Iterator;

/**
 * The messages of one blob, one after another.
 *
 * <p>A blob that is torn or damaged still gives every message in it that is whole. Then {@link #hasNext} throws one
 * {@link FormatException}, which says where the damage is. So after reading to the end, the checksum is verified.
 * A store that fails while it is read throws {@link dev.persistor.core.store.BlobStoreException}, and from then on each
 * time: only another reader can read the blob.
 *
 * <p>Not thread-safe.
 */
public interface MessageReader extends Iterator<Message>, AutoCloseable {

    /**
     * Tells whether there is another message.
     *
     * @throws FormatException once, after the last whole message, if the blob is torn or damaged
     * @throws dev.persistor.core.store.BlobStoreException if the store fails
     */
    @Override
    boolean hasNext();

    /** Releases what the reader holds; the blob stays its opener's to close. */
    @Override
    void close();
}
