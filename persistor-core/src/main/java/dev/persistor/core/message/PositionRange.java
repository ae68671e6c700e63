package dev.persistor.core.message;

import java.util.List;
import java.util.Optional;

/**
 * The range of offsets that some messages have in one partition of one log.
 *
 * <p>Immutable.
 *
 * @param log the broker's identity of the topic or hub; empty where it is not known
 * @param partition the broker's name of the partition
 * @param first the least offset
 * @param last the greatest offset
 */
public record PositionRange(String log, String partition, long first, long last) {

    /** Returns the range of some messages, if each of them has a position, and all are in one partition of one log. */
    public static Optional<PositionRange> of(List<Message> messages) {
        Position some = messages.isEmpty() ? null : messages.get(0).position().orElse(null);
        if (some == null) {
            return Optional.empty();
        }
        long first = some.offset();
        long last = some.offset();
        for (Message message : messages) {
            Position position = message.position().orElse(null);
            if (position == null || !position.isComparableTo(some)) {
                return Optional.empty();
            }
            first = Math.min(first, position.offset());
            last = Math.max(last, position.offset());
        }
        return Optional.of(new PositionRange(some.log(), some.partition(), first, last));
    }

    /** Returns how many messages fill the range without a gap. */
    public long size() {
        return last - first + 1;
    }
}
