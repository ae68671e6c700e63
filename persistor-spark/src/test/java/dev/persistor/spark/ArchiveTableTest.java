package dev.persistor.spark;

import static dev.persistor.core.fixtures.TestMessages.aMessage;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.persistor.core.batch.Batching;
import dev.persistor.core.format.Compression;
import dev.persistor.core.format.MessageFormat;
import dev.persistor.core.format.MessageFormats;
import dev.persistor.core.message.AttributeValue;
import dev.persistor.core.message.Attributes;
import dev.persistor.core.message.Message;
import dev.persistor.core.message.Position;
import dev.persistor.core.naming.PathTemplate;
import dev.persistor.core.store.BlobStore;
import dev.persistor.core.store.BlobStores;
import dev.persistor.core.write.Persistor;
import dev.persistor.testkit.GcsServer;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.spark.sql.DataFrameReader;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ArchiveTableTest {

    private static final Instant START = Instant.parse("2024-01-01T00:00:00Z");
    private static final PathTemplate BATCHES = PathTemplate.parse("{source}/{yyyy}/{MM}/{dd}/{HH}/{batch}{ext}");

    @TempDir
    private Path folder;

    private DataFrameReader reader() {
        return LocalSpark.reader();
    }

    private Dataset<Row> table() {
        return reader().load(folder.toUri().toString());
    }

    private static void persist(BlobStore store, MessageFormat format, List<Message> messages) {
        Persistor.Builder builder = Persistor.builder(store).format(format);
        if (format.holdsBatches()) {
            builder.naming(BATCHES).batching(Batching.upTo(50));
        }
        try (Persistor persistor = builder.build()) {
            if (format.holdsBatches()) {
                // However busy the machine is, the batches are the same.
                persistor.persistTogether(messages);
            } else {
                persistor.persistAll(messages);
            }
        }
    }

    private void persist(String format, Compression compression, List<Message> messages) {
        try (BlobStore store = BlobStores.open(folder.toUri(), Map.of())) {
            persist(store, MessageFormats.named(format, compression), messages);
        }
    }

    private void persist(String format, List<Message> messages) {
        persist(format, Compression.NONE, messages);
    }

    private static List<Message> messages(int count) {
        return IntStream.range(0, count)
                .mapToObj(i -> aMessage("m" + i, "payload " + i)
                        .publishTime(START.plusSeconds(i))
                        .build())
                .toList();
    }

    private static List<String> ids(Dataset<Row> rows) {
        return rows.select("id").collectAsList().stream()
                .map(row -> row.getString(0))
                .sorted()
                .toList();
    }

    private static Message everything() {
        return aMessage("a/b")
                .source("orders")
                .publishTime(Instant.parse("2024-05-06T07:08:09.123456789Z"))
                .payload(new byte[] {0, -1, 'x'})
                .orderingKey("key")
                .position(new Position("log1", "7", Long.MAX_VALUE))
                .deliveryAttempt(3)
                .attributes(Attributes.builder()
                        .add("type", "created")
                        .add("bytes", AttributeValue.of(new byte[] {-1, 0}))
                        .add("type", AttributeValue.of(5))
                        .add("", AttributeValue.ofNull())
                        .build())
                .brokerProperties(Attributes.builder().add("subject", "s").build())
                .build();
    }

    @Nested
    class Rows {

        @ParameterizedTest
        @ValueSource(strings = {"raw", "jsonl", "avro"})
        void haveAllOfAMessage(String format) {
            persist(format, List.of(everything()));

            Row row = table().first();

            assertThat(row.<String>getAs("id")).isEqualTo("a/b");
            assertThat(row.<String>getAs("source")).isEqualTo("orders");
            assertThat(row.<Instant>getAs("publishTime")).isEqualTo("2024-05-06T07:08:09.123456Z");
            assertThat(row.<Integer>getAs("publishTimeNanos")).isEqualTo(789);
            assertThat(row.<String>getAs("orderingKey")).isEqualTo("key");
            assertThat(row.<String>getAs("log")).isEqualTo("log1");
            assertThat(row.<String>getAs("partition")).isEqualTo("7");
            assertThat(row.<Long>getAs("offset")).isEqualTo(Long.MAX_VALUE);
            assertThat(row.<byte[]>getAs("payload")).containsExactly(0, -1, 'x');
            assertThat(row.<String>getAs("blob")).startsWith("orders/2024/05/06/07/");
            assertThat(row.<Integer>getAs("index")).isZero();
            assertThat(row.getList(row.fieldIndex("typedAttributes")))
                    .map(Object::toString)
                    .containsExactly("[type,string,created]", "[bytes,bytes,/wA=]", "[type,int,5]", "[,null,]");
            Map<String, String> attributes = row.getJavaMap(row.fieldIndex("attributes"));
            assertThat(attributes)
                    .containsEntry("type", "created")
                    .containsEntry("", null)
                    .hasSize(3);
            Map<String, String> properties = row.getJavaMap(row.fieldIndex("brokerProperties"));
            assertThat(properties).containsExactly(Map.entry("subject", "s"));
        }

        @Test
        void leaveOutWhatAMessageLacks() {
            persist("jsonl", messages(1));

            Row row = table().first();

            assertThat(row.<Object>getAs("orderingKey")).isNull();
            assertThat(row.<Object>getAs("log")).isNull();
            assertThat(row.<Object>getAs("offset")).isNull();
            assertThat(row.<Object>getAs("deliveryAttempt")).isNull();
            assertThat(row.getJavaMap(row.fieldIndex("attributes"))).isEmpty();
        }

        @ParameterizedTest
        @CsvSource({"raw,NONE", "jsonl,NONE", "jsonl,GZIP", "jsonl,ZSTD", "avro,NONE", "avro,GZIP"})
        void areAsManyAsMessagesInEachFormat(String format, Compression compression) {
            persist(format, compression, messages(130));

            Dataset<Row> table = table();

            assertThat(table.count()).isEqualTo(130);
            assertThat(table.where("cast(payload as string) = 'payload 77'")
                            .select("id")
                            .collectAsList())
                    .map(row -> row.getString(0))
                    .containsExactly("m77");
        }

        @Test
        void areReadInTheLayoutsOfOtherPrograms() throws IOException {
            Files.writeString(folder.resolve("shop2024-01-01T00:05:00+00:00_ab12cd"), "hello\n");

            Dataset<Row> table = reader().option("layout", "[\"pubsub-text\", \"pubsub-avro\"]")
                    .load(folder.toUri().toString());

            assertThat(table.selectExpr("source", "cast(payload as string)").collectAsList())
                    .map(Row::toString)
                    .containsExactly("[shop,hello]");
            assertThat(table().count()).isZero();
        }

        @Test
        void ofRawBlobsWithoutPayloadComeFromTheListingAlone() throws IOException {
            try (GcsServer server = GcsServer.start()) {
                Map<String, String> environment = Map.of("STORAGE_EMULATOR_HOST", server.endpoint());
                try (BlobStore store = BlobStores.open(URI.create("gs://archive"), environment)) {
                    persist(store, MessageFormats.named("raw", Compression.NONE), messages(20));
                }
                Dataset<Row> table = reader().option("env.STORAGE_EMULATOR_HOST", server.endpoint())
                        .load("gs://archive");

                assertThat(table.where("attributes is not null and length(id) > 0")
                                .count())
                        .isEqualTo(20);
                assertThat(server.requests()).noneMatch(request -> request.contains("alt=media"));
                assertThat(table.where("payload is not null").count()).isEqualTo(20);
                assertThat(server.requests().stream().filter(request -> request.contains("alt=media")))
                        .hasSize(20);
            }
        }
    }

    @Nested
    class Filters {

        @ParameterizedTest
        @ValueSource(strings = {"true", "false"})
        void selectTheSameMessagesWhetherPushedOrNot(String java8) {
            LocalSpark.session().conf().set("spark.sql.datetime.java8API.enabled", java8);
            try {
                List<Message> all = new ArrayList<>();
                for (int i = 0; i < 40; i++) {
                    all.add(aMessage("m" + i)
                            .source(i % 2 == 0 ? "orders" : "payments")
                            .publishTime(START.plus(i * 500L, ChronoUnit.NANOS).plusSeconds(i / 4))
                            .build());
                }
                persist("jsonl", all);
                Dataset<Row> pushed = table();
                Dataset<Row> held = table().selectExpr("id", "source", "publishTime", "id || '' as key")
                        .cache();
                for (String condition : List.of(
                        "publishTime >= '2024-01-01T00:00:03.000006Z'",
                        "publishTime > '2024-01-01T00:00:03.000006Z'",
                        "publishTime < '2024-01-01T00:00:03.000006Z'",
                        "publishTime <= '2024-01-01T00:00:03.000006Z'",
                        "publishTime = '2024-01-01T00:00:03.000006Z'",
                        "publishTime in ('2024-01-01T00:00:03.000006Z', '2024-01-01T00:00:05.000010Z')",
                        "publishTime between '2024-01-01T00:00:02Z' and '2024-01-01T00:00:04Z' and source = 'orders'",
                        "source = 'orders' or source = 'payments'",
                        "source in ('payments') or id = 'm2'",
                        "source <=> 'orders' and not publishTime < '2024-01-01T00:00:04Z'",
                        "source = 'orders' and source = 'payments'",
                        "id in ('m1', 'm2', 'nothing')",
                        "id = 'm1' or publishTime > '2024-01-01T00:00:09Z'")) {
                    assertThat(ids(pushed.where(condition))).as(condition).isEqualTo(ids(held.where(condition)));
                }
                held.unpersist();
            } finally {
                LocalSpark.session().conf().set("spark.sql.datetime.java8API.enabled", "true");
            }
        }

        @Test
        void ofOneHourListAndOpenThatHourOfThreeYearsOnly() throws IOException {
            try (GcsServer server = GcsServer.start()) {
                Map<String, String> environment = Map.of("STORAGE_EMULATOR_HOST", server.endpoint());
                List<Message> daily = Stream.of("orders", "payments")
                        .flatMap(source -> IntStream.range(0, 3 * 365)
                                .mapToObj(i -> aMessage(source + i)
                                        .source(source)
                                        .publishTime(START.plus(Duration.ofHours(24L * i + 7)))
                                        .build()))
                        .toList();
                try (BlobStore store = BlobStores.open(URI.create("gs://archive"), environment)) {
                    persist(store, MessageFormats.named("raw", Compression.NONE), daily);
                }
                long before = server.requests().size();
                Dataset<Row> hour = reader().option("env.STORAGE_EMULATOR_HOST", server.endpoint())
                        .load("gs://archive")
                        .where("source = 'orders' and publishTime >= '2025-06-30T07:00:00Z'"
                                + " and publishTime < '2025-06-30T08:00:00Z'");

                List<Row> rows = hour.select("publishTime", "payload").collectAsList();

                assertThat(rows).map(row -> row.get(0)).containsExactly(Instant.parse("2025-06-30T07:00:00Z"));
                List<String> requests = server.requests().stream().skip(before).toList();
                assertThat(requests).hasSizeLessThanOrEqualTo(9);
                assertThat(requests.stream().filter(request -> request.contains("alt=media")))
                        .hasSize(1);
            }
        }

        @Test
        void asOptionsNarrowTheTableItself() {
            persist(
                    "jsonl",
                    List.of(
                            aMessage("a")
                                    .attributes(
                                            Attributes.builder().add("k", "1").build())
                                    .build(),
                            aMessage("b").build(),
                            aMessage("c").source("other").publishTime(START).build()));
            String store = folder.toUri().toString();

            assertThat(ids(reader().option("source", "other").load(store))).containsExactly("c");
            assertThat(ids(reader().option("source", "[\"other\",\"orders\"]").load(store)))
                    .containsExactly("a", "b", "c");
            assertThat(ids(reader().option("from", "2024-01-01").load(store))).containsExactly("c");
            assertThat(ids(reader().option("until", "2024-01-01").load(store))).containsExactly("a", "b");
            assertThat(ids(reader().option("attr", "k=1").load(store))).containsExactly("a");
            assertThat(ids(reader().option("id", "b")
                            .option("source", "orders")
                            .load(store)
                            .where("source = 'other'")))
                    .isEmpty();
        }
    }

    @Nested
    class Damage {

        private Path damaged() throws IOException {
            persist("jsonl", messages(120));
            try (Stream<Path> files = Files.walk(folder)) {
                Path blob = files.filter(file -> file.toString().endsWith(".jsonl"))
                        .filter(file -> !file.toString().contains(".persistor"))
                        .sorted()
                        .findFirst()
                        .orElseThrow();
                byte[] content = Files.readAllBytes(blob);
                content[content.length / 2] ^= 1;
                Files.write(blob, content);
                return folder.relativize(blob);
            }
        }

        @Test
        void failsTheQueryUnlessItIsAllowed() throws IOException {
            Path blob = damaged();

            assertThatThrownBy(() -> table().collect())
                    .rootCause()
                    .hasMessageContaining("1 blob of file:")
                    .hasMessageContaining(blob.toString())
                    .hasMessageContaining("PERMISSIVE");
        }

        @Test
        void isARowWithTheBlobAndTheReasonInPermissiveMode() throws IOException {
            Path blob = damaged();
            Dataset<Row> table =
                    reader().option("mode", "permissive").load(folder.toUri().toString());

            assertThat(table.where("_damage is null").count()).isEqualTo(70);
            List<Row> damages = table.where("_damage is not null")
                    .select("blob", "_damage", "id")
                    .collectAsList();
            assertThat(damages).hasSize(1);
            assertThat(damages.get(0).getString(0)).isEqualTo(blob.toString());
            assertThat(damages.get(0).getString(1)).startsWith("damaged: ").contains("None of its messages");
            assertThat(damages.get(0).isNullAt(2)).isTrue();
        }

        @Test
        void ofALineLeavesTheOthersOfItsBlob() throws IOException {
            Files.writeString(
                    Files.createDirectories(folder.resolve("orders")).resolve("x.jsonl"), """
                    {"id":"1","source":"orders","publishTime":"2024-01-01T00:00:00Z","data":"a"}
                    {"id":"2","source":"ord
                    {"id":"3","source":"orders","publishTime":"2024-01-01T00:00:00Z","data":"a"}
                    """, StandardCharsets.UTF_8);
            Dataset<Row> table =
                    reader().option("mode", "PERMISSIVE").load(folder.toUri().toString());

            assertThat(ids(table.where("_damage is null"))).containsExactly("1", "3");
            assertThat(table.where("_damage like '%line 2%'").count()).isEqualTo(1);
            assertThatThrownBy(() -> table().count()).rootCause().hasMessageContaining("line 2");
        }
    }

    @Test
    void payloadsThatAreNotSelectedAreNotDecoded() throws IOException {
        Files.writeString(
                Files.createDirectories(folder.resolve("orders")).resolve("x.jsonl"), """
                {"id":"1","publishTime":"2024-01-01T00:00:00Z","source":"orders","data":"no escape: \\x"}
                {"id":"2","publishTime":"2024-01-01T00:00:00Z","source":"orders","data":"b"}
                """, StandardCharsets.UTF_8);

        assertThat(ids(table())).containsExactly("1", "2");
        assertThatThrownBy(() -> table().select("payload").collect())
                .rootCause()
                .hasMessageContaining("line 1");
    }

    @Nested
    class Options {

        @ParameterizedTest
        @CsvSource(
                delimiter = '|',
                value = {
                    "sourc|orders|unknown option 'sourc' of the format persistor (did you mean 'source'?)",
                    "mode|DROPMALFORMED|option 'mode': 'DROPMALFORMED' is not valid; use FAILFAST",
                    "from|yesterday|option 'from': 'yesterday' is not valid; use 2026-01-31T07:15:00Z",
                    "split-bytes|many|option 'split-bytes': 'many' is not valid; use a size such as 64MiB",
                    "concurrency|0|option 'concurrency': '0' is not valid; use a whole number from 1",
                    "template|{nothing}|option 'template': '{nothing}': ",
                    "layout|csv|option 'layout': 'csv': no module on the class path provides the layout csv",
                    "source|[orders|option 'source': '[orders' is not valid; use one value, or a JSON array",
                    "attr|k|option 'attr': 'k' is not valid; use NAME=VALUE",
                    "any-names|maybe|option 'any-names': 'maybe' is not valid; use true or false"
                })
        void thatAreWrongAreRefusedWithWhatIsAllowed(String name, String value, String message) {
            assertThatThrownBy(() ->
                            reader().option(name, value).load(folder.toUri().toString()))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageStartingWith(message);
        }

        @Test
        void nameAFolderThatExistsOrAStoreThatOpens() {
            assertThatThrownBy(() -> reader().load().count()).hasMessageContaining("needs the address of an archive");
            assertThatThrownBy(() ->
                            reader().load(folder.resolve("none").toString()).count())
                    .hasMessageContaining("folder not found");
            assertThatThrownBy(() -> reader().load("hdfs://host/archive").count())
                    .hasMessageContaining("no module on the class path opens the store hdfs://host/archive");
            assertThatThrownBy(() -> reader().load("file:///a", "file:///b")).hasMessageContaining("one archive");
        }

        @Test
        void mayComeFromTheSession() {
            persist("jsonl", messages(3));
            LocalSpark.session().conf().set("spark.datasource.persistor.id", "m1");
            try {
                assertThat(ids(table())).containsExactly("m1");
            } finally {
                LocalSpark.session().conf().unset("spark.datasource.persistor.id");
            }
        }
    }
}
