package dev.persistor.core.format;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.json.JsonWriteFeature;
import dev.persistor.core.message.AttributeValue;
import dev.persistor.core.message.Attributes;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * Attributes as one JSON array of entries in their order: {@code ["name","value"]} for a string, which most are, and
 * {@code ["name","text","type"]} for all else. Formats that keep attributes in JSON keep them so.
 *
 * <p>Thread-safe.
 */
public final class AttributesJson {

    /** Jackson's limits are against strangers; what was archived must come back, whatever its size. */
    public static final StreamReadConstraints ANY_SIZE = StreamReadConstraints.builder()
            .maxStringLength(Integer.MAX_VALUE)
            .maxNameLength(Integer.MAX_VALUE)
            .build();

    /** Beyond ASCII everything is escaped, so that lone surrogates, for which UTF-8 has no bytes, survive too. */
    static final JsonFactory JSON = newFactory();

    /** The characters around a name and a value: {@code ["","",]}. */
    private static final int AROUND = 8;

    /** The characters that stand for themselves in JSON, of ASCII. */
    private static final boolean[] PLAIN = new boolean['~' + 1];

    static {
        Arrays.fill(PLAIN, ' ', PLAIN.length, true);
        PLAIN['"'] = false;
        PLAIN['\\'] = false;
    }

    private AttributesJson() {}

    /** Returns a new factory. A factory keeps the names of the fields that it read as long as it lives, and they may be large. */
    static JsonFactory newFactory() {
        return JsonFactory.builder()
                .enable(JsonWriteFeature.ESCAPE_NON_ASCII)
                .streamReadConstraints(ANY_SIZE)
                .build();
    }

    static String encode(Attributes attributes) {
        byte[] json = new byte[length(attributes)];
        return writePlain(attributes, json) ? new String(json, StandardCharsets.ISO_8859_1) : encodeAny(attributes);
    }

    /** Returns how long the JSON is when it needs no escape and no type. */
    private static int length(Attributes attributes) {
        int length = 1;
        for (Attributes.Entry entry : attributes.entries()) {
            length += AROUND + entry.name().length() + entry.value().text().length();
        }
        return Math.max(length, "[]".length());
    }

    /**
     * Writes what needs no escape and no type, which is usual, and returns false when there is something else. A generator
     * costs more than all the rest that is done for a message.
     */
    private static boolean writePlain(Attributes attributes, byte[] json) {
        int at = 0;
        for (Attributes.Entry entry : attributes.entries()) {
            if (entry.value().type() != AttributeValue.Type.STRING) {
                return false;
            }
            json[at++] = ','; // of the first, the opening bracket takes its place
            json[at++] = '[';
            int value = writePlain(entry.name(), json, at);
            if (value < 0) {
                return false;
            }
            json[value++] = ',';
            at = writePlain(entry.value().text(), json, value);
            if (at < 0) {
                return false;
            }
            json[at++] = ']';
        }
        json[0] = '[';
        json[json.length - 1] = ']';
        return true;
    }

    /** Writes a text in quotes, and returns where it ends, or -1 if it needs an escape. */
    private static int writePlain(String text, byte[] json, int at) {
        int start = at + 1;
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c >= PLAIN.length || !PLAIN[c]) {
                return -1;
            }
            json[start + i] = (byte) c;
        }
        int end = start + text.length();
        json[at] = '"';
        json[end] = '"';
        return end + 1;
    }

    private static String encodeAny(Attributes attributes) {
        StringWriter out = new StringWriter();
        try (JsonGenerator json = JSON.createGenerator(out)) {
            write(json, attributes);
        } catch (IOException e) {
            throw new UncheckedIOException("writing to memory failed", e);
        }
        return out.toString();
    }

    /**
     * Writes the attributes as the generator's next value. The generator is to escape whatever is not ASCII, so that lone
     * surrogates survive.
     *
     * @throws IOException if the generator fails
     */
    public static void write(JsonGenerator json, Attributes attributes) throws IOException {
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
     * @throws IOException if the text is nothing that it writes, or has more attributes than allowed
     */
    static Attributes decode(String text, ReadLimits limits) throws IOException {
        try (JsonParser json = JSON.createParser(text)) {
            json.nextToken();
            return read(json, limits.count(ReadLimit.ATTRIBUTES));
        } catch (TooManyAttributesException e) {
            throw limits.exceeded(ReadLimit.ATTRIBUTES);
        }
    }

    /**
     * Reads what {@link #write} wrote: the value that begins with the parser's current token.
     *
     * @throws IOException if the value is nothing that it writes, or the parser fails
     */
    public static Attributes read(JsonParser json) throws IOException {
        return read(json, Integer.MAX_VALUE);
    }

    /** Reads as {@link #read(JsonParser)} does, and ends when there are more than allowed. */
    public static Attributes read(JsonParser json, int most) throws IOException {
        require(json.currentToken() == JsonToken.START_ARRAY);
        Attributes.Builder attributes = Attributes.builder();
        int count = 0;
        while (json.nextToken() == JsonToken.START_ARRAY) {
            if (++count > most) {
                throw new TooManyAttributesException(most);
            }
            String name = string(json);
            String text = string(json);
            String type = json.nextToken() == JsonToken.VALUE_STRING ? json.getText() : null;
            if (type == null) {
                attributes.add(name, text);
            } else {
                attributes.add(name, value(type, text));
                json.nextToken();
            }
            require(json.currentToken() == JsonToken.END_ARRAY);
        }
        require(json.currentToken() == JsonToken.END_ARRAY);
        return attributes.build();
    }

    private static AttributeValue value(String type, String text) throws IOException {
        try {
            return new AttributeValue(AttributeValue.Type.ofLabel(type), text);
        } catch (IllegalArgumentException e) {
            // Without the cause, whose text quotes the value: that is the sender's.
            throw damaged();
        }
    }

    private static String string(JsonParser json) throws IOException {
        require(json.nextToken() == JsonToken.VALUE_STRING);
        return json.getText();
    }

    private static void require(boolean expected) throws IOException {
        if (!expected) {
            throw damaged();
        }
    }

    private static IOException damaged() {
        return new IOException("typed attributes are damaged");
    }
}
