package dev.persistor.core.write;

import dev.persistor.core.format.ContentDigest;
import dev.persistor.core.message.Message;
import dev.persistor.core.message.Position;

/**
 * The order of messages within a blob: by position where the broker has one, else by publish time, then by id, then by what
 * else tells them apart. So the same messages make the same blob, in whatever order their deliveries came.
 */
final class BatchOrder {

    private BatchOrder() {}

    static int compare(Message left, Message right) {
        int order = byPosition(left, right);
        if (order == 0) {
            order = left.publishTime().compareTo(right.publishTime());
        }
        if (order == 0) {
            order = left.id().compareTo(right.id());
        }
        if (order == 0) {
            order = left.payload().compareTo(right.payload());
        }
        return order == 0 ? ContentDigest.of(left).compareTo(ContentDigest.of(right)) : order;
    }

    /** Messages without a position come first. Written out, because it decides between all messages of a log. */
    private static int byPosition(Message left, Message right) {
        Position one = left.position().orElse(null);
        Position other = right.position().orElse(null);
        if (one == null || other == null) {
            return Boolean.compare(one != null, other != null);
        }
        int order = one.partition().compareTo(other.partition());
        if (order == 0) {
            order = one.log().compareTo(other.log());
        }
        return order == 0 ? Long.compare(one.offset(), other.offset()) : order;
    }
}
