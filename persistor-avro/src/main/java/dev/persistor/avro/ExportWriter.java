package dev.persistor.avro;

import dev.persistor.core.message.Attributes;
import dev.persistor.core.message.Message;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.LinkedHashMap;
import java.util.Map;
import org.apache.avro.Schema;
import org.apache.avro.io.DatumWriter;
import org.apache.avro.io.Encoder;

/** Writes a message as a record of the export's schema, without a record in between. Not thread-safe. */
final class ExportWriter implements DatumWriter<Message> {

    private final ReservedEntryWriter entries = new ReservedEntryWriter();
    private Subscription subscription = Subscription.NONE;

    /** The payload is read-only and gives no array, and Avro's own detour for that is long. */
    private byte[] copy = new byte[0];

    @Override
    public void setSchema(Schema schema) {}

    @Override
    public void write(Message message, Encoder out) throws IOException {
        subscription = subscription.orNamed(Subscription.nameFor(message));
        out.writeString(subscription.name());
        out.writeString(message.id());
        out.writeLong(ExportSchema.micros(message.publishTime()));
        out.writeMapStart();
        writeAttributes(message, out);
        out.writeMapEnd();
        writePayload(message.payload(), out);
    }

    private void writeAttributes(Message message, Encoder out) throws IOException {
        String orderingKey = message.orderingKey().orElse(null);
        boolean hasEntry = ReservedEntryWriter.isNeeded(message, subscription);
        int others = (orderingKey == null ? 0 : 1) + (hasEntry ? 1 : 0);
        // What needs no entry has such attributes, and was looked through for that.
        if (!hasEntry || ExportSchema.isMap(message.attributes())) {
            out.setItemCount(message.attributes().size() + others);
            for (Attributes.Entry attribute : message.attributes().entries()) {
                writeItem(attribute.name(), attribute.value().text(), out);
            }
        } else {
            Map<String, String> attributes = readable(message.attributes());
            out.setItemCount(attributes.size() + others);
            for (Map.Entry<String, String> attribute : attributes.entrySet()) {
                writeItem(attribute.getKey(), attribute.getValue(), out);
            }
        }
        if (orderingKey != null) {
            writeItem(ExportSchema.ORDERING_KEY, orderingKey, out);
        }
        if (hasEntry) {
            out.startItem();
            out.writeString(ReservedEntry.NAME);
            entries.write(message, subscription, out);
        }
    }

    /**
     * Returns what readers of the export find among the attributes where these are no map of texts: the texts of all, of a
     * repeated name the first.
     */
    private static Map<String, String> readable(Attributes attributes) {
        Map<String, String> map = new LinkedHashMap<>();
        for (Attributes.Entry attribute : attributes.entries()) {
            if (!ExportSchema.isReserved(attribute.name())) {
                // Two names that differ in a lone surrogate would become one name twice, which no map can have.
                map.putIfAbsent(
                        ExportSchema.readBack(attribute.name()),
                        attribute.value().text());
            }
        }
        return map;
    }

    private static void writeItem(String name, String value, Encoder out) throws IOException {
        out.startItem();
        out.writeString(name);
        out.writeString(value);
    }

    private void writePayload(ByteBuffer payload, Encoder out) throws IOException {
        int size = payload.remaining();
        if (copy.length < size) {
            copy = new byte[size];
        }
        payload.get(copy, 0, size);
        out.writeBytes(copy, 0, size);
    }
}
