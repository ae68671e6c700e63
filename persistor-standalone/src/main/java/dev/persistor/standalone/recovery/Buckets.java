package dev.persistor.standalone.recovery;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Equal stretches of time from one instant to another, all of them, so that an empty one shows.
 *
 * <p>Immutable.
 *
 * @param width how long each is, in seconds
 * @param first which one is the first, counted from 1970
 * @param count how many there are
 */
record Buckets(long width, long first, int count) {

    /** The maximum number of columns if their width is not set. */
    static final int COLUMNS = 60;

    private static final int FEWEST = 20;

    /** Those that people count in. */
    private static final long[] USUAL = {
        1, 2, 5, 10, 15, 20, 30, 60, 120, 300, 600, 900, 1_200, 1_800, 3_600, 7_200, 10_800, 14_400, 21_600, 43_200,
        86_400, 172_800, 604_800
    };

    /**
     * A stretch in which nothing was published.
     *
     * @param from when it begins
     * @param to when it ends
     */
    record Stretch(Instant from, Instant to) {

        Duration length() {
            return Duration.between(from, to);
        }
    }

    /** Chooses buckets that messages counted in steps of some seconds fit into exactly. */
    static Buckets fitting(Instant from, Instant last, long step) {
        for (long width : USUAL) {
            long columns = columns(from, last, width);
            if (width % step == 0 && columns <= COLUMNS) {
                // A step that divides no smaller usual width would leave but a few columns.
                return columns >= FEWEST || step == 1 ? of(from, last, width) : fine(from, last, step);
            }
        }
        return fine(from, last, step);
    }

    /** About the narrowest that are few enough. */
    private static Buckets fine(Instant from, Instant last, long step) {
        long seconds = last.getEpochSecond() - from.getEpochSecond() + 1;
        long narrow = ((seconds - 1) / (step * COLUMNS) + 1) * step;
        // Where the first begins before the range does, one more may be needed than fits.
        long wide = ((seconds - 1) / (step * (COLUMNS - 1)) + 1) * step;
        return of(from, last, columns(from, last, narrow) <= COLUMNS ? narrow : wide);
    }

    /** Returns how many buckets of a width there are. */
    static long columns(Instant from, Instant last, long width) {
        return Math.floorDiv(last.getEpochSecond(), width) - Math.floorDiv(from.getEpochSecond(), width) + 1;
    }

    /**
     * Returns the buckets of a width.
     *
     * @throws ArithmeticException if there are more than an array can hold
     */
    static Buckets of(Instant from, Instant last, long width) {
        return new Buckets(
                width, Math.floorDiv(from.getEpochSecond(), width), Math.toIntExact(columns(from, last, width)));
    }

    /** Returns when one begins. */
    Instant start(int index) {
        return Instant.ofEpochSecond((first + index) * width);
    }

    /** Sums up counts by the starts of their steps; what lies outside goes to the nearest. */
    long[] sums(Map<Instant, Long> counts) {
        long[] sums = new long[count];
        counts.forEach((start, number) -> {
            long index = Math.floorDiv(start.getEpochSecond(), width) - first;
            sums[(int) Math.max(0, Math.min(count - 1, index))] += number;
        });
        return sums;
    }

    /** Returns the stretches of buckets that are empty. */
    List<Stretch> empty(long[] sums) {
        List<Stretch> stretches = new ArrayList<>();
        int index = 0;
        while (index < sums.length) {
            int begin = index;
            while (index < sums.length && sums[index] == 0) {
                index++;
            }
            if (index > begin) {
                stretches.add(new Stretch(start(begin), start(index)));
            }
            index++;
        }
        return stretches;
    }
}
