package dev.persistor.core.store;

import java.util.List;

/**
 * Decides, for every store alike, whether an existing blob is the one about to be written.
 *
 * <p>Size and CRC32C must be equal. Two messages may have the same payload, though, so where both blobs have one of the
 * {@linkplain #IDENTITY_KEYS identity keys} in their metadata, its values must be equal, too. One of them is a digest of all of a
 * message's content. Other metadata may differ: it can hold what changes from one delivery of a message to the next.
 *
 * <p>A sidecar's content may hold that, too. Where both blobs have a {@link #SIDECAR_OF}, only its values are compared.
 */
public final class ExistingBlob {

    /** The metadata keys that say which messages a blob holds. */
    public static final List<String> IDENTITY_KEYS =
            List.of("persistor-id", "persistor-source", "persistor-log", "persistor-publish-time", "persistor-digest");

    /** The metadata key by which a sidecar says which message it belongs to: the digest of the message's content. */
    public static final String SIDECAR_OF = "persistor-sidecar-of";

    private ExistingBlob() {}

    /**
     * Compares what is there with what was to be written.
     *
     * @param blob the blob that found its name taken
     * @param existing what the store says of the blob that is there
     * @return always {@link PutResult#ALREADY_EXISTS}
     * @throws BlobCollisionException if they are not the same
     */
    public static PutResult compare(Blob blob, BlobInfo existing) {
        if (existing.problem().isPresent()) {
            throw new BlobCollisionException(
                    blob.name(), "damaged: " + existing.problem().get());
        }
        if (isOfBoth(SIDECAR_OF, blob, existing)) {
            requireEqual(SIDECAR_OF, blob, existing);
            return PutResult.ALREADY_EXISTS;
        }
        if (existing.size() != blob.size()) {
            throw new BlobCollisionException(blob.name(), existing.size() + " bytes instead of " + blob.size());
        }
        int crc32c = existing.crc32c()
                .orElseThrow(() -> new BlobCollisionException(
                        blob.name(), "written by another program, without a CRC32C to compare"));
        if (crc32c != blob.crc32c()) {
            throw new BlobCollisionException(
                    blob.name(),
                    "CRC32C " + Integer.toHexString(crc32c) + " instead of " + Integer.toHexString(blob.crc32c()));
        }
        for (String key : IDENTITY_KEYS) {
            if (isOfBoth(key, blob, existing)) {
                requireEqual(key, blob, existing);
            }
        }
        return PutResult.ALREADY_EXISTS;
    }

    /** Tells whether an existing blob has the bytes of the one about to be written, as far as size and checksum say. */
    public static boolean hasSameBytes(Blob blob, BlobInfo existing) {
        return existing.size() == blob.size()
                && existing.crc32c().isPresent()
                && existing.crc32c().getAsInt() == blob.crc32c();
    }

    private static boolean isOfBoth(String key, Blob blob, BlobInfo existing) {
        return existing.metadata().get(key).isPresent()
                && blob.metadata().get(key).isPresent();
    }

    private static void requireEqual(String key, Blob blob, BlobInfo existing) {
        if (!existing.metadata().get(key).equals(blob.metadata().get(key))) {
            throw new BlobCollisionException(blob.name(), "it belongs to a different message: its " + key + " differs");
        }
    }
}
