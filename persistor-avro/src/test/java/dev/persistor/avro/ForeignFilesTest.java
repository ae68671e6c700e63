package dev.persistor.avro;

import static dev.persistor.avro.AvroFiles.TIME;
import static dev.persistor.avro.AvroFiles.entry;
import static dev.persistor.avro.AvroFiles.read;
import static dev.persistor.avro.AvroFiles.write;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.persistor.core.format.Compression;
import dev.persistor.core.format.FormatException;
import dev.persistor.core.message.AttributeValue;
import dev.persistor.core.message.Attributes;
import dev.persistor.core.message.BrokerProperties;
import dev.persistor.core.message.Message;
import dev.persistor.core.message.Position;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.avro.Schema;
import org.apache.avro.file.CodecFactory;
import org.apache.avro.file.DataFileStream;
import org.apache.avro.file.DataFileWriter;
import org.apache.avro.generic.GenericDatumReader;
import org.apache.avro.generic.GenericDatumWriter;
import org.apache.avro.generic.GenericRecord;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ForeignFilesTest {

    private static final long MICROS = TIME.getEpochSecond() * 1_000_000 + 123_456;

    private static ByteBuffer bytes(String text) {
        return ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8));
    }

    private static Schema parse(String schema) {
        return new Schema.Parser().parse(schema);
    }

    @Nested
    class ExportWithMetadata {

        private static final Schema SCHEMA = parse("""
                {"type": "record", "namespace": "com.google.pubsub", "name": "PubsubMessageWithMetadata", "fields": [
                    {"name": "subscription_name", "type": "string"},
                    {"name": "message_id", "type": "string"},
                    {"name": "publish_time", "type": {"type": "long", "logicalType": "timestamp-micros"}},
                    {"name": "attributes", "type": {"type": "map", "values": "string"}},
                    {"name": "data", "type": "bytes"}]}
                """);

        private final Map<String, String> attributes = new LinkedHashMap<>();

        private GenericRecord exported() {
            return entry(SCHEMA, "projects/shop/subscriptions/orders", "7", MICROS, attributes, bytes("payload"));
        }

        private Message.Builder expected() {
            return AvroFiles.message()
                    .payload("payload".getBytes(StandardCharsets.UTF_8))
                    .brokerProperties(Attributes.builder()
                            .add(BrokerProperties.SUBSCRIPTION, "projects/shop/subscriptions/orders")
                            .build());
        }

        @ParameterizedTest
        @ValueSource(strings = {"null", "deflate", "snappy", "zstandard"})
        void itsMessagesAreThoseThatPersistorArchives(String codec) {
            attributes.put("zone", "eu");
            attributes.put("ordering_key", "customer-9");
            attributes.put("amount", "1");
            byte[] content = write(SCHEMA, CodecFactory.fromString(codec), List.of(exported(), exported()));
            Message message = expected()
                    .attributes(Attributes.ofUnordered(Map.of("amount", "1", "zone", "eu")))
                    .orderingKey("customer-9")
                    .build();
            assertThat(read("prod_2026-01-31T02:10:00+00:00_uN1QuE_archive.avro", content))
                    .isEqualTo(new AvroFiles.Reading(List.of(message, message), null));
        }

        @Test
        void anAttributeOfTheReservedNameIsASendersLikeAnyOther() {
            attributes.put("persistor", "{\"source\":\"forged\"}");
            Message message = expected()
                    .attributes(Attributes.ofUnordered(Map.of("persistor", "{\"source\":\"forged\"}")))
                    .build();
            assertThat(read("a.avro", write(SCHEMA, CodecFactory.nullCodec(), List.of(exported()))))
                    .isEqualTo(new AvroFiles.Reading(List.of(message), null));
        }

        @Test
        void fieldsMayComeInAnotherOrder() {
            Schema other = parse("""
                    {"type": "record", "namespace": "com.google.pubsub", "name": "PubsubMessageWithMetadata", "fields": [
                        {"name": "data", "type": "bytes"},
                        {"name": "attributes", "type": {"type": "map", "values": "string"}},
                        {"name": "publish_time", "type": "long"},
                        {"name": "message_id", "type": "string"},
                        {"name": "subscription_name", "type": "string"}]}
                    """);
            GenericRecord exported =
                    entry(other, bytes("payload"), attributes, MICROS, "7", "projects/shop/subscriptions/orders");
            assertThat(read("a.avro", write(other, CodecFactory.nullCodec(), List.of(exported))))
                    .isEqualTo(new AvroFiles.Reading(List.of(expected().build()), null));
        }

        /** So Pub/Sub's import topics read Persistor's files as they read the export's. */
        @Test
        void theSchemaOfPersistorsFilesIsTheExports() throws IOException {
            byte[] content =
                    AvroFiles.blob(Compression.NONE, AvroFiles.messages(1, 3)).contentBytes();
            try (DataFileStream<GenericRecord> file =
                    new DataFileStream<>(new ByteArrayInputStream(content), new GenericDatumReader<>())) {
                assertThat(file.getSchema()).isEqualTo(SCHEMA);
                assertThat(file.getSchema().toString()).isEqualTo(SCHEMA.toString());
            }
        }

        @Test
        void aFileOfALaterVersionIsLeftAlone() throws IOException {
            ByteArrayOutputStream out = new ByteArrayOutputStream();
            try (DataFileWriter<GenericRecord> file = new DataFileWriter<>(new GenericDatumWriter<>(SCHEMA))) {
                file.setMeta("persistor", "2").create(SCHEMA, out);
                file.append(exported());
            }
            assertThatThrownBy(() -> read("a.avro", out.toByteArray()))
                    .isInstanceOf(FormatException.class)
                    .hasMessage("a.avro was written by a later version of Persistor: version 2 of its format avro,"
                            + " where 1 can be read");
        }

        @Test
        void aRecordWithoutAnIdGetsOneOfItsFileAndItsIndex() {
            GenericRecord exported = entry(SCHEMA, "orders", "", MICROS, attributes, bytes("payload"));
            AvroFiles.Reading reading =
                    read("a.avro", write(SCHEMA, CodecFactory.nullCodec(), List.of(exported, exported)));
            assertThat(reading.failure()).isNull();
            assertThat(reading.messages()).extracting(Message::id).containsExactly("a.avro#0", "a.avro#1");
        }
    }

    @Nested
    class ExportWithoutMetadata {

        private static final Schema SCHEMA = parse("""
                {"type": "record", "namespace": "com.google.pubsub", "name": "PubsubMessage",
                 "fields": [{"name": "data", "type": "bytes"}]}
                """);

        private final byte[] content =
                write(SCHEMA, CodecFactory.nullCodec(), List.of(entry(SCHEMA, bytes("a")), entry(SCHEMA, bytes(""))));

        @Test
        void whatTheFileDoesNotHoldComesFromItsName() {
            String name = "exports/orders/2026-01-31T02:10:00+00:00_uN1QuE.avro";
            Message.Builder message =
                    Message.builder().source("exports/orders").publishTime(Instant.parse("2026-01-31T02:10:00Z"));
            assertThat(read(name, content))
                    .isEqualTo(new AvroFiles.Reading(
                            List.of(
                                    message.id(name + "#0")
                                            .payload(new byte[] {'a'})
                                            .build(),
                                    message.id(name + "#1").payload(new byte[0]).build()),
                            null));
        }

        @Test
        void aFileInNoFolderHasASourceToo() {
            assertThat(read("a.avro", content).messages())
                    .extracting(Message::source)
                    .containsOnly("pubsub");
        }

        @ParameterizedTest
        @CsvSource({
            "2023-09-25T04:10:00+00:00_uN1QuE.avro, 2023-09-25T04:10:00Z",
            "prod_2023-09-25/04_10_00Z_uNiQuE_archive.avro, 2023-09-25T04:10:00Z",
            "prod_2023-09-25T04_10_00-uNiQuE_archive.avro, 2023-09-25T04:10:00Z",
            "p20230925041000Z_1.avro, 2023-09-25T04:10:00Z",
            "log-2023-99-99-99-99-99/2023-09-25T04:10:00Z_1.avro, 2023-09-25T04:10:00Z",
            "log-2023-02-30-00-00-00.avro, 1970-01-01T00:00:00Z",
            "23-09-25T04:10:00Z_1.avro, 1970-01-01T00:00:00Z",
            "orders.avro, 1970-01-01T00:00:00Z"
        })
        void thePublishTimeIsTheFilesWhereItsNameTellsIt(String name, Instant time) {
            assertThat(read(name, content).messages())
                    .extracting(Message::publishTime)
                    .containsOnly(time);
        }
    }

    @Nested
    class Capture {

        private static final String SCHEMA = """
                {"type": "record", "name": "EventData", "namespace": "Microsoft.ServiceBus.Messaging", "fields": [
                    {"name": "SequenceNumber", "type": "long"},
                    {"name": "Offset", "type": "string"},
                    {"name": "EnqueuedTimeUtc", "type": "string"},
                    {"name": "SystemProperties",
                     "type": {"type": "map", "values": ["long", "double", "string", "bytes"]}},
                    {"name": "Properties",
                     "type": {"type": "map", "values": ["long", "double", "string", "bytes", "null"]}},
                    {"name": "Body", "type": ["null", "bytes"]}]}
                """;
        private static final Schema NOW = parse(SCHEMA);
        private static final Schema BEFORE = parse(SCHEMA.replace(", \"null\"]}}", "]}}"));
        private static final String NAME = "shop/orders/3/2017/12/05/22/49/39.avro";

        private final Map<String, @Nullable Object> system = new LinkedHashMap<>();
        private final Map<String, @Nullable Object> properties = new LinkedHashMap<>();
        private @Nullable ByteBuffer body = bytes("payload");
        private String time = "12/5/2017 10:49:39 PM";

        private byte[] file(Schema schema) {
            return write(schema, CodecFactory.nullCodec(), List.of(captured(schema)));
        }

        private GenericRecord captured(Schema schema) {
            GenericRecord captured = entry(schema, 42L, "4294967296", time, system, properties);
            captured.put("Body", body);
            return captured;
        }

        private Message only(String name) {
            AvroFiles.Reading reading = read(name, file(NOW));
            assertThat(reading.failure()).isNull();
            assertThat(reading.messages()).hasSize(1);
            return reading.messages().get(0);
        }

        private Message.Builder expected() {
            return Message.builder()
                    .id("3-42")
                    .source("orders")
                    .position(new Position("3", 42))
                    .publishTime(Instant.parse("2017-12-05T22:49:39Z"))
                    .payload("payload".getBytes(StandardCharsets.UTF_8))
                    .brokerProperties(Attributes.builder()
                            .add(BrokerProperties.OFFSET, "4294967296")
                            .build());
        }

        @Test
        void anEventIsTheMessageThatPersistorMakesOfIt() {
            assertThat(only(NAME)).isEqualTo(expected().build());
            assertThat(read(NAME, file(BEFORE)))
                    .isEqualTo(new AvroFiles.Reading(List.of(expected().build()), null));
        }

        @Test
        void propertiesKeepTheirTypesAndTheirOrderInTheFile() {
            properties.put("zone", "eu");
            properties.put("tries", 2L);
            properties.put("weight", 1.5);
            properties.put("key", bytes("k"));
            properties.put("nothing", null);
            assertThat(only(NAME).attributes())
                    .isEqualTo(Attributes.builder()
                            .add("zone", "eu")
                            .add("tries", AttributeValue.of(2L))
                            .add("weight", AttributeValue.of(1.5))
                            .add("key", AttributeValue.of(new byte[] {'k'}))
                            .add("nothing", AttributeValue.ofNull())
                            .build());
        }

        @Test
        void systemPropertiesAreBrokerProperties() {
            system.put("x-opt-partition-key", "customer-9");
            system.put("content-type", "text/plain");
            system.put("x-opt-publisher", "till-1");
            system.put("x-opt-sequence-number", 42L);
            Message message = only(NAME);
            assertThat(message.orderingKey()).contains("customer-9");
            assertThat(message.brokerProperties())
                    .isEqualTo(Attributes.builder()
                            .add(BrokerProperties.OFFSET, "4294967296")
                            .add(BrokerProperties.PARTITION_KEY, "customer-9")
                            .add(BrokerProperties.CONTENT_TYPE, "text/plain")
                            .add("x-opt-publisher", "till-1")
                            .add("x-opt-sequence-number", AttributeValue.of(42L))
                            .build());
        }

        @ParameterizedTest
        @CsvSource({
            "12/5/2017 10:49:39 PM, 2017-12-05T22:49:39Z",
            "1/31/2026 12:00:00 AM, 2026-01-31T00:00:00Z",
            "1/31/2026 12:00:00 PM, 2026-01-31T12:00:00Z",
            "2017-12-05T22:49:39.1234567Z, 2017-12-05T22:49:39.123456700Z",
            "2017-12-05T22:49:39.123, 2017-12-05T22:49:39.123Z",
            "2017-12-06T00:49:39+02:00, 2017-12-05T22:49:39Z"
        })
        void timesAreInUtcInWhateverForm(String written, Instant instant) {
            time = written;
            assertThat(only(NAME).publishTime()).isEqualTo(instant);
        }

        @Test
        void aSystemPropertyThatKnowsTheMillisecondsOfTheSameSecondIsBelieved() {
            system.put(
                    "x-opt-enqueued-time",
                    Instant.parse("2017-12-05T22:49:39.887Z").toEpochMilli());
            assertThat(only(NAME).publishTime()).isEqualTo("2017-12-05T22:49:39.887Z");
            system.put("x-opt-enqueued-time", 0L);
            assertThat(only(NAME).publishTime()).isEqualTo("2017-12-05T22:49:39Z");
        }

        @Test
        void noBodyIsAnEmptyPayload() {
            body = null;
            assertThat(only(NAME).payloadSize()).isZero();
        }

        @Test
        void aCopyBelowAnotherFolderHasTheSameIds() {
            assertThat(only("copies/of/" + NAME)).isEqualTo(expected().build());
        }

        @ParameterizedTest
        @ValueSource(strings = {"captured/a.avro", "captured/3/orders/2017_12_05_22_49_39.avro"})
        void aNameOfAnotherFormTellsNoPartition(String name) {
            Message message = only(name);
            assertThat(message.id()).isEqualTo(name + "#42");
            assertThat(message.source()).isEqualTo(name.substring(0, name.lastIndexOf('/')));
            assertThat(message.position()).isEmpty();
            assertThat(only("a.avro").source()).isEqualTo("eventhub");
        }

        @Test
        void aFileOfAnHourWithoutEventsHasNone() {
            assertThat(read(NAME, write(NOW, CodecFactory.nullCodec(), List.of())))
                    .isEqualTo(new AvroFiles.Reading(List.of(), null));
        }

        @Test
        void aFileWithoutAByteIsEmpty() {
            assertThat(read(NAME, new byte[0])).isEqualTo(new AvroFiles.Reading(List.of(), null));
        }

        @ParameterizedTest
        @ValueSource(strings = {"05.12.2017 22:49:39", "12/5/17 22:49", "", "yesterday"})
        void whereTheTimeIsInAnotherFormTheSystemPropertyStandsForIt(String written) {
            time = written;
            system.put(
                    "x-opt-enqueued-time",
                    Instant.parse("2017-12-05T22:49:39.887Z").toEpochMilli());
            assertThat(only(NAME).publishTime()).isEqualTo("2017-12-05T22:49:39.887Z");
        }

        @Test
        void aRecordThatIsNoMessageCostsOnlyItself() {
            GenericRecord good = captured(NOW);
            time = "yesterday";
            byte[] content =
                    write(NOW, CodecFactory.nullCodec(), List.of(good, captured(NOW), good, captured(NOW), good));
            AvroFiles.Reading reading = read(NAME, content);
            assertThat(reading.messages()).hasSize(3).containsOnly(expected().build());
            assertThat(reading.failure())
                    .hasMessageContaining("a record in it is not a message. Whole messages: 3. Damaged places: 2");
        }

        @Test
        void aTimeThatIsNoneIsDamageAndIsNotQuoted() {
            time = "yesterday";
            AvroFiles.Reading reading = read(NAME, file(NOW));
            assertThat(reading.messages()).isEmpty();
            assertThat(reading.failure())
                    .hasMessageContaining("a record in it is not a message")
                    .hasMessageNotContaining("yesterday");
        }
    }

    @Nested
    class Dataflow {

        /** As Avro derives it from the template's Java class. */
        private static final String SCHEMA = """
                {"type": "record", "name": "AvroPubsubMessageRecord", "namespace": "com.google.cloud.teleport.avro",
                 "fields": [
                    {"name": "message", "type": {"type": "bytes", "java-class": "[B"}},
                    {"name": "attributes", "type": {"type": "map", "values": "string"}},
                    {"name": "timestamp", "type": "long"}]}
                """;

        private static final String NAME = "exports/orders/2026/01/31/"
                + "output2026-01-31T02:05:00.000Z-2026-01-31T02:10:00.000Z-pane-0-last-00-of-01.avro";

        @ParameterizedTest
        @ValueSource(strings = {"com.google.cloud.teleport.avro", "com.google.cloud.teleport.v2.avro"})
        void payloadAttributesAndTimeAreInTheRecordAndTheRestInTheName(String namespace) {
            Schema schema = parse(SCHEMA.replace("com.google.cloud.teleport.avro", namespace));
            Map<String, String> attributes = new LinkedHashMap<>();
            attributes.put("zone", "eu");
            attributes.put("amount", "1");
            GenericRecord archived = entry(schema, bytes("payload"), attributes, 1_769_825_100_123L);
            Message message = Message.builder()
                    .id(NAME + "#0")
                    .source("exports/orders")
                    .publishTime(Instant.ofEpochMilli(1_769_825_100_123L))
                    .attributes(Attributes.ofUnordered(attributes))
                    .payload("payload".getBytes(StandardCharsets.UTF_8))
                    .build();
            assertThat(read(NAME, write(schema, CodecFactory.snappyCodec(), List.of(archived))))
                    .isEqualTo(new AvroFiles.Reading(List.of(message), null));
        }
    }

    @Nested
    class Unreadable {

        @Test
        void anotherSchemaIsNamedAndSoIsWhatCanBeRead() {
            Schema schema = parse("""
                    {"type": "record", "name": "Order", "namespace": "com.acme",
                     "fields": [{"name": "data", "type": "bytes"}]}
                    """);
            byte[] content = write(schema, CodecFactory.nullCodec(), List.of(entry(schema, bytes(""))));
            assertThatThrownBy(() -> read("orders/a.avro", content))
                    .isInstanceOf(FormatException.class)
                    .hasMessage("orders/a.avro holds Avro data of the schema com.acme.Order, which is not a known"
                            + " message schema; known schemas are com.google.pubsub.PubsubMessageWithMetadata,"
                            + " com.google.pubsub.PubsubMessage, Microsoft.ServiceBus.Messaging.EventData,"
                            + " com.syntio.dataphos.persistorrecord,"
                            + " com.google.cloud.teleport.avro.AvroPubsubMessageRecord");
        }

        @ParameterizedTest
        @CsvSource(
                delimiter = '|',
                value = {
                    "{\"name\": \"data\", \"type\": \"string\"} | a field data of type string",
                    "{\"name\": \"data\", \"type\": \"bytes\"}, {\"name\": \"more\", \"type\": \"int\"}"
                            + " | a field more, which is unknown",
                    "| only 0 of the fields data"
                })
        void otherFieldsAreNamed(@Nullable String fields, String problem) {
            Schema schema = parse("{\"type\": \"record\", \"name\": \"com.google.pubsub.PubsubMessage\", \"fields\": ["
                    + (fields == null ? "" : fields) + "]}");
            byte[] content = write(schema, CodecFactory.nullCodec(), List.of());
            assertThatThrownBy(() -> read("a.avro", content))
                    .isInstanceOf(FormatException.class)
                    .hasMessage(
                            "a.avro cannot be read: its Avro schema com.google.pubsub.PubsubMessage has " + problem);
        }

        @Test
        void anotherCodecIsNamed() throws IOException {
            byte[] content = new String(
                            write(ExportSchema.schema(), CodecFactory.deflateCodec(1), List.of()),
                            StandardCharsets.ISO_8859_1)
                    .replace("\u000Edeflate", "\u0004xz")
                    .getBytes(StandardCharsets.ISO_8859_1);
            assertThatThrownBy(() -> read("a.avro", content))
                    .isInstanceOf(FormatException.class)
                    .hasMessage("a.avro is compressed with Avro's codec xz, and only null, deflate, snappy and"
                            + " zstandard"
                            + " can be read");
        }

        @Test
        void whatDoesNotBeginLikeAnAvroFileIsNone() {
            assertThatThrownBy(() -> read("a.avro", "{\"id\": 1}".getBytes(StandardCharsets.UTF_8)))
                    .isInstanceOf(FormatException.class)
                    .hasMessage("a.avro is not an Avro file: it does not begin like one");
        }
    }
}
