package dev.persistor.core.store;

import java.util.Objects;
import java.util.Optional;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;

/**
 * The description of an existing blob.
 *
 * <p>Immutable.
 */
public final class BlobInfo {

    /** The content type of a blob whose store knows none. */
    public static final String UNKNOWN_TYPE = "application/octet-stream";

    private final BlobName name;
    private final long size;
    private final String contentType;
    private final BlobMetadata metadata;
    private final @Nullable Integer crc32c;
    private final @Nullable String problem;

    private BlobInfo(
            BlobName name,
            long size,
            String contentType,
            BlobMetadata metadata,
            @Nullable Integer crc32c,
            @Nullable String problem) {
        this.name = Objects.requireNonNull(name, "name");
        this.size = size;
        this.contentType = Objects.requireNonNull(contentType, "contentType");
        this.metadata = Objects.requireNonNull(metadata, "metadata");
        this.crc32c = crc32c;
        this.problem = problem;
    }

    /** Returns the description of a blob whose checksum the store keeps. */
    public static BlobInfo of(BlobName name, long size, String contentType, BlobMetadata metadata, int crc32c) {
        return new BlobInfo(name, size, contentType, metadata, crc32c, null);
    }

    /** Returns the description of a blob without a CRC32C, as other programs may have written it. */
    public static BlobInfo withoutChecksum(BlobName name, long size, String contentType, BlobMetadata metadata) {
        return new BlobInfo(name, size, contentType, metadata, null, null);
    }

    /**
     * Returns the description of a blob of which the store has lost more than the name and the size. It counts as damaged, and its
     * store does not open it.
     *
     * @param problem what is wrong and what to do, for people
     */
    public static BlobInfo damaged(BlobName name, long size, String problem) {
        return new BlobInfo(name, size, UNKNOWN_TYPE, BlobMetadata.empty(), null, problem);
    }

    /** Returns the description that a store gives of this blob once it is there. */
    public static BlobInfo of(Blob blob) {
        return of(blob.name(), blob.size(), blob.contentType(), blob.metadata(), blob.crc32c());
    }

    /** Returns this description under another name: the one that the blob has in a folder of its store. */
    BlobInfo named(BlobName other) {
        return other.equals(name) ? this : new BlobInfo(other, size, contentType, metadata, crc32c, problem);
    }

    /** Returns where the blob is. */
    public BlobName name() {
        return name;
    }

    /** Returns the content's size in bytes. */
    public long size() {
        return size;
    }

    /** Returns the content's MIME type; {@code application/octet-stream} where the store knows none. */
    public String contentType() {
        return contentType;
    }

    /** Returns what the blob says of itself. */
    public BlobMetadata metadata() {
        return metadata;
    }

    /** Returns the content's CRC32C, where the store keeps it. */
    public OptionalInt crc32c() {
        return crc32c == null ? OptionalInt.empty() : OptionalInt.of(crc32c);
    }

    /** Returns why the blob cannot be opened, when the store knows that already. */
    public Optional<String> problem() {
        return Optional.ofNullable(problem);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof BlobInfo that
                && name.equals(that.name)
                && size == that.size
                && contentType.equals(that.contentType)
                && metadata.equals(that.metadata)
                && Objects.equals(crc32c, that.crc32c)
                && Objects.equals(problem, that.problem);
    }

    @Override
    public int hashCode() {
        return Objects.hash(name, size, crc32c);
    }

    @Override
    public String toString() {
        return "BlobInfo[name=" + name + ", size=" + size + ", contentType=" + contentType + ", metadata=" + metadata
                + ", crc32c=" + (crc32c == null ? "none" : Integer.toHexString(crc32c))
                + (problem == null ? "" : ", problem=" + problem) + "]";
    }
}
