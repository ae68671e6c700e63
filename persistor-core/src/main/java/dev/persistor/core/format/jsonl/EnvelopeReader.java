package dev.persistor.core.format.jsonl;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import dev.persistor.core.format.AttributesJson;
import dev.persistor.core.format.Instants;
import dev.persistor.core.format.Shown;
import dev.persistor.core.format.TooManyAttributesException;
import dev.persistor.core.message.Attributes;
import dev.persistor.core.message.Message;
import dev.persistor.core.message.Position;
import dev.persistor.core.message.Rfc3339;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Reads messages out of JSON objects; fields that it does not know are passed over. Not thread-safe. */
final class EnvelopeReader {

    private static final String TIME = "an RFC 3339 time such as 2026-01-31T06:00:00Z";

    private static final byte[] NO_BYTES = {};

    private static final List<String> FIELDS = List.of(
            Envelope.ID,
            Envelope.PUBLISH_TIME,
            Envelope.SOURCE,
            Envelope.ORDERING_KEY,
            Envelope.LOG,
            Envelope.PARTITION,
            Envelope.OFFSET,
            Envelope.ATTRIBUTES,
            Envelope.TYPED_ATTRIBUTES,
            Envelope.BROKER_PROPERTIES,
            Envelope.TYPED_BROKER_PROPERTIES,
            Envelope.DATA,
            Envelope.DATA_BASE64);

    private final Utf8Writer text = new Utf8Writer();
    private final Optional<String> defaultSource;
    private final int mostAttributes;
    private final boolean needsPayloads;
    /** Of a line that is sent: the fields that were read. */
    private final Optional<Set<String>> fields;

    private Message.Builder message = Message.builder();
    private @Nullable Instant publishTime;
    private @Nullable Attributes typedAttributes;
    private @Nullable Attributes typedBrokerProperties;
    private @Nullable String log;
    private @Nullable String partition;
    private @Nullable Long offset;
    private boolean hasPayload;

    private EnvelopeReader(
            Optional<String> defaultSource, int mostAttributes, boolean needsPayloads, Optional<Set<String>> fields) {
        this.defaultSource = defaultSource;
        this.mostAttributes = mostAttributes;
        this.needsPayloads = needsPayloads;
        this.fields = fields;
    }

    /** Returns what reads an archive: whatever was archived comes back, and later versions may have more fields. */
    static EnvelopeReader ofArchive(int mostAttributes, boolean needsPayloads) {
        return new EnvelopeReader(Optional.empty(), mostAttributes, needsPayloads, Optional.empty());
    }

    /** Returns a reader of sent messages, whose sender must be told about unknown fields. */
    static EnvelopeReader ofSender(String source, int mostAttributes) {
        return new EnvelopeReader(Optional.of(source), mostAttributes, true, Optional.of(new HashSet<>()));
    }

    /**
     * Reads the object that begins at the parser's current token.
     *
     * @throws IOException if that is no whole envelope; its message holds no content unless it is the parser's own
     */
    Message read(JsonParser json) throws IOException {
        reset();
        require(json.currentToken() == JsonToken.START_OBJECT, "a line is not a JSON object");
        for (String field = json.nextFieldName(); field != null; field = json.nextFieldName()) {
            json.nextToken();
            checkField(field);
            readField(field, json);
        }
        return build();
    }

    private void checkField(String field) throws IOException {
        if (fields.isPresent()) {
            require(FIELDS.contains(field), "unknown field " + Shown.text(field) + "; the fields are " + FIELDS);
            require(fields.get().add(field), field + " occurs twice");
        }
    }

    private void reset() {
        message = Message.builder();
        defaultSource.ifPresent(message::source);
        fields.ifPresent(Set::clear);
        publishTime = null;
        typedAttributes = null;
        typedBrokerProperties = null;
        log = null;
        partition = null;
        offset = null;
        hasPayload = false;
    }

