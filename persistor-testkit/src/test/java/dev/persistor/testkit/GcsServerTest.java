package dev.persistor.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class GcsServerTest {

    private static final int UPLOADS = 64;
    private static final Duration DELAY = Duration.ofMillis(500);

    private final HttpClient http =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

    @Test
    void uploadsThatTakeTheirTimeDoNotWaitForOneAnother() throws Exception {
        try (GcsServer server = GcsServer.start()) {
            server.delayUploads(DELAY);
            long start = System.nanoTime();
            List<CompletableFuture<HttpResponse<Void>>> answers = IntStream.range(0, UPLOADS)
                    .mapToObj(number ->
                            http.sendAsync(upload(server, "object-" + number), HttpResponse.BodyHandlers.discarding()))
                    .toList();
            answers.forEach(answer -> assertThat(answer.join().statusCode()).isEqualTo(200));
            assertThat(Duration.ofNanos(System.nanoTime() - start))
                    .isBetween(DELAY, DELAY.multipliedBy(UPLOADS).dividedBy(2));
            assertThat(server.uploads()).isEqualTo(UPLOADS);
        }
    }

    private static HttpRequest upload(GcsServer server, String name) {
        return HttpRequest.newBuilder(URI.create(
                        server.endpoint() + "/upload/storage/v1/b/bucket/o?uploadType=resumable&name=" + name))
                .POST(HttpRequest.BodyPublishers.ofString("{}"))
                .build();
    }
}
