package dev.persistor.benchmarks.peers;

import java.util.BitSet;
import java.util.OptionalInt;

/**
 * What became of the messages with the numbers below a bound.
 *
 * <p>Thread-safe.
 */
final class Tally {

    private final int expected;
    private final BitSet found = new BitSet();
    private int doubled;
    private int altered;

    /** Begins with nothing found. */
    Tally(int expected) {
        this.expected = expected;
    }

    /** Counts a payload of the archive. */
    void add(byte[] payload) {
        OptionalInt number = Numbered.number(payload);
        synchronized (this) {
            if (number.isEmpty() || number.getAsInt() >= expected) {
                altered++;
            } else if (found.get(number.getAsInt())) {
                doubled++;
            } else {
                found.set(number.getAsInt());
            }
        }
    }

    /** Returns how many numbers are nowhere. */
    synchronized int lost() {
        return expected - found.cardinality();
    }

    /** Returns how many copies there are beside the first ones. */
    synchronized int doubled() {
        return doubled;
    }

    /** Returns how many payloads are not what was sent. */
    synchronized int altered() {
        return altered;
    }
}
