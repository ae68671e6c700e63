package dev.persistor.dist;

import static org.assertj.core.api.Assertions.assertThat;

import dev.persistor.testkit.ReservedPort;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/** Sends a message to a process that captures by HTTP under the name "web", and stops the process. */
final class HttpCapture {

    private HttpCapture() {}

    /** Fails with what the process logged. */
    static void captureAndStop(Process process, ReservedPort port, String id, Path log) throws Exception {
        try {
            port.awaitServedBy(process, Duration.ofSeconds(60));
            HttpRequest request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port.number() + "/v1/web"))
                    .header("ce-id", id)
                    .header("ce-time", "2026-01-31T06:00:00Z")
                    .POST(BodyPublishers.ofString("hello"))
                    .build();
            int status = HttpClient.newHttpClient()
                    .send(request, BodyHandlers.discarding())
                    .statusCode();
            assertThat(status / 100).as(Files.readString(log)).isEqualTo(2);
            process.destroy();
            assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
            assertThat(process.exitValue()).as(Files.readString(log)).isEqualTo(143);
        } catch (IllegalStateException e) {
            throw new AssertionError(Files.readString(log), e);
        } finally {
            process.destroyForcibly();
        }
    }
}
