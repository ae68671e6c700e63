package dev.persistor.avro;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.core.json.JsonWriteFeature;
import dev.persistor.core.format.AttributesJson;
import dev.persistor.core.message.Message;
import dev.persistor.core.message.Position;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The entry among the attributes that holds what the export's five fields cannot give back, as one JSON object. Each part
 * of a message is in it when, and only when, what is read from the fields would be another.
 *
 * <p>Files in which it means that say so in their header, under the same name. In files of others it is an attribute like
 * any other.
 */
final class ReservedEntry {

    static final String NAME = "persistor";

    /** Which form the entries of a file are of. */
    static final String VERSION = "1";

    private static final String ID = "id";
    private static final String SOURCE = "source";
    private static final String PUBLISH_TIME = "publishTime";
    private static final String ORDERING_KEY = "orderingKey";
    private static final String PARTITION = "partition";
    private static final String OFFSET = "offset";
    private static final String ATTRIBUTES = "attributes";
    private static final String BROKER_PROPERTIES = "brokerProperties";

    private static final JsonFactory JSON = JsonFactory.builder()
            // Lone surrogates, for which UTF-8 has no bytes, are escaped like all that is not ASCII.
            .enable(JsonWriteFeature.ESCAPE_NON_ASCII)
            // The parser's own texts would quote what cannot be read.
            .disable(StreamReadFeature.INCLUDE_SOURCE_IN_LOCATION)
            // What was written is read, whatever its length.
            .streamReadConstraints(StreamReadConstraints.builder()
                    .maxStringLength(Integer.MAX_VALUE)
                    .build())
            .build();

    private ReservedEntry() {}

    /**
     * Returns the entry of a message; nothing where the fields hold it all.
     *
     * @param subscription what the name of the subscription says that will be read
     */
    static Optional<String> of(Message message, Subscription subscription) {
        if (fieldsHoldAllOf(message, subscription)) {
            return Optional.empty();
        }
        StringWriter out = new StringWriter();
        try (JsonGenerator json = JSON.createGenerator(out)) {
            write(message, subscription, json);
        } catch (IOException e) {
            throw new UncheckedIOException("writing to memory failed", e);
        }
        return Optional.of(out.toString());
    }

    private static boolean fieldsHoldAllOf(Message message, Subscription subscription) {
        return fieldHoldsId(message)
                && fieldHoldsSource(message, subscription)
                && fieldHoldsPublishTime(message)
                && fieldHoldsOrderingKey(message)
                && message.position().isEmpty()
                && fieldHoldsAttributes(message)
                && fieldHoldsBrokerProperties(message, subscription);
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

    private static void write(Message message, Subscription subscription, JsonGenerator json) throws IOException {
        json.writeStartObject();
        if (!fieldHoldsId(message)) {
            json.writeStringField(ID, message.id());
        }
        if (!fieldHoldsSource(message, subscription)) {
            json.writeStringField(SOURCE, message.source());
        }
        if (!fieldHoldsPublishTime(message)) {
            json.writeStringField(PUBLISH_TIME, message.publishTime().toString());
        }
        if (!fieldHoldsOrderingKey(message)) {
            json.writeStringField(ORDERING_KEY, message.orderingKey().orElseThrow());
        }
        if (message.position().isPresent()) {
            Position position = message.position().get();
            json.writeStringField(PARTITION, position.partition());
            json.writeNumberField(OFFSET, position.offset());
        }
        if (!fieldHoldsAttributes(message)) {
            json.writeFieldName(ATTRIBUTES);
            AttributesJson.write(json, message.attributes());
        }
        if (!fieldHoldsBrokerProperties(message, subscription)) {
            json.writeFieldName(BROKER_PROPERTIES);
            AttributesJson.write(json, message.brokerProperties());
        }
        json.writeEndObject();
    }

    /**
     * Puts what an entry holds into a message, in place of what the fields gave.
     *
     * @throws DamagedException if the entry is none that {@link #of} makes
     * @throws IllegalArgumentException if a part of it cannot be in a message
     * @throws java.time.DateTimeException if its publish time is no time
     */
    static void apply(String entry, Message.Builder message) throws DamagedException {
        String partition = null;
        Long offset = null;
        try (JsonParser json = JSON.createParser(entry)) {
            require(json.nextToken() == JsonToken.START_OBJECT);
            while (json.nextToken() == JsonToken.FIELD_NAME) {
                String field = json.currentName();
                json.nextToken();
                switch (field) {
                    case ID -> message.id(text(json));
                    case SOURCE -> message.source(text(json));
                    case PUBLISH_TIME -> message.publishTime(Instant.parse(text(json)));
                    case ORDERING_KEY -> message.orderingKey(text(json));
                    case PARTITION -> partition = text(json);
                    case OFFSET -> offset = json.getLongValue();
                    case ATTRIBUTES -> message.attributes(AttributesJson.read(json));
                    case BROKER_PROPERTIES -> message.brokerProperties(AttributesJson.read(json));
                    default -> require(false);
                }
            }
            require(json.currentToken() == JsonToken.END_OBJECT);
        } catch (IOException e) {
            DamagedException damaged = damaged();
            damaged.initCause(e);
            throw damaged;
        }
        message.position(position(partition, offset));
    }

    private static @Nullable Position position(@Nullable String partition, @Nullable Long offset)
            throws DamagedException {
        if (partition == null && offset == null) {
            return null;
        }
        if (partition == null || offset == null) {
            throw damaged();
        }
        return new Position(partition, offset);
    }

    private static String text(JsonParser json) throws IOException {
        require(json.currentToken() == JsonToken.VALUE_STRING);
        return json.getText();
    }

    private static void require(boolean expected) throws DamagedException {
        if (!expected) {
            throw damaged();
        }
    }

    private static DamagedException damaged() {
        return new DamagedException("its attribute " + NAME + " is none that Persistor writes");
    }
}
