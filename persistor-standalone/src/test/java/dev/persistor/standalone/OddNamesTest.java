package dev.persistor.standalone;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.cloud.NoCredentials;
import com.google.cloud.storage.BlobInfo;
import com.google.cloud.storage.Storage;
import com.google.cloud.storage.StorageOptions;
import dev.persistor.core.store.BlobStore;
import dev.persistor.core.store.BlobStores;
import dev.persistor.core.write.Persistor;
import dev.persistor.testkit.GcsServer;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The commands on a bucket in which other tools made folders and objects with names that Persistor cannot have written. */
class OddNamesTest {

    private static final String STORE = "gs://bucket/";
    private static final String LINES = """
            {"id":"0","publishTime":"2026-01-31T02:10:00Z","source":"orders","data":"a"}
            {"id":"1","publishTime":"2026-01-31T02:10:01Z","source":"orders","data":"b"}
            """;

    private GcsServer server;
    private CommandRun command;
    private Map<String, String> environment = Map.of();

    @BeforeEach
    void fill() throws Exception {
        server = GcsServer.start();
        // As servers do that make their JSON of protocol buffers.
        server.withoutSizes();
        environment = Map.of("STORAGE_EMULATOR_HOST", server.endpoint());
        command = new CommandRun(false, "", environment);
        Storage client = StorageOptions.newBuilder()
                .setHost(server.endpoint())
                .setProjectId("project")
                .setCredentials(NoCredentials.getInstance())
                .build()
                .getService();
        put(client, "orders/", "", "application/x-www-form-urlencoded;charset=UTF-8");
        put(client, "orders/2026/01/31/02/", "", "text/plain");
        put(client, "orders/2026/01/31/02/a.jsonl", LINES, "application/json");
        put(client, "orders//2026/01/31/02/x.jsonl", LINES.replace("\"id\":\"", "\"id\":\"x"), "application/json");
        put(client, "orders/2026/01/31/02/../y.jsonl", LINES, "application/json");
        put(client, "orders/tab\there", LINES, "application/json");
        client.create(
                BlobInfo.newBuilder("bucket", "orders/2026/01/31/02/b.jsonl.gz")
                        .setContentType("application/gzip")
                        .build(),
                gzipped(LINES.replace("\"id\":\"", "\"id\":\"b")));
        client.close();
    }

    @AfterEach
    void stop() {
        server.close();
    }

    private static void put(Storage client, String name, String text, String contentType) {
        client.create(
                BlobInfo.newBuilder("bucket", name).setContentType(contentType).build(),
                text.getBytes(StandardCharsets.UTF_8));
    }

    private static byte[] gzipped(String text) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (OutputStream out = new GZIPOutputStream(bytes)) {
            out.write(text.getBytes(StandardCharsets.UTF_8));
        }
        return bytes.toByteArray();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "ls gs://bucket/ | 4 messages, 4 payload bytes, in 2 blobs",
                "ls gs://bucket/ --source orders --from 2026-01-31T02:10:01Z | 2 messages, 2 payload bytes, in 2 blobs",
                "ls gs://bucket/orders/ | 4 messages, 4 payload bytes, in 2 blobs",
                "ls gs://bucket/ --blobs | 2 blobs",
                "stat gs://bucket/ | messages                               4",
                "replay gs://bucket/ --to stdout: --dry-run | matched                                4",
            })
    void theyReadTheGoodObjects(String line, String shown) {
        assertThat(command.run(line.split(" ", -1))).as(command.err()).isZero();
        assertThat(command.out() + command.err()).contains(shown);
    }

    @Test
    void verifyListsTheOthersAsForeignAndACaptureGoesOn() {
        try (BlobStore store = BlobStores.open(URI.create(STORE), environment);
                Persistor persistor = Persistor.builder(store).build()) {
            persistor.persistAll(List.of(CommandRun.message("orders", 7)));
        }
        assertThat(command.run("verify", STORE)).as(command.out()).isZero();
        assertThat(command.out())
                .contains("messages                               5\n")
                .contains("foreign blobs                          5\n")
                .contains("  orders/\n", "  orders//2026/01/31/02/x.jsonl\n", "  orders/2026/01/31/02/../y.jsonl\n")
                .contains("  orders/tab\\u0009here\n");
        assertThat(command.run("verify", "gs://bucket/orders/"))
                .as(command.out())
                .isZero();
        assertThat(command.out())
                .as("without the marker of its own folder")
                .contains("foreign blobs                          4\n");
    }
}
