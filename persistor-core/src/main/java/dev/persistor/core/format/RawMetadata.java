package dev.persistor.core.format;

import dev.persistor.core.message.Attributes;
import dev.persistor.core.message.Message;
import dev.persistor.core.message.Position;
import dev.persistor.core.store.Digest;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.Map;
import java.util.TreeMap;

/** The metadata keys of a raw blob, and how a message's fields become their values and come back. */
final class RawMetadata {

    static final String FORMAT = "persistor-format";
    static final String ID = "persistor-id";
    static final String SOURCE = "persistor-source";
    static final String PUBLISH_TIME = "persistor-publish-time";
    static final String DIGEST = "persistor-digest";
    static final String ORDERING_KEY = "persistor-ordering-key";
    static final String PARTITION = "persistor-partition";
    static final String OFFSET = "persistor-offset";
    static final String DELIVERY_ATTEMPT = "persistor-delivery-attempt";
    static final String ATTRIBUTES = "persistor-attributes";
    static final String BROKER_PROPERTIES = "persistor-broker-properties";
    /** Says that the fields whose length the sender decides are in the sidecar, and nowhere else. */
    static final String SIDECAR = "persistor-sidecar";

    private RawMetadata() {}

    /** Returns the fields whose length the sender decides. */
    static Map<String, String> senderFields(Message message) {
        Map<String, String> fields = new TreeMap<>();
        fields.put(ID, message.id());
        fields.put(SOURCE, message.source());
        message.orderingKey().ifPresent(key -> fields.put(ORDERING_KEY, key));
        putAttributes(fields, ATTRIBUTES, message.attributes());
        putAttributes(fields, BROKER_PROPERTIES, message.brokerProperties());
        message.position().ifPresent(position -> fields.put(PARTITION, position.partition()));
        return fields;
    }

    private static void putAttributes(Map<String, String> fields, String key, Attributes attributes) {
        if (!attributes.isEmpty()) {
            fields.put(key, AttributesJson.encode(attributes));
        }
    }

    /** Returns the fields that are short whatever the sender does. */
    static Map<String, String> shortFields(Message message) {
        Map<String, String> fields = new TreeMap<>();
        fields.put(FORMAT, RawFormat.NAME);
        fields.put(PUBLISH_TIME, message.publishTime().toString());
        message.position().ifPresent(position -> fields.put(OFFSET, Long.toString(position.offset())));
        message.deliveryAttempt().ifPresent(attempt -> fields.put(DELIVERY_ATTEMPT, Integer.toString(attempt)));
        return fields;
    }

    /** Returns what tells a message whose id is in a sidecar from any other: 128 bits of SHA-256. */
    static String digest(Message message) {
        return new Digest()
                .add(message.source())
                .add(ByteBuffer.wrap(message.id().getBytes(StandardCharsets.UTF_16BE)))
                .hex(16);
    }

    /**
     * Puts the fields back into a message.
     *
     * @throws IOException if one is missing or malformed; the message names its key
     */
    static Message.Builder toMessage(Map<String, String> fields) throws IOException {
        Message.Builder message = Message.builder()
                .id(required(fields, ID))
                .source(required(fields, SOURCE))
                .publishTime(instant(fields))
                .orderingKey(fields.get(ORDERING_KEY))
                .attributes(attributes(fields, ATTRIBUTES))
                .brokerProperties(attributes(fields, BROKER_PROPERTIES));
        if (fields.containsKey(PARTITION)) {
            message.position(new Position(required(fields, PARTITION), number(fields, OFFSET)));
        }
        if (fields.containsKey(DELIVERY_ATTEMPT)) {
            message.deliveryAttempt((int) number(fields, DELIVERY_ATTEMPT));
        }
        return message;
    }

    private static String required(Map<String, String> fields, String key) throws IOException {
        String value = fields.get(key);
        if (value == null || value.isEmpty()) {
            throw new IOException(key + " is missing");
        }
        return value;
    }

    private static Instant instant(Map<String, String> fields) throws IOException {
        try {
            return Instant.parse(required(fields, PUBLISH_TIME));
        } catch (DateTimeException e) {
            throw new IOException(PUBLISH_TIME + " is no time", e);
        }
    }

    private static long number(Map<String, String> fields, String key) throws IOException {
        try {
            return Long.parseLong(required(fields, key));
        } catch (NumberFormatException e) {
            throw new IOException(key + " is no number", e);
        }
    }

    private static Attributes attributes(Map<String, String> fields, String key) throws IOException {
        String text = fields.get(key);
        return text == null ? Attributes.empty() : AttributesJson.decode(text);
    }
}
