package dev.persistor.core.store;

import java.util.List;
import java.util.Optional;

/**
 * Decides, for every store alike, whether a blob that is there is the one about to be written.
 *
 * <p>The content decides: size and CRC32C. Two messages may have the same payload, though, an empty one for instance, so
 * where both blobs name their message by the {@linkplain #IDENTITY_KEYS identity keys}, these must agree too. Other
 * metadata may differ: it can hold what changes from one delivery of a message to the next.
 */
public final class ExistingBlob {

    /** The metadata keys that say which messages a blob holds. */
    public static final List<String> IDENTITY_KEYS =
            List.of("persistor-id", "persistor-source", "persistor-publish-time", "persistor-digest");

    private ExistingBlob() {}

    /**
     * Looks for the blob that has the name, and compares.
     *
     * @param blob the blob that found its name taken
     * @param source where the name is taken
     * @param what was attempted, for the message of a failure
     * @return always {@link PutResult#ALREADY_EXISTS}
     * @throws BlobCollisionException if another blob is there
     * @throws BlobStoreException if the blob cannot be looked for, or, retryable, if it is gone by now
     */
    public static PutResult compareTaken(Blob blob, BlobSource source, String what) {
        BlobInfo existing = source.find(blob.name())
                .orElseThrow(() -> BlobStoreException.retryable(what + ": the name was taken and is free again"));
        return compare(blob, existing);
    }

    /**
     * Looks for a blob whose write was refused for want of a permission, and compares. An identity that may create and not
     * replace is refused so when its blob is there already; as a failure that would bring each redelivery back for ever.
     *
     * @param blob the blob whose write was refused
     * @param source where it may be
     * @return {@link PutResult#ALREADY_EXISTS}, or nothing when it is not there or looking for it is refused, too
     * @throws BlobCollisionException if another blob is there
     */
    public static Optional<PutResult> compareAfterRefusal(Blob blob, BlobSource source) {
        Optional<BlobInfo> existing;
        try {
            existing = source.find(blob.name());
        } catch (BlobStoreException e) {
            // What is to be reported is why the write failed, and whoever asks knows that.
            return Optional.empty();
        }
        return existing.map(info -> compare(blob, info));
    }

    /**
     * Compares what is there with what was to be written.
     *
     * @param blob the blob that found its name taken
     * @param existing what the store says of the blob that is there
     * @return always {@link PutResult#ALREADY_EXISTS}
     * @throws BlobCollisionException if they are not the same
     */
    public static PutResult compare(Blob blob, BlobInfo existing) {
        if (existing.size() != blob.size()) {
            throw new BlobCollisionException(blob.name(), existing.size() + " bytes, and not " + blob.size());
        }
        int crc32c = existing.crc32c()
                .orElseThrow(() -> new BlobCollisionException(
                        blob.name(), "written by another program, without a CRC32C to compare"));
        if (crc32c != blob.crc32c()) {
            throw new BlobCollisionException(
                    blob.name(),
                    "CRC32C " + Integer.toHexString(crc32c) + ", and not " + Integer.toHexString(blob.crc32c()));
        }
        for (String key : IDENTITY_KEYS) {
            Optional<String> there = existing.metadata().get(key);
            Optional<String> here = blob.metadata().get(key);
            if (there.isPresent() && here.isPresent() && !there.equals(here)) {
                throw new BlobCollisionException(blob.name(), "the same bytes, but another " + key);
            }
        }
        return PutResult.ALREADY_EXISTS;
    }
}
