package dev.persistor.avro;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonFactoryBuilder;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.core.json.JsonWriteFeature;
import dev.persistor.core.format.AttributesJson;
import dev.persistor.core.format.ReadLimit;
import dev.persistor.core.format.ReadLimits;
import dev.persistor.core.format.TooManyAttributesException;
import dev.persistor.core.message.Message;
import dev.persistor.core.message.Position;
import java.io.IOException;
import java.time.Instant;
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

    /** The version of the entries in a file. */
    static final String VERSION = "1";

    static final String ID = "id";
    static final String SOURCE = "source";
    static final String PUBLISH_TIME = "publishTime";
    static final String ORDERING_KEY = "orderingKey";
    static final String LOG = "log";
    static final String PARTITION = "partition";
    static final String OFFSET = "offset";
    static final String ATTRIBUTES = "attributes";
    static final String BROKER_PROPERTIES = "brokerProperties";

    static final JsonFactory JSON = new JsonFactoryBuilder()
            // Lone surrogates, for which UTF-8 has no bytes, are escaped like all that is not ASCII.
            .enable(JsonWriteFeature.ESCAPE_NON_ASCII)
            // Each entry is a text of its own.
            .rootValueSeparator("")
            // The parser's own texts would quote what cannot be read.
            .disable(StreamReadFeature.INCLUDE_SOURCE_IN_LOCATION)
            // A factory would keep the names that it reads, and a hostile blob may have any number.
            .disable(JsonFactory.Feature.CANONICALIZE_FIELD_NAMES)
            // What was written is read, whatever its length.
            .streamReadConstraints(StreamReadConstraints.builder()
                    .maxStringLength(Integer.MAX_VALUE)
                    .build())
            .build();

    private ReservedEntry() {}

    /**
     * Puts what an entry holds into a message, in place of what the fields gave.
     *
     * @throws DamagedException if the entry is none that {@link ReservedEntryWriter} makes
     * @throws dev.persistor.core.format.ReadLimitException if it has more attributes than allowed
     * @throws IllegalArgumentException if a part of it cannot be in a message
     * @throws java.time.DateTimeException if its publish time is no time
     */
    static void apply(String entry, Message.Builder message, ReadLimits limits) throws IOException {
        int most = limits.count(ReadLimit.ATTRIBUTES);
        String log = null;
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
                    case LOG -> log = text(json);
                    case PARTITION -> partition = text(json);
                    case OFFSET -> offset = json.getLongValue();
                    case ATTRIBUTES -> message.attributes(AttributesJson.read(json, most));
                    case BROKER_PROPERTIES -> message.brokerProperties(AttributesJson.read(json, most));
                    default -> require(false);
                }
            }
            require(json.currentToken() == JsonToken.END_OBJECT);
        } catch (TooManyAttributesException e) {
            throw limits.exceeded(ReadLimit.ATTRIBUTES);
        } catch (IOException e) {
            DamagedException damaged = damaged();
            damaged.initCause(e);
            throw damaged;
        }
        message.position(position(log, partition, offset));
    }

    private static @Nullable Position position(@Nullable String log, @Nullable String partition, @Nullable Long offset)
            throws DamagedException {
        if (log == null && partition == null && offset == null) {
            return null;
        }
        if (partition == null || offset == null) {
            throw damaged();
        }
        return new Position(log == null ? "" : log, partition, offset);
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
        return new DamagedException("its attribute " + NAME + " is not one that Persistor writes");
    }
}
