package dev.persistor.standalone.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.persistor.core.format.Compression;
import dev.persistor.core.message.Message;
import dev.persistor.core.store.BlobStore;
import dev.persistor.core.store.file.FileDriver;
import dev.persistor.testkit.MessageGenerator;
import dev.persistor.testkit.Numbered;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.http.HttpResponse;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Messages that are sent by HTTP are durable before they are answered. */
@Timeout(60)
class HttpCaptureTest {

    private static final String TIME = "2026-01-31T06:00:00Z";

    private @TempDir Path folder;
    private RunningService service;
    private BlobStore store;
    private Path tokens;

    @BeforeEach
    void start() throws Exception {
        tokens = folder.resolve("tokens");
        store = BlobStore.over(FileDriver.open(folder.resolve("archive")));
        service = RunningService.start(
                folder,
                """
                defaults:
                  store: %s
                captures:
                  web: {from: http}
                  secret: {from: http, http-token: ["${TOKEN}", next-token], http-body: 1KiB}
                  file: {from: http, http-token-file: %s}
                  few: {from: http, format: jsonl, http-body: 1MiB, http-messages: 3, http-attributes: 2}
                  many: {from: http, format: jsonl, batch-messages: 100, batch-linger: 200ms}
                """.formatted(folder.resolve("archive").toUri(), Files.writeString(tokens, "old\n\nnew\n")),
                Map.of("TOKEN", "open-sesame"));
    }

    @AfterEach
    void stop() {
        service.close();
    }

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    @Test
    void eventsWithOneIdAndTimeThatDifferInAnythingElseAreAllKeptAndEachOnce() throws Exception {
        List<String[]> events = List.of(
                new String[] {"ce-type", "created"},
                new String[] {"ce-type", "changed"},
                new String[] {"ce-type", "created", "ce-tenant", "7"},
                new String[] {"ce-type", "created", "ce-partitionkey", "key"},
                new String[] {"ce-type", "created", "Content-Type", "text/plain"});
        for (int delivery = 1; delivery <= 2; delivery++) {
            for (String[] headers : events) {
                List<String> all = new ArrayList<>(List.of("ce-id", "8", "ce-time", TIME));
                all.addAll(List.of(headers));
                HttpResponse<String> answer = service.post("/v1/web", utf8("{}"), all.toArray(String[]::new));
                assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
            }
            assertThat(Numbered.all(store, "web/"))
                    .hasSize(events.size())
                    .doesNotHaveDuplicates()
                    .allMatch(message -> message.id().equals("8"));
        }
        assertThat(service.meter("persistor_collisions_total{capture=\"web\"}")).isEqualTo(2 * (events.size() - 1));
    }

    @Test
    void oneMessageIsArchivedWithAllThatItsHeadersSayAndAgainIsTheSame() throws Exception {
        byte[] payload = MessageGenerator.allBytes();
        for (int i = 0; i < 2; i++) {
            HttpResponse<String> answer = service.post(
                    "/v1/web",
                    payload,
                    "ce-id",
                    "7",
                    "ce-time",
                    "2026-01-31T07:00:00+01:00",
                    "ce-source",
                    "/shop",
                    "ce-type",
                    "caf%C3%A9+1",
                    "ce-partitionkey",
                    "key",
                    "Content-Type",
                    "application/octet-stream",
                    "X-Other",
                    "not kept");
            assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
            assertThat(answer.body()).isEqualTo("{\"durable\":1}\n");
        }

        assertThat(Numbered.all(store, "web/")).singleElement().satisfies(message -> {
            assertThat(message.id()).matches("7-[0-9a-f]{16}");
            assertThat(message.publishTime()).isEqualTo(Instant.parse(TIME));
            assertThat(message.payload()).isEqualTo(ByteBuffer.wrap(payload));
            assertThat(message.orderingKey()).contains("key");
            assertThat(message.attributes().toMap())
                    .isEqualTo(Map.of(
                            "id", "7", "time", "2026-01-31T07:00:00+01:00", "source", "/shop", "type", "café+1"));
            assertThat(message.brokerProperties().toMap()).isEqualTo(Map.of("contentType", "application/octet-stream"));
        });
        assertThat(service.meter("persistor_messages_total{capture=\"web\",outcome=\"already_there\"}"))
                .isEqualTo(1);
    }

