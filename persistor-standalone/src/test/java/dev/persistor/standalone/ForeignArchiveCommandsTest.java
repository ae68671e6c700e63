package dev.persistor.standalone;

import static org.assertj.core.api.Assertions.assertThat;

import dev.persistor.core.format.Compression;
import dev.persistor.core.format.foreign.ForeignLayouts;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.apache.avro.Schema;
import org.apache.avro.file.DataFileWriter;
import org.apache.avro.generic.GenericData;
import org.apache.avro.generic.GenericDatumWriter;
import org.apache.avro.generic.GenericRecord;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Archives that other programs wrote, as these name and write them: two messages on one day, and one on the next. */
class ForeignArchiveCommandsTest {

    private static final List<String> FIRST_DAY = List.of("one \u00e9", "two");
    private static final List<String> BOTH_DAYS = List.of("one \u00e9", "two", "three");

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
    private static final Schema DATAPHOS = new Schema.Parser().parse("""
            {"type": "record", "name": "persistorrecord", "namespace": "com.syntio.dataphos", "fields": [
                {"name": "ID", "type": "string"},
                {"name": "Data", "type": "bytes"},
                {"name": "Metadata", "type": {"type": "map", "values": "string"}}]}
            """);

    private final CommandRun command = new CommandRun();

    private @TempDir Path folder;
    private Path archive;
    private int compactions;

    @BeforeEach
    void makeArchive() throws IOException {
        archive = Files.createDirectory(folder.resolve("archive"));
    }

