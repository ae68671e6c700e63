package dev.persistor.core.naming;

import dev.persistor.core.message.Message;
import dev.persistor.core.message.Position;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * What names a batch: partition, first and last offset where the broker has them, else the first publish time and a
 * digest of the ids in it.
 */
final class BatchIds {

    private static final DateTimeFormatter TIME =
            DateTimeFormatter.ofPattern("yyyyMMdd'T'HHmmssSSS'Z'", Locale.ROOT).withZone(ZoneOffset.UTC);

    private BatchIds() {}

    static String of(List<Message> messages) {
        List<Position> positions = messages.stream()
                .map(Message::position)
                .flatMap(Optional::stream)
                .sorted(Comparator.comparingLong(Position::offset))
                .toList();
        boolean onePartition = positions.size() == messages.size()
                && positions.stream().map(Position::partition).distinct().count() == 1;
        if (onePartition && contiguous(positions)) {
            return positions.get(0).partition() + "-" + padded(positions.get(0)) + "-"
                    + padded(positions.get(positions.size() - 1));
        }
        Instant first = firstPublished(messages).publishTime();
        String[] ids = messages.stream().map(Message::id).sorted().toArray(String[]::new);
        return TIME.format(first) + "-" + PathValues.digest(ids);
    }

    /** Offsets name a batch only when they leave no doubt about which messages lie between the first and the last. */
    private static boolean contiguous(List<Position> positions) {
        long first = positions.get(0).offset();
        long last = positions.get(positions.size() - 1).offset();
        return last - first == positions.size() - 1;
    }

    static Message firstPublished(List<Message> messages) {
        return messages.stream()
                .min(Comparator.comparing(Message::publishTime).thenComparing(Message::id))
                .orElseThrow();
    }

    static String padded(Position position) {
        return String.format(Locale.ROOT, "%020d", position.offset());
    }
}
