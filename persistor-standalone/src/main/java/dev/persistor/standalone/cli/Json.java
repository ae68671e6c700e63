package dev.persistor.standalone.cli;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Writes what scripts read: one JSON object a line, in ASCII. Thread-safe. */
public final class Json {

    private static final JsonFactory FACTORY = new JsonFactory();
    private static final int ASCII = 127;

    private Json() {}

    /** Writes fields into an object. */
    @FunctionalInterface
    public interface Fields {

        /** Writes them. */
        void write(JsonGenerator json) throws IOException;
    }

    /** Returns an object in a line of its own. */
    public static byte[] line(Fields fields) throws IOException {
        ByteArrayOutputStream line = new ByteArrayOutputStream();
        try (JsonGenerator json = FACTORY.createGenerator(line)) {
            // An id may hold what UTF-8 has no bytes for.
            json.setHighestNonEscapedChar(ASCII);
            json.writeStartObject();
            fields.write(json);
            json.writeEndObject();
        }
        line.write('\n');
        return line.toByteArray();
    }

    /** Writes an object in a line of its own. */
    public static void print(OutputStream out, Fields fields) throws IOException {
        out.write(line(fields));
        out.flush();
    }

    /**
     * Reads an object: its values are texts, numbers ({@link Long} or {@link Double}), booleans, lists, maps of the same, and null.
     *
     * @throws IOException if the bytes are no JSON object
     */
    public static Map<String, @Nullable Object> read(byte[] bytes) throws IOException {
        try (JsonParser json = FACTORY.createParser(bytes)) {
            if (json.nextToken() != JsonToken.START_OBJECT) {
                throw new IOException("it is not a JSON object");
            }
            return object(json);
        }
    }

    private static Map<String, @Nullable Object> object(JsonParser json) throws IOException {
        Map<String, @Nullable Object> fields = new LinkedHashMap<>();
        for (String name = json.nextFieldName(); name != null; name = json.nextFieldName()) {
            json.nextToken();
            fields.put(name, value(json));
        }
        return fields;
    }

    private static @Nullable Object value(JsonParser json) throws IOException {
        return switch (json.currentToken()) {
            case START_OBJECT -> object(json);
            case START_ARRAY -> {
                List<@Nullable Object> values = new ArrayList<>();
                while (json.nextToken() != JsonToken.END_ARRAY) {
                    values.add(value(json));
                }
                yield values;
            }
            case VALUE_NUMBER_INT -> json.getLongValue();
            case VALUE_NUMBER_FLOAT -> json.getDoubleValue();
            case VALUE_TRUE, VALUE_FALSE -> json.getBooleanValue();
            case VALUE_NULL -> null;
            default -> json.getText();
        };
    }

    /** Writes a field with an array of texts. */
    public static void texts(JsonGenerator json, String field, Collection<String> texts) throws IOException {
        json.writeArrayFieldStart(field);
        for (String text : texts) {
            json.writeString(text);
        }
        json.writeEndArray();
    }

    /** Writes a field with an object of counts. */
    public static void counts(JsonGenerator json, String field, Map<String, Long> counts) throws IOException {
        json.writeObjectFieldStart(field);
        for (Map.Entry<String, Long> count : counts.entrySet()) {
            json.writeNumberField(count.getKey(), count.getValue());
        }
        json.writeEndObject();
    }
}
