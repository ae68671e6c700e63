package dev.persistor.avro;

import dev.persistor.core.format.Compression;
import dev.persistor.core.format.FormatException;
import dev.persistor.core.format.MessageReader;
import dev.persistor.core.message.Message;
import dev.persistor.core.store.Blob;
import dev.persistor.core.store.BlobInfo;
import dev.persistor.core.store.BlobLimits;
import dev.persistor.core.store.BlobMetadata;
import dev.persistor.core.store.BlobName;
import dev.persistor.core.store.BlobStore;
import dev.persistor.core.store.OpenBlob;
import dev.persistor.core.store.memory.MemoryDriver;
import dev.persistor.testkit.MessageGenerator;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.apache.avro.Schema;
import org.apache.avro.file.CodecFactory;
import org.apache.avro.file.DataFileStream;
import org.apache.avro.file.DataFileWriter;
import org.apache.avro.generic.GenericData;
import org.apache.avro.generic.GenericDatumReader;
import org.apache.avro.generic.GenericDatumWriter;
import org.apache.avro.generic.GenericRecord;
import org.jspecify.annotations.Nullable;

/** Files, written and read by this module and by Avro alone. */
final class AvroFiles {

    static final BlobName NAME = BlobName.of("orders/2026/a.avro");
    static final Instant TIME = Instant.parse("2026-01-31T02:10:00.123456Z");

    private static final BlobLimits LIMITS = new BlobLimits(1024, 1024, 8192);

    private AvroFiles() {}

    /** What was read, and how it ended. */
    record Reading(List<Message> messages, @Nullable FormatException failure) {}

    static Message.Builder message() {
        return Message.builder().id("7").source("orders").publishTime(TIME);
    }

    static List<Message> messages(long seed, int count) {
        return Stream.generate(new MessageGenerator(seed)::next).limit(count).toList();
    }

    static Blob blob(Compression compression, List<Message> messages) {
        return new AvroFormat(compression).encode(NAME, messages, LIMITS).get(0);
    }

    /** Reads a blob whose content is as it was stored. */
    static Reading read(Blob blob) {
        return read(BlobInfo.of(blob), blob.contentBytes());
    }

    /** Reads a file of another program, of which the store knows no checksum. */
    static Reading read(String name, byte[] content) {
        return read(
                BlobInfo.withoutChecksum(
                        BlobName.of(name), content.length, "application/octet-stream", BlobMetadata.empty()),
                content);
    }

    static Reading read(BlobInfo info, byte[] content) {
        List<Message> messages = new ArrayList<>();
        try (BlobStore store = BlobStore.over(new MemoryDriver());
                OpenBlob blob = new OpenBlob(info, new ByteArrayInputStream(content));
                MessageReader reader = new AvroFormat(Compression.NONE).read(blob, store)) {
            try {
                reader.forEachRemaining(messages::add);
            } catch (FormatException e) {
                if (reader.hasNext()) {
                    throw new AssertionError("there is more after the failure", e);
                }
                return new Reading(messages, e);
            }
        }
        return new Reading(messages, null);
    }

    static byte[] write(Schema schema, CodecFactory codec, List<GenericRecord> records) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (DataFileWriter<GenericRecord> file = new DataFileWriter<>(new GenericDatumWriter<>(schema))) {
            file.setCodec(codec).create(schema, out);
            for (GenericRecord entry : records) {
                file.append(entry);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return out.toByteArray();
    }

    /** A record whose fields are the values in their order. */
    static GenericRecord entry(Schema schema, Object... values) {
        GenericRecord entry = new GenericData.Record(schema);
        for (int i = 0; i < values.length; i++) {
            entry.put(i, values[i]);
        }
        return entry;
    }

    /** What any reader of Avro finds in a file: for each record names and values, texts as such. */
    static List<Map<String, Object>> readPlainly(byte[] content) {
        List<Map<String, Object>> records = new ArrayList<>();
        try (DataFileStream<GenericRecord> file = open(content)) {
            for (GenericRecord entry : file) {
                Map<String, Object> fields = new LinkedHashMap<>();
                for (Schema.Field field : entry.getSchema().getFields()) {
                    fields.put(field.name(), plain(entry.get(field.pos())));
                }
                records.add(fields);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return records;
    }

    /** The map among the fields that {@link #readPlainly} gave. */
    static Map<String, String> attributesOf(Map<String, Object> fields) {
        Map<String, String> attributes = new LinkedHashMap<>();
        ((Map<?, ?>) Objects.requireNonNull(fields.get("attributes")))
                .forEach((name, value) -> attributes.put((String) name, (String) value));
        return attributes;
    }

    static DataFileStream<GenericRecord> open(byte[] content) throws IOException {
        return new DataFileStream<>(new ByteArrayInputStream(content), new GenericDatumReader<>());
    }

    private static Object plain(Object value) {
        if (value instanceof CharSequence) {
            return value.toString();
        }
        if (value instanceof Map<?, ?> map) {
            Map<String, String> texts = new LinkedHashMap<>();
            map.forEach((key, text) -> texts.put(key.toString(), text.toString()));
            return texts;
        }
        return value;
    }
}
