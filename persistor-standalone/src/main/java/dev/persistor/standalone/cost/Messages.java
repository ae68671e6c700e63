package dev.persistor.standalone.cost;

/**
 * Messages of a steady stream, of which some are counted.
 *
 * <p>Immutable.
 *
 * @param number how many are counted
 * @param rate how many come in a second
 * @param size the bytes of a payload
 * @param extra the bytes of a message's attributes, id and time, which travel and are stored with it
 */
record Messages(double number, double rate, long size, long extra) {

    private static final double KIB = 1024;

    /** Returns how long it takes until all have come. */
    double seconds() {
        return number / rate;
    }

    /** Returns the bytes of one message. */
    long bytes() {
        return size + extra;
    }

    /** Returns the bytes of all messages. */
    double allBytes() {
        return number * bytes();
    }

    /** Returns for how many KiB a payload's work counts; a small message is as much work as one of 1 KiB. */
    double kib() {
        return Math.max(1, size / KIB);
    }

    /** Returns in how many steps of so many bytes a broker counts one message. */
    long steps(long step) {
        return (bytes() + step - 1) / step;
    }
}
