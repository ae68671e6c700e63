package dev.persistor.standalone;

import static org.assertj.core.api.Assertions.assertThat;

import dev.persistor.core.message.Message;
import dev.persistor.core.store.BlobStore;
import dev.persistor.core.store.BlobStores;
import dev.persistor.core.write.Persistor;
import dev.persistor.testkit.GcsServer;
import dev.persistor.testkit.GcsServer.Fault;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Commands on an archive in a bucket that others write into, and whose service fails now and then. */
class StoreFaultCommandsTest {

    private static final List<Message> MESSAGES = CommandRun.messages("orders", 0, 20);
    private static final List<String> FOREIGN = List.of(
            "orders/",
            "orders/2026/01/31/06/",
            "orders//2026/01/31/06/x.jsonl",
            "/lead",
            "x/./y",
            "x/../y",
            "orders/2026/01/31/06/back\\slash",
            "orders/2026/01/31/06/tab\there");

    private @TempDir Path folder;
    private GcsServer gcs;
    private CommandRun command;

    @BeforeEach
    void archive() throws IOException {
        gcs = GcsServer.start();
        command = new CommandRun(false, "", environment());
        persist();
    }

    private Map<String, String> environment() {
        return Map.of("STORAGE_EMULATOR_HOST", gcs.endpoint(), "PERSISTOR_STORE", "gs://archive");
    }

    private void persist() {
        try (BlobStore store = BlobStores.open(URI.create("gs://archive"), environment());
                Persistor persistor = Persistor.builder(store).build()) {
            persistor.persistAll(MESSAGES);
        }
    }

    @AfterEach
    void stop() {
        gcs.close();
    }

    /** As any program does that speaks to the service itself. */
    private void put(String name) throws IOException, InterruptedException {
        String query = "uploadType=resumable&name=" + URLEncoder.encode(name, StandardCharsets.UTF_8);
        HttpClient http = HttpClient.newHttpClient();
        HttpResponse<String> begun = http.send(
                HttpRequest.newBuilder(URI.create(gcs.endpoint() + "/upload/storage/v1/b/archive/o?" + query))
                        .POST(HttpRequest.BodyPublishers.ofString("{}"))
                        .build(),
                HttpResponse.BodyHandlers.ofString());
        HttpResponse<String> put = http.send(
                HttpRequest.newBuilder(URI.create(
                                begun.headers().firstValue("Location").orElseThrow()))
                        .header("Content-Range", "bytes 0-0/1")
                        .PUT(HttpRequest.BodyPublishers.ofString("x"))
                        .build(),
                HttpResponse.BodyHandlers.ofString());
        assertThat(put.statusCode()).as(put.body()).isEqualTo(200);
    }

    @Test
    void foreignNamesStopNoCommandAndVerifyListsThem() throws Exception {
        for (String name : FOREIGN) {
            put(name);
        }
        assertThat(command.run("verify")).as(command.err()).isZero();
        assertThat(command.out())
                .contains("Nothing is damaged.")
                .contains("orders//2026/01/31/06/x.jsonl", "/lead", "x/./y", "x/../y", "tab\\u0009here", "back\\slash")
                .doesNotContain("tab\there");
        assertThat(command.run("verify", "--json")).isZero();
        assertThat(command.bytesAsText()).contains("\"foreignCount\":" + FOREIGN.size(), "\"messages\":20");
        assertThat(command.run("verify", "--json", "--from", "2026-01-31T06:00:00Z", "--to", "2026-01-31T07:00:00Z"))
                .isZero();
        assertThat(command.bytesAsText()).contains("\"foreignCount\":" + FOREIGN.size(), "\"messages\":20");
        assertThat(command.run("ls")).isZero();
        assertThat(command.out()).contains("20 messages");
        assertThat(command.run("stat")).isZero();
        assertThat(command.run("replay", "--to", "stdout:", "--yes"))
                .as(command.err())
                .isZero();
        assertThat(command.bytesAsText().lines()).hasSize(20);
        persist();
        assertThat(command.run("ls", "--blobs")).isZero();
        assertThat(command.out()).contains("20 blobs");
    }

    @ParameterizedTest
    @ValueSource(strings = {"ls", "ls --blobs", "stat", "verify", "replay --to stdout: --yes", "cat"})
    void aServiceThatFailsNowAndThenStopsNoCommand(String line) {
        for (int after : new int[] {1, 2, 5, 15}) {
            gcs.failReads(after, Fault.UNAVAILABLE, Fault.TOO_MANY_REQUESTS, Fault.UNAVAILABLE);
            assertThat(command.run(line.split(" ", -1))).as(command.err()).isZero();
            gcs.clearFaults();
        }
    }

    @Test
    void aCommandThatGivesUpSaysWhatFailedWhereAndWithWhichStatus() {
        gcs.failReads(1, Collections.nCopies(10_000, Fault.UNAVAILABLE).toArray(Fault[]::new));
        assertThat(command.run("ls", "--retry-for", "300ms")).isEqualTo(1);
        assertThat(command.err())
                .contains("list", "gs://archive/", "Cloud Storage answers 503", "gave up after")
                .doesNotContain("\tat ");
    }

    @Test
    void aBucketThatDoesNotExistIsNamedByEveryCommand() throws IOException {
        gcs.removeBucket("archive");
        for (String line : List.of("ls", "stat", "verify", "replay --to stdout: --yes")) {
            assertThat(command.run(line.split(" ", -1))).isEqualTo(64);
            assertThat(command.err()).contains("bucket archive not found");
        }
        Path config = Files.writeString(folder.resolve("persistor.yaml"), """
                captures:
                  orders:
                    from: http
                    store: gs://archive
                """);
        assertThat(command.run("run", "--check", "--config", config.toString())).isEqualTo(64);
        assertThat(command.err()).contains("captures.orders: store: ", "bucket archive not found");
    }
}