    @Test
    void linesAreArchivedAllOrNone() throws Exception {
        String line = "{\"id\":\"%d\",\"source\":\"many\",\"publishTime\":\"" + TIME + "\",\"data\":\"x\"}\n";
        String type = "application/x-ndjson";
        assertThat(service.post("/v1/many", utf8(line.formatted(1) + line.formatted(2)), "Content-Type", type)
                        .body())
                .isEqualTo("{\"durable\":2}\n");

        HttpResponse<String> torn =
                service.post("/v1/many", utf8(line.formatted(3) + "{\"id\":\"4\""), "Content-Type", type);
        assertThat(torn.statusCode()).isEqualTo(400);
        assertThat(torn.body()).isEqualTo("line 2: this is not a complete JSON message\n");
        HttpResponse<String> elsewhere =
                service.post("/v1/many", utf8(line.formatted(5).replace("many", "few")), "Content-Type", type);
        assertThat(elsewhere.statusCode()).isEqualTo(400);
        assertThat(elsewhere.body()).contains("line 1: source is \"few\"; it must be \"many\"");

        assertThat(Numbered.all(store, "many/")).extracting(Message::id).containsExactlyInAnyOrder("1", "2");
    }

    @Test
    void lowerCaseTimesAndLeapSecondsAreTimes() throws Exception {
        for (String time : new String[] {"2022-05-13t14:52:05z", "2016-12-31T23:59:60Z"}) {
            assertThat(service.post("/v1/web", utf8("x"), "ce-id", time, "ce-time", time)
                            .statusCode())
                    .isEqualTo(200);
        }
        assertThat(Numbered.all(store, "web/"))
                .extracting(Message::publishTime)
                .containsExactlyInAnyOrder(
                        Instant.parse("2022-05-13T14:52:05Z"), Instant.parse("2017-01-01T00:00:00Z"));
        assertThat(service.post("/v1/web", utf8("x"), "ce-id", "1", "ce-time", "2016-12-31T12:00:60Z")
                        .body())
                .contains("second 60 exists only at 23:59 UTC on the last day of a month");
    }

    @Test
    void whatCannotBeUnderstoodIsRefusedAndSaysWhy() throws Exception {
        assertThat(service.post("/v1/web", utf8("x"), "ce-id", "1").body()).contains("the header ce-time is missing");
        assertThat(service.post("/v1/web", utf8("x"), "ce-time", TIME).body()).contains("the header ce-id is missing");
        assertThat(service.post("/v1/web", utf8("x"), "ce-id", "1", "ce-time", "noon")
                        .body())
                .contains("the header ce-time is \"noon\"");
        assertThat(service.post("/v1/web", utf8("x"), "ce-id", "%zz", "ce-time", TIME)
                        .body())
                .contains("ce-id is \"%zz\"; after each % there must be two hexadecimal digits");
        assertThat(service.post("/v1/web", utf8("{}"), "Content-Type", "application/cloudevents+json")
                        .body())
                .contains("CloudEvents must be sent in binary mode");
        HttpResponse<String> nowhere = service.post("/v1/nowhere", utf8("x"));
        assertThat(nowhere.statusCode()).isEqualTo(404);
        assertThat(nowhere.body()).contains("web", "secret", "many");
        assertThat(service.get("/v1/web").statusCode()).isEqualTo(405);
        assertThat(service.post("/metrics", utf8("")).statusCode()).isEqualTo(405);
        assertThat(service.get("/elsewhere").statusCode()).isEqualTo(404);
        assertThat(store.list("")).isEmpty();
    }

    @Test
    void onlyWhoShowsTheTokenIsLetInAndNotWithMoreThanIsAllowed() throws Exception {
        String[] headers = {"ce-id", "1", "ce-time", TIME, "Authorization", ""};
        for (String shown : List.of("", "Bearer", "Bearer open-sesam", "Basic open-sesame")) {
            headers[5] = shown;
            assertThat(service.post("/v1/secret", utf8("x"), headers).statusCode())
                    .as(shown)
                    .isEqualTo(401);
        }
        headers[5] = "bearer next-token";
        assertThat(service.post("/v1/secret", new byte[1_024], headers).statusCode())
                .isEqualTo(200);
        headers[5] = "Bearer open-sesame";
        assertThat(service.post("/v1/secret", new byte[1_025], headers).statusCode())
                .isEqualTo(413);
        assertThat(service.post("/v1/secret", new byte[1_024], headers).statusCode())
                .isEqualTo(200);
        assertThat(Numbered.count(store, "secret/")).isEqualTo(1);
    }

