package dev.persistor.standalone.explore;

import dev.persistor.core.archive.ArchivedMessage;
import dev.persistor.core.archive.MessageFilter;
import dev.persistor.core.message.Message;
import dev.persistor.core.message.TimeRange;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * Which messages a request asks for, how many of them, and for how long it may be worked on.
 *
 * <p>Immutable.
 */
final class Query {

    static final int MOST_ROWS = 1_000_000;
    private static final int USUAL_ROWS = 1_000;
    private static final int MOST_SECONDS = 600;

    private final MessageFilter filter;
    private final Optional<Needle> text;
    private final Optional<Place> after;
    private final int limit;
    private final Duration budget;

    private Query(Parameters parameters, Duration usualBudget) {
        this.filter = filter(parameters);
        this.text = parameters.one("text").map(Needle::new);
        this.after = parameters.one("after").map(place -> Place.parse("after", place));
        this.limit = parameters.number("limit", 1, MOST_ROWS, USUAL_ROWS);
        this.budget = Duration.ofSeconds(
                parameters.number("seconds", 1, MOST_SECONDS, Math.toIntExact(usualBudget.toSeconds())));
    }

    /**
     * Reads a query.
     *
     * @param usualBudget how long it may be worked on unless it says so itself
     * @throws BadRequestException if a parameter is wrong
     */
    static Query of(Parameters parameters, Duration usualBudget) {
        return new Query(parameters, usualBudget);
    }

    private static MessageFilter filter(Parameters parameters) {
        MessageFilter.Builder filter = MessageFilter.builder()
                .range(range(parameters))
                .prefix(parameters.one("prefix").orElse(""));
        parameters.all("source").forEach(filter::source);
        parameters.all("id").forEach(filter::id);
        parameters.all("key").forEach(filter::orderingKey);
        parameters.all("attr").forEach(text -> addAttribute(filter, text));
        return filter.build();
    }

    private static TimeRange range(Parameters parameters) {
        Instant from = parameters.instant("from").orElse(TimeRange.ALL.from());
        Instant to = parameters.instant("to").orElse(TimeRange.ALL.to());
        if (to.isBefore(from)) {
            throw new BadRequestException("the range ends at " + to + ", before it begins at " + from);
        }
        return new TimeRange(from, to);
    }

    private static void addAttribute(MessageFilter.Builder filter, String text) {
        int equals = text.indexOf('=');
        if (equals < 1) {
            throw BadRequestException.of("attr", text, "NAME=VALUE");
        }
        filter.attribute(text.substring(0, equals), text.substring(equals + 1));
    }

    MessageFilter filter() {
        return filter;
    }

    Optional<Place> after() {
        return after;
    }

    int limit() {
        return limit;
    }

    Duration budget() {
        return budget;
    }

    /** Tells whether the query takes a message that the filter takes. */
    boolean accepts(ArchivedMessage archived) {
        Message message = archived.message();
        return after.map(place -> place.isBefore(archived)).orElse(true)
                && text.map(needle -> needle.isIn(message)).orElse(true);
    }

    /** A text that is searched for in payloads, as it is and in what is declared to be compressed. */
    private static final class Needle {

        private final byte[] bytes;

        Needle(String text) {
            this.bytes = text.getBytes(StandardCharsets.UTF_8);
        }

        boolean isIn(Message message) {
            return isIn(message.payload())
                    || Payload.decompressed(message)
                            .map(decoded -> isIn(decoded.bytes()))
                            .orElse(false);
        }

        private boolean isIn(ByteBuffer payload) {
            int last = payload.limit() - bytes.length;
            for (int at = payload.position(); at <= last; at++) {
                if (startsAt(payload, at)) {
                    return true;
                }
            }
            return false;
        }

        private boolean startsAt(ByteBuffer payload, int at) {
            for (int i = 0; i < bytes.length; i++) {
                if (payload.get(at + i) != bytes[i]) {
                    return false;
                }
            }
            return true;
        }
    }
}
