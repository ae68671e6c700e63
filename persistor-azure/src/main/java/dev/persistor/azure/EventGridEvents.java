package dev.persistor.azure;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import dev.persistor.core.Delivery;
import dev.persistor.core.MalformedEventException;
import dev.persistor.core.RejectedEvent;
import dev.persistor.core.message.AttributeValue;
import dev.persistor.core.message.Attributes;
import dev.persistor.core.message.Message;
import dev.persistor.core.store.Digest;
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
 * <p>The payload is the JSON text of {@code data} as it stands, or the bytes that {@code data_base64} stands for. All
 * other fields are attributes under their own names. An id is unique only within its source (CloudEvents 1.0, section
 * 3.1), so a message's id is the event's with 16 hexadecimal digits of its source behind it.
 */
final class EventGridEvents {

    private static final String UNKNOWN_SOURCE = "eventgrid";
    private static final int SOURCE_DIGEST_BYTES = 8;

    private final Optional<String> source;
    private final List<Message> messages = new ArrayList<>();
    private final List<RejectedEvent> rejected = new ArrayList<>();

    private EventGridEvents(Optional<String> source) {
        this.source = source;
    }

    /**
     * Reads what was delivered. An event that cannot be understood is among the rejected, and its neighbours are not.
     *
     * @param source what messages are filed under, if that is set; else each is filed under the short name of its topic
     */
    static Delivery read(String json, Optional<String> source) {
        EventGridEvents events = new EventGridEvents(source);
        try {
            HostJson.read("the request", json, parser -> events.readAll(json, parser));
        } catch (MalformedEventException e) {
            // Where JSON ends too early or goes astray, nobody can say what else is missing.
            return Delivery.of(events.reject(json, e));
        }
        return new Delivery(events.messages, events.rejected);
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
            rejected.add(
                    reject(json.substring(start, (int) parser.currentLocation().getCharOffset()), e));
        }
    }

    private RejectedEvent reject(String json, MalformedEventException failure) {
        return RejectedEvent.of(
                source.orElse(UNKNOWN_SOURCE),
                json.getBytes(StandardCharsets.UTF_8),
                "application/json",
                Attributes.empty(),
                failure.reason());
    }

    /** One event, field by field. */
    private static final class Event {
        private final Attributes.Builder fields = Attributes.builder();
        private byte[] payload = new byte[0];
        private boolean hasPayload;

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
                    event.readField(name, json, parser);
                } catch (MalformedEventException e) {
                    first = first == null ? e : first;
                }
            }
            if (first != null) {
                throw first;
            }
            return event;
        }

        private void readField(String name, String json, JsonParser parser)
                throws IOException, MalformedEventException {
            switch (name) {
                case "data" -> take(HostJson.text(json, parser).getBytes(StandardCharsets.UTF_8));
                case "data_base64" -> take(decode(HostJson.value(json, parser)));
                default -> fields.add(name, HostJson.value(json, parser));
            }
        }

        private void take(byte[] bytes) throws MalformedEventException {
            HostJson.require(!hasPayload, "an event's data", "there once, as data or as data_base64");
            hasPayload = true;
            payload = bytes;
        }

        private static byte[] decode(AttributeValue value) throws MalformedEventException {
            try {
                if (value.type() == AttributeValue.Type.STRING) {
                    return Base64.getDecoder().decode(value.text());
                }
            } catch (IllegalArgumentException e) {
                throw new MalformedEventException("data_base64 is no Base64: " + e.getMessage(), e);
            }
            throw new MalformedEventException("data_base64 must be a text");
        }

        Message message(Optional<String> filedUnder) throws MalformedEventException {
            Attributes attributes = fields.build();
            String id = required(attributes, "id");
            String source = HostJson.string(attributes, "source")
                    .or(() -> HostJson.string(attributes, "topic"))
                    .filter(text -> !text.isEmpty())
                    .orElseThrow(() -> new MalformedEventException(
                            "source, or topic in Event Grid's own schema, must be a text, and is missing"));
            return Message.builder()
                    .id(id + "@" + new Digest().add(source).hex(SOURCE_DIGEST_BYTES))
                    .source(filedUnder.orElseGet(() -> shortName(source)))
                    .publishTime(time(attributes))
                    .payload(payload)
                    .attributes(attributes)
                    .build();
        }

        /** CloudEvents need no time. Such an event is filed under 1970: no name may come from the clock. */
        private static Instant time(Attributes attributes) throws MalformedEventException {
            Optional<String> time =
                    HostJson.string(attributes, "time").or(() -> HostJson.string(attributes, "eventTime"));
            return time.isPresent() ? HostJson.time("the event's time", time.get()) : Instant.EPOCH;
        }

        private static String required(Attributes attributes, String name) throws MalformedEventException {
            HostJson.require(attributes.all(name).count() == 1, name, "a text, once");
            return HostJson.string(attributes, name)
                    .filter(text -> !text.isEmpty())
                    .orElseThrow(() -> new MalformedEventException(name + " must be a text, and not an empty one"));
        }

        private static String shortName(String source) {
            String trimmed = source.replaceAll("/+$", "");
            String last = trimmed.substring(trimmed.lastIndexOf('/') + 1);
            return last.isEmpty() ? UNKNOWN_SOURCE : last;
        }
    }
}
