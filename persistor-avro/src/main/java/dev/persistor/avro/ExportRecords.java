package dev.persistor.avro;

import dev.persistor.core.format.FormatException;
import dev.persistor.core.format.ReadLimits;
import dev.persistor.core.message.AttributeValue;
import dev.persistor.core.message.Attributes;
import dev.persistor.core.message.Message;
import dev.persistor.core.store.BlobName;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.avro.Schema;
import org.jspecify.annotations.Nullable;

/** The records of Persistor's own files, and of the export with metadata on. Not thread-safe. */
final class ExportRecords implements RecordReader {

    private static final List<RecordFields.Field> FIELDS = List.of(
            RecordFields.Field.of(ExportSchema.SUBSCRIPTION_NAME, Schema.Type.STRING),
            RecordFields.Field.of(ExportSchema.MESSAGE_ID, Schema.Type.STRING),
            RecordFields.Field.of(ExportSchema.PUBLISH_TIME, Schema.Type.LONG),
            RecordFields.Field.of(ExportSchema.ATTRIBUTES, Schema.Type.MAP),
            RecordFields.Field.of(ExportSchema.DATA, Schema.Type.BYTES));

    private final BlobName blob;
    private final int[] order;
    private final boolean entryIsReserved;
    private final ReadLimits limits;
    private Subscription subscription = Subscription.NONE;

    private ExportRecords(BlobName blob, int[] order, boolean entryIsReserved, ReadLimits limits) {
        this.blob = blob;
        this.limits = limits;
        this.order = order;
        this.entryIsReserved = entryIsReserved;
    }

    /**
     * Returns what reads a file of such records.
     *
     * @throws FormatException if the schema has other fields, or a later version of Persistor wrote the file
     */
    static ExportRecords of(Schema schema, ContainerHeader header, BlobName blob, ReadLimits limits) {
        String version = header.get(ReservedEntry.NAME).orElse(ReservedEntry.VERSION);
        if (!version.equals(ReservedEntry.VERSION)) {
            throw new FormatException(
                    blob + " was written by a later version of Persistor: version " + version + " of its format avro,"
                            + " where "
                            + ReservedEntry.VERSION + " can be read",
                    null);
        }
        int[] order = RecordFields.order(schema, FIELDS, blob);
        return new ExportRecords(blob, order, header.get(ReservedEntry.NAME).isPresent(), limits);
    }

    @Override
    public Message read(BinaryInput in, long index) throws IOException {
        Message.Builder message = Message.builder();
        String entry = null;
        for (int field : order) {
            switch (field) {
                case 0 -> readSubscription(in.readString(), message);
                case 1 -> message.id(FileNames.idOr(in.readString(), blob, index));
                case 2 -> message.publishTime(ExportSchema.time(in.readLong()));
                case 3 -> entry = readAttributes(in, message);
                default -> message.payload(in.readPayload());
            }
        }
        String reserved = entry;
        return RecordReader.of(in, () -> build(message, reserved));
    }

    private Message build(Message.Builder message, @Nullable String reserved) throws IOException {
        if (reserved != null) {
            ReservedEntry.apply(reserved, message, limits);
        }
        return message.build();
    }

    private void readSubscription(String name, Message.Builder message) {
        subscription = subscription.orNamed(name);
        String source = subscription.source();
        message.source(source.isEmpty() ? FileNames.folder(blob).orElse(PayloadRecords.UNKNOWN_SOURCE) : source)
                .brokerProperties(subscription.brokerProperties());
    }

    /** Reads the map into the message; returns the reserved entry, if there is one. */
    private @Nullable String readAttributes(BinaryInput in, Message.Builder message) throws IOException {
        List<Attributes.Entry> entries = new ArrayList<>();
        String reserved = null;
        for (long left = in.readEntries(); left != 0; left = in.readEntries()) {
            for (; left > 0; left--) {
                String name = in.readString();
                String value = in.readString();
                if (!in.keepsEntry()) {
                    continue;
                }
                if (name.equals(ExportSchema.ORDERING_KEY)) {
                    message.orderingKey(value);
                } else if (entryIsReserved && name.equals(ReservedEntry.NAME)) {
                    reserved = value;
                } else {
                    entries.add(new Attributes.Entry(name, AttributeValue.of(value)));
                }
            }
        }
        message.attributes(isSorted(entries) ? Attributes.of(entries) : sorted(entries));
        return reserved;
    }

    private static boolean isSorted(List<Attributes.Entry> entries) {
        for (int i = 1; i < entries.size(); i++) {
            if (entries.get(i - 1).name().compareTo(entries.get(i).name()) >= 0) {
                return false;
            }
        }
        return true;
    }

    /** The order of a map says nothing: the same message may come in another. */
    private static Attributes sorted(List<Attributes.Entry> entries) {
        Map<String, String> map = new HashMap<>();
        for (Attributes.Entry entry : entries) {
            map.put(entry.name(), entry.value().text());
        }
        return Attributes.ofUnordered(map);
    }
}
