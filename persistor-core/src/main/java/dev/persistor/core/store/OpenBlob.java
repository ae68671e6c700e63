package dev.persistor.core.store;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.util.Objects;

/**
 * A blob that is being read; to be closed by whoever opened it.
 *
 * <p>Not thread-safe.
 */
public final class OpenBlob implements AutoCloseable {

    private final BlobInfo info;
    private final InputStream content;

    /** Takes over the stream, which reads the whole content once. */
    public OpenBlob(BlobInfo info, InputStream content) {
        this.info = Objects.requireNonNull(info, "info");
        this.content = Objects.requireNonNull(content, "content");
    }

    /** Returns what the store knows of the blob. */
    public BlobInfo info() {
        return info;
    }

    /** Returns the content as the store sends it, not checked against the checksum. */
    public InputStream content() {
        return content;
    }

    /**
     * Reads the content to its end and compares size and checksum with what the store says they are.
     *
     * @throws BlobStoreException if reading fails, which another try may mend, or if the bytes are not those that were
     *     stored, which it will not
     */
    public byte[] readVerified() {
        byte[] bytes;
        try {
            bytes = content.readAllBytes();
        } catch (IOException e) {
            throw BlobStoreException.retryable("read " + info.name(), e);
        }
        int actual = Blob.checksum(ByteBuffer.wrap(bytes));
        if (bytes.length != info.size() || info.crc32c().orElse(actual) != actual) {
            throw BlobStoreException.permanent("read " + info.name() + ": damaged: " + bytes.length
                    + " bytes with CRC32C " + Integer.toHexString(actual) + " where " + info.size() + " bytes with "
                    + Integer.toHexString(info.crc32c().orElse(actual)) + " were stored");
        }
        return bytes;
    }

    /**
     * Ends the reading.
     *
     * @throws BlobStoreException if the stream does not close
     */
    @Override
    public void close() {
        try {
            content.close();
        } catch (IOException e) {
            throw BlobStoreException.retryable("close " + info.name(), e);
        }
    }
}