    @Test
    void thoseWhoSendAtTheSameTimeShareBlobs() throws Exception {
        ExecutorService senders = Executors.newFixedThreadPool(50);
        try {
            List<Future<HttpResponse<String>>> answers = new ArrayList<>();
            for (int i = 0; i < 200; i++) {
                String id = Integer.toString(i);
                byte[] payload = Numbered.payload(i);
                answers.add(senders.submit(() -> service.post("/v1/many", payload, "ce-id", id, "ce-time", TIME)));
            }
            for (Future<HttpResponse<String>> answer : answers) {
                assertThat(answer.get().statusCode()).isEqualTo(200);
            }
        } finally {
            senders.shutdownNow();
        }
        Numbered.assertOnce(store, "many/", 200);
        assertThat(store.list("many/").count()).isLessThan(100);
    }

    @Test
    void itIsLiveAndReadyAndCounts() throws Exception {
        await().atMost(Duration.ofSeconds(20)).until(service::isReady);
        assertThat(service.get("/health/ready").body())
                .isEqualTo(
                        "{\"captures\":{\"web\":\"ready\",\"secret\":\"ready\",\"file\":\"ready\",\"few\":\"ready\",\"many\":\"ready\"},"
                                + "\"status\":\"ready\"}");
        assertThat(service.get("/health/live").statusCode()).isEqualTo(200);
        assertThat(service.meter("persistor_ready")).isEqualTo(5);
        assertThat(service.get("/metrics").body())
                .contains("jvm_memory_used_bytes", "persistor_collisions_total{capture=\"web\"} 0");
    }

    @Test
    void tokensOfAFileChangeWithoutARestart() throws Exception {
        String[] headers = {"ce-id", "1", "ce-time", TIME, "Authorization", "Bearer old"};
        assertThat(service.post("/v1/file", utf8("x"), headers).statusCode()).isEqualTo(200);
        headers[5] = "Bearer newest";
        assertThat(service.post("/v1/file", utf8("x"), headers).statusCode()).isEqualTo(401);

        Files.writeString(tokens, "newest");
        await().atMost(Duration.ofSeconds(20))
                .until(() -> service.post("/v1/file", utf8("x"), headers).statusCode() == 200);
        headers[5] = "Bearer old";
        assertThat(service.post("/v1/file", utf8("x"), headers).statusCode()).isEqualTo(401);

        // A file that is being replaced, or lost, lets nobody in that was not let in before, and nobody out.
        Files.delete(tokens);
        headers[5] = "Bearer newest";
        assertThat(service.post("/v1/file", utf8("x"), headers).statusCode()).isEqualTo(200);
        headers[5] = "Bearer ";
        assertThat(service.post("/v1/file", utf8("x"), headers).statusCode()).isEqualTo(401);
    }

    private HttpResponse<String> postWithSubject(String id, String subject) throws Exception {
        return service.post("/v1/web", utf8("x"), "ce-id", id, "ce-time", TIME, "ce-subject", subject);
    }

    @Test
    void headersAreDecodedAsTheBindingSays() throws Exception {
        Map<String, String> subjects = Map.of(
                "\"a \\\"q\\\" b\"", "a \"q\" b",
                "\"%22\\\\\"", "\"\\",
                "a \"b\" c", "a \"b\" c",
                "\"\"", "",
                "%F0%9F%98%80+%25", "\uD83D\uDE00+%");
        for (Map.Entry<String, String> subject : subjects.entrySet()) {
            String id = Integer.toHexString(subject.hashCode());
            HttpResponse<String> answer = postWithSubject(id, subject.getKey());
            assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
            assertThat(Numbered.all(store, "web/"))
                    .filteredOn(message -> message.id().equals(id))
                    .singleElement()
                    .satisfies(message ->
                            assertThat(message.attributes().text("subject")).contains(subject.getValue()));
        }
    }

