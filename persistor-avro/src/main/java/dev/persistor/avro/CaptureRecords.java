package dev.persistor.avro;

import dev.persistor.core.message.AttributeValue;
import dev.persistor.core.message.Attributes;
import dev.persistor.core.message.BrokerProperties;
import dev.persistor.core.message.Message;
import dev.persistor.core.message.Position;
import dev.persistor.core.naming.CaptureNames;
import dev.persistor.core.store.BlobName;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import org.apache.avro.Schema;
import org.jspecify.annotations.Nullable;

/**
 * The records of Event Hubs Capture. Their messages have the ids and positions that Persistor's own have of the same
 * events, so that an archive may be made of both.
 */
final class CaptureRecords implements RecordReader {

    static final String NAME = "Microsoft.ServiceBus.Messaging.EventData";

    private static final String SEQUENCE_NUMBER = "SequenceNumber";
    private static final String OFFSET = "Offset";
    private static final String ENQUEUED_TIME = "EnqueuedTimeUtc";
    private static final String SYSTEM_PROPERTIES = "SystemProperties";
    private static final String PROPERTIES = "Properties";
    private static final String BODY = "Body";

    private static final List<RecordFields.Field> FIELDS = List.of(
            RecordFields.Field.of(SEQUENCE_NUMBER, Schema.Type.LONG),
            RecordFields.Field.of(OFFSET, Schema.Type.STRING),
            RecordFields.Field.of(ENQUEUED_TIME, Schema.Type.STRING),
            RecordFields.Field.of(SYSTEM_PROPERTIES, Schema.Type.MAP),
            RecordFields.Field.of(PROPERTIES, Schema.Type.MAP),
            RecordFields.Field.of(BODY, Schema.Type.UNION, Schema.Type.BYTES));

    private static final String UNKNOWN_SOURCE = "eventhub";
    private static final String PARTITION_KEY = "x-opt-partition-key";

    private final Schema schema;
    private final int[] order;
    private final String source;
    private final Optional<String> partition;
    private final String idsBegin;

    private CaptureRecords(Schema schema, int[] order, BlobName blob, CaptureNames names) {
        this.schema = schema;
        this.order = order;
        Optional<CaptureNames.Place> place = names.place(blob);
        this.source = place.map(CaptureNames.Place::hub)
                .or(() -> FileNames.folder(blob))
                .orElse(UNKNOWN_SOURCE);
        this.partition = place.map(CaptureNames.Place::partition);
        this.idsBegin = partition.map(name -> name + "-").orElse(blob + "#");
    }

    /**
     * Returns what reads a file of such records.
     *
     * @throws dev.persistor.core.format.FormatException if the schema has other fields
     */
    static CaptureRecords of(Schema schema, BlobName blob, CaptureNames names) {
        return new CaptureRecords(schema, RecordFields.order(schema, FIELDS, blob), blob, names);
    }

    @Override
    public Message read(BinaryInput in, long index) throws IOException {
        Event event = new Event();
        for (int i = 0; i < order.length; i++) {
            Schema type = schema.getFields().get(i).schema();
            switch (order[i]) {
                case 0 -> event.sequenceNumber = in.readLong();
                case 1 -> event.offset = in.readString();
                case 2 -> event.enqueuedTime = in.readString();
                case 3 -> event.system = Values.readMap(type, in);
                case 4 -> event.properties = Values.readMap(type, in);
                default -> event.body = Values.readPayload(type, in);
            }
        }
        return RecordReader.of(in, () -> message(event));
    }

    /** A record that has been read. Not thread-safe. */
    private static final class Event {
        private long sequenceNumber;
        private String offset = "";
        private String enqueuedTime = "";
        private Attributes system = Attributes.empty();
        private Attributes properties = Attributes.empty();
        private byte[] body = new byte[0];
    }

    private Message message(Event event) {
        return Message.builder()
                .id(idsBegin + event.sequenceNumber)
                .source(source)
                .publishTime(CaptureTime.of(event.enqueuedTime, event.system))
                .position(partition
                        .map(name -> new Position(name, event.sequenceNumber))
                        .orElse(null))
                .orderingKey(orderingKey(event.system))
                .payload(event.body)
                .attributes(event.properties)
                .brokerProperties(brokerProperties(event))
                .build();
    }

    private static @Nullable String orderingKey(Attributes system) {
        return system.first(PARTITION_KEY)
                .filter(value -> value.type() == AttributeValue.Type.STRING)
                .map(AttributeValue::text)
                .orElse(null);
    }

    private static Attributes brokerProperties(Event event) {
        Attributes.Builder kept = Attributes.builder().add(BrokerProperties.OFFSET, event.offset);
        for (Attributes.Entry entry : event.system) {
            kept.add(keptAs(entry.name()), entry.value());
        }
        return kept.build();
    }

    /** Returns the name by which a replay finds a system property; what it does not look for keeps its own. */
    private static String keptAs(String name) {
        return name.equals(PARTITION_KEY) ? BrokerProperties.PARTITION_KEY : BrokerProperties.ofAmqp(name);
    }
}
