package dev.persistor.avro;

import dev.persistor.core.message.Attributes;
import dev.persistor.core.message.Message;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.apache.avro.Schema;
import org.apache.avro.io.DatumWriter;
import org.apache.avro.io.Encoder;

/** Writes a message as a record of the export's schema, without a record in between. Not thread-safe. */
final class ExportWriter implements DatumWriter<Message> {

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
        Optional<String> entry = ReservedEntry.of(message, subscription);
        if (entry.isEmpty()) {
            writePlainAttributes(message, out);
        } else {
            writeMap(allAttributes(message, entry.get()), out);
        }
        writePayload(message.payload(), out);
    }

    /** Writes attributes that are just a map of texts, without making one. */
    private static void writePlainAttributes(Message message, Encoder out) throws IOException {
        Optional<String> orderingKey = message.orderingKey();
        out.writeMapStart();
        out.setItemCount(message.attributes().size() + (orderingKey.isPresent() ? 1 : 0));
        for (Attributes.Entry attribute : message.attributes().entries()) {
            writeItem(attribute.name(), attribute.value().text(), out);
        }
        if (orderingKey.isPresent()) {
            writeItem(ExportSchema.ORDERING_KEY, orderingKey.get(), out);
        }
        out.writeMapEnd();
    }

    /**
     * Returns what readers of the export find among the attributes beside the reserved entry: the texts of all, of a
     * repeated name the first.
     */
    private static Map<String, String> allAttributes(Message message, String entry) {
        Map<String, String> map = new LinkedHashMap<>();
        for (Attributes.Entry attribute : message.attributes().entries()) {
            if (!ExportSchema.isReserved(attribute.name())) {
                // Two names that differ in a lone surrogate would become one name twice, which no map can have.
                map.putIfAbsent(
                        ExportSchema.readBack(attribute.name()),
                        attribute.value().text());
            }
        }
        message.orderingKey().ifPresent(key -> map.put(ExportSchema.ORDERING_KEY, key));
        map.put(ReservedEntry.NAME, entry);
        return map;
    }

    private static void writeMap(Map<String, String> map, Encoder out) throws IOException {
        out.writeMapStart();
        out.setItemCount(map.size());
        for (Map.Entry<String, String> item : map.entrySet()) {
            writeItem(item.getKey(), item.getValue(), out);
        }
        out.writeMapEnd();
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
