package dev.persistor.gcp;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadFeature;
import dev.persistor.core.capture.Capture;
import dev.persistor.core.capture.MalformedEventException;
import dev.persistor.core.message.Attributes;
import dev.persistor.core.message.BrokerProperties;
import dev.persistor.core.message.Message;
import java.io.IOException;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.Base64;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Reads what Pub/Sub delivers: {@code {"message": {...}, "subscription": "...", "deliveryAttempt": 1}}, the same in a
 * push request and in the data of a {@code messagePublished} event. Field names come in camel case, in snake case, or
 * in both at once.
 *
 * <p>Not thread-safe.
 */
final class PubSubEvent {

    private static final JsonFactory JSON = JsonFactory.builder()
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            // The parser's own texts would quote what cannot be read, and that may be payload.
            .disable(StreamReadFeature.INCLUDE_SOURCE_IN_LOCATION)
            .build();
    /** The source of messages whose origin is not known. */
    static final String UNKNOWN_SOURCE = "pubsub";

    private static final int SHOWN = 60;

    private boolean hasMessage;
    private byte[] data = new byte[0];
    private final Map<String, String> attributes = new TreeMap<>();
    private @Nullable String messageId;
    private @Nullable String publishTime;
    private @Nullable String orderingKey;
    private @Nullable String subscription;
    private @Nullable Integer deliveryAttempt;

    private PubSubEvent() {}

    /**
     * Reads an event.
     *
     * @throws MalformedEventException if it is none
     */
    static PubSubEvent read(byte[] json) throws MalformedEventException {
        PubSubEvent event = new PubSubEvent();
        try (JsonParser parser = JSON.createParser(json)) {
            require(parser.nextToken() == JsonToken.START_OBJECT, "the event", "a JSON object");
            event.readEvent(parser);
            require(parser.nextToken() == null, "the text after the event", "empty");
        } catch (IOException e) {
            throw MalformedEventException.notJson("the event", e);
        }
        require(event.hasMessage, "message", "an object, and is missing");
        return event;
    }

    private void readEvent(JsonParser json) throws IOException, MalformedEventException {
        while (json.nextToken() == JsonToken.FIELD_NAME) {
            String field = json.currentName();
            JsonToken value = json.nextToken();
            switch (field) {
                case "message" -> {
                    require(value == JsonToken.START_OBJECT, "message", "an object");
                    hasMessage = true;
                    readMessage(json);
                }
                case "subscription" -> subscription = text(json, field);
                case "deliveryAttempt", "delivery_attempt" -> deliveryAttempt = number(json, field);
                default -> json.skipChildren();
            }
        }
    }

    private void readMessage(JsonParser json) throws IOException, MalformedEventException {
        while (json.nextToken() == JsonToken.FIELD_NAME) {
            String field = json.currentName();
            JsonToken value = json.nextToken();
            switch (field) {
                case "data" -> data = decode(text(json, "message.data"));
                case "attributes" -> readAttributes(json, value);
                case "messageId", "message_id" -> messageId = same(messageId, text(json, "message." + field), field);
                case "publishTime", "publish_time" ->
                    publishTime = same(publishTime, text(json, "message." + field), field);
                case "orderingKey", "ordering_key" ->
                    orderingKey = same(orderingKey, text(json, "message." + field), field);
                case "deliveryAttempt", "delivery_attempt" -> deliveryAttempt = number(json, "message." + field);
                default -> json.skipChildren();
            }
        }
    }

    private void readAttributes(JsonParser json, JsonToken start) throws IOException, MalformedEventException {
        if (start == JsonToken.VALUE_NULL) {
            return;
        }
        require(start == JsonToken.START_OBJECT, "message.attributes", "an object of texts");
        while (json.nextToken() == JsonToken.FIELD_NAME) {
            String name = json.currentName();
            require(
                    json.nextToken() == JsonToken.VALUE_STRING,
                    "message.attributes[\"" + shown(name) + "\"]",
                    "a text");
            attributes.put(name, json.getText());
        }
    }

    private static @Nullable String text(JsonParser json, String field) throws IOException, MalformedEventException {
        if (json.currentToken() == JsonToken.VALUE_NULL) {
            return null;
        }
        require(json.currentToken() == JsonToken.VALUE_STRING, field, "a text");
        return json.getText();
    }

