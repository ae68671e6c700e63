package dev.persistor.core.format;

import dev.persistor.core.store.BlobInfo;
import dev.persistor.core.store.BlobSource;
import dev.persistor.core.store.OpenBlob;

/**
 * How messages come back out of blobs: the reading half of a {@link MessageFormat}, and all that there is of a layout in
 * which other programs wrote.
 *
 * <p>Implementations are safe for use by many threads.
 */
public interface ReadableFormat {

    /** Returns what the format is called in settings, such as {@code raw}. */
    String name();

    /**
     * Tells whether a blob holds messages in this format, however it is compressed. Sidecars and what is in quarantine hold
     * none.
     */
    boolean holdsMessages(BlobInfo blob);

    /** Reads within the default limits; see {@link #read(OpenBlob, BlobSource, ReadContext)}. */
    default MessageReader read(OpenBlob blob, BlobSource source) {
        return read(blob, source, ReadContext.DEFAULT);
    }

    /**
     * Reads messages back, as a stream: memory does not grow with the blob.
     *
     * @param blob the opened blob, which the caller closes after the reader
     * @param source where the blob's sidecar is, if it has one
     * @param context what is beyond its limits is damage
     * @throws FormatException if the blob is not of this format
     */
    MessageReader read(OpenBlob blob, BlobSource source, ReadContext context);
}
