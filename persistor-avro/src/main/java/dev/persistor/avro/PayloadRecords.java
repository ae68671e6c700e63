package dev.persistor.avro;

import dev.persistor.core.format.foreign.PathTimes;
import dev.persistor.core.message.Message;
import dev.persistor.core.store.BlobName;
import java.io.IOException;
import java.time.Instant;
import java.util.List;
import org.apache.avro.Schema;

/**
 * The records of the export without metadata: payloads alone. What else a message needs is made out of the file's name
 * and the record's place in it.
 */
final class PayloadRecords implements RecordReader {

    private static final List<RecordFields.Field> FIELDS =
            List.of(RecordFields.Field.of(ExportSchema.DATA, Schema.Type.BYTES));
    static final String UNKNOWN_SOURCE = "pubsub";

    private final BlobName blob;
    private final String source;
    private final Instant publishTime;

    private PayloadRecords(BlobName blob) {
        this.blob = blob;
        this.source = FileNames.folder(blob).orElse(UNKNOWN_SOURCE);
        this.publishTime = PathTimes.ofExport(blob).orElse(Instant.EPOCH);
    }

    /**
     * Returns what reads a file of such records.
     *
     * @throws dev.persistor.core.format.FormatException if the schema has other fields
     */
    static PayloadRecords of(Schema schema, BlobName blob) {
        RecordFields.order(schema, FIELDS, blob);
        return new PayloadRecords(blob);
    }

    @Override
    public Message read(BinaryInput in, long index) throws IOException {
        Message.Builder message = Message.builder()
                .id(FileNames.idOr("", blob, index))
                .source(source)
                .publishTime(publishTime)
                .payload(in.readPayload());
        return RecordReader.of(in, message::build);
    }
}
