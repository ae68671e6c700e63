package dev.persistor.avro;

import static dev.persistor.avro.AvroFiles.NAME;
import static dev.persistor.avro.AvroFiles.TIME;
import static dev.persistor.avro.AvroFiles.blob;
import static dev.persistor.avro.AvroFiles.message;
import static dev.persistor.avro.AvroFiles.messages;
import static dev.persistor.avro.AvroFiles.read;
import static dev.persistor.avro.AvroFiles.readPlainly;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.persistor.core.archive.Archive;
import dev.persistor.core.archive.ArchiveReader;
import dev.persistor.core.archive.MessageFilter;
import dev.persistor.core.archive.ReadOrder;
import dev.persistor.core.format.Compression;
import dev.persistor.core.format.MessageEncoder;
import dev.persistor.core.message.Attributes;
import dev.persistor.core.message.BrokerProperties;
import dev.persistor.core.message.Message;
import dev.persistor.core.store.Blob;
import dev.persistor.core.store.BlobInfo;
import dev.persistor.core.store.BlobMetadata;
import dev.persistor.core.store.BlobName;
import dev.persistor.core.store.BlobStore;
import dev.persistor.core.store.memory.MemoryDriver;
import dev.persistor.testkit.Laws;
import dev.persistor.testkit.MessageGenerator;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import org.apache.avro.Schema;
import org.apache.avro.file.DataFileStream;
import org.apache.avro.generic.GenericRecord;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class AvroFormatTest {

    /** As Pub/Sub's documentation has it. */
    private static final String DOCUMENTED_SCHEMA = """
            {
              "type": "record",
              "namespace": "com.google.pubsub",
              "name": "PubsubMessageWithMetadata",
              "fields": [
                {"name": "subscription_name", "type": "string"},
                {"name": "message_id", "type": "string"},
                {"name": "publish_time", "type": {"type": "long", "logicalType": "timestamp-micros"}},
                {"name": "attributes", "type": {"type": "map", "values": "string"}},
                {"name": "data", "type": "bytes"}
              ]
            }
            """;

    private static final String SUBSCRIPTION = "projects/shop/subscriptions/orders";

    private static Message ofPubSub() {
        return message()
                .payload("{\"order\": 42}".getBytes(StandardCharsets.UTF_8))
                .attributes(Attributes.ofUnordered(Map.of("type", "created", "é", "😀")))
                .orderingKey("customer-9")
                .brokerProperties(Attributes.builder()
                        .add(BrokerProperties.SUBSCRIPTION, SUBSCRIPTION)
                        .build())
                .deliveryAttempt(3)
                .build();
    }

    @Nested
    class RoundTrip {

        @ParameterizedTest
        @EnumSource(Compression.class)
        void anyMessageComesBackEqual(Compression compression) {
            Laws.holdFor(300, seed -> {
                List<Message> messages = messages(seed, 1 + (int) (seed % 12));
                assertThat(read(blob(compression, messages))).isEqualTo(new AvroFiles.Reading(messages, null));
            });
        }

        @ParameterizedTest
        @EnumSource(Compression.class)
        void messagesOfManyBlocksComeBackEqual(Compression compression) {
            List<Message> messages = messages(1, 500);
            assertThat(read(blob(compression, messages))).isEqualTo(new AvroFiles.Reading(messages, null));
        }

        @ParameterizedTest
        @EnumSource(Compression.class)
        void aMessageLargerThanAnyBufferComesBackEqual(Compression compression) {
            MessageGenerator generator = new MessageGenerator(1);
            List<Message> messages =
                    List.of(generator.next(), generator.next(generator.bytes(5_000_000)), generator.next());
            assertThat(read(blob(compression, messages))).isEqualTo(new AvroFiles.Reading(messages, null));
        }

        @Test
        void payloadsThatAreNotNeededArePassedOver() {
            List<Message> messages = messages(1, 500);
            List<Message> read = new ArrayList<>();
            try (BlobStore store = BlobStore.over(new MemoryDriver())) {
                store.put(blob(Compression.NONE, messages));
                Archive archive = Archive.on(store).withoutPayloads().build();
                try (ArchiveReader reader = archive.read(MessageFilter.ALL, ReadOrder.NONE)) {
                    reader.forEachRemaining(archived -> read.add(archived.message()));
                    assertThat(reader.findings()).isEmpty();
                }
            }
            assertThat(read)
                    .zipSatisfy(
                            messages,
                            (one, sent) -> assertThat(one)
                                    .isEqualTo(sent.toBuilder()
                                            .payload(new byte[0])
                                            .build()));
        }

        @Test
        void theDeliveryAttemptIsLeftOut() {
            Message back =
                    read(blob(Compression.NONE, List.of(ofPubSub()))).messages().get(0);
            assertThat(back.deliveryAttempt()).isEmpty();
        }

        @Test
        void aFileOfNoMessagesIsOne() throws IOException {
            ByteArrayOutputStream out = new ByteArrayOutputStream();
            new AvroFormat(Compression.NONE).encoder(out).close();
            assertThat(readPlainly(out.toByteArray())).isEmpty();
            assertThat(read("a.avro", out.toByteArray())).isEqualTo(new AvroFiles.Reading(List.of(), null));
        }
    }

    @Nested
    class ForReadersOfTheExport {

        @Test
        void theSchemaIsTheDocumentedOneFieldForField() throws IOException {
            try (DataFileStream<GenericRecord> file =
                    AvroFiles.open(blob(Compression.NONE, List.of(ofPubSub())).contentBytes())) {
                assertThat(file.getSchema()).isEqualTo(new Schema.Parser().parse(DOCUMENTED_SCHEMA));
                assertThat(file.getSchema().toString())
                        .isEqualTo(new Schema.Parser().parse(DOCUMENTED_SCHEMA).toString());
            }
        }

        @Test
        void aMessageOfPubSubLooksAsTheExportWritesIt() {
            assertThat(readPlainly(blob(Compression.NONE, List.of(ofPubSub())).contentBytes()))
                    .containsExactly(Map.of(
                            "subscription_name",
                            SUBSCRIPTION,
                            "message_id",
                            "7",
                            "publish_time",
                            TIME.getEpochSecond() * 1_000_000 + 123_456,
                            "attributes",
                            Map.of("type", "created", "é", "😀", "ordering_key", "customer-9"),
                            "data",
                            ByteBuffer.wrap("{\"order\": 42}".getBytes(StandardCharsets.UTF_8))));
        }

        @ParameterizedTest
        @EnumSource(Compression.class)
        void avroReadsWhateverIsWritten(Compression compression) {
            Laws.holdFor(50, seed -> {
                List<Message> messages = messages(seed, 60);
                assertThat(readPlainly(blob(compression, messages).contentBytes()))
                        .extracting(fields -> fields.get("data"))
                        .isEqualTo(messages.stream().map(Message::payload).toList());
            });
        }

        @ParameterizedTest
        @CsvSource({"NONE, null", "GZIP, deflate", "ZSTD, zstandard"})
        void theCodecIsNamedInTheHeader(Compression compression, String codec) throws IOException {
            try (DataFileStream<GenericRecord> file =
                    AvroFiles.open(blob(compression, List.of(ofPubSub())).contentBytes())) {
                assertThat(file.getMetaString("avro.codec")).isEqualTo(codec);
            }
        }
    }

    @Nested
    class Determinism {

        @ParameterizedTest
        @EnumSource(Compression.class)
        void theSameMessagesMakeTheSameBytesWhateverTheirDelivery(Compression compression) {
            Laws.holdFor(30, seed -> {
                List<Message> messages = messages(seed, 40);
                List<Message> redelivered = messages.stream()
                        .map(message -> message.toBuilder()
                                .deliveryAttempt(message.deliveryAttempt().orElse(0) + 1)
                                .build())
                        .toList();
                assertThat(blob(compression, redelivered).content())
                        .isEqualTo(blob(compression, messages).content());
            });
        }

        /** A byte that changed from one version to the next would make a second blob of each redelivered batch. */
        @Test
        void theBytesAreTheseOnes() {
            Message message = message()
                    .payload(new byte[] {1, 2, 3})
                    .attributes(Attributes.builder().add("a", "b").build())
                    .build();
            String schema =
                    "{\"type\":\"record\",\"name\":\"PubsubMessageWithMetadata\",\"namespace\":\"com.google.pubsub\","
                            + "\"fields\":[{\"name\":\"subscription_name\",\"type\":\"string\"},"
                            + "{\"name\":\"message_id\",\"type\":\"string\"},"
                            + "{\"name\":\"publish_time\",\"type\":{\"type\":\"long\",\"logicalType\":\"timestamp-micros\"}},"
                            + "{\"name\":\"attributes\",\"type\":{\"type\":\"map\",\"values\":\"string\"}},"
                            + "{\"name\":\"data\",\"type\":\"bytes\"}]}";
            String marker = "b9f696610e93cf3a958bcca34e1cd8d0";
            String time = "80c1cfe4b2e9a406";
            assertThat(HexFormat.of()
                            .formatHex(blob(Compression.NONE, List.of(message)).contentBytes()))
                    .isEqualTo("4f626a01" + "06" + hex("\u0016avro.schema") + "be05" + hex(schema)
                            + hex("\u0014avro.codec\u0008null") + hex("\u0012persistor\u00021") + "00" + marker
                            + "02" + "36" + hex("\u000corders") + hex("\u00027") + time
                            + "02" + hex("\u0002a\u0002b") + "00" + "06" + "010203" + marker);
        }

        private String hex(String ascii) {
            return HexFormat.of().formatHex(ascii.getBytes(StandardCharsets.US_ASCII));
        }

        @Test
        void theMarkerIsNothingThatASenderCanForesee() {
            Message message = message().build();
            assertThat(marker(message)).isEqualTo(marker(message));
            assertThat(marker(message.toBuilder().payload(new byte[9]).build())).isEqualTo(marker(message));
            assertThat(marker(message.toBuilder().id("8").build())).isNotEqualTo(marker(message));
            assertThat(marker(message.toBuilder().publishTime(TIME.plusNanos(1)).build()))
                    .isNotEqualTo(marker(message));
        }

        private ByteBuffer marker(Message message) {
            byte[] content = blob(Compression.NONE, List.of(message)).contentBytes();
            return ByteBuffer.wrap(content, content.length - 16, 16).slice();
        }
    }

    @Nested
    class Streaming {

        @Test
        void theEncoderKeepsNoMoreThanABlock() throws IOException {
            ByteArrayOutputStream out = new ByteArrayOutputStream();
            MessageGenerator generator = new MessageGenerator(1);
            long payloads = 0;
            try (MessageEncoder encoder = new AvroFormat(Compression.NONE).encoder(out)) {
                for (int i = 0; i < 500; i++) {
                    encoder.write(generator.next(generator.bytes(10_000)));
                    payloads += 10_000;
                    assertThat(payloads - out.size()).isLessThan(100_000);
                }
            }
        }

        @Test
        void theEncoderLeavesTheStreamOpen() throws IOException {
            ByteArrayOutputStream out = new ByteArrayOutputStream() {
                @Override
                public void close() {
                    throw new AssertionError("it is its owner's to close");
                }
            };
            MessageEncoder encoder = new AvroFormat(Compression.NONE).encoder(out);
            encoder.write(ofPubSub());
            encoder.close();
            byte[] ended = out.toByteArray();
            encoder.close();
            assertThat(out.toByteArray())
                    .isEqualTo(ended)
                    .isEqualTo(blob(Compression.NONE, List.of(ofPubSub())).contentBytes());
            assertThatThrownBy(() -> encoder.write(ofPubSub())).isInstanceOf(IllegalStateException.class);
        }
    }

    @Nested
    class Blobs {

        private final AvroFormat format = new AvroFormat(Compression.GZIP);

        @Test
        void aBlobSaysWhatItIs() {
            Blob blob = blob(Compression.GZIP, List.of(ofPubSub()));
            assertThat(blob.contentType()).isEqualTo("application/avro");
            assertThat(blob.metadata().get("persistor-format")).contains("avro");
            assertThat(blob.metadata().get("persistor-count")).contains("1");
            assertThat(format.extension()).isEqualTo(".avro");
            assertThat(format.holdsBatches()).isTrue();
        }

        @Test
        void itIsRecognisedByItsMetadataAndWithoutThatByItsName() {
            assertThat(format.holdsMessages(info("a.bin", "avro"))).isTrue();
            assertThat(format.holdsMessages(info("a.avro", "jsonl"))).isFalse();
            assertThat(format.holdsMessages(info("hub/0/2017/12/05/22/49/39.avro", null)))
                    .isTrue();
            assertThat(format.holdsMessages(info("a.avro.gz", null))).isTrue();
            assertThat(format.holdsMessages(info("a.gz", null))).isFalse();
        }

        private BlobInfo info(String name, @Nullable String format) {
            return BlobInfo.withoutChecksum(
                    BlobName.of(name),
                    1,
                    "t/t",
                    format == null ? BlobMetadata.empty() : BlobMetadata.of(Map.of("persistor-format", format)));
        }

        @Test
        void theNameIsTheOneThatItWasGiven() {
            assertThat(blob(Compression.NONE, List.of(ofPubSub())).name()).isEqualTo(NAME);
        }
    }
}
