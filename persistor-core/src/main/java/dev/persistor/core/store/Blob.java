package dev.persistor.core.store;

import java.nio.ByteBuffer;
import java.util.Objects;
import java.util.zip.CRC32C;

/**
 * A blob to be written: name, content, content type, metadata, and the checksum by which the store proves that it kept
 * the content.
 *
 * <p>There is no content encoding: a store that knows one may serve other bytes than it was given, as Cloud Storage does
 * with {@code gzip}.
 *
 * <p>Immutable.
 */
public final class Blob {

    private final BlobName name;
    private final ByteBuffer content;
    private final String contentType;
    private final BlobMetadata metadata;
    private final int crc32c;

    private Blob(BlobName name, ByteBuffer content, String contentType, BlobMetadata metadata, int crc32c) {
        if (name.isForeign()) {
            throw new IllegalArgumentException("a blob cannot be named " + name + "; see BlobName.of");
        }
        this.name = name;
        this.content = content.slice();
        this.contentType = Objects.requireNonNull(contentType, "contentType");
        this.metadata = Objects.requireNonNull(metadata, "metadata");
        this.crc32c = crc32c;
    }

    /** Returns a blob of the buffer's remaining bytes, which are not copied and must not be changed from now on. */
    public static Blob of(BlobName name, ByteBuffer content, String contentType, BlobMetadata metadata) {
        return of(name, content, contentType, metadata, checksum(content));
    }

    /**
     * Returns a blob of bytes whose checksum is known already.
     *
     * @param content the buffer's remaining bytes, which are not copied and must not be changed from now on
     * @param crc32c their CRC32C; with another, a store refuses the blob
     */
    public static Blob of(BlobName name, ByteBuffer content, String contentType, BlobMetadata metadata, int crc32c) {
        return new Blob(name, content, contentType, metadata, crc32c);
    }

    /** Returns a blob of the array's bytes, which are not copied and must not be changed from now on. */
    public static Blob of(BlobName name, byte[] content, String contentType, BlobMetadata metadata) {
        return of(name, ByteBuffer.wrap(content), contentType, metadata);
    }

    /** Returns the CRC32C (RFC 3720, appendix B.4) of the buffer's remaining bytes; the buffer keeps its position. */
    public static int checksum(ByteBuffer content) {
        CRC32C crc = new CRC32C();
        crc.update(content.duplicate());
        return (int) crc.getValue();
    }

    /**
     * Compares the content with its checksum, for stores whose service does not.
     *
     * @throws BlobStoreException permanent, if they differ: the content is not what it was when the checksum was made
     */
    public void verifyChecksum() {
        int actual = checksum(content);
        if (actual != crc32c) {
            throw BlobStoreException.permanent("write " + name + ": the content has CRC32C "
                    + Integer.toHexString(actual) + ", and " + Integer.toHexString(crc32c) + " was expected");
        }
    }

    /** Returns this blob with other metadata. */
    public Blob withMetadata(BlobMetadata other) {
        return new Blob(name, content, contentType, other, crc32c);
    }

    /** Returns where the blob goes. */
    public BlobName name() {
        return name;
    }

    /** Returns the content: a read-only view of its own position and limit. */
    public ByteBuffer content() {
        return content.asReadOnlyBuffer();
    }

    /** Returns the content in an array of the caller's own, for SDKs that take nothing else. */
    public byte[] contentBytes() {
        byte[] bytes = new byte[content.remaining()];
        content.duplicate().get(bytes);
        return bytes;
    }

    /**
     * Returns the content in a buffer that has an array, for SDKs that take a part of one: large contents are not copied for them.
     *
     * @return the remaining bytes of a buffer whose array may be the blob's own, and must not be changed
     */
    public ByteBuffer contentInArray() {
        return content.hasArray() ? content.duplicate() : ByteBuffer.wrap(contentBytes());
    }

    /** Returns the content's size in bytes, 0 or more. */
    public int size() {
        return content.remaining();
    }

    /** Returns the content's MIME type. */
    public String contentType() {
        return contentType;
    }

    /** Returns what the blob says of itself. */
    public BlobMetadata metadata() {
        return metadata;
    }

    /** Returns the content's CRC32C. */
    public int crc32c() {
        return crc32c;
    }

    @Override
    public String toString() {
        return "Blob[name=" + name + ", size=" + size() + ", crc32c=" + Integer.toHexString(crc32c) + "]";
    }
}
