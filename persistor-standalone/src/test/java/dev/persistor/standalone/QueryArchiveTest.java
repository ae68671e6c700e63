package dev.persistor.standalone;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import dev.persistor.core.batch.Batching;
import dev.persistor.core.format.Compression;
import dev.persistor.core.format.MessageFormats;
import dev.persistor.core.message.Attributes;
import dev.persistor.core.message.Message;
import dev.persistor.core.naming.PathTemplate;
import dev.persistor.core.store.BlobInfo;
import dev.persistor.core.store.BlobStore;
import dev.persistor.core.store.file.FileDriver;
import dev.persistor.core.write.Persistor;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Blob;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** DuckDB answers what docs/querying.md says that it does, by the very statements in it, and fetches nothing. */
@Timeout(120)
class QueryArchiveTest {

    private static final String HIVE = "{source}/dt={time:yyyy-MM-dd}/hour={HH}/{batch}{ext}";
    private static final String BY_TYPE =
            "{source}/type={attr:type|none|only=created,deleted}/dt={time:yyyy-MM-dd}/{batch}{ext}";

    private static final String VIEW = "the archive as a view";
    private static final Pattern STATEMENT = Pattern.compile("```sql\n-- ([^\n]+)\n(.*?)```", Pattern.DOTALL);

    private @TempDir Path archive;
    private Connection duckdb;

    @BeforeEach
    void connect() throws SQLException {
        Properties offline = new Properties();
        offline.setProperty("autoinstall_known_extensions", "false");
        duckdb = DriverManager.getConnection("jdbc:duckdb:", offline);
    }

    @AfterEach
    void disconnect() throws SQLException {
        duckdb.close();
    }

    private static String document() throws IOException {
        return Files.readString(Path.of("../docs/querying.md"));
    }

    /** The document's statements for DuckDB, by the comment that each begins with. */
    private static Map<String, String> statements() throws IOException {
        String section = document().split("\n## DuckDB\n", 2)[1].split("\n## ", 2)[0];
        return STATEMENT
                .matcher(section)
                .results()
                .collect(Collectors.toMap(
                        statement -> statement.group(1),
                        statement -> statement.group(2),
                        (first, second) -> first,
                        LinkedHashMap::new));
    }

    /** Runs a statement of the document and returns its rows; bytes come as {@code List<Byte>}, which can be compared. */
    private List<List<Object>> ask(String title) throws IOException, SQLException {
        Map<String, String> statements = statements();
        assertThat(statements).containsKey(title);
        String statement = statements.getOrDefault(title, "");
        return run(statement.replace("'archive/", "'" + archive + "/"));
    }

    private List<List<Object>> run(String sql) throws SQLException {
        List<List<Object>> rows = new ArrayList<>();
        try (Statement statement = duckdb.createStatement()) {
            if (!statement.execute(sql)) {
                return rows;
            }
            try (ResultSet result = statement.getResultSet()) {
                int columns = result.getMetaData().getColumnCount();
                while (result.next()) {
                    List<Object> row = new ArrayList<>();
                    for (int i = 1; i <= columns; i++) {
                        row.add(comparable(result.getObject(i)));
                    }
                    rows.add(row);
                }
            }
        }
        return rows;
    }

    private static Object comparable(Object value) throws SQLException {
        return value instanceof Blob blob ? bytes(blob.getBytes(1, (int) blob.length())) : value;
    }

    private static List<Byte> bytes(byte[] bytes) {
        return IntStream.range(0, bytes.length).mapToObj(i -> bytes[i]).toList();
    }

    private void archive(String template, List<Message> messages) {
        try (BlobStore store = BlobStore.over(FileDriver.open(archive));
                Persistor persistor = Persistor.builder(store)
                        .format(MessageFormats.named("jsonl", Compression.GZIP))
                        .batching(Batching.upTo(100))
                        .naming(PathTemplate.parse(template))
                        .build()) {
            persistor.persistTogether(messages);
        }
    }

