package dev.persistor.azure;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import dev.persistor.core.capture.Delivery;
import dev.persistor.core.capture.MalformedEventException;
import dev.persistor.core.message.AttributeValue;
import dev.persistor.core.message.Attributes;
import dev.persistor.core.message.Message;
import dev.persistor.core.store.Digest;
import dev.persistor.core.write.RejectedEvent;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Optional;

/**
 * Reads events of Event Grid, in its own schema or in that of CloudEvents 1.0: one object, or an array of them.
 *
 * <p>The payload is the JSON text of {@code data} as it stands, or the bytes that {@code data_base64} stands for. A member
 * that is null counts as left out, where the other has a value (CloudEvents 1.0.2, JSON format, section 2.2). All other
 * members are attributes under their own names. An id is unique only within its source (CloudEvents 1.0, section 3.1), so a
 * message's id is the event's id and 16 hexadecimal digits of its source.
 */
final class EventGridEvents {

    private static final String UNKNOWN_SOURCE = "eventgrid";
    private static final int SOURCE_DIGEST_BYTES = 8;
    private static final String BYTE_ORDER_MARK = "\uFEFF";
    private static final char REPLACEMENT = '\uFFFD';

    private final Optional<String> source;
    private final List<Message> messages = new ArrayList<>();
    private final List<RejectedEvent> rejected = new ArrayList<>();

    private EventGridEvents(Optional<String> source) {
        this.source = source;
    }

    /**
     * Reads what was delivered. A malformed event is among the rejected, and its neighbours are not.
     *
     * @param source what messages are filed under, if that is set; else each is filed under the short name of its topic
     */
    static Delivery read(String text, Optional<String> source) {
        EventGridEvents events = new EventGridEvents(source);
        String json = text.startsWith(BYTE_ORDER_MARK) ? text.substring(1) : text;
        try {
            HostJson.read("the request", json, parser -> events.readAll(json, parser));
        } catch (MalformedEventException e) {
            // Where JSON ends too early or goes astray, the events after that point cannot be found.
            return Delivery.of(rejected(source, text, e));
        }
        return new Delivery(events.messages, events.rejected);
    }

    /**
     * Reads an event that the Functions host has parsed and written again, as for an Event Grid trigger. With U+FFFD in it it
     * is malformed: the host puts that character in place of unpaired surrogates, and nothing tells it from one that was sent.
     */
    static Delivery readRewritten(String event, Optional<String> source) {
        int index = event.indexOf(REPLACEMENT);
        if (index < 0) {
            return read(event, source);
        }
        return Delivery.of(rejected(
                source,
                event,
                new MalformedEventException("the event has U+FFFD at character " + (index + 1)
                        + ", which the Functions host may have inserted; deliver the event to"
                        + " EventGridWebhook, which gets the original")));
    }

    /** Returns what was delivered as one rejected event. */
    static RejectedEvent rejected(Optional<String> source, String json, MalformedEventException failure) {
        return RejectedEvent.of(
                source.orElse(UNKNOWN_SOURCE),
                json.getBytes(StandardCharsets.UTF_8),
                "application/json",
                Attributes.empty(),
                failure.reason());
    }

    private void readAll(String json, JsonParser parser) throws IOException, MalformedEventException {
        JsonToken first = parser.nextToken();
        if (first == JsonToken.START_OBJECT) {
            readOne(json, parser);
            return;
        }
        HostJson.require(first == JsonToken.START_ARRAY, "the request", "an event or an array of events");
        while (parser.nextToken() != JsonToken.END_ARRAY) {
            readOne(json, parser);
        }
    }

    private void readOne(String json, JsonParser parser) throws IOException {
        int start = (int) parser.currentTokenLocation().getCharOffset();
        try {
            messages.add(Event.read(json, parser).message(source));
        } catch (MalformedEventException e) {
            rejected.add(rejected(source, text(json, start, parser), e));
        }
    }

    private static String text(String json, int start, JsonParser parser) {
        return json.substring(start, (int) parser.currentLocation().getCharOffset());
    }

    /** One event, member by member. */
    private static final class Event {
        private final Attributes.Builder members = Attributes.builder();
        private Optional<String> data = Optional.empty();
        private Optional<AttributeValue> base64 = Optional.empty();

