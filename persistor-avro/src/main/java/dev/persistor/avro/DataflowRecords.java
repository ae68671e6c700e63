package dev.persistor.avro;

import dev.persistor.core.format.foreign.DataflowNames;
import dev.persistor.core.message.Attributes;
import dev.persistor.core.message.Message;
import dev.persistor.core.store.BlobName;
import java.io.IOException;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import org.apache.avro.Schema;

/**
 * The records of Google's Dataflow template from Pub/Sub to Avro files: payloads, attributes and times. The id is made of the file's
 * name and the record's place in it, and the source is the folder.
 */
final class DataflowRecords implements RecordReader {

    static final String NAME = "com.google.cloud.teleport.avro.AvroPubsubMessageRecord";

    /** Each version of the templates has its own package, and Java's package is the namespace. */
    static final Set<String> NAMES = Set.of(NAME, "com.google.cloud.teleport.v2.avro.AvroPubsubMessageRecord");

    private static final String ATTRIBUTES = "attributes";

    private static final List<RecordFields.Field> FIELDS = List.of(
            RecordFields.Field.of("message", Schema.Type.BYTES),
            RecordFields.Field.of(ATTRIBUTES, Schema.Type.MAP),
            RecordFields.Field.of("timestamp", Schema.Type.LONG));

    private final BlobName blob;
    private final int[] order;
    private final Schema map;
    private final String source;

    private DataflowRecords(BlobName blob, int[] order, Schema map) {
        this.blob = blob;
        this.order = order;
        this.map = map;
        this.source = DataflowNames.source(blob);
    }

    /**
     * Returns what reads a file of such records.
     *
     * @throws dev.persistor.core.format.FormatException if the schema has other fields
     */
    static DataflowRecords of(Schema schema, BlobName blob) {
        int[] order = RecordFields.order(schema, FIELDS, blob);
        return new DataflowRecords(blob, order, schema.getField(ATTRIBUTES).schema());
    }

    @Override
    public Message read(BinaryInput in, long index) throws IOException {
        Message.Builder message =
                Message.builder().id(FileNames.idOr("", blob, index)).source(source);
        Attributes attributes = Attributes.empty();
        for (int field : order) {
            switch (field) {
                case 0 -> message.payload(in.readPayload());
                case 1 -> attributes = Values.readMap(map, in);
                default -> message.publishTime(Instant.ofEpochMilli(in.readLong()));
            }
        }
        message.attributes(Values.sorted(attributes));
        return RecordReader.of(in, message::build);
    }
}
