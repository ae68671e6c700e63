package dev.persistor.standalone.explore;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import dev.persistor.core.fixtures.ForwardingDriver;
import dev.persistor.core.fixtures.TestMessages;
import dev.persistor.core.message.AttributeValue;
import dev.persistor.core.message.Attributes;
import dev.persistor.core.message.BrokerProperties;
import dev.persistor.core.message.Message;
import dev.persistor.core.message.Position;
import dev.persistor.core.retry.RetryBudget;
import dev.persistor.core.store.BlobInfo;
import dev.persistor.core.store.BlobPage;
import dev.persistor.core.store.BlobRange;
import dev.persistor.core.store.BlobStore;
import dev.persistor.core.store.FailureKind;
import dev.persistor.core.store.OpenBlob;
import dev.persistor.core.store.memory.MemoryDriver;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The explorer's API over a real socket. */
class ExploreServerTest {

    private static final Instant SIX = Instant.parse("2026-01-31T06:00:00Z");

    private ExploredArchive explorer;

    @BeforeEach
    void serve() throws IOException {
        explorer = new ExploredArchive(BlobStore.over(new MemoryDriver()));
    }

    @AfterEach
    void stop() {
        explorer.close();
    }

    private static Message order(int number) {
        return TestMessages.aMessage("order-" + number, "{\"order\":" + number + "}")
                .publishTime(SIX.plusSeconds(number))
                .orderingKey("customer-" + number % 3)
                .build();
    }

    private static List<Message> orders(int from, int to) {
        return IntStream.range(from, to).mapToObj(ExploreServerTest::order).toList();
    }

    private static Stream<JsonNode> rows(List<JsonNode> lines) {
        return lines.stream()
                .filter(line -> line.has("rows"))
                .flatMap(line -> Stream.iterate(0, i -> i + 1)
                        .limit(line.get("rows").size())
                        .map(line.get("rows")::get));
    }

    private List<String> ids(String path) {
        return rows(explorer.lines(path)).map(row -> row.get("id").asText()).toList();
    }

    private static JsonNode end(List<JsonNode> lines) {
        return lines.get(lines.size() - 1).get("end");
    }

    /** Requests that must not see the archive. */
    @Nested
    class Access {

        @Test
        void theTokenOpensThePageAndNothingElseDoes() {
            assertThat(explorer.send(explorer.request("api/archive")).statusCode())
                    .isEqualTo(401);
            assertThat(explorer.send(explorer.request("api/archive").header("Authorization", "Bearer wrong"))
                            .statusCode())
                    .isEqualTo(401);
            assertThat(explorer.send(explorer.request("?token=wrong")).statusCode())
                    .isEqualTo(401);

            HttpResponse<String> opened = explorer.send(explorer.request("?token=" + explorer.token()));
            assertThat(opened.statusCode()).isEqualTo(303);
            String cookie = opened.headers().firstValue("Set-Cookie").orElseThrow();
            assertThat(cookie).contains("HttpOnly", "SameSite=Strict");
            assertThat(explorer.send(explorer.request("api/archive")
                                    .header("Cookie", cookie.substring(0, cookie.indexOf(';'))))
                            .statusCode())
                    .isEqualTo(200);
        }

        @ParameterizedTest
        @ValueSource(strings = {"https://example.com", "http://localhost:1", "null"})
        void thePageOfAnotherSiteIsRefused(String origin) {
            assertThat(explorer.send(explorer.allowed("api/archive").header("Origin", origin))
                            .statusCode())
                    .isEqualTo(403);
        }

        /** A link in a chat, which holds nothing of the archive. */
        @Test
        void thePageCanBeOpenedFromAnotherSite() {
            assertThat(explorer.send(explorer.request("").header("Sec-Fetch-Site", "cross-site"))
                            .statusCode())
                    .isEqualTo(200);
        }

