package dev.persistor.core.naming;

import dev.persistor.core.message.Message;
import dev.persistor.core.message.Position;
import dev.persistor.core.message.PositionRange;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;

/**
 * The id of a batch: partition, log, first and last offset where the broker has them, else the first publish time and a
 * digest of the ids in it. The log is a digest here, so that batches of a topic and of the one that it was before it was
 * deleted and created again never want the same name.
 */
final class BatchIds {

    private static final DateTimeFormatter TIME =
            DateTimeFormatter.ofPattern("yyyyMMdd'T'HHmmssSSS'Z'", Locale.ROOT).withZone(ZoneOffset.UTC);

    private static final int LOG_DIGITS = 8;

    private BatchIds() {}

    static String of(List<Message> messages) {
        // Offsets name a batch only when they leave no doubt about which messages lie between the first and the last.
        return PositionRange.of(messages)
                .filter(range -> range.size() == messages.size())
                .map(range -> range.partition() + "-" + log(range) + padded(range.first()) + "-" + padded(range.last()))
                .orElseGet(() -> ofTimeAndIds(messages));
    }

    /** Returns the id of a message, with its log where that is known: of two logs of one name, each has such an id. */
    static String idWithLog(Message message) {
        String log = message.position().map(Position::log).orElse("");
        return log.isEmpty() ? message.id() : message.id() + "-" + shortened(log);
    }

    private static String log(PositionRange range) {
        return range.log().isEmpty() ? "" : shortened(range.log()) + "-";
    }

    private static String shortened(String log) {
        return PathValues.digest(log).substring(0, LOG_DIGITS);
    }

    private static String ofTimeAndIds(List<Message> messages) {
        Instant first = firstPublished(messages).publishTime();
        String[] ids = messages.stream().map(Message::id).sorted().toArray(String[]::new);
        return TIME.format(first) + "-" + PathValues.digest(ids);
    }

    static Message firstPublished(List<Message> messages) {
        return messages.stream()
                .min(Comparator.comparing(Message::publishTime).thenComparing(Message::id))
                .orElseThrow();
    }

    static String padded(long offset) {
        return String.format(Locale.ROOT, "%020d", offset);
    }
}
