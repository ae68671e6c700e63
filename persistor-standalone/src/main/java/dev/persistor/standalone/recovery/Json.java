package dev.persistor.standalone.recovery;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import dev.persistor.core.archive.Damage;
import dev.persistor.core.archive.RepeatedMessage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.util.Collection;
import java.util.List;
import java.util.Map;

/** Writes what scripts read: one JSON object a line, in ASCII. Thread-safe. */
final class Json {

    private static final JsonFactory FACTORY = new JsonFactory();
    private static final int ASCII = 127;

    private Json() {}

    /** Writes fields into an object. */
    @FunctionalInterface
    interface Fields {

        /** Writes them. */
        void write(JsonGenerator json) throws IOException;
    }

    /** Returns an object in a line of its own. */
    static byte[] line(Fields fields) throws IOException {
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
    static void print(OutputStream out, Fields fields) throws IOException {
        out.write(line(fields));
        out.flush();
    }

    static void texts(JsonGenerator json, String field, Collection<String> texts) throws IOException {
        json.writeArrayFieldStart(field);
        for (String text : texts) {
            json.writeString(text);
        }
        json.writeEndArray();
    }

    static void counts(JsonGenerator json, String field, Map<String, Long> counts) throws IOException {
        json.writeObjectFieldStart(field);
        for (Map.Entry<String, Long> count : counts.entrySet()) {
            json.writeNumberField(count.getKey(), count.getValue());
        }
        json.writeEndObject();
    }

    static void repeated(JsonGenerator json, String field, List<RepeatedMessage> messages) throws IOException {
        json.writeArrayFieldStart(field);
        for (RepeatedMessage message : messages) {
            json.writeStartObject();
            json.writeStringField("source", message.identity().source());
            json.writeStringField("id", message.identity().id());
            json.writeStringField("place", message.place());
            json.writeStringField("earlier", message.earlier());
            json.writeEndObject();
        }
        json.writeEndArray();
    }

    static void damages(JsonGenerator json, List<Damage> damages) throws IOException {
        json.writeArrayFieldStart("damages");
        for (Damage damage : damages) {
            json.writeStartObject();
            json.writeStringField("blob", damage.blob().value());
            json.writeStringField("reason", damage.reason());
            json.writeEndObject();
        }
        json.writeEndArray();
    }
}
