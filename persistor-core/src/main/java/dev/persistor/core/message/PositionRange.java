package dev.persistor.core.message;

import java.util.List;
import java.util.Optional;

/**
 * Where in one partition some messages are.
 *
 * <p>Immutable.
 *
 * @param partition the broker's name of the partition
 * @param first the least offset
 * @param last the greatest offset
 */
public record PositionRange(String partition, long first, long last) {

    /** Returns where all of some messages are, if each of them has a position, and all in the same partition. */
    public static Optional<PositionRange> of(List<Message> messages) {
        String partition = "";
        long first = Long.MAX_VALUE;
        long last = 0;
        for (Message message : messages) {
            Position position = message.position().orElse(null);
            if (position == null
                    || !(partition.isEmpty() || position.partition().equals(partition))) {
                return Optional.empty();
            }
            partition = position.partition();
            first = Math.min(first, position.offset());
            last = Math.max(last, position.offset());
        }
        return partition.isEmpty() ? Optional.empty() : Optional.of(new PositionRange(partition, first, last));
    }

    /** Returns how many messages fill the range without a gap. */
    public long size() {
        return last - first + 1;
    }
}
