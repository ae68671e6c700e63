package dev.persistor.standalone.cli;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.util.Collection;
import java.util.Map;

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
