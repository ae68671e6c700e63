package dev.persistor.standalone.cost;

/**
 * The processor time and latency of archiving.
 *
 * <p>Immutable.
 *
 * @param requestMillis a processor's milliseconds for a request: one that brings messages, or one that writes an object
 * @param kibMillis a processor's milliseconds for each KiB of payload
 * @param writeMillis how long it takes until an object is durable
 */
record Work(double requestMillis, double kibMillis, double writeMillis) {

    private static final double MILLIS = 1_000;

    /**
     * Returns a processor's seconds for a message.
     *
     * @param requests how many requests there are for it; a part of one, if it shares them
     */
    double cpuSeconds(Messages messages, double requests) {
        return (requestMillis * requests + kibMillis * messages.kib()) / MILLIS;
    }

    /** Returns how long a write takes. */
    double writeSeconds() {
        return writeMillis / MILLIS;
    }
}