        @ParameterizedTest
        @ValueSource(strings = {"cross-site", "same-site"})
        void aBrowserThatSaysItComesFromElsewhereIsRefused(String site) {
            assertThat(explorer.send(explorer.allowed("api/archive").header("Sec-Fetch-Site", site))
                            .statusCode())
                    .isEqualTo(403);
        }

        /** What a name does that its owner has resolve to this machine. */
        @Test
        void aRequestForAnotherHostIsRefused() throws IOException {
            String request = "GET /api/archive HTTP/1.1\r\nHost: rebound.example.com:"
                    + explorer.base().getPort() + "\r\nAuthorization: Bearer " + explorer.token()
                    + "\r\nConnection: close\r\n\r\n";
            try (Socket socket =
                    new Socket(InetAddress.getLoopbackAddress(), explorer.base().getPort())) {
                socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
                String answer = new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
                assertThat(answer).startsWith("HTTP/1.1 403").contains("for another host");
            }
        }

        @ParameterizedTest
        @ValueSource(strings = {"POST", "PUT", "DELETE"})
        void nothingButReadingIsAllowed(String method) {
            HttpResponse<String> refused = explorer.send(
                    explorer.allowed("api/messages").method(method, java.net.http.HttpRequest.BodyPublishers.noBody()));
            assertThat(refused.statusCode()).isEqualTo(405);
            assertThat(refused.headers().firstValue("Allow")).contains("GET");
        }

        @Test
        void everyAnswerForbidsTheBrowserToLoadFromElsewhere() {
            for (String path : List.of("", "app.js", "api/archive", "none")) {
                assertThat(explorer.send(explorer.allowed(path)).headers().map())
                        .as(path)
                        .containsEntry("X-Content-Type-Options", List.of("nosniff"))
                        .containsEntry("Referrer-Policy", List.of("no-referrer"))
                        .hasEntrySatisfying(
                                "Content-Security-Policy",
                                policy -> assertThat(policy.get(0))
                                        .startsWith("default-src 'none'; script-src 'self';")
                                        .doesNotContain("unsafe", "http", "*"));
            }
        }

        @ParameterizedTest
        @ValueSource(
                strings = {
                    "lib/%2e%2e/app.js",
                    "%2e%2e/%2e%2e/version.txt",
                    "ExploreServer.class",
                    "lib/",
                    "lib/lit-html/../../uplot/1.6.30/package.json"
                })
        void onlyFilesOfThePageAreServed(String path) {
            assertThat(explorer.send(explorer.request(path)).statusCode()).isIn(400, 404);
        }

        @ParameterizedTest
        @ValueSource(
                strings = {
                    "",
                    "main.js",
                    "app.js",
                    "app.css",
                    "lib/lit-html/lit-html.js",
                    "lib/uplot/uPlot.esm.js",
                    "lib/uplot/uPlot.min.css"
                })
        void theFilesOfThePageAreServed(String path) {
            HttpResponse<String> file = explorer.send(explorer.request(path));
            assertThat(file.statusCode()).isEqualTo(200);
            assertThat(file.body()).isNotBlank();
        }
    }

    /** Requests that are wrong. */
    @Nested
    class Refusals {

        @ParameterizedTest
        @ValueSource(
                strings = {
                    "from=yesterday",
                    "limit=0",
                    "limit=many",
                    "seconds=601",
                    "attr=x",
                    "after=orders",
                    "form=2026-01-31T06:00:00Z",
                    "from=2026-01-31T06:00:00Z&from=2026-01-31T07:00:00Z",
                    "from=2026-01-31T07:00:00Z&to=2026-01-31T06:00:00Z"
                })
        void aWrongParameterIsNamedWithWhatIsAllowed(String query) {
            HttpResponse<String> refused = explorer.send(explorer.allowed("api/messages?" + query));
            assertThat(refused.statusCode()).isEqualTo(400);
            assertThat(refused.body()).containsAnyOf("the parameter '", "the range ends at");
        }

