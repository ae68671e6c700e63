package dev.persistor.core.format;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.json.JsonWriteFeature;
import dev.persistor.core.message.AttributeValue;
import dev.persistor.core.message.Attributes;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;

/**
 * Attributes as one JSON array of entries in their order: {@code ["name","value"]} for a string, which most are, and
 * {@code ["name","text","type"]} for all else.
 */
final class AttributesJson {

    /** Beyond ASCII everything is escaped, so that lone surrogates, for which UTF-8 has no bytes, survive too. */
    static final JsonFactory JSON =
            JsonFactory.builder().enable(JsonWriteFeature.ESCAPE_NON_ASCII).build();

    private AttributesJson() {}

    static String encode(Attributes attributes) {
        StringWriter out = new StringWriter();
        try (JsonGenerator json = JSON.createGenerator(out)) {
            write(json, attributes);
        } catch (IOException e) {
            throw new UncheckedIOException("writing to memory failed", e);
        }
        return out.toString();
    }

    static void write(JsonGenerator json, Attributes attributes) throws IOException {
        json.writeStartArray();
        for (Attributes.Entry entry : attributes) {
            json.writeStartArray();
            json.writeString(entry.name());
            json.writeString(entry.value().text());
            if (entry.value().type() != AttributeValue.Type.STRING) {
                json.writeString(entry.value().type().label());
            }
            json.writeEndArray();
        }
        json.writeEndArray();
    }

    /**
     * Reads what {@link #encode} wrote.
     *
     * @throws IOException if the text is nothing that it writes
     */
    static Attributes decode(String text) throws IOException {
        try (JsonParser json = JSON.createParser(text)) {
            json.nextToken();
            return read(json);
        }
    }

    static Attributes read(JsonParser json) throws IOException {
        require(json.currentToken() == JsonToken.START_ARRAY, json);
        Attributes.Builder attributes = Attributes.builder();
        while (json.nextToken() == JsonToken.START_ARRAY) {
            String name = string(json);
            String text = string(json);
            String type = json.nextToken() == JsonToken.VALUE_STRING ? json.getText() : null;
            if (type == null) {
                attributes.add(name, text);
            } else {
                attributes.add(name, value(type, text, json));
                json.nextToken();
            }
            require(json.currentToken() == JsonToken.END_ARRAY, json);
        }
        require(json.currentToken() == JsonToken.END_ARRAY, json);
        return attributes.build();
    }

    private static AttributeValue value(String type, String text, JsonParser json) throws IOException {
        try {
            return new AttributeValue(AttributeValue.Type.ofLabel(type), text);
        } catch (IllegalArgumentException e) {
            throw new IOException("attributes at " + json.currentLocation().offsetDescription(), e);
        }
    }

    private static String string(JsonParser json) throws IOException {
        require(json.nextToken() == JsonToken.VALUE_STRING, json);
        return json.getText();
    }

    private static void require(boolean expected, JsonParser json) throws IOException {
        if (!expected) {
            throw new IOException(
                    "attributes are damaged at " + json.currentLocation().offsetDescription());
        }
    }
}
