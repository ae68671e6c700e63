package dev.persistor.avro;

import dev.persistor.core.message.AttributeValue;
import dev.persistor.core.message.Attributes;
import java.io.IOException;
import java.util.Comparator;
import java.util.List;
import org.apache.avro.Schema;

/** Values whose type the file's schema tells, or a union in it tells anew for each. */
final class Values {

    private Values() {}

    /** Reads a map, in the order that it has in the file. */
    static Attributes readMap(Schema map, BinaryInput in) throws IOException {
        Attributes.Builder attributes = Attributes.builder();
        for (long left = in.readEntries(); left != 0; left = in.readEntries()) {
            for (; left > 0; left--) {
                String name = in.readString();
                AttributeValue value = read(map.getValueType(), in);
                if (in.keepsEntry()) {
                    attributes.add(name, value);
                }
            }
        }
        return attributes.build();
    }

    /** The order of a map says nothing: the same message may come in another. */
    static Attributes sorted(Attributes map) {
        return Attributes.of(map.entries().stream()
                .sorted(Comparator.comparing(Attributes.Entry::name))
                .toList());
    }

    static AttributeValue read(Schema type, BinaryInput in) throws IOException {
        Schema there = branch(type, in);
        return switch (there.getType()) {
            case NULL -> AttributeValue.ofNull();
            case BOOLEAN -> AttributeValue.of(in.readBoolean());
            case INT -> AttributeValue.of((int) in.readLong());
            case LONG -> AttributeValue.of(in.readLong());
            case FLOAT -> AttributeValue.of(in.readFloat());
            case DOUBLE -> AttributeValue.of(in.readDouble());
            case STRING -> AttributeValue.of(in.readString());
            case BYTES -> AttributeValue.of(in.readBytes());
            default -> throw unreadable(there);
        };
    }

    /** Reads a payload, or null, which is none. */
    static byte[] readPayload(Schema type, BinaryInput in) throws IOException {
        Schema there = branch(type, in);
        return switch (there.getType()) {
            case NULL -> new byte[0];
            case BYTES -> in.readPayload();
            default -> throw unreadable(there);
        };
    }

    private static Schema branch(Schema type, BinaryInput in) throws IOException {
        if (type.getType() != Schema.Type.UNION) {
            return type;
        }
        List<Schema> branches = type.getTypes();
        long branch = in.readLong();
        if (branch < 0 || branch >= branches.size()) {
            throw new DamagedException("it has branch " + branch + " of a union of " + branches.size());
        }
        return branches.get((int) branch);
    }

    private static DamagedException unreadable(Schema type) {
        return new DamagedException("it has a value of type " + type.getType().getName() + ", which is unknown");
    }
}