    private void readField(String field, JsonParser json) throws IOException {
        switch (field) {
            case Envelope.ID -> message.id(text(field, json));
            case Envelope.PUBLISH_TIME -> publishTime = instant(field, json);
            case Envelope.SOURCE -> message.source(text(field, json));
            case Envelope.ORDERING_KEY -> message.orderingKey(text(field, json));
            case Envelope.LOG -> log = text(field, json);
            case Envelope.PARTITION -> partition = text(field, json);
            case Envelope.OFFSET -> offset = number(field, json);
            case Envelope.ATTRIBUTES -> message.attributes(plain(field, json));
            case Envelope.TYPED_ATTRIBUTES -> typedAttributes = AttributesJson.read(json, mostAttributes);
            case Envelope.BROKER_PROPERTIES -> message.brokerProperties(plain(field, json));
            case Envelope.TYPED_BROKER_PROPERTIES -> typedBrokerProperties = AttributesJson.read(json, mostAttributes);
            case Envelope.DATA -> payload(needsPayloads ? utf8(field, json) : noText(field, json));
            case Envelope.DATA_BASE64 -> payload(needsPayloads ? base64(field, json) : noText(field, json));
            default -> json.skipChildren();
        }
    }

    private Message build() throws IOException {
        if (publishTime == null) {
            throw new IOException(Envelope.PUBLISH_TIME + " is missing");
        }
        require(hasPayload, Envelope.DATA + " is missing");
        require((partition == null) == (offset == null), "partition and offset must occur together");
        require(log == null || partition != null, Envelope.LOG + " without " + Envelope.PARTITION);
        if (typedAttributes != null) {
            message.attributes(typedAttributes);
        }
        if (typedBrokerProperties != null) {
            message.brokerProperties(typedBrokerProperties);
        }
        try {
            if (partition != null && offset != null) {
                message.position(new Position(log == null ? "" : log, partition, offset));
            }
            return message.publishTime(publishTime).build();
        } catch (IllegalArgumentException e) {
            throw new IOException(e.getMessage(), e);
        }
    }

    private void payload(byte[] bytes) throws IOException {
        require(!hasPayload, "the payload occurs twice");
        hasPayload = true;
        message.payload(bytes);
    }

    private static String text(String field, JsonParser json) throws IOException {
        requireText(field, json);
        return json.getText();
    }

    private static void requireText(String field, JsonParser json) throws IOException {
        if (json.currentToken() != JsonToken.VALUE_STRING) {
            throw FieldException.ofType(field, "text", json);
        }
    }

    private Instant instant(String field, JsonParser json) throws IOException {
        requireText(field, json);
        try {
            if (defaultSource.isPresent()) {
                return Rfc3339.parse(json.getText());
            }
            // What is no ASCII is no time, with a question mark in its place neither.
            byte[] ascii = json.getText().getBytes(StandardCharsets.US_ASCII);
            return Instants.parse(ascii, 0, ascii.length);
        } catch (DateTimeException e) {
            // Without the cause, whose text quotes the value.
            throw FieldException.ofText(field, "time", TIME, json);
        }
    }

    private static long number(String field, JsonParser json) throws IOException {
        if (json.currentToken() != JsonToken.VALUE_NUMBER_INT) {
            throw FieldException.ofType(field, "whole number", json);
        }
        return json.getLongValue();
    }

    /** Leaves a text undecoded: the parser passes over it. */
    private static byte[] noText(String field, JsonParser json) throws IOException {
        requireText(field, json);
        return NO_BYTES;
    }

    private byte[] utf8(String field, JsonParser json) throws IOException {
        requireText(field, json);
        text.reset(json.getTextLength());
        json.getText(text);
        return text.toBytes();
    }

    private static byte[] base64(String field, JsonParser json) throws IOException {
        requireText(field, json);
        return json.getBinaryValue();
    }

    private Attributes plain(String field, JsonParser json) throws IOException {
        if (json.currentToken() != JsonToken.START_OBJECT) {
            throw FieldException.ofType(field, "object", json);
        }
        Attributes.Builder attributes = Attributes.builder();
        int count = 0;
        for (String name = json.nextFieldName(); name != null; name = json.nextFieldName()) {
            json.nextToken();
            if (++count > mostAttributes) {
                throw new TooManyAttributesException(mostAttributes);
            }
            attributes.add(name, text(field, json));
        }
        return attributes.build();
    }

    private static void require(boolean expected, String otherwise) throws IOException {
        if (!expected) {
            throw new IOException(otherwise);
        }
    }
}