    private static Message message(String source, String id, String time, String type, byte[] payload) {
        return Message.builder()
                .source(source)
                .id(id)
                .publishTime(Instant.parse(time))
                .attributes(Attributes.builder().add("type", type).build())
                .payload(payload)
                .build();
    }

    private static Message order(String id, String time, String type, String payload) {
        return message("orders", id, time, type, payload.getBytes(StandardCharsets.UTF_8));
    }

    @Test
    void theDocumentHasTheTemplatesAndNoStatementThatIsNotRunHere() throws IOException {
        assertThat(document()).contains("PERSISTOR_PATH=" + HIVE + "\n").contains("PERSISTOR_PATH=" + BY_TYPE + "\n");
        assertThat(statements().keySet())
                .containsExactly(
                        VIEW,
                        "messages by day and hour",
                        "messages of one type, on one day",
                        "a field of the payloads that are JSON",
                        "payloads as bytes, and where they lie",
                        "each message once",
                        "several sources together",
                        "messages by a listed attribute");
    }

    @Nested
    class ByDayAndHour {

        private final List<Message> orders = Stream.concat(
                        IntStream.range(0, 250)
                                .mapToObj(i -> order(
                                        "jan-" + i,
                                        "2026-01-31T07:00:00.%03dZ".formatted(i),
                                        i % 5 == 0 ? "created" : "changed",
                                        "{\"order\": " + i + "}")),
                        Stream.of(
                                order("late", "2026-01-31T23:59:59.999999999Z", "created", "no JSON"),
                                order("feb", "2026-02-01T00:00:00Z", "created", "")))
                .toList();

        @BeforeEach
        void view() throws IOException, SQLException {
            archive(HIVE, orders);
            ask(VIEW);
        }

        @Test
        void foldersAreColumns() throws IOException, SQLException {
            assertThat(ask("messages by day and hour"))
                    .extracting(row -> row.get(0).toString(), row -> row.get(1), row -> row.get(2))
                    .containsExactly(
                            tuple("2026-01-31", 7, 250L), tuple("2026-01-31", 23, 1L), tuple("2026-02-01", 0, 1L));
        }

        @Test
        void messagesAreFoundByTheirAttributes() throws IOException, SQLException {
            List<List<Object>> rows = ask("messages of one type, on one day");
            assertThat(rows).hasSize(51);
            assertThat(rows.get(1)).element(0).isEqualTo("jan-5");
            assertThat(rows.get(1)).element(1).hasToString("2026-01-31 07:00:00.005");
            assertThat(rows.get(1)).element(2).isEqualTo("{\"order\": 5}");
        }

        @Test
        void fieldsOfPayloadsAreFoundBesidePayloadsThatAreNoJson() throws IOException, SQLException {
            assertThat(ask("a field of the payloads that are JSON"))
                    .hasSize(252)
                    .contains(List.of("jan-17", "17"))
                    .contains(Arrays.asList("late", null))
                    .contains(Arrays.asList("feb", null));
        }

        @Test
        void aBatchIsOneFile() throws IOException, SQLException {
            assertThat(ask("payloads as bytes, and where they lie").stream().map(row -> row.get(2)))
                    .hasSize(252)
                    .satisfies(files -> assertThat(files.stream().distinct()).hasSize(5));
        }

        @Test
        void aMessageThatCameAgainAloneCountsOnce() throws IOException, SQLException {
            archive(HIVE, orders.subList(3, 4));
            assertThat(ask("payloads as bytes, and where they lie")).hasSize(253);
            assertThat(ask("each message once")).hasSize(252);
        }

        @Test
        void otherSourcesAreTablesOfTheirOwnAndCanBeAskedTogether() throws IOException, SQLException {
            archive(HIVE, List.of(message("invoices", "i", "2026-01-31T07:00:00Z", "created", new byte[] {(byte) 0xFF
            })));
            assertThat(ask("payloads as bytes, and where they lie")).hasSize(252);
            assertThat(ask("several sources together"))
                    .containsExactly(List.of("invoices", 1L), List.of("orders", 252L));
        }
    }

