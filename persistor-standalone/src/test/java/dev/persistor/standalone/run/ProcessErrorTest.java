package dev.persistor.standalone.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.persistor.testkit.ReservedPort;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A class is missing, as after a wrong deployment, and {@code persistor run} does not stay as if nothing had happened. */
@Timeout(180)
class ProcessErrorTest {

    private @TempDir Path folder;
    private final ReservedPort port = ReservedPort.reserve();

    @AfterEach
    void giveBackPort() {
        port.close();
    }

    private RunProcess start(String store) throws Exception {
        Path config = Files.writeString(folder.resolve("persistor.yaml"), """
                http-address: 127.0.0.1:%d
                shutdown: 2s
                captures:
                  web:
                    from: http
                    store: %s
                """.formatted(port.number(), store));
        return RunProcess.start(config, folder.resolve("log"), port, Map.of());
    }

    @Test
    void anErrorOfAWriterExitsTheProcessWith70() throws Exception {
        try (RunProcess process = start("broken:write")) {
            await().atMost(Duration.ofMinutes(1))
                    .until(() -> !process.get("/health/live").isEmpty());
            HttpResponse<String> answer = HttpClient.newHttpClient()
                    .send(
                            HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port.number() + "/v1/web"))
                                    .header("ce-id", "1")
                                    .header("ce-time", "2026-01-31T02:10:00Z")
                                    .POST(BodyPublishers.ofString("x"))
                                    .build(),
                            BodyHandlers.ofString());
            assertThat(answer.statusCode()).as("not acknowledged").isEqualTo(503);
            assertThat(process.exitCode()).as(process.log()).isEqualTo(70);
            assertThat(process.log())
                    .contains("Capture web failed with a fatal error; the process exits:"
                            + " java.lang.NoClassDefFoundError: client/Missing");
        }
    }

    @Test
    void anErrorOfTheThreadThatAsksTheStoreExitsTheProcessWith70() throws Exception {
        try (RunProcess process = start("broken:read")) {
            assertThat(process.exitCode()).as(process.log()).isEqualTo(70);
            assertThat(process.log()).contains("java.lang.NoClassDefFoundError: client/Missing");
        }
    }
}