        /** Reads to the event's end, whatever is wrong in it: its neighbours follow. */
        static Event read(String json, JsonParser parser) throws IOException, MalformedEventException {
            if (parser.currentToken() != JsonToken.START_OBJECT) {
                HostJson.text(json, parser);
                throw new MalformedEventException("an event must be an object");
            }
            Event event = new Event();
            MalformedEventException first = null;
            for (String name = parser.nextFieldName(); name != null; name = parser.nextFieldName()) {
                parser.nextToken();
                try {
                    event.readMember(name, json, parser);
                } catch (MalformedEventException e) {
                    first = first == null ? e : first;
                }
            }
            if (first != null) {
                throw first;
            }
            return event;
        }

        private void readMember(String name, String json, JsonParser parser)
                throws IOException, MalformedEventException {
            switch (name) {
                case "data" -> data = Optional.of(once(name, data, HostJson.text(json, parser)));
                case "data_base64" -> base64 = Optional.of(once(name, base64, HostJson.value(json, parser)));
                default -> members.add(name, HostJson.value(json, parser));
            }
        }

        private static <T> T once(String name, Optional<T> earlier, T value) throws MalformedEventException {
            HostJson.require(earlier.isEmpty(), name, "present once, and is present twice");
            return value;
        }

        private byte[] payload() throws MalformedEventException {
            Optional<AttributeValue> bytes = base64.filter(value -> value.type() != AttributeValue.Type.NULL);
            if (bytes.isEmpty()) {
                return data.orElse("").getBytes(StandardCharsets.UTF_8);
            }
            HostJson.require(data.orElse("null").equals("null"), "data", "null or left out beside data_base64");
            return decode(bytes.get());
        }

        private static byte[] decode(AttributeValue value) throws MalformedEventException {
            HostJson.require(value.type() == AttributeValue.Type.STRING, "data_base64", "a string or null");
            try {
                return Base64.getDecoder().decode(value.text());
            } catch (IllegalArgumentException e) {
                throw new MalformedEventException("data_base64 must be Base64 as in RFC 4648, section 4", e);
            }
        }

        Message message(Optional<String> filedUnder) throws MalformedEventException {
            Attributes attributes = members.build();
            String id = string(attributes, "id")
                    .orElseThrow(() -> new MalformedEventException("id must be a string, and is missing"));
            Optional<String> topic = string(attributes, "topic");
            String source = string(attributes, "source")
                    .or(() -> topic)
                    .orElseThrow(() -> new MalformedEventException(
                            "source, or topic in Event Grid's own schema, must be a string, and is missing"));
            return Message.builder()
                    .id(id + "@" + new Digest().add(source).hex(SOURCE_DIGEST_BYTES))
                    .source(filedUnder.orElseGet(() -> shortName(source)))
                    .publishTime(time(attributes))
                    .payload(payload())
                    .attributes(attributes)
                    .build();
        }

        /** CloudEvents need no time. Such an event is filed under 1970: no name may come from the clock. */
        private static Instant time(Attributes attributes) throws MalformedEventException {
            Optional<String> eventTime = string(attributes, "eventTime");
            Optional<String> time = string(attributes, "time").or(() -> eventTime);
            return time.isPresent() ? HostJson.time("the event's time", time.get()) : Instant.EPOCH;
        }

        /** Returns a member that identifies the event or says when it occurred; null counts as left out. */
        private static Optional<String> string(Attributes attributes, String name) throws MalformedEventException {
            List<AttributeValue> values = attributes
                    .all(name)
                    .filter(value -> value.type() != AttributeValue.Type.NULL)
                    .toList();
            if (values.isEmpty()) {
                return Optional.empty();
            }
            HostJson.require(values.size() == 1, name, "present once, and is present " + values.size() + " times");
            AttributeValue value = values.get(0);
            HostJson.require(value.type() == AttributeValue.Type.STRING, name, "a string");
            HostJson.require(!value.text().isEmpty(), name, "a string of at least one character");
            return Optional.of(value.text());
        }

        private static String shortName(String source) {
            int end = source.length();
            while (end > 0 && source.charAt(end - 1) == '/') {
                end--;
            }
            String last = source.substring(source.lastIndexOf('/', end - 1) + 1, end);
            return last.isEmpty() ? UNKNOWN_SOURCE : last;
        }
    }
}
