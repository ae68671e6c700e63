package dev.persistor.avro;

import static dev.persistor.avro.AvroFiles.entry;
import static dev.persistor.avro.AvroFiles.read;
import static dev.persistor.avro.AvroFiles.write;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.persistor.core.format.FormatException;
import dev.persistor.core.format.MessageFormats;
import dev.persistor.core.format.MessageReader;
import dev.persistor.core.format.foreign.ForeignLayouts;
import dev.persistor.core.message.Attributes;
import dev.persistor.core.message.Message;
import dev.persistor.core.store.Blob;
import dev.persistor.core.store.BlobInfo;
import dev.persistor.core.store.BlobMetadata;
import dev.persistor.core.store.BlobName;
import dev.persistor.core.store.BlobStore;
import dev.persistor.core.store.OpenBlob;
import dev.persistor.core.store.file.FileDriver;
import dev.persistor.core.store.memory.MemoryDriver;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.apache.avro.Schema;
import org.apache.avro.file.CodecFactory;
import org.apache.avro.generic.GenericRecord;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class AvroLayoutsTest {

    private static final Schema DATAPHOS = new Schema.Parser().parse("""
            {"type": "record", "name": "persistorrecord", "namespace": "com.syntio.dataphos", "fields": [
                {"name": "ID", "type": "string"},
                {"name": "Data", "type": "bytes"},
                {"name": "Metadata", "type": {"type": "map", "values": "string"}}]}
            """);
    private static final Schema EXPORT = new Schema.Parser().parse("""
            {"type": "record", "namespace": "com.google.pubsub", "name": "PubsubMessageWithMetadata", "fields": [
                {"name": "subscription_name", "type": "string"},
                {"name": "message_id", "type": "string"},
                {"name": "publish_time", "type": {"type": "long", "logicalType": "timestamp-micros"}},
                {"name": "attributes", "type": {"type": "map", "values": "string"}},
                {"name": "data", "type": "bytes"}]}
            """);
    private static final Schema CAPTURE = new Schema.Parser().parse("""
            {"type": "record", "name": "EventData", "namespace": "Microsoft.ServiceBus.Messaging", "fields": [
                {"name": "SequenceNumber", "type": "long"},
                {"name": "Offset", "type": "string"},
                {"name": "EnqueuedTimeUtc", "type": "string"},
                {"name": "SystemProperties",
                 "type": {"type": "map", "values": ["long", "double", "string", "bytes"]}},
                {"name": "Properties",
                 "type": {"type": "map", "values": ["long", "double", "string", "bytes", "null"]}},
                {"name": "Body", "type": ["null", "bytes"]}]}
            """);

    private static ByteBuffer bytes(String text) {
        return ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8));
    }

    private static byte[] file(Schema schema, GenericRecord... records) {
        return write(schema, CodecFactory.nullCodec(), List.of(records));
    }

    private static GenericRecord dataphos(String id, String data) {
        return entry(DATAPHOS, id, bytes(data), Map.of("zone", "eu", "amount", "1"));
    }

    private static GenericRecord exported(String id, String data) {
        return entry(EXPORT, "projects/shop/subscriptions/orders", id, 0L, Map.of("zone", "eu"), bytes(data));
    }

    private static GenericRecord captured(long sequenceNumber, String data) {
        return entry(CAPTURE, sequenceNumber, "64", "12/5/2017 10:49:39 PM", Map.of(), Map.of(), bytes(data));
    }

    private static MessageFormats all() {
        return MessageFormats.installed()
                .withLayouts(ForeignLayouts.names().stream()
                        .map(ForeignLayouts::named)
                        .toList());
    }

    private static List<String> payloads(BlobStore store, MessageFormats formats) {
        List<Message> messages = new ArrayList<>();
        List<BlobInfo> blobs = store.list("").filter(formats::holdMessages).toList();
        for (BlobInfo info : blobs) {
            try (OpenBlob blob = store.open(info.name());
                    MessageReader reader = formats.read(blob, store)) {
                reader.forEachRemaining(messages::add);
            }
        }
        return messages.stream()
                .map(message -> StandardCharsets.UTF_8.decode(message.payload()).toString())
                .toList();
    }

    private static void put(BlobStore store, String name, byte[] content) {
        store.put(Blob.of(BlobName.of(name), content, "application/octet-stream", BlobMetadata.empty()));
    }

    @Test
    void theModuleBringsTheseToTheCores() {
        assertThat(ForeignLayouts.names())
                .containsExactly(
                        "pubsub-text",
                        "dataflow-text",
                        "persistor-gcp",
                        "persistor-azure",
                        "pubsub-avro",
                        "dataflow-avro",
                        "dataphos");
    }

    @Test
    void filesOfAllWritersAreReadOutOfOneFolder(@TempDir Path folder) throws IOException {
        Map<String, byte[]> files = Map.of(
                "a/2026-01-31T02:10:00+00:00_a1b2c3.avro", file(EXPORT, exported("1", "export")),
                "b/orders/3/2017/12/05/22/49/39.avro", file(CAPTURE, captured(42, "capture")),
                "b/orders/3/2017/12/05/22/54/39.avro", file(CAPTURE),
                "c/2024/05/06/07/msg-9.avro", file(DATAPHOS, dataphos("9", "dataphos")),
                "d/README.md", bytes("read me").array(),
                "e/2026-01-31T02:10:00+00:00_a1b2c3", bytes("text\n").array());
        for (Map.Entry<String, byte[]> file : files.entrySet()) {
            Path path = folder.resolve(file.getKey());
            Files.createDirectories(path.getParent());
            Files.write(path, file.getValue());
        }
        try (BlobStore store = BlobStore.over(FileDriver.open(folder))) {
            assertThat(payloads(store, MessageFormats.installed())).containsExactly("export", "capture", "dataphos");
            assertThat(payloads(store, MessageFormats.installed().withLayout(ForeignLayouts.named("pubsub-text"))))
                    .containsExactly("export", "capture", "dataphos", "text");
        }
    }

    @Test
    void exportsWithoutASuffixAreReadOnceTheirLayoutIsNamed() {
        try (BlobStore store = BlobStore.over(new MemoryDriver())) {
            put(store, "orders/2026-01-31T02:10:00+00:00_a1b2c3", file(EXPORT, exported("1", "export")));
            put(store, "orders/_SUCCESS", new byte[0]);
            assertThat(payloads(store, MessageFormats.installed())).isEmpty();
            assertThat(payloads(store, MessageFormats.installed().withLayout(ForeignLayouts.named("pubsub-avro"))))
                    .containsExactly("export");
        }
    }

    @Test
    void anObjectOfThePersistorOf2020MayHoldAvroAsItsPayload() {
        byte[] payload = file(EXPORT, exported("1", "export"));
        try (BlobStore store = BlobStore.over(new MemoryDriver())) {
            put(store, "2020/03/01/09/msg-77.avro", payload);
            MessageFormats formats = MessageFormats.installed().withLayout(ForeignLayouts.named("persistor-gcp"));
            try (OpenBlob blob = store.open(BlobName.of("2020/03/01/09/msg-77.avro"));
                    MessageReader reader = formats.read(blob, store)) {
                assertThat(reader.next().payload()).isEqualTo(ByteBuffer.wrap(payload));
            }
        }
    }

    @Nested
    class Dataphos {

        private static final String NAME = "shop/2024/05/06/07/msg-9.avro";

        @ParameterizedTest
        @ValueSource(strings = {"null", "deflate", "zstandard"})
        void itsRecordsAreMessages(String codec) {
            byte[] content =
                    write(DATAPHOS, CodecFactory.fromString(codec), List.of(dataphos("9", "a"), dataphos("8", "")));
            Message.Builder message = Message.builder()
                    .source("msg")
                    .publishTime(Instant.parse("2024-05-06T07:00:00Z"))
                    .attributes(Attributes.builder()
                            .add("amount", "1")
                            .add("zone", "eu")
                            .build());
            assertThat(read(NAME, content))
                    .isEqualTo(new AvroFiles.Reading(
                            List.of(
                                    message.id("9").payload(new byte[] {'a'}).build(),
                                    message.id("8").payload(new byte[0]).build()),
                            null));
        }

        @ParameterizedTest
        @CsvSource({
            "9, 2024/05/06/07/msg-9.avro, msg, 2024-05-06T07:00:00Z",
            "9, shop/eu/2024/05/06/msg-9.avro, msg, 2024-05-06T00:00:00Z",
            "9, 2024/05/eu/msg-9.avro, msg, 2024-05-01T00:00:00Z",
            "9, 2024/13/05/msg-9.avro, msg, 1970-01-01T00:00:00Z",
            "9, 12024/05/06/07/msg-9.avro, msg, 1970-01-01T00:00:00Z",
            "9, msg-9.avro, msg, 1970-01-01T00:00:00Z",
            "a-b/c, 2024/05/06/07/our-msg-a-b/c.avro, our-msg, 2024-05-06T07:00:00Z",
            "0_17, 2024/05/06/07/our-msg-0_16.avro, our-msg, 2024-05-06T07:00:00Z",
            "9, shop/renamed.avro, shop, 1970-01-01T00:00:00Z",
            "9, renamed.avro, dataphos, 1970-01-01T00:00:00Z"
        })
        void sourceAndTimeAreInTheNameWhereItTellsThem(String id, String name, String source, Instant time) {
            assertThat(read(name, file(DATAPHOS, dataphos(id, "a"), dataphos("8", "b")))
                            .messages())
                    .hasSize(2)
                    .allSatisfy(message -> {
                        assertThat(message.source()).isEqualTo(source);
                        assertThat(message.publishTime()).isEqualTo(time);
                    });
        }

        @Test
        void aTornFileGivesItsWholeRecords() {
            byte[] whole = file(DATAPHOS, dataphos("9", "a"), dataphos("8", "b".repeat(100)));
            AvroFiles.Reading reading = read(NAME, Arrays.copyOf(whole, whole.length - 60));
            assertThat(reading.messages()).extracting(Message::id).containsExactly("9");
            assertThat(reading.failure())
                    .hasMessageContaining("is damaged in block 1")
                    .hasMessageContaining("Whole messages: 1");
        }

        @Test
        void aFileWithAFieldMoreIsRefused() {
            Schema other = new Schema.Parser()
                    .parse(DATAPHOS.toString()
                            .replace("\"fields\":[", "\"fields\":[{\"name\":\"Key\",\"type\":\"string\"},"));
            assertThatThrownBy(() -> read(NAME, file(other)))
                    .isInstanceOf(FormatException.class)
                    .hasMessageContaining("has a field Key, which is unknown");
        }

        @Test
        void filesOfAnotherExtensionAreReadOnceTheirLayoutIsNamed() {
            try (BlobStore store = BlobStore.over(new MemoryDriver())) {
                put(store, "2024/05/06/07/msg-9.ocf", file(DATAPHOS, dataphos("9", "a")));
                put(store, "2024/05/06/07/_SUCCESS", new byte[0]);
                assertThat(payloads(store, MessageFormats.installed())).isEmpty();
                assertThat(payloads(store, MessageFormats.installed().withLayout(ForeignLayouts.named("dataphos"))))
                        .containsExactly("a");
            }
        }
    }

    @Test
    void anEmptyFileOfCaptureIsNoDamage() {
        try (BlobStore store = BlobStore.over(new MemoryDriver())) {
            put(store, "shop/orders/3/2017/12/05/22/49/39.avro", file(CAPTURE));
            put(store, "shop/orders/3/2017/12/05/22/54/39.avro", new byte[0]);
            assertThat(payloads(store, all())).isEmpty();
        }
    }
}
