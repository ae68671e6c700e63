package dev.persistor.core.store;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.util.Objects;

/**
 * A blob that is being read; to be closed by the code that opened it.
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
     * Returns the content as the store sends it; reading it to its end verifies size and checksum.
     *
     * @return a stream that throws {@link BlobDamagedException} at its end when the bytes are not those that were stored,
     *     and a retryable {@link BlobStoreException} when the store fails meanwhile; closing it does nothing
     */
    public InputStream verifiedContent() {
        return new VerifiedInputStream(content, info);
    }

    /**
     * Reads the content to its end and compares size and checksum with what the store says they are.
     *
     * @throws BlobDamagedException if the bytes are not those that were stored
     * @throws BlobStoreException if reading fails, which another try may mend
     */
    public byte[] readVerified() {
        byte[] bytes;
        try {
            bytes = content.readAllBytes();
        } catch (IOException e) {
            throw BlobStoreException.retryable("read " + info.name(), e);
        }
        VerifiedInputStream.verify(info, bytes.length, Blob.checksum(ByteBuffer.wrap(bytes)));
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