        @Test
        void anUnknownResourceNamesTheKnownOnes() {
            HttpResponse<String> refused = explorer.send(explorer.allowed("api/message-list"));
            assertThat(refused.statusCode()).isEqualTo(404);
            assertThat(refused.body()).contains("overview", "messages", "shape");
        }

        @Test
        void aMessageThatIsNotThereSaysSo() {
            explorer.store(orders(0, 1));
            String place = rows(explorer.lines("api/messages"))
                    .findFirst()
                    .orElseThrow()
                    .get("place")
                    .asText();
            String next = place.substring(0, place.indexOf('#')) + "#1";
            HttpResponse<String> noIndex =
                    explorer.send(explorer.allowed("api/message?place=" + ExploredArchive.encoded(next)));
            assertThat(noIndex.statusCode()).isEqualTo(404);
            assertThat(noIndex.body()).contains("has no message with this index");
            HttpResponse<String> noBlob = explorer.send(explorer.allowed("api/message?place=none%230"));
            assertThat(noBlob.statusCode()).isEqualTo(404);
            assertThat(noBlob.body()).contains("there is no blob none");
        }
    }

    @Test
    void theOverviewCountsRawMessagesAndBatchesWithoutOpeningThem() {
        explorer.store(orders(0, 10));
        explorer.storeBatches(orders(10, 100), 30);
        JsonNode overview = explorer.last("api/overview", "overview");
        JsonNode source = overview.get("sources").get(0);
        assertThat(source.get("source").asText()).isEqualTo("orders");
        assertThat(source.get("messages").asLong()).isEqualTo(100);
        assertThat(source.get("blobs").asLong()).isEqualTo(13);
        assertThat(source.get("first").asText()).isEqualTo("2026-01-31T06:00:00Z");
        assertThat(source.get("last").asText()).isEqualTo("2026-01-31T06:01:39Z");
        long inSteps = 0;
        for (JsonNode step : source.get("steps")) {
            inSteps += step.get(1).asLong();
        }
        assertThat(inSteps).isEqualTo(100);
    }

    @Test
    void rowsAreGivenPageByPageWithoutLossOrRepetition() {
        explorer.store(orders(0, 7));
        explorer.storeBatches(orders(7, 40), 10);
        List<String> all = ids("api/messages?limit=1000");
        assertThat(all).hasSize(40).doesNotHaveDuplicates();

        List<String> paged = new ArrayList<>();
        String after = "";
        boolean isComplete = false;
        for (int page = 0; page < 20 && !isComplete; page++) {
            List<JsonNode> lines = explorer.lines("api/messages?limit=6" + after);
            rows(lines).map(row -> row.get("id").asText()).forEach(paged::add);
            isComplete = end(lines).get("complete").asBoolean();
            after = isComplete
                    ? ""
                    : "&after=" + ExploredArchive.encoded(end(lines).get("next").asText());
        }
        assertThat(paged).isEqualTo(all);
    }

    @Test
    void filtersChooseByTimeKeyAttributeIdAndText() {
        explorer.storeBatches(
                Stream.concat(
                                orders(0, 30).stream(),
                                Stream.of(order(50).toBuilder()
                                        .attributes(Attributes.builder()
                                                .add("type", "cancelled")
                                                .build())
                                        .payload("gräßlich <b>bold</b>".getBytes(StandardCharsets.UTF_8))
                                        .build()))
                        .toList(),
                100);
        assertThat(ids("api/messages?from=2026-01-31T06:00:10Z&to=2026-01-31T06:00:12Z"))
                .containsExactly("order-10", "order-11");
        assertThat(ids("api/messages?key=customer-1&to=2026-01-31T06:00:05Z")).containsExactly("order-1", "order-4");
        assertThat(ids("api/messages?attr=type%3Dcancelled")).containsExactly("order-50");
        assertThat(ids("api/messages?id=order-3&id=order-4")).containsExactly("order-3", "order-4");
        assertThat(ids("api/messages?text=" + ExploredArchive.encoded("gräßlich <b>")))
                .containsExactly("order-50");
        assertThat(ids("api/messages?text=nothing-has-this")).isEmpty();
        assertThat(ids("api/messages?source=invoices")).isEmpty();
    }

