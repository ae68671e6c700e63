package dev.persistor.core.format;

import dev.persistor.core.message.Attributes;
import dev.persistor.core.message.Message;
import dev.persistor.core.message.Position;
import dev.persistor.core.store.BlobMetadata;
import java.io.IOException;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.Map;
import java.util.Set;

/** The metadata keys of a raw blob, and how a message's fields become their values and come back. */
final class RawMetadata {

    static final String ID = "persistor-id";
    static final String SOURCE = "persistor-source";
    static final String PUBLISH_TIME = "persistor-publish-time";
    static final String DIGEST = "persistor-digest";
    static final String ORDERING_KEY = "persistor-ordering-key";
    static final String LOG = "persistor-log";
    static final String PARTITION = "persistor-partition";
    static final String OFFSET = "persistor-offset";
    static final String DELIVERY_ATTEMPT = "persistor-delivery-attempt";
    static final String ATTRIBUTES = "persistor-attributes";
    static final String BROKER_PROPERTIES = "persistor-broker-properties";
    /** Says that the fields whose length the sender decides are in the sidecar, and nowhere else. */
    static final String SIDECAR = "persistor-sidecar";

    private static final BlobMetadata.Key ATTRIBUTES_KEY = new BlobMetadata.Key(ATTRIBUTES);
    private static final BlobMetadata.Key BROKER_PROPERTIES_KEY = new BlobMetadata.Key(BROKER_PROPERTIES);
    private static final BlobMetadata.Key DIGEST_KEY = new BlobMetadata.Key(DIGEST);
    private static final BlobMetadata.Key FORMAT_KEY = new BlobMetadata.Key(MessageFormat.METADATA_KEY);
    private static final BlobMetadata.Key ID_KEY = new BlobMetadata.Key(ID);
    private static final BlobMetadata.Key PUBLISH_TIME_KEY = new BlobMetadata.Key(PUBLISH_TIME);
    private static final BlobMetadata.Key SOURCE_KEY = new BlobMetadata.Key(SOURCE);

    /** The fields whose length the sender decides. */
    static final Set<String> SENDERS = Set.of(ID, SOURCE, ORDERING_KEY, ATTRIBUTES, BROKER_PROPERTIES, LOG, PARTITION);

    private RawMetadata() {}

    /** Returns all fields of a message, put in the order of their keys, which is the cheapest. */
    static BlobMetadata of(Message message) {
        BlobMetadata.Builder fields = BlobMetadata.builder();
        putAttributes(fields, ATTRIBUTES_KEY, message.attributes());
        putAttributes(fields, BROKER_PROPERTIES_KEY, message.brokerProperties());
        if (message.deliveryAttempt().isPresent()) {
            fields.put(
                    DELIVERY_ATTEMPT, Integer.toString(message.deliveryAttempt().getAsInt()));
        }
        fields.put(DIGEST_KEY, ContentDigest.of(message));
        fields.put(FORMAT_KEY, RawFormat.NAME);
        fields.put(ID_KEY, message.id());
        Position position = message.position().orElse(null);
        if (position != null && !position.log().isEmpty()) {
            fields.put(LOG, position.log());
        }
        if (position != null) {
            fields.put(OFFSET, Long.toString(position.offset()));
        }
        if (message.orderingKey().isPresent()) {
            fields.put(ORDERING_KEY, message.orderingKey().get());
        }
        if (position != null) {
            fields.put(PARTITION, position.partition());
        }
        fields.put(PUBLISH_TIME_KEY, Instants.text(message.publishTime()));
        fields.put(SOURCE_KEY, message.source());
        return fields.build();
    }

    private static void putAttributes(BlobMetadata.Builder fields, BlobMetadata.Key key, Attributes attributes) {
        if (!attributes.isEmpty()) {
            fields.put(key, AttributesJson.encode(attributes));
        }
    }

    /**
     * Puts the fields back into a message.
     *
     * @throws IOException if one is missing or malformed; the message names its key
     */
    static Message.Builder toMessage(Map<String, String> fields, ReadLimits limits) throws IOException {
        Message.Builder message = Message.builder()
                .id(required(fields, ID))
                .source(required(fields, SOURCE))
                .publishTime(instant(fields))
                .orderingKey(fields.get(ORDERING_KEY))
                .attributes(attributes(fields, ATTRIBUTES, limits))
                .brokerProperties(attributes(fields, BROKER_PROPERTIES, limits));
        if (fields.containsKey(PARTITION)) {
            message.position(
                    new Position(fields.getOrDefault(LOG, ""), required(fields, PARTITION), number(fields, OFFSET)));
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
            return Instants.parse(required(fields, PUBLISH_TIME));
        } catch (DateTimeException e) {
            throw new IOException(PUBLISH_TIME + " is not a valid time", e);
        }
    }

    private static long number(Map<String, String> fields, String key) throws IOException {
        try {
            return Long.parseLong(required(fields, key));
        } catch (NumberFormatException e) {
            throw new IOException(key + " is not a valid number", e);
        }
    }

    private static Attributes attributes(Map<String, String> fields, String key, ReadLimits limits) throws IOException {
        String text = fields.get(key);
        return text == null ? Attributes.empty() : AttributesJson.decode(text, limits);
    }
}
