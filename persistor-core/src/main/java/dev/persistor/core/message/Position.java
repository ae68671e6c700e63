package dev.persistor.core.message;

import java.util.Objects;

/**
 * The place of a message in a log of its broker.
 *
 * <p>The log tells apart two topics or hubs of one name: one that is deleted and created again begins a new log, whose
 * offsets begin again too. On Kafka it is the topic id, on Event Hubs the creation time of the hub. Offsets are compared
 * only within one log.
 *
 * <p>On Event Hubs the offset is the sequence number, which grows by one within a partition, so that a gap is visible. On
 * Service Bus it is the sequence number too, with the partition that its upper 16 bits name.
 *
 * <p>Immutable.
 *
 * @param log the broker's identity of the topic or hub; empty where the broker or the entry point does not give it
 * @param partition the broker's name of the partition; not empty
 * @param offset the place within the partition, 0 or more
 */
public record Position(String log, String partition, long offset) {

    /**
     * Checks the parts.
     *
     * @throws IllegalArgumentException if the partition is empty or the offset negative
     */
    public Position {
        Objects.requireNonNull(log, "log");
        Objects.requireNonNull(partition, "partition");
        if (partition.isEmpty()) {
            throw new IllegalArgumentException("the partition of a position must not be empty");
        }
        if (offset < 0) {
            throw new IllegalArgumentException("the offset of a position must be 0 or more, and is " + offset);
        }
    }

    /**
     * Makes a position in a log whose identity is not known.
     *
     * @throws IllegalArgumentException if the partition is empty or the offset negative
     */
    public Position(String partition, long offset) {
        this("", partition, offset);
    }

    /** Tells whether both are in the same partition of the same log, so that their offsets can be compared. */
    public boolean isComparableTo(Position other) {
        return log.equals(other.log) && partition.equals(other.partition);
    }
}
