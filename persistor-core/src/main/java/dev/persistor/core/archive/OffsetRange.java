package dev.persistor.core.archive;

/**
 * Offsets that follow one another.
 *
 * <p>Immutable.
 *
 * @param first the least
 * @param last the greatest, that included
 */
public record OffsetRange(long first, long last) {

    /** Checks the order. */
    public OffsetRange {
        if (first > last) {
            throw new IllegalArgumentException("offsets from " + first + " to " + last + " are not a range");
        }
    }

    /** Returns how many offsets these are. */
    public long size() {
        return last - first + 1;
    }
}
