package dev.persistor.standalone.cost;

/**
 * How long instances of a function are billed: while they serve a request at least, together for all requests that they serve
 * at a time.
 *
 * <p>Immutable.
 *
 * @param least the seconds for which an instance is billed at least
 * @param step the seconds in which it is counted on
 */
record Busy(double least, double step) {

    /** Returns what is billed for so many seconds without a pause. */
    double rounded(double seconds) {
        // A hair less, so that 0.3 seconds are three steps of 0.1 and not four.
        double steps = Math.ceil(seconds / step - 1e-9);
        return Math.max(least, steps * step);
    }

    /**
     * Returns how many instances are billed on average, for calls that come at random. Where they are few, each is billed by
     * itself, and overlaps now and then: an instance that serves as many as come is idle with the probability e^-(rate x time).
     * Where they are many, as few instances as possible are full all the time.
     *
     * @param rate how many calls come in a second
     * @param seconds how long one takes
     * @param concurrency how many an instance serves at a time
     * @param cpuSeconds a processor's seconds for one; an instance has one processor
     */
    double instances(double rate, double seconds, double concurrency, double cpuSeconds) {
        double few = -Math.expm1(-rate * rounded(seconds));
        double many = rate * Math.max(seconds / concurrency, cpuSeconds);
        return Math.max(few, many);
    }
}
