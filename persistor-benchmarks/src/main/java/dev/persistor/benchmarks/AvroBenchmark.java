package dev.persistor.benchmarks;

import dev.persistor.core.format.BatchFormat;
import dev.persistor.core.format.Compression;
import dev.persistor.core.format.MessageEncoder;
import dev.persistor.core.format.MessageFormats;
import dev.persistor.core.format.MessageReader;
import dev.persistor.core.message.Message;
import dev.persistor.core.store.BlobInfo;
import dev.persistor.core.store.BlobMetadata;
import dev.persistor.core.store.BlobName;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.apache.avro.Schema;
import org.apache.avro.file.DataFileStream;
import org.apache.avro.file.DataFileWriter;
import org.apache.avro.generic.GenericData;
import org.apache.avro.generic.GenericDatumReader;
import org.apache.avro.generic.GenericDatumWriter;
import org.apache.avro.generic.GenericRecord;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;
import org.openjdk.jmh.infra.Blackhole;

/** The format avro against a plain Avro writer and reader of generic records of the same schema. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(1)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
public class AvroBenchmark {

    private static final int MESSAGES = 1_000;
    private static final int ROOM = MESSAGES * 2_048;

    private final BatchFormat format = (BatchFormat) MessageFormats.named("avro", Compression.NONE);
    private final List<Message> messages = SampleMessages.of(MESSAGES);
    private final byte[] file = encoded();
    private final Schema schema = schemaOf(file);
    private final BlobInfo blob = BlobInfo.withoutChecksum(
            BlobName.of("orders/sample.avro"), file.length, "application/avro", BlobMetadata.empty());

    private byte[] encoded() {
        ByteArrayOutputStream out = new ByteArrayOutputStream(ROOM);
        try {
            encodeTo(out);
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
        return out.toByteArray();
    }

    private static Schema schemaOf(byte[] file) {
        try (DataFileStream<GenericRecord> records =
                new DataFileStream<>(new ByteArrayInputStream(file), new GenericDatumReader<>())) {
            return records.getSchema();
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    private void encodeTo(ByteArrayOutputStream out) throws IOException {
        try (MessageEncoder encoder = format.encoder(out)) {
            for (Message message : messages) {
                encoder.write(message);
            }
        }
    }

    /** Writes with the format. */
    @Benchmark
    @OperationsPerInvocation(MESSAGES)
    public int encode() throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream(ROOM);
        encodeTo(out);
        return out.size();
    }

    /** Writes generic records of the same fields. */
    @Benchmark
    @OperationsPerInvocation(MESSAGES)
    public int encodePlain() throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream(ROOM);
        try (DataFileWriter<GenericRecord> writer = new DataFileWriter<>(new GenericDatumWriter<>(schema))) {
            writer.create(schema, out);
            for (Message message : messages) {
                GenericRecord record = new GenericData.Record(schema);
                record.put("subscription_name", message.source());
                record.put("message_id", message.id());
                record.put("publish_time", message.publishTime().toEpochMilli() * 1_000);
                record.put("attributes", message.attributes().toMap());
                record.put("data", message.payload());
                writer.append(record);
            }
        }
        return out.size();
    }

    /** Reads with the format. */
    @Benchmark
    @OperationsPerInvocation(MESSAGES)
    public void decode(Blackhole blackhole) {
        try (MessageReader reader = format.decoder(new ByteArrayInputStream(file), blob)) {
            while (reader.hasNext()) {
                blackhole.consume(reader.next());
            }
        }
    }

    /** Reads generic records. */
    @Benchmark
    @OperationsPerInvocation(MESSAGES)
    public void decodePlain(Blackhole blackhole) throws IOException {
        try (DataFileStream<GenericRecord> records =
                new DataFileStream<>(new ByteArrayInputStream(file), new GenericDatumReader<>())) {
            while (records.hasNext()) {
                blackhole.consume(records.next());
            }
        }
    }
}
