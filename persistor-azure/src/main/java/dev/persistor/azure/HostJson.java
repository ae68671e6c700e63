package dev.persistor.azure;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import dev.persistor.core.capture.MalformedEventException;
import dev.persistor.core.message.AttributeValue;
import dev.persistor.core.message.Attributes;
import dev.persistor.core.message.Rfc3339;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Reads what the Functions host makes of .NET's values: it hands whatever is no text, bytes or array of these to the
 * worker as JSON. Writes the little that goes back, or into an attribute.
 *
 * <p>JSON has fewer types than AMQP. Numbers, booleans and nulls keep theirs; dates, UUIDs and bytes come as text, and a
 * reader cannot tell them from the sender's own.
 */
final class HostJson {

    private static final int MAX_NESTING = 100_000;

    private static final JsonFactory JSON = JsonFactory.builder()
            // The parser's own texts would quote what cannot be read, and that may be payload.
            .disable(StreamReadFeature.INCLUDE_SOURCE_IN_LOCATION)
            // Names are read once. A table of them fails with an unchecked exception on names made to collide.
            .disable(JsonFactory.Feature.CANONICALIZE_FIELD_NAMES)
            // Values that a parser's defaults refuse are payload like any other. What is nested takes memory by its
            // depth.
            .streamReadConstraints(StreamReadConstraints.builder()
                    .maxStringLength(Integer.MAX_VALUE)
                    .maxNameLength(Integer.MAX_VALUE)
                    .maxNumberLength(Integer.MAX_VALUE)
                    .maxNestingDepth(MAX_NESTING)
                    .build())
            .build();

    private static final Instant FIRST_TIME = Instant.parse("0000-01-01T00:00:00Z");
    private static final Instant END_OF_TIME = Instant.parse("+10000-01-01T00:00:00Z");

    private static final Pattern ENDS_IN_ZONE = Pattern.compile("(?:[Zz]|[+-]\\d\\d:\\d\\d)$");

    private HostJson() {}

    /** Reads an array of objects; a null among them has no attributes. */
    static List<Attributes> objects(String what, String json) throws MalformedEventException {
        List<Attributes> objects = new ArrayList<>();
        read(what, json, parser -> {
            require(parser.nextToken() == JsonToken.START_ARRAY, what, "an array of objects");
            while (parser.nextToken() != JsonToken.END_ARRAY) {
                require(
                        parser.currentToken() == JsonToken.START_OBJECT
                                || parser.currentToken() == JsonToken.VALUE_NULL,
                        what,
                        "an array of objects");
                objects.add(parser.currentToken() == JsonToken.VALUE_NULL ? Attributes.empty() : fields(json, parser));
            }
        });
        return objects;
    }

    /** Reads one object. */
    static Attributes object(String what, String json) throws MalformedEventException {
        List<Attributes> object = new ArrayList<>();
        read(what, json, parser -> {
            require(parser.nextToken() == JsonToken.START_OBJECT, what, "an object");
            object.add(fields(json, parser));
        });
        return object.get(0);
    }

    /** Reads an array of values. */
    static List<AttributeValue> values(String what, String json) throws MalformedEventException {
        List<AttributeValue> values = new ArrayList<>();
        read(what, json, parser -> {
            require(parser.nextToken() == JsonToken.START_ARRAY, what, "an array");
            while (parser.nextToken() != JsonToken.END_ARRAY) {
                require(parser.currentToken() != null, what, "an array that ends");
                values.add(value(json, parser));
            }
        });
        return values;
    }

    /** An operation on a parser. */
    interface Reading {
        void read(JsonParser parser) throws IOException, MalformedEventException;
    }

    static void read(String what, String json, Reading reading) throws MalformedEventException {
        try (JsonParser parser = JSON.createParser(json)) {
            reading.read(parser);
            require(parser.nextToken() == null, "the text after " + what, "empty");
        } catch (IOException e) {
            throw MalformedEventException.notJson(what, e);
        }
    }

    /** Reads the fields of an object whose beginning is the current token, to its end. */
    private static Attributes fields(String json, JsonParser parser) throws IOException {
        Attributes.Builder fields = Attributes.builder();
        for (String name = parser.nextFieldName(); name != null; name = parser.nextFieldName()) {
            parser.nextToken();
            fields.add(name, value(json, parser));
        }
        return fields.build();
    }

    /** Returns the value that begins with the current token, with its type; objects and arrays as their JSON text. */
    static AttributeValue value(String json, JsonParser parser) throws IOException {
        return switch (parser.currentToken()) {
            case VALUE_STRING -> AttributeValue.of(parser.getText());
            case VALUE_TRUE -> AttributeValue.of(true);
            case VALUE_FALSE -> AttributeValue.of(false);
            case VALUE_NULL -> AttributeValue.ofNull();
            case VALUE_NUMBER_INT, VALUE_NUMBER_FLOAT -> AttributeValue.ofJsonNumber(parser.getText());
            default -> AttributeValue.ofJson(text(json, parser));
        };
    }

    /** Returns the first value with this name, if that is a string. */
    static Optional<String> string(Attributes attributes, String name) {
        return attributes
                .first(name)
                .filter(value -> value.type() == AttributeValue.Type.STRING)
                .map(AttributeValue::text);
    }

    /** Returns the text of the value that begins with the current token, untouched, and goes to its end. */
    static String text(String json, JsonParser parser) throws IOException {
        int start = (int) parser.currentTokenLocation().getCharOffset();
        parser.skipChildren();
        if (parser.currentToken() == JsonToken.VALUE_STRING) {
            // A text's end is known only once it has been read.
            parser.getTextLength();
        }
        return json.substring(start, (int) parser.currentLocation().getCharOffset());
    }

    /** Reads a time. .NET writes no zone behind a time whose kind it does not know; the host's times are all in UTC. */
    static Instant time(String what, String text) throws MalformedEventException {
        try {
            return ofCalendar(what, Rfc3339.parse(ENDS_IN_ZONE.matcher(text).find() ? text : text + "Z"));
        } catch (DateTimeException e) {
            throw new MalformedEventException(
                    what + " must be a time such as 2026-01-31T02:10:00Z, and is " + shown(text) + ": "
                            + e.getMessage(),
                    e);
        }
    }

    /** Requires a time of the years 0 to 9999, the only ones that all formats and readers hold. */
    static Instant ofCalendar(String what, Instant time) throws MalformedEventException {
        require(
                !time.isBefore(FIRST_TIME) && time.isBefore(END_OF_TIME),
                what,
                "a time of the years 0 to 9999, and is " + time);
        return time;
    }

    /** An operation on a generator. */
    interface Writing {
        void write(JsonGenerator generator) throws IOException;
    }

    static String written(Writing writing) {
        StringWriter out = new StringWriter();
        try (JsonGenerator generator = JSON.createGenerator(out)) {
            writing.write(generator);
        } catch (IOException e) {
            throw new UncheckedIOException("writing to memory failed", e);
        }
        return out.toString();
    }

    static void require(boolean allowed, String what, String wanted) throws MalformedEventException {
        if (!allowed) {
            throw new MalformedEventException(what + " must be " + wanted);
        }
    }

    private static String shown(String value) {
        int limit = 60;
        return "\"" + (value.length() <= limit ? value : value.substring(0, limit) + "...") + "\"";
    }
}
