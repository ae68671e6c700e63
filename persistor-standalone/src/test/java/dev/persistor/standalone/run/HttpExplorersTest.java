package dev.persistor.standalone.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The explorers at the admin address of a process that captures. */
@Timeout(60)
class HttpExplorersTest {

    private static final String TOKEN = "a-token-of-the-explorer";

    private @TempDir Path folder;

    private String yaml(String explorer) {
        return explorer + """
                captures:
                  web:
                    from: http
                    store: %s
                    path: "{source}/{yyyy}/{MM}/{dd}/{id}{ext}"
                """.formatted(folder.resolve("archive").toUri());
    }

    private static HttpResponse<String> ask(RunningService service, String path, String token)
            throws IOException, InterruptedException {
        HttpRequest request = HttpRequest.newBuilder(
                        URI.create("http://127.0.0.1:" + service.adminPort() + "/explore/web/" + path))
                .header("Authorization", "Bearer " + token)
                .build();
        return HttpClient.newHttpClient().send(request, BodyHandlers.ofString());
    }

    @Test
    void whatIsCapturedIsSeenWithTheToken() throws Exception {
        try (RunningService service = RunningService.start(
                folder, yaml("admin-address: 127.0.0.1:0\nexplorer-token: " + TOKEN + "\n"), Map.of())) {
            assertThat(service.post(
                                    "/v1/web",
                                    "{\"a\":1}".getBytes(StandardCharsets.UTF_8),
                                    "ce-id",
                                    "1",
                                    "ce-time",
                                    "2026-01-31T06:00:00Z")
                            .statusCode())
                    .isEqualTo(200);
            assertThat(ask(service, "api/messages?from=2026-01-31T00:00:00Z", TOKEN)
                            .body())
                    .contains("\"preview\":\"{\\\"a\\\":1}\"", "\"complete\":true");
            assertThat(ask(service, "", TOKEN).body()).contains("<title>Persistor explorer</title>");
            HttpResponse<String> opened = ask(service, "?token=" + TOKEN, "");
            assertThat(opened.headers().firstValue("Set-Cookie"))
                    .hasValueSatisfying(cookie -> assertThat(cookie).contains("Path=/explore/web/;"));
            assertThat(opened.headers().firstValue("Location")).contains("/explore/web/");

            assertThat(ask(service, "api/messages", "another-token-of-the-explorer")
                            .statusCode())
                    .isEqualTo(401);
            assertThat(service.get("/explore/none/").statusCode()).isEqualTo(404);
            assertThat(service.get("/health/live").statusCode()).isEqualTo(200);
        }
    }

    @Test
    void withoutATokenThereIsNoExplorer() throws Exception {
        try (RunningService service = RunningService.start(folder, yaml("admin-address: 127.0.0.1:0\n"), Map.of())) {
            assertThat(ask(service, "", "").statusCode()).isEqualTo(404);
        }
    }

    @Test
    void anExplorerWhereMessagesAreSentToIsRefused() {
        assertThatThrownBy(() -> RunningService.start(folder, yaml("explorer-token: " + TOKEN + "\n"), Map.of()))
                .hasMessageContaining("explorer-token needs admin-address");
    }

    @Test
    void aTokenThatCanBeGuessedIsRefused() {
        assertThatThrownBy(() -> RunningService.start(
                        folder, yaml("admin-address: 127.0.0.1:0\nexplorer-token: short\n"), Map.of()))
                .hasMessageContaining("explorer-token")
                .hasMessageNotContaining("short\"");
    }
}
