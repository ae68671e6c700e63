package dev.persistor.benchmarks.peers.camel;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonFactoryBuilder;
import com.fasterxml.jackson.core.JsonGenerator;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.apache.camel.Message;
import org.apache.camel.component.kafka.KafkaConstants;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.Headers;

/** What an object holds of the messages of a batch, one a line. */
@FunctionalInterface
interface Lines {

    JsonFactory JSON = new JsonFactoryBuilder().rootValueSeparator("").build();

    /** Returns the object of some messages of one partition. */
    byte[] of(List<Message> messages) throws IOException;

    /** Returns the payloads, and nothing else of the messages. */
    static byte[] ofPayloads(List<Message> messages) {
        ByteArrayOutputStream lines = new ByteArrayOutputStream();
        for (Message message : messages) {
            lines.writeBytes(message.getBody(byte[].class));
            lines.write('\n');
        }
        return lines.toByteArray();
    }

    /** Returns all that is needed to send the messages again: of payloads, keys and headers that are texts, as they are here. */
    static byte[] ofJson(List<Message> messages) throws IOException {
        ByteArrayOutputStream lines = new ByteArrayOutputStream();
        try (JsonGenerator json = JSON.createGenerator(lines)) {
            for (Message message : messages) {
                json.writeStartObject();
                json.writeStringField("topic", message.getHeader(KafkaConstants.TOPIC, String.class));
                json.writeNumberField("partition", message.getHeader(KafkaConstants.PARTITION, Integer.class));
                json.writeNumberField("offset", message.getHeader(KafkaConstants.OFFSET, Long.class));
                json.writeNumberField("timestamp", message.getHeader(KafkaConstants.TIMESTAMP, Long.class));
                json.writeStringField("key", message.getHeader(KafkaConstants.KEY, String.class));
                json.writeObjectFieldStart("headers");
                for (Header header : message.getHeader(KafkaConstants.HEADERS, Headers.class)) {
                    json.writeStringField(header.key(), text(header.value()));
                }
                json.writeEndObject();
                json.writeStringField("data", text(message.getBody(byte[].class)));
                json.writeEndObject();
                json.writeRaw('\n');
            }
        }
        return lines.toByteArray();
    }

    private static String text(byte[] bytes) {
        return new String(bytes, StandardCharsets.UTF_8);
    }
}
