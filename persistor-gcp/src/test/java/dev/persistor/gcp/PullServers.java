package dev.persistor.gcp;

import static org.assertj.core.api.Assertions.assertThat;

import dev.persistor.core.capture.MalformedEventException;
import dev.persistor.core.message.Message;
import dev.persistor.core.pull.PullReport;
import dev.persistor.core.store.BlobStore;
import dev.persistor.core.store.BlobStores;
import dev.persistor.testkit.ArchiveComparison;
import dev.persistor.testkit.GcsServer;
import dev.persistor.testkit.gcp.PubSubServer;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** What a function that pulls works with: a subscription of Pub/Sub, and a bucket of Cloud Storage. Not thread-safe. */
final class PullServers implements AutoCloseable {

    static final String SUBSCRIPTION = "projects/project/subscriptions/orders";

    final PubSubServer pubSub;
    final GcsServer gcs;
    final BlobStore archive;
    private final PublishedMessages messages;

    private PullServers(PubSubServer pubSub, GcsServer gcs) {
        this.pubSub = pubSub;
        this.gcs = gcs;
        this.archive = BlobStores.open(URI.create("gs://archive"), Map.of("STORAGE_EMULATOR_HOST", gcs.endpoint()));
        this.messages = new PublishedMessages(pubSub, "project", "topic", SUBSCRIPTION);
        pubSub.createTopic("project", "topic");
    }

    static PullServers start() throws IOException {
        return new PullServers(PubSubServer.start(Clock.systemUTC()), GcsServer.start());
    }

    /** Returns the settings of a function. */
    Map<String, String> environment(String... more) {
        Map<String, String> environment = new HashMap<>(Map.of(
                "PERSISTOR_STORE", "gs://archive",
                "STORAGE_EMULATOR_HOST", gcs.endpoint(),
                "PUBSUB_EMULATOR_HOST", pubSub.emulatorHost(),
                "PERSISTOR_SUBSCRIPTION", SUBSCRIPTION,
                "PERSISTOR_FORMAT", "jsonl",
                "PERSISTOR_BATCH_MESSAGES", "500",
                "PERSISTOR_BATCH_LINGER", "50ms",
                "PERSISTOR_RETRY_DEADLINE", "500ms",
                // Something else ends a run: a busy machine takes its time to connect.
                "PERSISTOR_PULL_IDLE", "1m"));
        for (int i = 0; i < more.length; i += 2) {
            environment.put(more[i], more[i + 1]);
        }
        return environment;
    }

    /** Leaves an empty topic without a subscription, and an empty bucket. */
    void reset() {
        pubSub.reset();
        gcs.reset();
        pubSub.createTopic("project", "topic");
    }

    void subscribe(Duration deadline) {
        pubSub.createSubscription("project", "orders", "topic", deadline, false);
    }

    void publish(int count) {
        messages.publish(count);
    }

    /** Returns what was published, as it is to be archived. */
    List<Message> published() {
        return messages.messages("orders");
    }

    int unacknowledged() {
        return pubSub.unacknowledged("project", "orders");
    }

    /** Requires that all that was published is archived, each message once and unaltered. */
    void assertAllArchived() {
        ArchiveComparison comparison = ArchiveComparison.of(published(), archive);
        assertThat(comparison.isExact()).as("%s", comparison).isTrue();
    }

    static HttpResponse<String> run(FunctionsFramework function, String limits) {
        try {
            return function.post(limits.getBytes(StandardCharsets.UTF_8));
        } catch (IOException e) {
            throw new IllegalStateException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while a function runs", e);
        }
    }

    /** Runs until so many have come. */
    static HttpResponse<String> runUntil(FunctionsFramework function, int messages) {
        return run(function, "{\"messages\": " + messages + "}");
    }

    static PullReport report(HttpResponse<String> answer) throws MalformedEventException {
        return PullReport.read(answer.body().getBytes(StandardCharsets.UTF_8));
    }

    @Override
    public void close() {
        archive.close();
        gcs.close();
        pubSub.close();
    }
}
