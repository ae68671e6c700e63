package dev.persistor.core.store;

/**
 * The limits of a store.
 *
 * <p>Immutable.
 *
 * @param maxNameBytes the longest name, in bytes of UTF-8
 * @param maxSegmentBytes the longest part of a name between two {@code /}, in bytes of UTF-8
 * @param maxMetadataBytes the most that keys and encoded values of a blob's metadata may have together, in bytes
 */
public record BlobLimits(int maxNameBytes, int maxSegmentBytes, int maxMetadataBytes) {

    /** The least that a store must be able to hold, so that a template which fits one fits all. */
    private static final int LEAST = 100;

    /**
     * Checks the limits.
     *
     * @throws IllegalArgumentException if one is under 100 bytes, with which no archive could be kept
     */
    public BlobLimits {
        if (maxNameBytes < LEAST || maxSegmentBytes < LEAST || maxMetadataBytes < LEAST) {
            throw new IllegalArgumentException("a store must hold names, segments and metadata of at least " + LEAST
                    + " bytes, not " + maxNameBytes + ", " + maxSegmentBytes + " and " + maxMetadataBytes);
        }
    }

    /** Returns what can be held under these limits and under the others. */
    public BlobLimits least(BlobLimits others) {
        return new BlobLimits(
                Math.min(maxNameBytes, others.maxNameBytes),
                Math.min(maxSegmentBytes, others.maxSegmentBytes),
                Math.min(maxMetadataBytes, others.maxMetadataBytes));
    }

    /** Returns these limits with room for a prefix that the store puts before each name. */
    public BlobLimits lessPrefix(int prefixBytes) {
        return new BlobLimits(maxNameBytes - prefixBytes, maxSegmentBytes, maxMetadataBytes);
    }
}
