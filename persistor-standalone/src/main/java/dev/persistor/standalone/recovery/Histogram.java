package dev.persistor.standalone.recovery;

import java.io.PrintWriter;
import java.util.Arrays;

/**
 * Draws how many messages there are in each bucket: a column a bucket, blank where there are none.
 *
 * <p>Immutable.
 */
final class Histogram {

    private static final String BLOCKS = "▁▂▃▄▅▆▇█";
    private static final String ASCII = ".:-=+*#@";

    private final String levels;
    private final char frame;

    private Histogram(String levels, char frame) {
        this.levels = levels;
        this.frame = frame;
    }

    static Histogram ofBlocks() {
        return new Histogram(BLOCKS, '│');
    }

    static Histogram ofAscii() {
        return new Histogram(ASCII, '|');
    }

    /** Prints rows of columns, each with the time at which it begins. */
    void print(PrintWriter out, Buckets buckets, long[] sums) {
        long most = Arrays.stream(sums).max().orElse(0);
        for (int begin = 0; begin < sums.length; begin += Buckets.COLUMNS) {
            StringBuilder row = new StringBuilder();
            for (int index = begin; index < Math.min(sums.length, begin + Buckets.COLUMNS); index++) {
                row.append(column(sums[index], most));
            }
            out.println("  " + buckets.start(begin) + " " + frame + row + frame);
        }
    }

    /** A single message shows, however many there are elsewhere. */
    private char column(long sum, long most) {
        return sum == 0 ? ' ' : levels.charAt((int) ((sum * levels.length() - 1) / most));
    }
}
