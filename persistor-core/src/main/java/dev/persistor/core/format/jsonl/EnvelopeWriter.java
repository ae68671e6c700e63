package dev.persistor.core.format.jsonl;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.SerializableString;
import com.fasterxml.jackson.core.io.SerializedString;
import dev.persistor.core.format.AttributesJson;
import dev.persistor.core.format.Instants;
import dev.persistor.core.message.AttributeValue;
import dev.persistor.core.message.Attributes;
import dev.persistor.core.message.Message;
import dev.persistor.core.message.Position;
import java.io.IOException;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Writes messages as JSON objects. Not thread-safe. */
final class EnvelopeWriter {

    private static final SerializableString ID = new SerializedString(Envelope.ID);
    private static final SerializableString PUBLISH_TIME = new SerializedString(Envelope.PUBLISH_TIME);
    private static final SerializableString SOURCE = new SerializedString(Envelope.SOURCE);
    private static final SerializableString ORDERING_KEY = new SerializedString(Envelope.ORDERING_KEY);
    private static final SerializableString LOG = new SerializedString(Envelope.LOG);
    private static final SerializableString PARTITION = new SerializedString(Envelope.PARTITION);
    private static final SerializableString OFFSET = new SerializedString(Envelope.OFFSET);
    private static final SerializableString ATTRIBUTES = new SerializedString(Envelope.ATTRIBUTES);
    private static final SerializableString TYPED_ATTRIBUTES = new SerializedString(Envelope.TYPED_ATTRIBUTES);
    private static final SerializableString BROKER_PROPERTIES = new SerializedString(Envelope.BROKER_PROPERTIES);
    private static final SerializableString TYPED_BROKER_PROPERTIES =
            new SerializedString(Envelope.TYPED_BROKER_PROPERTIES);
    private static final SerializableString DATA = new SerializedString(Envelope.DATA);
    private static final SerializableString DATA_BASE64 = new SerializedString(Envelope.DATA_BASE64);

    private static final int ASCII = 127;
    private static final int EVERYTHING = 0;
    private static final int FEW = 8;
    private static final int MOST_HELD = 256 * 1024;

    private final JsonGenerator json;
    private final byte[] time = new byte[Instants.MAX_BYTES];
    private final JsonEscapes escapes = new JsonEscapes();
    private byte[] payload = new byte[8 * 1024];

    EnvelopeWriter(JsonGenerator json) {
        this.json = json;
    }

    void write(Message message) throws IOException {
        json.writeStartObject();
        json.writeFieldName(ID);
        writeText(message.id());
        json.writeFieldName(PUBLISH_TIME);
        writeInstant(message.publishTime());
        json.writeFieldName(SOURCE);
        writeText(message.source());
        if (message.orderingKey().isPresent()) {
            json.writeFieldName(ORDERING_KEY);
            writeText(message.orderingKey().get());
        }
        if (message.position().isPresent()) {
            writePosition(message.position().get());
        }
        writeAttributes(ATTRIBUTES, TYPED_ATTRIBUTES, message.attributes());
        writeAttributes(BROKER_PROPERTIES, TYPED_BROKER_PROPERTIES, message.brokerProperties());
        writePayload(message);
        json.writeEndObject();
    }

    private void writeInstant(Instant instant) throws IOException {
        int length = Instants.write(instant, time);
        if (length == 0) {
            json.writeString(instant.toString());
        } else {
            json.writeRawUTF8String(time, 0, length);
        }
    }

    private void writePosition(Position position) throws IOException {
        if (!position.log().isEmpty()) {
            json.writeFieldName(LOG);
            writeText(position.log());
        }
        json.writeFieldName(PARTITION);
        writeText(position.partition());
        json.writeFieldName(OFFSET);
        json.writeNumber(position.offset());
    }

    private void writeAttributes(SerializableString field, SerializableString typedField, Attributes attributes)
            throws IOException {
        if (attributes.isEmpty()) {
            return;
        }
        boolean plain = isPlain(attributes.entries());
        json.writeFieldName(field);
        if (plain) {
            writeAll(attributes.entries());
        } else {
            writeReadable(attributes);
            json.writeFieldName(typedField);
            json.setHighestNonEscapedChar(ASCII);
            AttributesJson.write(json, attributes);
            json.setHighestNonEscapedChar(EVERYTHING);
        }
    }

    private void writeAll(List<Attributes.Entry> entries) throws IOException {
        json.writeStartObject();
        for (Attributes.Entry entry : entries) {
            json.writeFieldName(entry.name());
            writeText(entry.value().text());
        }
        json.writeEndObject();
    }

    /** Writes what an object of texts can hold. Few parsers take a name with a lone surrogate in it. */
    private void writeReadable(Attributes attributes) throws IOException {
        json.writeStartObject();
        for (Map.Entry<String, String> attribute : attributes.toMap().entrySet()) {
            if (Utf8.isWellFormed(attribute.getKey())) {
                json.writeFieldName(attribute.getKey());
                writeText(attribute.getValue());
            }
        }
        json.writeEndObject();
    }

    /** Tells whether an object of texts gives the entries back. */
    private static boolean isPlain(List<Attributes.Entry> entries) {
        for (Attributes.Entry entry : entries) {
            if (entry.value().type() != AttributeValue.Type.STRING || !Utf8.isWellFormed(entry.name())) {
                return false;
            }
        }
        return entries.size() <= FEW ? differInNamesFew(entries) : differInNames(entries);
    }

    private static boolean differInNamesFew(List<Attributes.Entry> entries) {
        for (int i = 1; i < entries.size(); i++) {
            for (int j = 0; j < i; j++) {
                if (entries.get(i).name().equals(entries.get(j).name())) {
                    return false;
                }
            }
        }
        return true;
    }

    private static boolean differInNames(List<Attributes.Entry> entries) {
        Set<String> names = new HashSet<>();
        return entries.stream().allMatch(entry -> names.add(entry.name()));
    }

    /** Writes a text as people read it, unless UTF-8 has no bytes for it: then all beyond ASCII is escaped. */
    private void writeText(String text) throws IOException {
        if (Utf8.isWellFormed(text)) {
            json.writeString(text);
        } else {
            json.setHighestNonEscapedChar(ASCII);
            json.writeString(text);
            json.setHighestNonEscapedChar(EVERYTHING);
        }
    }

    private void writePayload(Message message) throws IOException {
        int size = message.payloadSize();
        if (payload.length - JsonEscapes.READ_BEHIND < size) {
            payload = new byte[size + JsonEscapes.READ_BEHIND];
        }
        message.payload().get(payload, 0, size);
        if (Utf8.isValid(payload, size)) {
            json.writeFieldName(DATA);
            writeUtf8(size);
        } else {
            json.writeFieldName(DATA_BASE64);
            json.writeBinary(payload, 0, size);
        }
    }

    /** Large texts are not buffered a second time. */
    private void writeUtf8(int size) throws IOException {
        if (size > MOST_HELD) {
            json.writeUTF8String(payload, 0, size);
        } else {
            int length = escapes.escape(payload, size);
            json.writeRawUTF8String(escapes.bytes(), 0, length);
        }
    }
}