    private static @Nullable Integer number(JsonParser json, String field) throws IOException, MalformedEventException {
        if (json.currentToken() == JsonToken.VALUE_NULL) {
            return null;
        }
        require(
                json.currentToken() == JsonToken.VALUE_NUMBER_INT && json.getNumberType() == JsonParser.NumberType.INT,
                field,
                "a whole number up to " + Integer.MAX_VALUE);
        return json.getIntValue();
    }

    private static @Nullable String same(@Nullable String before, @Nullable String now, String field)
            throws MalformedEventException {
        require(
                before == null || now == null || before.equals(now),
                "message." + field,
                "equal in both of its spellings");
        return now == null ? before : now;
    }

    /** A message without data is one with an empty payload. */
    private static byte[] decode(@Nullable String base64) throws MalformedEventException {
        try {
            return base64 == null ? new byte[0] : Base64.getDecoder().decode(base64);
        } catch (IllegalArgumentException e) {
            throw new MalformedEventException(
                    "message.data is not Base64; it has " + base64.length() + " characters", e);
        }
    }

    private static void require(boolean allowed, String field, String what) throws MalformedEventException {
        if (!allowed) {
            throw new MalformedEventException(field + " must be " + what);
        }
    }

    private static String shown(String value) {
        return value.length() <= SHOWN ? value : value.substring(0, SHOWN) + "...";
    }

    /** Returns the subscription's short name, if the event names it. */
    Optional<String> subscriptionName() {
        return shortName(subscription);
    }

    /** Returns the source of the settings, else the subscription's short name. */
    static String source(Capture capture, Optional<String> subscription) {
        return capture.source().or(() -> subscription).orElse(UNKNOWN_SOURCE);
    }

    /** Returns what follows the last slash of a resource's full name; nothing where nothing does. */
    static Optional<String> shortName(@Nullable String fullName) {
        return Optional.ofNullable(fullName)
                .map(name -> name.substring(name.lastIndexOf('/') + 1))
                .filter(name -> !name.isEmpty());
    }

    /** Returns what is known of the delivery itself. */
    static Attributes brokerProperties(@Nullable String subscription) {
        return subscription == null
                ? Attributes.empty()
                : Attributes.builder()
                        .add(BrokerProperties.SUBSCRIPTION, subscription)
                        .build();
    }

    /**
     * Returns the message.
     *
     * @param source what it is filed under
     * @throws MalformedEventException if id or publish time is missing or malformed
     */
    Message toMessage(String source) throws MalformedEventException {
        return message(Message.builder()
                .id(id(messageId, "message.messageId"))
                .source(source)
                .publishTime(time(publishTime, "message.publishTime"))
                .payload(data)
                .attributes(Attributes.ofUnordered(attributes))
                .brokerProperties(brokerProperties(subscription))
                .orderingKey(orderingKey)
                .deliveryAttempt(deliveryAttempt));
    }

    /**
     * Returns what was collected as a message.
     *
     * @throws MalformedEventException if it cannot be one, such as with a time outside of the calendar
     */
    static Message message(Message.Builder collected) throws MalformedEventException {
        try {
            return collected.build();
        } catch (IllegalArgumentException e) {
            throw new MalformedEventException(String.valueOf(e.getMessage()), e);
        }
    }

    /** Returns a message's id; the failure names the field or header that should hold it. */
    static String id(@Nullable String text, String field) throws MalformedEventException {
        if (text == null || text.isEmpty()) {
            throw new MalformedEventException(
                    field + " must be a text, and is " + (text == null ? "missing" : "empty"));
        }
        return text;
    }

    /** Returns a publish time; the failure names the field or header that should hold it. */
    static Instant time(@Nullable String text, String field) throws MalformedEventException {
        if (text == null) {
            throw new MalformedEventException(field + " must be a time, and is missing");
        }
        try {
            return Instant.parse(text);
        } catch (DateTimeException e) {
            throw new MalformedEventException(
                    field + " must be a time such as 2026-01-31T02:10:00Z, and is \"" + shown(text) + "\"", e);
        }
    }
}
