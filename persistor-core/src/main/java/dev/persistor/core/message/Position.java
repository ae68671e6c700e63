package dev.persistor.core.message;

import java.util.Objects;

/**
 * Where a broker with an ordered log keeps a message.
 *
 * <p>On Event Hubs the offset is the sequence number, which grows by one within a partition, so that a gap can be seen;
 * on Service Bus it is the sequence number too, with the partition that its upper 16 bits name.
 *
 * <p>Immutable.
 *
 * @param partition the broker's name of the partition; not empty
 * @param offset the place within the partition, 0 or more
 */
public record Position(String partition, long offset) {

    /**
     * Checks the parts.
     *
     * @throws IllegalArgumentException if the partition is empty or the offset negative
     */
    public Position {
        Objects.requireNonNull(partition, "partition");
        if (partition.isEmpty()) {
            throw new IllegalArgumentException("the partition of a position must not be empty");
        }
        if (offset < 0) {
            throw new IllegalArgumentException("the offset of a position must be 0 or more, and is " + offset);
        }
    }
}
