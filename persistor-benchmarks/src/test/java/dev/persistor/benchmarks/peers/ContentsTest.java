package dev.persistor.benchmarks.peers;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.apache.avro.Schema;
import org.apache.avro.SchemaBuilder;
import org.apache.avro.file.DataFileWriter;
import org.apache.avro.generic.GenericDatumWriter;
import org.apache.avro.generic.GenericRecord;
import org.apache.avro.generic.GenericRecordBuilder;
import org.junit.jupiter.api.Test;

class ContentsTest {

    @Test
    void aWholeObjectIsOnePayload() throws IOException {
        assertThat(payloads(Contents.whole(), "a\nb\n")).containsExactly("a\nb\n");
    }

    @Test
    void eachLineIsAPayload() throws IOException {
        assertThat(payloads(Contents.lines(), "a\nb\n")).containsExactly("a", "b");
    }

    @Test
    void theFieldOfEachLineIsAPayloadAndThatOfWhatIsInsideIsNot() throws IOException {
        String object = """
                {"key":"k","value":"{\\"value\\":\\"Größe\\"}","headers":[{"value":"x"}]}
                {"attributes":{"value":"y"},"value":"second"}
                """;
        assertThat(payloads(Contents.fields("value"), object)).containsExactly("{\"value\":\"Größe\"}", "second");
    }

    @Test
    void theFieldOfEachRecordIsAPayload() throws IOException {
        Schema schema = SchemaBuilder.record("r")
                .fields()
                .requiredString("key")
                .requiredBytes("value")
                .endRecord();
        ByteArrayOutputStream object = new ByteArrayOutputStream();
        try (DataFileWriter<GenericRecord> writer = new DataFileWriter<>(new GenericDatumWriter<>(schema))) {
            writer.create(schema, object);
            for (String payload : List.of("Größe", "")) {
                writer.append(new GenericRecordBuilder(schema)
                        .set("key", "k")
                        .set("value", ByteBuffer.wrap(payload.getBytes(StandardCharsets.UTF_8)))
                        .build());
            }
        }
        assertThat(payloads(Contents.records("value"), object.toByteArray())).containsExactly("Größe", "");
    }

    private static List<String> payloads(Contents contents, String object) throws IOException {
        return payloads(contents, object.getBytes(StandardCharsets.UTF_8));
    }

    private static List<String> payloads(Contents contents, byte[] object) throws IOException {
        List<String> payloads = new ArrayList<>();
        contents.read(object, payload -> payloads.add(new String(payload, StandardCharsets.UTF_8)));
        return payloads;
    }
}
