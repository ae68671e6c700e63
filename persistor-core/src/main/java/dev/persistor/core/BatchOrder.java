package dev.persistor.core;

import dev.persistor.core.message.Message;
import dev.persistor.core.message.Position;
import java.util.Comparator;

/**
 * The order of messages within a blob: by position where the broker has one, else by publish time, then by id. So the
 * same messages make the same blob, in whatever order their deliveries came.
 */
final class BatchOrder {

    static final Comparator<Message> INSTANCE = Comparator.comparing((Message message) ->
                    message.position().map(Position::partition).orElse(""))
            .thenComparingLong(
                    message -> message.position().map(Position::offset).orElse(-1L))
            .thenComparing(Message::publishTime)
            .thenComparing(Message::id)
            .thenComparing(Message::payload);

    private BatchOrder() {}
}
