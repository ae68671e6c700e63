package dev.persistor.core.compact;

import dev.persistor.core.archive.Shard;
import dev.persistor.core.message.Message;
import dev.persistor.core.message.TimeRange;
import dev.persistor.core.store.Digest;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Comparator;
import java.util.HexFormat;

/**
 * The unit of compaction: the messages of one source that were published within one hour.
 *
 * <p>Immutable.
 *
 * @param source the source of the messages
 * @param hour the beginning of the hour, in UTC
 */
public record SourceHour(String source, Instant hour) implements Comparable<SourceHour> {

    private static final Duration HOUR = Duration.ofHours(1);
    private static final Comparator<SourceHour> ORDER =
            Comparator.comparing(SourceHour::hour).thenComparing(SourceHour::source);

    /** Returns the hour of a message. */
    static SourceHour of(Message message) {
        return at(message.source(), message.publishTime());
    }

    /** Returns the hour of a source in which a time is. */
    static SourceHour at(String source, Instant time) {
        return new SourceHour(source, time.truncatedTo(ChronoUnit.HOURS));
    }

    /** Returns the hour after this one. */
    SourceHour next() {
        return new SourceHour(source, end());
    }

    /** Returns the first instant after the hour. */
    Instant end() {
        return hour.plus(HOUR);
    }

    /** Returns the times of the hour. */
    TimeRange range() {
        return new TimeRange(hour, end());
    }

    /** Tells whether all of the hour is in a range. */
    boolean isWithin(TimeRange range) {
        return !hour.isBefore(range.from()) && !end().isAfter(range.to());
    }

    /** Tells whether the hour is in a shard. Processes of several versions of Persistor divide the hours alike, so this never changes. */
    boolean isIn(Shard shard) {
        String digest = new Digest().add(source).add(hour.toString()).hex(Long.BYTES);
        return Long.remainderUnsigned(HexFormat.fromHexDigitsToLong(digest), shard.count()) == shard.index();
    }

    /** Earlier hours come first. */
    @Override
    public int compareTo(SourceHour other) {
        return ORDER.compare(this, other);
    }

    /** Returns source and hour, for people: {@code orders 2026-09-30T14}. */
    @Override
    public String toString() {
        return source + " " + hourText(hour);
    }

    /** Returns an hour as notes have it, such as {@code 2026-09-30T14}. */
    static String hourText(Instant hour) {
        return hour.toString().replaceFirst(":00:00Z$", "");
    }
}
