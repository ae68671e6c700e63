package dev.persistor.avro;

import dev.persistor.core.format.FormatException;
import dev.persistor.core.store.BlobName;
import java.util.List;
import java.util.Set;
import org.apache.avro.Schema;

/**
 * The fields that a kind of record must have, and may have in any order. One more would be something that the sender
 * wrote and that would be lost; so a record that has another is not read at all.
 */
final class RecordFields {

    /**
     * A field.
     *
     * @param name its name
     * @param types which types it may be of, all of the same use
     */
    record Field(String name, Set<Schema.Type> types) {
        static Field of(String name, Schema.Type... types) {
            return new Field(name, Set.of(types));
        }
    }

    private RecordFields() {}

    /**
     * Returns which fields a file's records hold one after another, as places in the list.
     *
     * @throws FormatException if the file's schema has other fields
     */
    static int[] order(Schema record, List<Field> fields, BlobName blob) {
        List<String> names = fields.stream().map(Field::name).toList();
        int[] order = record.getFields().stream()
                .mapToInt(field -> names.indexOf(field.name()))
                .toArray();
        for (int i = 0; i < order.length; i++) {
            Schema.Field there = record.getFields().get(i);
            if (order[i] < 0) {
                throw unreadable(blob, record, "a field " + there.name() + ", which is unknown");
            }
            Schema.Type type = there.schema().getType();
            if (!fields.get(order[i]).types().contains(type)) {
                throw unreadable(blob, record, "a field " + there.name() + " of type " + type.getName());
            }
        }
        if (order.length < fields.size()) {
            throw unreadable(blob, record, "only " + order.length + " of the fields " + String.join(", ", names));
        }
        return order;
    }

    private static FormatException unreadable(BlobName blob, Schema record, String what) {
        return new FormatException(
                blob + " cannot be read: its Avro schema " + record.getFullName() + " has " + what, null);
    }
}
