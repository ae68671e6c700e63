package dev.persistor.benchmarks;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import dev.persistor.core.format.Compression;
import dev.persistor.core.format.MessageEncoder;
import dev.persistor.core.format.MessageReader;
import dev.persistor.core.format.jsonl.JsonLinesFormat;
import dev.persistor.core.message.Attributes;
import dev.persistor.core.message.Message;
import dev.persistor.core.store.BlobInfo;
import dev.persistor.core.store.BlobMetadata;
import dev.persistor.core.store.BlobName;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
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

/** The format jsonl against plain streaming by Jackson, which writes the same lines and makes the same messages. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(1)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
public class JsonLinesBenchmark {

    private static final int MESSAGES = 1_000;
    private static final int ROOM = MESSAGES * 2_048;
    private static final JsonFactory PLAIN = new JsonFactory();

    private final JsonLinesFormat format = new JsonLinesFormat(Compression.NONE);
    private final List<Message> messages = SampleMessages.of(MESSAGES);
    private final byte[] lines = encoded();
    private final BlobInfo blob = BlobInfo.withoutChecksum(
            BlobName.of("orders/sample.jsonl"), lines.length, "application/x-ndjson", BlobMetadata.empty());

    private byte[] encoded() {
        ByteArrayOutputStream out = new ByteArrayOutputStream(ROOM);
        try {
            encodeTo(out);
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
        return out.toByteArray();
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

    /** Writes the same fields with Jackson's generator. */
    @Benchmark
    @OperationsPerInvocation(MESSAGES)
    public int encodePlain() throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream(ROOM);
        try (JsonGenerator json = PLAIN.createGenerator(out)) {
            for (Message message : messages) {
                json.writeStartObject();
                json.writeStringField("id", message.id());
                json.writeStringField("publishTime", message.publishTime().toString());
                json.writeStringField("source", message.source());
                json.writeObjectFieldStart("attributes");
                for (Map.Entry<String, String> entry :
                        message.attributes().toMap().entrySet()) {
                    json.writeStringField(entry.getKey(), entry.getValue());
                }
                json.writeEndObject();
                json.writeStringField(
                        "data", StandardCharsets.UTF_8.decode(message.payload()).toString());
                json.writeEndObject();
            }
        }
        return out.size();
    }

    /** Reads with the format. */
    @Benchmark
    @OperationsPerInvocation(MESSAGES)
    public void decode(Blackhole blackhole) {
        try (MessageReader reader = format.decoder(new ByteArrayInputStream(lines), blob)) {
            while (reader.hasNext()) {
                blackhole.consume(reader.next());
            }
        }
    }

    /** Reads the same fields with Jackson's parser. */
    @Benchmark
    @OperationsPerInvocation(MESSAGES)
    public void decodePlain(Blackhole blackhole) throws IOException {
        try (JsonParser json = PLAIN.createParser(new ByteArrayInputStream(lines))) {
            while (json.nextToken() == JsonToken.START_OBJECT) {
                blackhole.consume(plainMessage(json));
            }
        }
    }

    private static Message plainMessage(JsonParser json) throws IOException {
        Message.Builder message = Message.builder();
        for (String field = json.nextFieldName(); field != null; field = json.nextFieldName()) {
            json.nextToken();
            switch (field) {
                case "id" -> message.id(json.getText());
                case "publishTime" -> message.publishTime(Instant.parse(json.getText()));
                case "source" -> message.source(json.getText());
                case "attributes" -> {
                    Attributes.Builder attributes = Attributes.builder();
                    for (String name = json.nextFieldName(); name != null; name = json.nextFieldName()) {
                        attributes.add(name, json.nextTextValue());
                    }
                    message.attributes(attributes.build());
                }
                default -> message.payload(json.getText().getBytes(StandardCharsets.UTF_8));
            }
        }
        return message.build();
    }
}
