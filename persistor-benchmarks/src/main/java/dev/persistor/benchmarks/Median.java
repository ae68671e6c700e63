package dev.persistor.benchmarks;

import java.util.Arrays;

/** The figure in the middle, which turns at an odd moment do not move. */
public final class Median {

    private Median() {}

    /** Returns the median, the upper of two, and of none that it is no number. */
    public static double of(double... figures) {
        double[] sorted = figures.clone();
        Arrays.sort(sorted);
        return sorted.length == 0 ? Double.NaN : sorted[sorted.length / 2];
    }
}
