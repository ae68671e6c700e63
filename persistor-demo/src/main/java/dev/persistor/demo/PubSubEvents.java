package dev.persistor.demo;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import dev.persistor.core.message.Message;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.util.Map;

/**
 * Writes messages as the {@code messagePublished} CloudEvents that a Pub/Sub trigger delivers, in binary content mode:
 * the event's attributes are HTTP headers, and the body is its data.
 *
 * <p>Immutable.
 */
final class PubSubEvents {

    private static final JsonFactory JSON = new JsonFactory();

    private final String topic;
    private final String subscription;

    /**
     * Writes events of one subscription.
     *
     * @param topic its topic's full name
     * @param subscription its own full name
     */
    PubSubEvents(String topic, String subscription) {
        this.topic = topic;
        this.subscription = subscription;
    }

    /** Returns names and values in turn. */
    String[] headers(Message message) {
        return new String[] {
            "ce-id",
            message.id(),
            "ce-specversion",
            "1.0",
            "ce-type",
            "google.cloud.pubsub.topic.v1.messagePublished",
            "ce-source",
            "//pubsub.googleapis.com/" + topic,
            "ce-time",
            message.publishTime().toString(),
            "Content-Type",
            "application/json"
        };
    }

    byte[] body(Message message, int attempt) {
        ByteArrayOutputStream body = new ByteArrayOutputStream();
        try (JsonGenerator json = JSON.createGenerator(body)) {
            json.writeStartObject();
            json.writeObjectFieldStart("message");
            writeMessage(json, message);
            json.writeEndObject();
            json.writeStringField("subscription", subscription);
            json.writeNumberField("deliveryAttempt", attempt);
            json.writeEndObject();
        } catch (IOException e) {
            throw new UncheckedIOException("write the event of " + message, e);
        }
        return body.toByteArray();
    }

    /** Pub/Sub spells some names twice, and leaves out what is empty. */
    private static void writeMessage(JsonGenerator json, Message message) throws IOException {
        if (message.payloadSize() > 0) {
            json.writeBinaryField("data", bytes(message.payload()));
        }
        json.writeObjectFieldStart("attributes");
        for (Map.Entry<String, String> attribute : message.attributes().toMap().entrySet()) {
            json.writeStringField(attribute.getKey(), attribute.getValue());
        }
        json.writeEndObject();
        writeTwice(json, "messageId", "message_id", message.id());
        writeTwice(json, "publishTime", "publish_time", message.publishTime().toString());
        if (message.orderingKey().isPresent()) {
            json.writeStringField("orderingKey", message.orderingKey().get());
        }
    }

    private static void writeTwice(JsonGenerator json, String camel, String snake, String value) throws IOException {
        json.writeStringField(camel, value);
        json.writeStringField(snake, value);
    }

    private static byte[] bytes(ByteBuffer payload) {
        byte[] bytes = new byte[payload.remaining()];
        payload.get(bytes);
        return bytes;
    }
}
