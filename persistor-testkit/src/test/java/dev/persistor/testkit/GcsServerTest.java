package dev.persistor.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.persistor.core.store.Blob;
import dev.persistor.core.store.BlobMetadata;
import dev.persistor.core.store.BlobName;
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

    @Test
    void aListingHasTheFieldsThatAreAskedFor() throws Exception {
        try (GcsServer server = GcsServer.start()) {
            server.put("bucket", Blob.of(BlobName.of("a"), new byte[] {1}, "text/plain", BlobMetadata.empty()));
            assertThat(list(server, "").body()).contains("\"name\":\"a\"", "\"timeCreated\":");
            assertThat(list(server, "?fields=nextPageToken,items/name,items/size")
                            .body())
                    .endsWith("\"items\":[{\"name\":\"a\",\"size\":\"1\"}]}");
            assertThat(list(server, "?fields=items(name)").statusCode()).isEqualTo(501);
        }
    }

    private HttpResponse<String> list(GcsServer server, String query) throws Exception {
        HttpRequest request = HttpRequest.newBuilder(URI.create(server.endpoint() + "/storage/v1/b/bucket/o" + query))
                .build();
        return http.send(request, HttpResponse.BodyHandlers.ofString());
    }

    private static HttpRequest upload(GcsServer server, String name) {
        return HttpRequest.newBuilder(URI.create(
                        server.endpoint() + "/upload/storage/v1/b/bucket/o?uploadType=resumable&name=" + name))
                .POST(HttpRequest.BodyPublishers.ofString("{}"))
                .build();
    }
}
