package dev.persistor.core.message;

import java.time.Instant;

/**
 * A range of publish times.
 *
 * <p>Immutable.
 *
 * @param from the first instant in it
 * @param to the first instant after it
 */
public record TimeRange(Instant from, Instant to) {

    /** Every time there is. */
    public static final TimeRange ALL = new TimeRange(Instant.MIN, Instant.MAX);

    /**
     * Checks the range.
     *
     * @throws IllegalArgumentException if it ends before it begins
     */
    public TimeRange {
        if (to.isBefore(from)) {
            throw new IllegalArgumentException("the range ends at " + to + ", before it begins at " + from);
        }
    }

    /** Tells whether a time is in the range. */
    public boolean contains(Instant time) {
        return !time.isBefore(from) && time.isBefore(to);
    }

    /** Tells whether any time from one to another, both included, is in the range. */
    public boolean touches(Instant first, Instant last) {
        return !last.isBefore(from) && first.isBefore(to);
    }
}
