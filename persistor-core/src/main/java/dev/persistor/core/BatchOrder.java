package dev.persistor.core;

import dev.persistor.core.message.Message;
import dev.persistor.core.message.Position;
import java.util.Comparator;

/**
 * The order of messages within a blob: by position where the broker has one, else by publish time, then by id. So the
 * same messages make the same blob, in whatever order their deliveries came.
 */
final class BatchOrder {

    static final Comparator<Message> INSTANCE = ((Comparator<Message>) BatchOrder::byPosition)
            .thenComparing(Message::publishTime)
            .thenComparing(Message::id)
            .thenComparing(Message::payload);

    private BatchOrder() {}

    /** Messages without a position come first. Written out, because it decides between all messages of a log. */
    private static int byPosition(Message left, Message right) {
        Position one = left.position().orElse(null);
        Position other = right.position().orElse(null);
        if (one == null || other == null) {
            return Boolean.compare(one != null, other != null);
        }
        int byPartition = one.partition().compareTo(other.partition());
        return byPartition == 0 ? Long.compare(one.offset(), other.offset()) : byPartition;
    }
}
