package dev.persistor.avro;

import dev.persistor.core.format.foreign.PathTimes;
import dev.persistor.core.message.Attributes;
import dev.persistor.core.message.Message;
import dev.persistor.core.store.BlobName;
import java.io.IOException;
import java.time.Instant;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.avro.Schema;
import org.jspecify.annotations.Nullable;

/**
 * The records of Dataphos Persistor: ids, payloads and attributes. What else a message needs is made out of the file's name,
 * {@code {folders}/{prefix}-{id of the first message}.{extension}}: the source is the prefix, and the publish time is the
 * beginning of the hour, day or month in the folders, when the file was written, or 1970 where they tell none. Not
 * thread-safe.
 */
final class DataphosRecords implements RecordReader {

    static final String NAME = "com.syntio.dataphos.persistorrecord";

    private static final String METADATA = "Metadata";

    private static final List<RecordFields.Field> FIELDS = List.of(
            RecordFields.Field.of("ID", Schema.Type.STRING),
            RecordFields.Field.of("Data", Schema.Type.BYTES),
            RecordFields.Field.of(METADATA, Schema.Type.MAP));

    private static final Pattern FILE = Pattern.compile("(?:.*/)?(?<prefix>[^/]+)-[^/]*");
    private static final String UNKNOWN_SOURCE = "dataphos";

    private final BlobName blob;
    private final int[] order;
    private final Schema map;
    private final Instant publishTime;
    private @Nullable String source;

    private DataphosRecords(BlobName blob, int[] order, Schema map) {
        this.blob = blob;
        this.order = order;
        this.map = map;
        this.publishTime = PathTimes.ofFolders(blob).orElse(Instant.EPOCH);
    }

    /**
     * Returns what reads a file of such records.
     *
     * @throws dev.persistor.core.format.FormatException if the schema has other fields
     */
    static DataphosRecords of(Schema schema, BlobName blob) {
        int[] order = RecordFields.order(schema, FIELDS, blob);
        return new DataphosRecords(blob, order, schema.getField(METADATA).schema());
    }

    @Override
    public Message read(BinaryInput in, long index) throws IOException {
        String id = "";
        byte[] data = new byte[0];
        Attributes metadata = Attributes.empty();
        for (int field : order) {
            switch (field) {
                case 0 -> id = in.readString();
                case 1 -> data = in.readPayload();
                default -> metadata = Values.sorted(Values.readMap(map, in));
            }
        }
        Message.Builder message = Message.builder()
                .id(FileNames.idOr(id, blob, index))
                .source(source(id))
                .publishTime(publishTime)
                .payload(data)
                .attributes(metadata);
        return RecordReader.of(in, message::build);
    }

    private String source(String id) {
        if (source == null) {
            source = prefix(id);
        }
        return source;
    }

    /** Prefixes and ids may have hyphens in them, and ids slashes; only the first message's id tells where it begins. */
    private String prefix(String firstId) {
        String name = blob.value();
        int end = name.lastIndexOf("-" + firstId + ".");
        if (end > 0) {
            String before = name.substring(0, end);
            String prefix = before.substring(before.lastIndexOf('/') + 1);
            return prefix.isEmpty() ? UNKNOWN_SOURCE : prefix;
        }
        Matcher file = FILE.matcher(name);
        return file.matches() ? file.group("prefix") : FileNames.folder(blob).orElse(UNKNOWN_SOURCE);
    }
}