    @Test
    void headersThatAreNotFaithfulAreRefusedWithFieldValueAndWhatIsAllowed() throws Exception {
        Map<String, String> subjects = Map.of(
                "%FF", "the header ce-subject is \"%FF\"; percent-encoded bytes must be UTF-8",
                "%C3", "percent-encoded bytes must be UTF-8",
                "%ED%A0%80", "percent-encoded bytes must be UTF-8",
                "%4", "after each % there must be two hexadecimal digits",
                "\"a\" \"b\"", "must be one quoted string",
                "\"a", "must be one quoted string",
                "\"a\\\"", "must be one quoted string");
        for (Map.Entry<String, String> subject : subjects.entrySet()) {
            HttpResponse<String> answer = postWithSubject("1", subject.getKey());
            assertThat(answer.statusCode()).as(subject.getKey()).isEqualTo(400);
            assertThat(answer.body()).contains("ce-subject is ", subject.getValue());
        }
        HttpResponse<String> twice = service.post("/v1/web", utf8("x"), "ce-id", "1", "ce-id", "2", "ce-time", TIME);
        assertThat(twice.statusCode()).isEqualTo(400);
        assertThat(twice.body()).contains("the header ce-id was sent twice");
        assertThat(postWithSubject("%20", "x").body()).contains("the header ce-id is blank");
        String id = "x".repeat(300);
        assertThat(service.post("/v1/web", utf8("x"), "ce-id", "1", "ce-time", id)
                        .body())
                .contains("the header ce-time is \"" + "x".repeat(80) + "...\"");
        assertThat(store.list("")).isEmpty();
    }

