package dev.persistor.gcp;

import static org.assertj.core.api.Assertions.assertThat;

import dev.persistor.core.store.BlobInfo;
import dev.persistor.core.store.BlobStore;
import dev.persistor.core.store.BlobStores;
import dev.persistor.testkit.GcsServer;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Pushes that cannot be understood, all to one function: none of them changes anything that the next one meets. */
@Timeout(120)
class PubSubRefusalsTest {

    private static GcsServer gcs;
    private static FunctionsFramework function;

    @BeforeAll
    static void start() throws IOException {
        gcs = GcsServer.start();
        function = FunctionsFramework.start(
                PubSubPushEndpoint.class,
                Map.of("PERSISTOR_STORE", "gs://archive", "STORAGE_EMULATOR_HOST", gcs.endpoint()));
    }

    @AfterAll
    static void stop() {
        function.close();
        gcs.close();
    }

    private static List<BlobInfo> blobs() {
        try (BlobStore store =
                BlobStores.open(URI.create("gs://archive"), Map.of("STORAGE_EMULATOR_HOST", gcs.endpoint()))) {
            return store.list("").toList();
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {
                "not json; the event is not JSON, or has a field twice, at line 1, column",
                "[]; the event must be a JSON object",
                "{}; message must be an object",
                "{\"message\":5}; message must be an object",
                "{\"message\":{\"messageId\":\"1\"}}; message.publishTime must be a time",
                "{\"message\":{\"messageId\":\"1\",\"publishTime\":\"noon\"}}; \"noon\"",
                "{\"message\":{\"publishTime\":\"2026-01-31T00:00:00Z\"}}; message.messageId must be a text",
                "{\"message\":{\"messageId\":7}}; message.messageId must be a text",
                "{\"message\":{\"data\":\"?\"}}; message.data is not Base64",
                "{\"message\":{\"attributes\":{\"a\":1}}}; message.attributes[\"a\"] must be a text",
                "{\"message\":{\"messageId\":\"1\",\"message_id\":\"2\"}}; both of its spellings",
                "{\"message\":{\"messageId\":\"1\"; the event",
            })
    void aRequestThatCannotBeUnderstoodIsRefusedWithTheReason(String body, String reason) throws Exception {
        int logged = function.log().length();
        HttpResponse<String> answer = function.post(body.getBytes(StandardCharsets.UTF_8));
        assertThat(answer.statusCode()).isEqualTo(400);
        assertThat(answer.body()).contains(reason);
        assertThat(function.log().substring(logged))
                .contains("Invalid event number")
                .contains("PERSISTOR_QUARANTINE");
        assertThat(blobs()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "'', 2026-01-31T02:10:00Z, x-goog-pubsub-message-id must be a text",
        "78, noon, x-goog-pubsub-publish-time must be a time",
        "78, '', x-goog-pubsub-publish-time must be a time",
    })
    void anUnwrappedPushThatCannotBeUnderstoodIsRefusedByTheNameOfTheHeader(String id, String time, String reason)
            throws Exception {
        HttpResponse<String> answer =
                function.post(new byte[] {1}, "x-goog-pubsub-message-id", id, "x-goog-pubsub-publish-time", time);
        assertThat(answer.statusCode()).isEqualTo(400);
        assertThat(answer.body()).startsWith(reason);
        assertThat(blobs()).isEmpty();
    }
}