    /** Half of a character cannot be written as UTF-8, and would end the answer. */
    @Test
    void aLongIdIsCutBetweenCharacters() {
        String id = "i".repeat(199) + "\uD83D\uDE00 and more";
        explorer.store(List.of(TestMessages.aMessage(id, "{\"" + "f".repeat(299) + "\uD83D\uDE00\":1}")
                .publishTime(SIX)
                .build()));
        assertThat(ids("api/messages")).containsExactly("i".repeat(199) + "\u2026");
        List<JsonNode> shape = explorer.lines("api/shape");
        assertThat(end(shape).get("complete").asBoolean()).isTrue();
    }

    @Test
    void aMessageIsShownWithAllThatIsKnownOfIt() {
        Message message = TestMessages.aMessage("m", "{}")
                .publishTime(Instant.parse("2026-01-31T06:00:00.123456789Z"))
                .orderingKey("key")
                .position(new Position("topic-id", "3", 9_007_199_254_740_993L))
                .attributes(Attributes.builder()
                        .add("n", AttributeValue.of(5))
                        .add("n", "5")
                        .build())
                .brokerProperties(Attributes.builder()
                        .add(BrokerProperties.CONTENT_TYPE, "application/json")
                        .build())
                .build();
        explorer.store(List.of(message));
        JsonNode shown = message();
        assertThat(shown.get("publishTime").asText()).isEqualTo("2026-01-31T06:00:00.123456789Z");
        assertThat(shown.get("position").get("offset").asText()).isEqualTo("9007199254740993");
        assertThat(shown.get("position").get("log").asText()).isEqualTo("topic-id");
        assertThat(shown.get("attributes").toString())
                .isEqualTo("[{\"name\":\"n\",\"type\":\"int\",\"value\":\"5\"},"
                        + "{\"name\":\"n\",\"type\":\"string\",\"value\":\"5\"}]");
        assertThat(shown.get("brokerProperties").get(0).get("value").asText()).isEqualTo("application/json");
        assertThat(shown.get("payload").get("text").asText()).isEqualTo("{}");
        assertThat(shown.get("payload").get("whole").asBoolean()).isTrue();
    }

    private JsonNode message() {
        return ExploredArchive.parse(
                explorer.send(explorer.allowed("api/message?place=" + place())).body());
    }

    private String place() {
        return ExploredArchive.encoded(rows(explorer.lines("api/messages"))
                .findFirst()
                .orElseThrow()
                .get("place")
                .asText());
    }

    @Test
    void theDownloadIsThePayloadByteForByteAndTheViewIsCut() throws Exception {
        byte[] payload = new byte[1 << 20];
        new Random(1).nextBytes(payload);
        explorer.store(List.of(TestMessages.aMessage("big").payload(payload).build()));
        HttpResponse<byte[]> download = explorer.bytes("api/payload?place=" + place());
        assertThat(download.body()).isEqualTo(payload);
        assertThat(download.headers().firstValue("Content-Disposition"))
                .hasValueSatisfying(value -> assertThat(value).startsWith("attachment"));
        assertThat(download.headers().firstValue("Content-Type")).contains("application/octet-stream");

        JsonNode shown = message().get("payload");
        assertThat(shown.get("whole").asBoolean()).isFalse();
        assertThat(shown.get("bytes").asInt()).isEqualTo(payload.length);
        byte[] beginning = Base64.getDecoder().decode(shown.get("base64").asText());
        assertThat(payload).startsWith(beginning);
        assertThat(shown.has("text")).isFalse();
    }