    private static byte[] gzip(byte[] content) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (OutputStream gzip = Compression.GZIP.compress(out)) {
            gzip.write(content);
        }
        return out.toByteArray();
    }

    @Test
    void theEncodingOfOneMessageIsKeptBesideItsPayload() throws Exception {
        byte[] payload = gzip(utf8("hello"));
        HttpResponse<String> answer = service.post(
                "/v1/web",
                payload,
                "ce-id",
                "1",
                "ce-time",
                TIME,
                "Content-Type",
                "text/plain",
                "Content-Encoding",
                "gzip");
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        assertThat(Numbered.all(store, "web/")).singleElement().satisfies(message -> {
            assertThat(message.payload()).isEqualTo(ByteBuffer.wrap(payload));
            assertThat(message.brokerProperties().toMap())
                    .isEqualTo(Map.of("contentType", "text/plain", "contentEncoding", "gzip"));
        });
    }

    private HttpResponse<String> postLines(byte[] body, String... encoding) throws Exception {
        List<String> headers = new ArrayList<>(List.of("Content-Type", "application/x-ndjson"));
        for (String each : encoding) {
            headers.addAll(List.of("Content-Encoding", each));
        }
        return service.post("/v1/few", body, headers.toArray(new String[0]));
    }

    private static String line(int id, String more) {
        return "{\"id\":\"" + id + "\",\"publishTime\":\"" + TIME + "\"," + more + "\"data\":\"x\"}\n";
    }

    @Test
    void linesMayLeaveTheirSourceOutAndAreDecompressedAsTheHeaderSays() throws Exception {
        ByteArrayOutputStream zstd = new ByteArrayOutputStream();
        try (OutputStream out = Compression.ZSTD.compress(zstd)) {
            out.write(utf8(line(2, "")));
        }
        assertThat(postLines(gzip(utf8(line(1, ""))), "gzip").body()).isEqualTo("{\"durable\":1}\n");
        assertThat(postLines(zstd.toByteArray(), "zstd").body()).isEqualTo("{\"durable\":1}\n");
        assertThat(postLines(utf8(line(3, "")), "identity").body()).isEqualTo("{\"durable\":1}\n");
        assertThat(Numbered.all(store, "few/")).extracting(Message::id).containsExactlyInAnyOrder("1", "2", "3");

        assertThat(postLines(gzip(utf8(line(4, "")))).statusCode()).isEqualTo(400);
        assertThat(postLines(utf8(line(4, "")), "gzip").body()).contains("Content-Encoding is gzip, but the body is");
        assertThat(postLines(Arrays.copyOf(gzip(utf8(line(4, ""))), 30), "gzip").statusCode())
                .isEqualTo(400);
        for (String[] encoding : new String[][] {{"br"}, {"gzip", "gzip"}, {"gzip, gzip"}}) {
            HttpResponse<String> answer = postLines(gzip(gzip(utf8(line(4, "")))), encoding);
            assertThat(answer.statusCode()).as(Arrays.toString(encoding)).isEqualTo(415);
            assertThat(answer.headers().firstValue("Accept-Encoding")).contains("gzip, zstd");
        }
        assertThat(Numbered.count(store, "few/")).isEqualTo(3);
    }

    @Test
    void sizesAndNumbersAreLimitedBeforeTheyTakeMemory() throws Exception {
        byte[] bomb = gzip(new byte[(1 << 20) + 1]);
        assertThat(bomb.length).isLessThan(2_000);
        assertThat(postLines(bomb, "gzip").statusCode()).isEqualTo(413);
        assertThat(postLines(bomb, "gzip").body()).contains("more than 1048576 bytes after decompression");
        HttpResponse<String> messages = postLines(utf8(line(1, "") + line(2, "") + line(3, "") + line(4, "")));
        assertThat(messages.statusCode()).isEqualTo(413);
        assertThat(messages.body()).contains("more than 3 messages; the limit is http-messages");
        HttpResponse<String> attributes =
                postLines(utf8(line(1, "\"attributes\":{\"a\":\"\",\"b\":\"\",\"c\":\"\"},")));
        assertThat(attributes.statusCode()).isEqualTo(413);
        assertThat(attributes.body()).contains("line 1 has more than 2 attributes; the limit is http-attributes");
        assertThat(service.post("/v1/few", utf8("x"), "ce-id", "1", "ce-time", TIME, "ce-type", "t")
                        .statusCode())
                .isEqualTo(413);
        assertThat(postLines(new byte[0]).body()).contains("the body has no message");
        assertThat(store.list("")).isEmpty();
        assertThat(postLines(utf8(line(1, "") + line(2, "") + line(3, ""))).statusCode())
                .isEqualTo(200);
    }

    private HttpResponse<String> postReplay(String... headers) throws Exception {
        List<String> all = new ArrayList<>(List.of("persistor-id", "7", "persistor-source", "web"));
        all.addAll(List.of("persistor-publish-time", TIME));
        all.addAll(List.of(headers));
        return service.post("/v1/few", utf8("x"), all.toArray(String[]::new));
    }

    @Test
    void headersOfAReplayThatAreNotFaithfulAreRefusedWithNameValueAndWhatIsAllowed() throws Exception {
        Map<String[], String> refused = Map.of(
                new String[] {"persistor-attributes", "[[\"a\",\"b\",\"int\"]]"},
                "the header persistor-attributes is \"[[\\\"a",
                new String[] {"persistor-ordering-key", "%FF"},
                "the header persistor-ordering-key is \"%FF\"; it must be visible ASCII, with other characters"
                        + " percent-encoded",
                new String[] {"persistor-evil", "1"},
                "the header \"persistor-evil\" is unknown; use one of persistor-format, persistor-id",
                new String[] {"persistor-id", "8"},
                "the header persistor-id was sent twice; send it once",
                new String[] {"persistor-digest", "0123"},
                "the header persistor-digest is \"0123\"; it must be the digest of this message",
                new String[] {"persistor-offset", "5"},
                "the header persistor-partition is missing");
        for (Map.Entry<String[], String> each : refused.entrySet()) {
            HttpResponse<String> answer = postReplay(each.getKey());
            assertThat(answer.statusCode()).as(each.getValue()).isEqualTo(400);
            assertThat(answer.body()).contains(each.getValue().replace("\\\"", "\""));
        }
        HttpResponse<String> many = postReplay("persistor-attributes", "[[\"a\",\"b\"],[\"a\",\"b\"],[\"a\",\"b\"]]");
        assertThat(many.statusCode()).isEqualTo(413);
        assertThat(many.body())
                .isEqualTo(
                        "the header persistor-attributes has more than 2 attributes; the limit is http-attributes\n");
        assertThat(service.post("/v1/few", utf8("x"), "persistor-id", "1").body())
                .contains("the header persistor-source is missing");
        assertThat(store.list("")).isEmpty();
    }

    @Test
    void aReplayOfAnotherSourceIsFiledUnderTheCaptureWithAnIdOfItsOwn() throws Exception {
        assertThat(postReplay("persistor-log", "l", "persistor-partition", "0", "persistor-offset", "5")
                        .statusCode())
                .isEqualTo(200);
        assertThat(Numbered.all(store, "few/")).singleElement().satisfies(message -> {
            assertThat(message.id()).matches("7-[0-9a-f]{16}");
            assertThat(message.source()).isEqualTo("few");
            assertThat(message.publishTime()).isEqualTo(Instant.parse(TIME));
            // Its offsets are of another source's log.
            assertThat(message.position()).isEmpty();
        });
    }
}
