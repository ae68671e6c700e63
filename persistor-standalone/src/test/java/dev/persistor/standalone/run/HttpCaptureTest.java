package dev.persistor.standalone.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.persistor.core.message.Message;
import dev.persistor.core.store.file.FileBlobStore;
import dev.persistor.standalone.kafka.Numbered;
import dev.persistor.testkit.MessageGenerator;
import java.net.http.HttpResponse;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
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
    private FileBlobStore store;

    @BeforeEach
    void start() throws Exception {
        store = FileBlobStore.open(folder.resolve("archive"));
        service = RunningService.start(
                folder, """
                defaults:
                  store: %s
                captures:
                  web: {from: http}
                  secret: {from: http, http-token: "${TOKEN}", http-body: 1KiB}
                  many: {from: http, format: jsonl, batch-messages: 100, batch-linger: 200ms}
                """.formatted(folder.resolve("archive").toUri()), Map.of("TOKEN", "open-sesame"));
    }

    @AfterEach
    void stop() {
        service.close();
    }

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
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
        assertThat(torn.body()).contains("the body is damaged").contains("line 2");
        HttpResponse<String> elsewhere =
                service.post("/v1/many", utf8(line.formatted(5).replace("many", "few")), "Content-Type", type);
        assertThat(elsewhere.statusCode()).isEqualTo(400);
        assertThat(elsewhere.body()).contains("the source few, and was sent to many");

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
                .contains("ce-id is not percent-encoded");
        assertThat(service.post("/v1/web", utf8("{}"), "Content-Type", "application/cloudevents+json")
                        .body())
                .contains("only CloudEvents' binary mode");
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
                        "{\"captures\":{\"web\":\"ready\",\"secret\":\"ready\",\"many\":\"ready\"},\"status\":\"ready\"}");
        assertThat(service.get("/health/live").statusCode()).isEqualTo(200);
        assertThat(service.meter("persistor_ready")).isEqualTo(3);
        assertThat(service.get("/metrics").body())
                .contains("jvm_memory_used_bytes", "persistor_collisions_total{capture=\"web\"} 0");
    }
}