    @Test
    void aDeclaredCompressionIsUndoneForTheViewAndTheSearchAndNotForTheDownload() throws Exception {
        ByteArrayOutputStream compressed = new ByteArrayOutputStream();
        try (GZIPOutputStream gzip = new GZIPOutputStream(compressed)) {
            gzip.write("{\"hidden\":\"needle\"}".getBytes(StandardCharsets.UTF_8));
        }
        explorer.store(List.of(TestMessages.aMessage("z")
                .payload(compressed.toByteArray())
                .brokerProperties(Attributes.builder()
                        .add(BrokerProperties.CONTENT_ENCODING, "gzip")
                        .build())
                .build()));
        assertThat(ids("api/messages?text=needle")).containsExactly("z");
        assertThat(message().get("decompressed").get("text").asText()).isEqualTo("{\"hidden\":\"needle\"}");
        assertThat(explorer.bytes("api/payload?place=" + place()).body()).isEqualTo(compressed.toByteArray());
    }

    @Test
    void theShapeTellsFieldsTypesAndWhenEachAppeared() {
        explorer.storeBatches(
                List.of(
                        order(0),
                        order(1),
                        order(2).toBuilder()
                                .payload("{\"order\":\"2\",\"a.b\":{\"c\":[1,null]}}".getBytes(StandardCharsets.UTF_8))
                                .build(),
                        order(3).toBuilder()
                                .payload("no json".getBytes(StandardCharsets.UTF_8))
                                .build(),
                        order(4).toBuilder()
                                .payload("{\"order\":".getBytes(StandardCharsets.UTF_8))
                                .build()),
                10);
        JsonNode shape = explorer.last("api/shape", "shape");
        assertThat(shape.get("messages").asInt()).isEqualTo(5);
        assertThat(shape.get("json").asInt()).isEqualTo(3);
        assertThat(field(shape, "order").get("types").toString()).isEqualTo("{\"string\":1,\"number\":2}");
        assertThat(field(shape, "[\"a.b\"].c[]").get("types").toString()).isEqualTo("{\"number\":1,\"null\":1}");
        assertThat(field(shape, "[\"a.b\"]").get("first").asText()).isEqualTo("2026-01-31T06:00:02Z");
    }

    private static JsonNode field(JsonNode shape, String path) {
        for (JsonNode field : shape.get("fields")) {
            if (field.get("path").asText().equals(path)) {
                return field;
            }
        }
        throw new AssertionError("no field " + path + " in " + shape);
    }

    @Test
    void verificationTellsWhenOffsetsAreMissing() {
        explorer.store(IntStream.of(1, 2, 5, 6)
                .mapToObj(offset -> order(offset).toBuilder()
                        .position(new Position("0", offset))
                        .build())
                .toList());
        JsonNode found = explorer.last("api/verify", "verification");
        assertThat(found.get("good").asBoolean()).isFalse();
        JsonNode gap = found.get("gaps").get(0);
        assertThat(gap.get("firstOffset").asText()).isEqualTo("3");
        assertThat(gap.get("lastOffset").asText()).isEqualTo("4");
        assertThat(gap.get("after").asText()).isEqualTo("2026-01-31T06:00:02Z");
        assertThat(gap.get("before").asText()).isEqualTo("2026-01-31T06:00:05Z");
    }

    @Test
    void findingsTellTheirTimesWithoutARequestEach() throws Exception {
        AtomicInteger lookUps = new AtomicInteger();
        BlobStore unreadable = BlobStore.over(new ForwardingDriver(new MemoryDriver()) {
                    @Override
                    public Optional<BlobInfo> find(String key) throws Exception {
                        lookUps.incrementAndGet();
                        return super.find(key);
                    }

                    @Override
                    public Optional<OpenBlob> open(String key) throws Exception {
                        throw new IOException("409 the blob is archived");
                    }
                })
                .withRetries(RetryBudget.none());
        try (ExploredArchive archive = new ExploredArchive(unreadable)) {
            archive.store(orders(0, 50));
            JsonNode findings = archive.last("api/verify", "verification").get("findings");
            assertThat(findings).hasSize(50).allSatisfy(finding -> {
                assertThat(finding.get("kind").asText()).isEqualTo("unreadable");
                assertThat(finding.get("source").asText()).isEqualTo("orders");
                assertThat(finding.get("first").asText()).startsWith("2026-01-31T06:00:");
            });
            assertThat(lookUps).hasValue(0);
        }
    }

