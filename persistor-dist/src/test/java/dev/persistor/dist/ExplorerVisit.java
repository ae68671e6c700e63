package dev.persistor.dist;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.CookieManager;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpClient.Redirect;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What a browser and a script get from a process that explores an archive. */
final class ExplorerVisit {

    private static final Pattern ADDRESS = Pattern.compile("(http://127\\.0\\.0\\.1:[0-9]+/)\\?token=(\\S+)");

    private final HttpClient client = HttpClient.newBuilder()
            .followRedirects(Redirect.NORMAL)
            .cookieHandler(new CookieManager())
            .build();
    private final String base;
    private final String token;

    private ExplorerVisit(String base, String token) {
        this.base = base;
        this.token = token;
    }

    /** Waits until the process has printed its address. */
    static ExplorerVisit of(Installation installation, Process process) {
        Matcher printed =
                await().atMost(Duration.ofSeconds(60)).until(() -> address(installation, process), Matcher::find);
        return new ExplorerVisit(printed.group(1), printed.group(2));
    }

    private static Matcher address(Installation installation, Process process) throws IOException {
        assertThat(process.isAlive()).as(installation.printed("err")).isTrue();
        return ADDRESS.matcher(installation.printed("out"));
    }

    /** Opens the address as a browser does. */
    HttpResponse<String> page() throws Exception {
        return client.send(request(base + "?token=" + token).build(), BodyHandlers.ofString());
    }

    /** Asks as a script does, which sends the token in a header. */
    HttpResponse<String> api(String resource) throws Exception {
        return client.send(
                request(base + "api/" + resource)
                        .header("Authorization", "Bearer " + token)
                        .build(),
                BodyHandlers.ofString());
    }

    /** Asks without a token. */
    int statusForStrangers(String resource) throws Exception {
        return HttpClient.newHttpClient()
                .send(request(base + resource).build(), BodyHandlers.discarding())
                .statusCode();
    }

    private static HttpRequest.Builder request(String address) {
        return HttpRequest.newBuilder(URI.create(address)).timeout(Duration.ofSeconds(30));
    }
}
