package dev.persistor.core.write;

import java.util.Objects;

/**
 * Offsets of a log that are not archived, and that the broker does not have any more.
 *
 * <p>Immutable.
 *
 * @param source the source that the messages are filed under
 * @param log the broker's identity of the topic or hub; empty where it is not known
 * @param partition the broker's name of the partition
 * @param first the first lost offset
 * @param last the last lost offset
 * @param cause the likely cause, as a sentence without its full stop
 */
public record LostOffsets(String source, String log, String partition, long first, long last, String cause) {

    /** Checks the order of the offsets. */
    public LostOffsets {
        Objects.requireNonNull(source, "source");
        Objects.requireNonNull(log, "log");
        Objects.requireNonNull(partition, "partition");
        Objects.requireNonNull(cause, "cause");
        if (first > last) {
            throw new IllegalArgumentException("the first lost offset is " + first + " and the last is " + last);
        }
    }

    /** Returns the number of lost offsets. */
    public long size() {
        return last - first + 1;
    }
}