    private void write(String name, byte[] content) {
        try {
            Path file = archive.resolve(name);
            Files.createDirectories(Objects.requireNonNull(file.getParent()));
            Files.write(file, content);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void write(String name, String content) {
        write(name, content.getBytes(StandardCharsets.UTF_8));
    }

    private void write(String name, Schema schema, List<GenericRecord> records) {
        Path file = archive.resolve(name);
        try (DataFileWriter<GenericRecord> writer = new DataFileWriter<>(new GenericDatumWriter<>(schema))) {
            Files.createDirectories(Objects.requireNonNull(file.getParent()));
            // Not a random marker: a test reads the file as lines, and the marker must hold no line feed.
            writer.create(schema, Files.newOutputStream(file), new byte[16]);
            for (GenericRecord each : records) {
                writer.append(each);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static GenericRecord fields(Schema schema, Object... values) {
        GenericRecord written = new GenericData.Record(schema);
        for (int i = 0; i < values.length; i++) {
            written.put(i, values[i]);
        }
        return written;
    }

    private static ByteBuffer bytes(String text) {
        return ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8));
    }

    private static GenericRecord exported(String id, String time, String data) {
        long micros = Instant.parse(time).toEpochMilli() * 1000;
        return fields(EXPORT, "projects/shop/subscriptions/orders", id, micros, Map.of("zone", "eu"), bytes(data));
    }

    private static GenericRecord captured(long number, String time, String data) {
        return fields(CAPTURE, number, "64", time, Map.of(), Map.of("zone", "eu"), bytes(data));
    }

    private static GenericRecord dataphos(String id, String data) {
        return fields(DATAPHOS, id, bytes(data), Map.of("zone", "eu"));
    }

    /** Verifies, then replays all and a day as lines, and returns the day's. */
    private List<Map<String, Object>> replayedDay(String... options) {
        assertThat(run("verify", List.of(options), List.of())).as(command.err()).isZero();
        assertThat(payloads(replay(List.of(options), List.of()))).isEqualTo(BOTH_DAYS);
        List<Map<String, Object>> day =
                replay(List.of(options), List.of("--from", "2026-01-31", "--until", "2026-02-01"));
        assertThat(payloads(day)).isEqualTo(FIRST_DAY);
        requireTheSameOnceCompacted(options);
        return day;
    }

    /** What other programs wrote has no metadata, so that it is read to find out its hours; once it is compacted, it is not read again. */
    private void requireTheSameOnceCompacted(String... options) {
        Path original = archive;
        Path compacted = folder.resolve("compacted-" + compactions++);
        List<String> target = List.of("--to", compacted.toString(), "--json");
        command.at(Instant.parse("2026-02-03T00:00:00Z"));
        assertThat(run("compact", List.of(options), target)).as(command.err()).isZero();
        assertThat(command.bytesAsText()).contains("\"complete\":true", "\"written\":3,");
        assertThat(run("compact", List.of(options), target)).as(command.err()).isZero();
        assertThat(command.bytesAsText()).contains("\"messages\":0,", "\"compacted\":0,");
        archive = compacted;
        assertThat(payloads(replay(List.of(), List.of()))).isEqualTo(BOTH_DAYS);
        assertThat(payloads(replay(List.of(), List.of("--from", "2026-01-31", "--until", "2026-02-01"))))
                .isEqualTo(FIRST_DAY);
        archive = original;
        command.at(CommandRun.NOW);
    }

    private List<Map<String, Object>> replay(List<String> options, List<String> more) {
        List<String> all = new ArrayList<>(more);
        all.addAll(List.of(
                "--to", "stdout:", "--yes", "--failed", folder.resolve("failed").toString()));
        assertThat(run("replay", options, all)).as(command.err()).isZero();
        return JsonText.lines(command.bytesAsText());
    }

    private int run(String name, List<String> options, List<String> more) {
        List<String> arguments = new ArrayList<>(List.of(name, archive.toString()));
        arguments.addAll(options);
        arguments.addAll(more);
        return command.run(arguments.toArray(String[]::new));
    }

    private static List<String> payloads(List<Map<String, Object>> lines) {
        return lines.stream().map(line -> String.valueOf(line.get("data"))).toList();
    }

    @Test
    void anExportOfPubSubAsText() {
        write("orders/2026-01-31T02:10:00+00:00_a1b2c3", "one \u00e9\ntwo\n");
        write("orders/2026-02-01T02:10:00+00:00_d4e5f6", "three\n");
        assertThat(replayedDay("--layout", "pubsub-text"))
                .extracting(line -> line.get("source"))
                .containsOnly("orders");
    }

    private static byte[] gzip(byte[] content) {
        ByteArrayOutputStream compressed = new ByteArrayOutputStream();
        try (OutputStream out = Compression.GZIP.compress(compressed)) {
            out.write(content);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return compressed.toByteArray();
    }

    /** Compresses all files of the archive, as {@code gzip -r} does. */
    private void gzipAll() {
        try (Stream<Path> files = Files.walk(archive).filter(Files::isRegularFile)) {
            for (Path file : files.toList()) {
                Files.write(Path.of(file + ".gz"), gzip(Files.readAllBytes(file)));
                Files.delete(file);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Test
    void aCompressedExportOfPubSubAsTextIsReadAsIfItWereNot() {
        String lines = "{\"a\":1}\n{\"a\":2}\n\n{\"a\":4}\n".repeat(50);
        write("orders2026-01-31T02:10:00+00:00_4f6a1c2d.txt.gz", gzip(lines.getBytes(StandardCharsets.UTF_8)));
        List<Map<String, Object>> replayed = replay(List.of("--layout", "pubsub-text"), List.of());
        assertThat(replayed).hasSize(200).extracting(line -> line.get("source")).containsOnly("orders");
        assertThat(payloads(replayed).subList(0, 4)).containsExactly("{\"a\":1}", "{\"a\":2}", "", "{\"a\":4}");
        assertThat(replayed.get(7).get("id")).isEqualTo("orders2026-01-31T02:10:00+00:00_4f6a1c2d.txt.gz#7");
        assertThat(run("verify", List.of("--layout", "pubsub-text"), List.of())).isZero();
        assertThat(command.out()).contains("messages                             200\n");
    }

    @Test
    void compressedFilesOfEachLayoutAreReadAsIfTheyWereNot() throws IOException {
        exportTo("");
        gzipAll();
        assertThat(replayedDay("--layout", "pubsub-avro")).hasSize(2);
        assertThat(replay(List.of("--layout", "pubsub-text"), List.of())).hasSize(3);
        deleteAll();

        exportTo(".avro");
        gzipAll();
        assertThat(replayedDay("--any-names")).hasSize(2);
        assertThat(replay(List.of("--layout", "pubsub-text"), List.of())).hasSize(3);
        deleteAll();

        whatEventHubsCaptured();
        gzipAll();
        assertThat(replayedDay("--any-names"))
                .extracting(line -> line.get("id"))
                .containsExactly("0-1", "0-2");
        deleteAll();

        batchesOfDataphosPersistor();
        gzipAll();
        assertThat(replayedDay("--layout", "dataphos"))
                .extracting(line -> line.get("source"))
                .containsOnly("orders");
        deleteAll();

        objectsOfThePersistorForGoogleCloud();
        gzipAll();
        assertThat(replayedDay("--layout", "persistor-gcp"))
                .extracting(line -> line.get("id"))
                .containsExactly("31", "32");
        deleteAll();

        blobsOfThePersistorForAzure();
        gzipAll();
        assertThat(replayedDay("--layout", "persistor-azure"))
                .extracting(line -> line.get("source"))
                .containsOnly("ORDERS");
    }

    private void deleteAll() throws IOException {
        try (Stream<Path> files = Files.walk(archive).filter(Files::isRegularFile)) {
            for (Path file : files.toList()) {
                Files.delete(file);
            }
        }
    }

    @Test
    void aPayloadThatIsCompressedItselfStaysAsItIs() {
        byte[] payload = gzip("one".getBytes(StandardCharsets.UTF_8));
        write("2026/01/31/02/orders-31.gz", payload);
        write("2026/01/31/02/orders-32.bin", payload);
        assertThat(replay(List.of("--layout", "persistor-gcp"), List.of()))
                .hasSize(2)
                .extracting(line -> Base64.getDecoder().decode(String.valueOf(line.get("data_base64"))))
                .allSatisfy(data -> assertThat(data).isEqualTo(payload));
    }

    @Test
    void aTornCompressedFileIsNamed() {
        byte[] whole = gzip("one\ntwo\n".repeat(50_000).getBytes(StandardCharsets.UTF_8));
        write("orders2026-01-31T02:10:00+00:00_4f6a1c2d.txt.gz", Arrays.copyOf(whole, whole.length - 12));
        assertThat(run("verify", List.of("--layout", "pubsub-text"), List.of())).isEqualTo(2);
        assertThat(command.out()).contains("damaged                                1\n", "4f6a1c2d.txt.gz");
    }

    @Test
    void aRecordWithoutAnIdGetsOneOfItsFileAndItsPlace() {
        write(
                "dataphos-empty-id.avro",
                DATAPHOS,
                List.of(
                        dataphos("id0", "0"),
                        dataphos("", "1"),
                        dataphos("id2", "2"),
                        dataphos("id3", "3"),
                        dataphos("id4", "4")));
        assertThat(run("verify", List.of(), List.of())).as(command.out()).isZero();
        assertThat(command.out()).contains("messages                               5\n");
        assertThat(replay(List.of(), List.of()))
                .extracting(line -> line.get("id"))
                .containsExactlyInAnyOrder("id0", "dataphos-empty-id.avro#1", "id2", "id3", "id4");

        write("export.avro", EXPORT, List.of(exported("", "2026-01-31T02:10:00Z", "one")));
        assertThat(replay(List.of(), List.of()))
                .extracting(line -> line.get("id"))
                .contains("export.avro#0")
                .hasSize(6);
    }

    @Test
    void anExportOfPubSubInAvroThatIsNamedSo() {
        exportTo(".avro");
        assertThat(replayedDay("--any-names"))
                .extracting(line -> line.get("id"))
                .containsExactly("11", "12");
    }

    @Test
    void anExportOfPubSubInAvroWithoutASuffix() {
        exportTo("");
        assertThat(replayedDay("--layout", "pubsub-avro"))
                .extracting(line -> String.valueOf(line.get("attributes")))
                .allSatisfy(attributes -> assertThat(attributes).contains("zone=eu"));
    }

    private void exportTo(String suffix) {
        write(
                "orders2026-01-31T02:10:00+00:00_a1b2c3" + suffix,
                EXPORT,
                List.of(
                        exported("11", "2026-01-31T02:09:58Z", "one \u00e9"),
                        exported("12", "2026-01-31T02:09:59Z", "two")));
        write(
                "orders2026-02-01T00:00:00+00:00_d4e5f6" + suffix,
                EXPORT,
                List.of(exported("13", "2026-02-01T00:00:00Z", "three")));
    }

    @Test
    void whatEventHubsCaptured() {
        write(
                "shop/orders/0/2026/01/31/23/55/00.avro",
                CAPTURE,
                List.of(
                        captured(1, "1/31/2026 11:59:58 PM", "one \u00e9"),
                        captured(2, "1/31/2026 11:59:59 PM", "two")));
        write("shop/orders/0/2026/02/01/00/00/00.avro", CAPTURE, List.of(captured(3, "2/1/2026 12:00:00 AM", "three")));
        write("shop/orders/1/2026/02/01/00/00/00.avro", CAPTURE, List.of());
        assertThat(replayedDay("--any-names"))
                .extracting(line -> line.get("id"))
                .containsExactly("0-1", "0-2");
    }

    @Test
    void aDayOfAHubIsFoundInWhatEventHubsCapturedWithoutAnOption() {
        whatEventHubsCaptured();
        write(
                "shop/payments/0/2026/01/31/23/55/00.avro",
                CAPTURE,
                List.of(captured(9, "1/31/2026 11:59:58 PM", "paid")));
        List<Map<String, Object>> day =
                replay(List.of("--source", "orders", "--from", "2026-01-31", "--until", "2026-02-01"), List.of());
        assertThat(payloads(day)).isEqualTo(FIRST_DAY);
        assertThat(command.err()).doesNotContain("names that match no --path");
        assertThat(payloads(replay(List.of("--source", "payments"), List.of()))).containsExactly("paid");
    }

    private static final String FORMAT =
            "{Namespace}/{EventHub}/p{PartitionId}--{Year}-{Month}-{Day}/{Hour}{Minute}{Second}";

    @Test
    void whatEventHubsCapturedUnderNamesOfItsOwn() {
        write(
                "shop/orders/p3--2026-01-31/235500.avro",
                CAPTURE,
                List.of(
                        captured(1, "1/31/2026 11:59:58 PM", "one \u00e9"),
                        captured(2, "1/31/2026 11:59:59 PM", "two")));
        write("shop/orders/p3--2026-02-01/000000.avro", CAPTURE, List.of(captured(4, "2/1/2026 12:00:00 AM", "three")));
        assertThat(run("verify", List.of(), List.of())).isZero();
        assertThat(command.out()).contains("positions not checked                  3\n", "--capture-format");

        assertThat(run("verify", List.of("--capture-format", FORMAT), List.of()))
                .isEqualTo(2);
        assertThat(command.out()).doesNotContain("positions not checked").contains("orders, partition 3: offset 3");
        assertThat(replay(
                        List.of("--capture-format", FORMAT, "--source", "orders"),
                        List.of("--from", "2026-01-31", "--until", "2026-02-01")))
                .extracting(line -> line.get("id"))
                .containsExactly("3-1", "3-2");
        assertThat(run("verify", List.of("--capture-format", "{Hub}/{Year}"), List.of()))
                .isEqualTo(64);
        assertThat(command.err()).contains("--capture-format", "{Hub} is not a field of Event Hubs Capture");
    }

    private static String line(String id, String data) {
        return "{\"id\":\"" + id + "\",\"publishTime\":\"2026-01-31T02:10:00Z\",\"source\":\"orders\",\"data\":\""
                + data + "\"}\n";
    }

    @Test
    void anArchiveWhosePathTemplateChangedIsSearchedByAllOfThem() {
        String before = "{attr:tenant}/{source}/{yyyy}/{MM}/{dd}/{HH}/{id}{ext}";
        write("t1/orders/2026/01/31/02/a.jsonl", line("1", "one"));
        write("orders/2026/01/31/02/b.jsonl", line("2", "two"));
        write("orders/strange.jsonl", line("3", "three"));
        List<String> day = List.of("--source", "orders", "--from", "2026-01-31", "--until", "2026-02-01");

        assertThat(payloads(replay(List.of(), day))).containsExactly("two", "three");
        assertThat(command.err())
                .contains("1 blob listed for this time range or source have names that match" + " no --path");
        assertThat(payloads(
                        replay(List.of("--path", "{source}/{yyyy}/{MM}/{dd}/{HH}/{id}{ext}", "--path", before), day)))
                .containsExactlyInAnyOrder("two", "three", "one");
        assertThat(payloads(replay(List.of("--any-names"), day))).containsExactlyInAnyOrder("two", "three", "one");
        assertThat(command.err()).doesNotContain("names that match no --path");
    }

    @Test
    void filesOfGooglesDataflowTemplates() {
        String window = "output2026-01-31T02:05:00.000Z-2026-01-31T02:10:00.000Z-pane-0-last-00-of-01";
        write("orders/2026/01/31/" + window, "one \u00e9\ntwo\n");
        write("orders/2026/02/01/" + window.replace("01-31", "02-01"), "three\n");
        assertThat(replayedDay("--layout", "dataflow-text"))
                .extracting(line -> line.get("source"))
                .containsOnly("orders");
    }

    @Test
    void batchesOfDataphosPersistor() {
        write(
                "shop/2026/01/31/02/orders-21.avro",
                DATAPHOS,
                List.of(dataphos("21", "one \u00e9"), dataphos("22", "two")));
        write("shop/2026/02/01/02/orders-23.persisted", DATAPHOS, List.of(dataphos("23", "three")));
        assertThat(replayedDay("--layout", "dataphos"))
                .extracting(line -> line.get("id"))
                .containsExactly("21", "22");
    }

    @Test
    void objectsOfThePersistorForGoogleCloud() {
        write("2026/01/31/02/orders-31.json", "one \u00e9");
        write("2026/01/31/03/orders-32.json", "two");
        write("2026/02/01/02/orders-33.json", "three");
        assertThat(replayedDay("--layout", "persistor-gcp"))
                .extracting(line -> line.get("id"))
                .containsExactly("31", "32");
        assertThat(replayedDay("--layout", "persistor-gcp", "--path", "{yyyy}/{MM}/{dd}/{HH}/{id}{ext}"))
                .extracting(line -> line.get("source"))
                .containsOnly("orders");
    }

    @Test
    void blobsOfThePersistorForAzure() {
        write(
                "ORDERS/2026/1/31/2-10.txt",
                "{\"DATA\": \"one \u00e9\", \"METADATA\": {\"zone\":"
                        + " \"eu\"}}{\"DATA\":\"two\",\"METADATA\":{\"zone\": \"eu\"}}");
        write("ORDERS/2026/2/1/0d9d4bb4-5c7c-4d02-a6a5-0a6d2c0e0d3f.txt", "{\"DATA\": \"three\", \"METADATA\": {}}");
        assertThat(replayedDay("--layout", "persistor-azure"))
                .extracting(line -> String.valueOf(line.get("attributes")))
                .allSatisfy(attributes -> assertThat(attributes).contains("zone=eu"));
    }

    @Test
    void aTornFileGivesWhatIsWholeAndIsNamed() {
        write("ORDERS/2026/1/31/2-10.txt", "{\"DATA\": \"one\", \"METADATA\": {}}{\"DATA\":\"tw");
        assertThat(run("replay", List.of("--layout", "persistor-azure"), List.of("--to", "stdout:", "--yes")))
                .isEqualTo(1);
        assertThat(payloads(JsonText.lines(command.bytesAsText()))).containsExactly("one");
        assertThat(command.err()).contains("ORDERS/2026/1/31/2-10.txt");
    }

    @Test
    void withoutItsLayoutAnArchiveIsForeign() {
        write("2026/01/31/02/orders-31.json", "one");
        assertThat(run("verify", List.of(), List.of())).isEqualTo(3);
        assertThat(command.out()).contains("2026/01/31/02/orders-31.json");
        assertThat(replay(List.of(), List.of("--allow-empty"))).isEmpty();
    }

    @Test
    void aLayoutThatIsNotThereIsNamedWithThoseThatAre() {
        assertThat(run("ls", List.of("--layout", "persistor-aws"), List.of())).isEqualTo(64);
        assertThat(command.err()).contains("--layout", "persistor-aws").contains(ForeignLayouts.names());
    }

    @Test
    void helpNamesEachLayout() {
        command.run("ls", "--help");
        assertThat(command.out()).contains(ForeignLayouts.names());
    }
}
