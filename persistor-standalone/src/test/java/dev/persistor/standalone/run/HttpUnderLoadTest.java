package dev.persistor.standalone.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.persistor.core.store.BlobStore;
import dev.persistor.core.store.BlobStores;
import dev.persistor.testkit.GcsServer;
import dev.persistor.testkit.Numbered;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** While the store does not answer, requests that wait for it keep no others from being answered, and a stop ends in time. */
@Timeout(180)
class HttpUnderLoadTest {

    private static final Duration PATIENCE = Duration.ofMinutes(1);

    private final HttpClient http = HttpClient.newHttpClient();
    private @TempDir Path folder;
    private GcsServer gcs;
    private Gate gate;
    private RunningService service;

    @BeforeEach
    void start() throws Exception {
        gcs = GcsServer.start();
        gate = Gate.to(URI.create(gcs.endpoint()).getPort());
        service = RunningService.start(folder, """
                shutdown: 5s
                captures:
                  web: {from: http, store: "gs://archive", retry-deadline: 60s}
                """, Map.of("STORAGE_EMULATOR_HOST", "http://127.0.0.1:" + gate.port()));
        await().atMost(PATIENCE).until(service::isReady);
    }

    @AfterEach
    void stop() throws Exception {
        gate.close();
        service.close();
        gcs.close();
    }

    private CompletableFuture<HttpResponse<String>> post(int number) {
        return http.sendAsync(
                HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + service.port() + "/v1/web"))
                        .headers("ce-id", "id-" + number, "ce-time", "2026-01-31T06:00:00Z")
                        .POST(HttpRequest.BodyPublishers.ofByteArray(Numbered.payload(number)))
                        .build(),
                BodyHandlers.ofString());
    }

    private long waiting(List<CompletableFuture<HttpResponse<String>>> answers) {
        return answers.stream().filter(answer -> !answer.isDone()).count();
    }

    private long archived() throws IOException {
        try (BlobStore store =
                BlobStores.open(URI.create("gs://archive"), Map.of("STORAGE_EMULATOR_HOST", gcs.endpoint()))) {
            return store.list("web/").count();
        }
    }

    @Test
    void healthAnswersWhileAllRequestsWaitForTheStore() throws Exception {
        gate.shut();
        List<CompletableFuture<HttpResponse<String>>> answers = new ArrayList<>();
        for (int i = 0; i < 300; i++) {
            answers.add(post(i));
        }
        // The others were refused for now.
        await().atMost(PATIENCE).until(() -> waiting(answers) <= 256);
        assertThat(service.get("/health/live").statusCode()).isEqualTo(200);
        assertThat(service.get("/metrics").body()).contains("persistor_http_connections");

        gate.open();
        long taken = 0;
        for (CompletableFuture<HttpResponse<String>> answer : answers) {
            int status = answer.get().statusCode();
            assertThat(status).isIn(200, 503);
            taken += status == 200 ? 1 : 0;
        }
        assertThat(taken).isBetween(200L, 256L);
        assertThat(archived()).isEqualTo(taken);
    }

    @Test
    void whatIsUnderWayAtAStopIsAnsweredAndAllElseIsSentAway() throws Exception {
        RawClient kept = RawClient.connect(service.port());
        RawClient slow = RawClient.connect(service.port());
        slow.send("POST /v1/web HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\n\r\nx");
        gate.shut();
        List<CompletableFuture<HttpResponse<String>>> answers = List.of(post(1));
        await().atMost(PATIENCE).until(() -> service.meter("persistor_retries_total") > 0);

        CompletableFuture<Void> stopped = CompletableFuture.runAsync(service::close);
        await().atMost(PATIENCE).until(() -> service.get("/health/ready").body().contains("\"status\":\"stopping\""));
        kept.send("POST /v1/web HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\n\r\nx");
        assertThat(kept.readToEnd())
                .startsWith("HTTP/1.1 503 ")
                .contains("onnection: close", "this process is stopping");
        assertThat(slow.readToEnd()).startsWith("HTTP/1.1 503 ");

        gate.open();
        assertThat(answers.get(0).get().statusCode()).isEqualTo(200);
        stopped.get();
        assertThat(archived()).isEqualTo(1);
    }

    /** Retries would go on for a minute; what is not durable is not acknowledged. */
    @Test
    void aStopEndsInItsTimeAlsoWhenTheStoreDoesNotAnswer() throws Exception {
        gate.shut();
        CompletableFuture<HttpResponse<String>> answer = post(1);
        await().atMost(PATIENCE).until(() -> service.meter("persistor_retries_total") > 0);
        CompletableFuture<Void> stopped = CompletableFuture.runAsync(service::close);
        await().atMost(Duration.ofSeconds(30)).until(stopped::isDone);
        assertThat(answer.handle((response, failure) -> failure != null || response.statusCode() == 503)
                        .get())
                .isTrue();
    }
}