    @Test
    void thePlanGivesACommandThatAShellReadsBack() {
        explorer.store(orders(0, 5));
        JsonNode plan = explorer.last("api/plan?source=orders&from=2026-01-31T06:00:02Z", "plan");
        assertThat(plan.get("messages").asInt()).isEqualTo(3);
        assertThat(plan.get("command").asText())
                .isEqualTo("persistor replay 'gs://archive/it'\\''s here' --source=orders --from=2026-01-31T06:00:02Z"
                        + " --to=TARGET --checkpoint=replay.checkpoint --dry-run");
    }

    @Test
    void thePlanOfAnOrderingKeyCountsItsMessages() {
        explorer.store(orders(0, 5));
        JsonNode plan = explorer.last("api/plan?key=customer-1", "plan");
        assertThat(plan.get("messages").asInt()).isEqualTo(2);
        assertThat(plan.get("command").asText()).contains(" --key=customer-1 ");
    }

    @Test
    void thereIsNoPlanForWhatAReplayCannotSelect() {
        HttpResponse<String> refused = explorer.send(explorer.allowed("api/plan?text=x"));
        assertThat(refused.statusCode()).isEqualTo(400);
        assertThat(refused.body())
                .contains("' is unknown here; allowed are attr, from, id, key, prefix, seconds, source, to");
    }

    @Test
    void aStoreThatFailsMidwayIsAnErrorBehindWhatWasRead() throws Exception {
        BlobStore failing = BlobStore.over(new ForwardingDriver(new MemoryDriver()) {
                    @Override
                    public BlobPage page(BlobRange range) throws Exception {
                        return new BlobPage(
                                super.page(range).blobs().stream().limit(200).toList(), Optional.of(() -> {
                                    throw new IOException("503 the store is out of order");
                                }));
                    }

                    @Override
                    public FailureKind kindOf(Exception failure) {
                        return failure instanceof IOException ? FailureKind.RETRYABLE : super.kindOf(failure);
                    }
                })
                .withRetries(RetryBudget.none());
        try (ExploredArchive broken = new ExploredArchive(failing)) {
            broken.store(orders(0, 300));
            List<JsonNode> lines = broken.lines("api/messages");
            assertThat(lines)
                    .anySatisfy(line -> assertThat(line.path("error").asText()).contains("out of order"));
            assertThat(rows(lines)).isNotEmpty();
            assertThat(end(lines).get("complete").asBoolean()).isFalse();
            assertThat(end(lines).get("reason").asText()).isEqualTo("error");
        }
    }

    @Test
    void theWorkEndsWhenTheClientIsGone() throws Exception {
        explorer.storeBatches(orders(0, 40_000), 500);
        try (InputStream answer = explorer.open("api/messages?limit=1000000").body()) {
            assertThat(answer.read()).isNotNegative();
            assertThat(explorer.scans()).isEqualTo(1);
        }
        await().atMost(Duration.ofSeconds(20)).until(() -> explorer.scans() == 0);
    }

    @Test
    void aSearchThatFindsNothingEndsWithItsTimeAndSaysWhereToContinue() {
        explorer.storeBatches(orders(0, 60_000), 100);
        int found = 0;
        String after = "";
        boolean isComplete = false;
        for (int round = 0; round < 100 && !isComplete; round++) {
            List<JsonNode> lines = explorer.lines("api/messages?text=%22order%22%3A59999&seconds=1" + after);
            found += (int) rows(lines).count();
            JsonNode end = end(lines);
            isComplete = end.get("complete").asBoolean();
            after = end.has("next")
                    ? "&after=" + ExploredArchive.encoded(end.get("next").asText())
                    : after;
        }
        assertThat(isComplete).isTrue();
        assertThat(found).isEqualTo(1);
    }
}