    @Nested
    class Payloads {

        @Test
        void everyByteComesOutAsItWentIn() throws IOException, SQLException {
            byte[] all = new byte[256];
            byte[] large = new byte[1024 * 1024];
            for (int i = 0; i < large.length; i++) {
                all[i % 256] = (byte) i;
                large[i] = (byte) (i / 7);
            }
            Map<String, byte[]> payloads = new LinkedHashMap<>();
            payloads.put("empty", new byte[0]);
            payloads.put(
                    "text", "naïve 😀 \"quoted\" \\ \n\r\t \u0000\u001F\u2028 end".getBytes(StandardCharsets.UTF_8));
            payloads.put("json", "{\"order\": 42, \"list\": [1, null]}".getBytes(StandardCharsets.UTF_8));
            payloads.put("every byte", all);
            payloads.put("cut UTF-8", new byte[] {'a', (byte) 0xC3});
            payloads.put("a surrogate in UTF-8", new byte[] {(byte) 0xED, (byte) 0xA0, (byte) 0x80});
            payloads.put("1 MiB", large);
            archive(
                    HIVE,
                    payloads.entrySet().stream()
                            .map(entry -> message(
                                    "orders", entry.getKey(), "2026-01-31T07:00:00Z", "created", entry.getValue()))
                            .toList());
            ask(VIEW);

            Map<Object, Object> found = new LinkedHashMap<>();
            for (List<Object> row : ask("payloads as bytes, and where they lie")) {
                found.put(row.get(0), row.get(1));
            }
            assertThat(found).hasSameSizeAs(payloads);
            payloads.forEach((id, payload) -> assertThat(found.get(id)).as(id).isEqualTo(bytes(payload)));
            assertThat(run("SELECT id FROM orders WHERE data IS NULL"))
                    .containsExactlyInAnyOrder(
                            List.of("every byte"),
                            List.of("cut UTF-8"),
                            List.of("a surrogate in UTF-8"),
                            List.of("1 MiB"));
        }
    }

    @Nested
    class ByAttribute {

        @Test
        void valuesThatAreNotListedAreTogether() throws IOException, SQLException {
            archive(
                    BY_TYPE,
                    IntStream.range(0, 60)
                            .mapToObj(i -> order(
                                    "m" + i,
                                    "2026-01-31T07:00:00.%03dZ".formatted(i),
                                    i < 10 ? "created" : i < 15 ? "deleted" : "made/up " + i,
                                    "x"))
                            .toList());
            archive(
                    BY_TYPE,
                    List.of(Message.builder()
                            .source("orders")
                            .id("without")
                            .publishTime(Instant.parse("2026-01-31T07:00:00Z"))
                            .build()));
            assertThat(ask("messages by a listed attribute"))
                    .containsExactly(
                            List.of("created", 10L),
                            List.of("deleted", 5L),
                            List.of("none", 1L),
                            List.of("~other", 45L));
        }

        @Test
        void encodedFoldersAreDecodedColumns() throws IOException, SQLException {
            archive(
                    "{source}/type={attr:type|none|only=created%2Fnew}/dt={time:yyyy-MM-dd}/{batch}{ext}",
                    List.of(order("1", "2026-01-31T07:00:00Z", "created/new", "x")));
            try (BlobStore store = BlobStore.over(FileDriver.open(archive));
                    Stream<BlobInfo> blobs = store.list("")) {
                assertThat(blobs)
                        .singleElement()
                        .satisfies(blob ->
                                assertThat(blob.name().value()).startsWith("orders/type=created%2Fnew/dt=2026-01-31/"));
            }
            assertThat(ask("messages by a listed attribute")).containsExactly(List.of("created/new", 1L));
        }
    }
}
