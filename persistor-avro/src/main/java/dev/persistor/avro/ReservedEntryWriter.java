package dev.persistor.avro;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.persistor.core.format.AttributesJson;
import dev.persistor.core.message.Message;
import dev.persistor.core.message.Position;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import org.apache.avro.io.Encoder;

/** Writes the {@linkplain ReservedEntry reserved entries} of a file. Not thread-safe. */
final class ReservedEntryWriter {

    /** An entry, whose array is read where it is. */
    private static final class Bytes extends ByteArrayOutputStream {
        void writeTo(Encoder out) throws IOException {
            // A string is its UTF-8 as bytes are: https://avro.apache.org/docs/1.12.0/specification/#primitive-types-1
            out.writeBytes(buf, 0, count);
        }
    }

    private final Bytes bytes = new Bytes();
    /** One for all entries: a generator costs more than what it writes here. */
    private final JsonGenerator json;

    ReservedEntryWriter() {
        try {
            this.json = ReservedEntry.JSON.createGenerator(bytes);
        } catch (IOException e) {
            throw new UncheckedIOException("writing to memory failed", e);
        }
    }

    /**
     * Tells whether a message needs an entry, because the fields do not hold it all.
     *
     * @param subscription what the name of the subscription says that will be read
     */
    static boolean isNeeded(Message message, Subscription subscription) {
        return message.position().isPresent()
                || !fieldHoldsId(message)
                || !fieldHoldsSource(message, subscription)
                || !fieldHoldsPublishTime(message)
                || !fieldHoldsOrderingKey(message)
                || !fieldHoldsAttributes(message)
                || !fieldHoldsBrokerProperties(message, subscription);
    }

    /**
     * Writes a message's entry as a string.
     *
     * @param subscription what the name of the subscription says that will be read
     */
    void write(Message message, Subscription subscription, Encoder out) throws IOException {
        bytes.reset();
        write(message, subscription);
        json.flush();
        bytes.writeTo(out);
    }

    private static boolean fieldHoldsId(Message message) {
        return ExportSchema.isText(message.id());
    }

    private static boolean fieldHoldsSource(Message message, Subscription subscription) {
        return subscription.source().equals(message.source());
    }

    private static boolean fieldHoldsPublishTime(Message message) {
        return ExportSchema.time(ExportSchema.micros(message.publishTime())).equals(message.publishTime());
    }

    private static boolean fieldHoldsOrderingKey(Message message) {
        return ExportSchema.isText(message.orderingKey().orElse(""));
    }

    private static boolean fieldHoldsAttributes(Message message) {
        return ExportSchema.isMap(message.attributes());
    }

    private static boolean fieldHoldsBrokerProperties(Message message, Subscription subscription) {
        return subscription.brokerProperties().equals(message.brokerProperties());
    }

    private void write(Message message, Subscription subscription) throws IOException {
        json.writeStartObject();
        if (!fieldHoldsId(message)) {
            json.writeStringField(ReservedEntry.ID, message.id());
        }
        if (!fieldHoldsSource(message, subscription)) {
            json.writeStringField(ReservedEntry.SOURCE, message.source());
        }
        if (!fieldHoldsPublishTime(message)) {
            json.writeStringField(
                    ReservedEntry.PUBLISH_TIME, message.publishTime().toString());
        }
        if (!fieldHoldsOrderingKey(message)) {
            json.writeStringField(
                    ReservedEntry.ORDERING_KEY, message.orderingKey().orElseThrow());
        }
        if (message.position().isPresent()) {
            Position position = message.position().get();
            if (!position.log().isEmpty()) {
                json.writeStringField(ReservedEntry.LOG, position.log());
            }
            json.writeStringField(ReservedEntry.PARTITION, position.partition());
            json.writeNumberField(ReservedEntry.OFFSET, position.offset());
        }
        if (!fieldHoldsAttributes(message)) {
            json.writeFieldName(ReservedEntry.ATTRIBUTES);
            AttributesJson.write(json, message.attributes());
        }
        if (!fieldHoldsBrokerProperties(message, subscription)) {
            json.writeFieldName(ReservedEntry.BROKER_PROPERTIES);
            AttributesJson.write(json, message.brokerProperties());
        }
        json.writeEndObject();
    }
}
