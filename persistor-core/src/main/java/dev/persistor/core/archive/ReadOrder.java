package dev.persistor.core.archive;

import dev.persistor.core.message.Message;
import dev.persistor.core.message.Position;
import java.util.Comparator;

/** The order in which an archive's messages are read. */
public enum ReadOrder {

    /** In blob-name order, and within a blob in its own order. Costs least. */
    NONE,

    /**
     * By publish time; those of the same time by source, partition and log, and there by offset, or by id where the broker gives
     * no offsets. Ids that are numbers, as Pub/Sub's are, are ordered as numbers. So messages of one ordering key are in the
     * order in which the broker had them.
     */
    TIME;

    private static final Comparator<Message> BY_ID =
            Comparator.<Message>comparingInt(message -> message.id().length()).thenComparing(Message::id);

    /** The order of {@link #TIME}; total, so that each reading has the same. */
    static final Comparator<ArchivedMessage> BY_TIME = Comparator.comparing(
                    ArchivedMessage::message,
                    Comparator.comparing(Message::publishTime)
                            .thenComparing(Message::source)
                            .thenComparing(message ->
                                    message.position().map(Position::partition).orElse(""))
                            .thenComparing(message ->
                                    message.position().map(Position::log).orElse(""))
                            .thenComparingLong(message ->
                                    message.position().map(Position::offset).orElse(-1L))
                            .thenComparing(BY_ID))
            .thenComparing(ArchivedMessage::blob)
            .thenComparingInt(ArchivedMessage::index);
}
