package dev.persistor.standalone.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.azure.storage.blob.BlobServiceClientBuilder;
import dev.persistor.core.message.Message;
import dev.persistor.core.store.BlobStore;
import dev.persistor.core.store.BlobStores;
import dev.persistor.testkit.Azurite;
import dev.persistor.testkit.GcsServer;
import dev.persistor.testkit.Numbered;
import dev.persistor.testkit.azure.AmqpServer;
import dev.persistor.testkit.gcp.PubSubServer;
import io.grpc.Status;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** One process captures from all brokers of both clouds, by their own clients, into a store that can be out of reach. */
@Execution(ExecutionMode.CONCURRENT)
@Timeout(180)
class BrokerCapturesTest {

    private static final Duration PATIENCE = Duration.ofSeconds(90);
    private static final String LOST = "persistor_lost_offsets_total{capture=\"telemetry\"}";
    private static final String RECREATED = "persistor_recreated_logs_total{capture=\"telemetry\"}";

    private static final AtomicInteger CONTAINERS = new AtomicInteger();

    private static Azurite azurite;

    private @TempDir Path folder;
    private final Map<String, String> environment = new HashMap<>();
    private String checkpoints;
    private AmqpServer amqp;
    private PubSubServer pubSub;
    private GcsServer gcs;
    private Gate gate;
    private BlobStore store;

    @BeforeAll
    static void startAzurite() {
        azurite = Azurite.start();
    }

    @AfterAll
    static void stopAzurite() {
        azurite.close();
    }

    @BeforeEach
    void start() throws Exception {
        checkpoints = "checkpoints-" + CONTAINERS.incrementAndGet();
        amqp = AmqpServer.start().hub("telemetry", 4).queue("invoices");
        pubSub = PubSubServer.start(Clock.systemUTC());
        pubSub.createTopic("p", "clicks");
        pubSub.createSubscription("p", "clicks", "clicks", Duration.ofSeconds(10), false);
        gcs = GcsServer.start();
        gate = Gate.to(URI.create(gcs.endpoint()).getPort());
        new BlobServiceClientBuilder()
                .connectionString(azurite.connectionString())
                .buildClient()
                .createBlobContainer(checkpoints);
        environment.put("PUBSUB_EMULATOR_HOST", pubSub.emulatorHost());
        environment.put("STORAGE_EMULATOR_HOST", "http://127.0.0.1:" + gate.port());
        environment.put("AZURE_STORAGE_CONNECTION_STRING", azurite.connectionString());
        environment.put("AMQP", amqp.connectionString());
        store = BlobStores.open(URI.create("gs://archive"), Map.of("STORAGE_EMULATOR_HOST", gcs.endpoint()));
    }

    @AfterEach
    void stop() throws Exception {
        store.close();
        gate.close();
        gcs.close();
        pubSub.close();
        amqp.close();
    }

    private RunningService capture() throws Exception {
        return RunningService.start(folder, """
                shutdown: 10s
                defaults:
                  store: gs://archive
                  format: jsonl
                  batch-messages: 100
                  batch-linger: 100ms
                captures:
                  clicks:
                    from: pubsub
                    subscription: projects/p/subscriptions/clicks
                    pull-extension: 10s
                  telemetry:
                    from: event-hubs
                    event-hub-name: telemetry
                    event-hub-connection: ${AMQP}
                    event-hub-checkpoints: %s/%s
                    event-hub-takeover: 3s
                  invoices:
                    from: service-bus
                    service-bus-queue: invoices
                    service-bus-connection: ${AMQP}
                    service-bus-renewal: 2s
                """.formatted(azurite.endpoint(), checkpoints), environment);
    }

    private void publish(int from, int to) throws Exception {
        publish("pubsub://p/clicks", from, to);
        publish("eventhubs://127.0.0.1/telemetry", from, to);
        publish("servicebus://127.0.0.1/invoices", from, to);
    }

    private void publish(String target, int from, int to) throws Exception {
        Map<String, String> clients = Map.of(
                "PUBSUB_EMULATOR_HOST", pubSub.emulatorHost(),
                "PERSISTOR_EVENTHUBS_CONNECTION_STRING", amqp.connectionString(),
                "PERSISTOR_SERVICEBUS_CONNECTION_STRING", amqp.connectionString());
        Numbered.publish(target, clients, from, to);
    }

    private void awaitArchived(int messages) {
        for (String source : List.of("clicks/", "telemetry/", "invoices/")) {
            await().atMost(PATIENCE)
                    .pollInterval(Duration.ofMillis(500))
                    .untilAsserted(() ->
                            assertThat(Numbered.count(store, source)).as(source).isGreaterThanOrEqualTo(messages));
        }
    }

    @Test
    void aBodyThatIsAnAmqpValueIsArchivedAsItsText() throws Exception {
        byte[] text = "text".getBytes(StandardCharsets.UTF_8);
        byte[] value = {0, 0x53, 0x77, (byte) 0xa1, 4, 't', 'e', 'x', 't'};
        amqp.place("telemetry", value).place("invoices", value);
        try (RunningService service = capture()) {
            await().atMost(PATIENCE).until(service::isReady);
            await().atMost(PATIENCE)
                    .untilAsserted(() -> assertThat(archived())
                            .extracting(Message::source)
                            .containsExactlyInAnyOrder("telemetry", "invoices"));
        }
        assertThat(archived()).allSatisfy(message -> {
            assertThat(message.payload()).isEqualTo(ByteBuffer.wrap(text));
            assertThat(message.brokerProperties().text("amqpBody")).contains("string");
        });
    }

    private List<Message> archived() {
        return Numbered.all(store, "");
    }

    @Test
    void allThatComesIsArchivedOnceThroughAnOutageOfTheStore() throws Exception {
        publish(0, 500);
        try (RunningService service = capture()) {
            awaitArchived(500);
            await().atMost(PATIENCE).until(service::isReady);

            gate.shut();
            publish(500, 1_500);
            await().atMost(PATIENCE).until(() -> !service.isReady());
            assertThat(service.get("/health/ready").statusCode()).isEqualTo(503);
            assertThat(service.get("/health/live").statusCode()).isEqualTo(200);
            await().atMost(PATIENCE).until(() -> service.meter("persistor_held_messages") > 0);
            await().atMost(PATIENCE).until(() -> service.meter("persistor_oldest_age_seconds") > 3);
            await().atMost(PATIENCE).until(() -> service.meter("persistor_retries_total") > 3);

            gate.open();
            awaitArchived(1_500);
            await().atMost(PATIENCE).until(service::isReady);
            await().atMost(PATIENCE).until(() -> service.meter("persistor_held_messages") == 0);
            assertThat(service.meter("persistor_messages_total{capture=\"clicks\",outcome=\"failed\"}"))
                    .isZero();
        }

        assertThat(pubSub.unacknowledged("p", "clicks")).isZero();
        Numbered.assertOnce(store, "clicks/", 1_500);
        Numbered.assertOnce(store, "telemetry/", 1_500);
        Numbered.assertOnce(store, "invoices/", 1_500);
    }

    @Test
    void aHubIsSharedAndTakenOverAndNothingIsThereTwice() throws Exception {
        int sent = 500;
        publish("eventhubs://127.0.0.1/telemetry", 0, sent);
        try (RunningService one = capture()) {
            await().atMost(PATIENCE).until(() -> Numbered.count(store, "telemetry/") == 500);
            try (RunningService two = capture()) {
                double before = one.meter("persistor_messages_total");
                while (two.meter("persistor_messages_total") == 0 || one.meter("persistor_messages_total") == before) {
                    publish("eventhubs://127.0.0.1/telemetry", sent, sent + 200);
                    sent += 200;
                    assertThat(sent).as("both have partitions by then").isLessThan(100_000);
                }
            }
            publish("eventhubs://127.0.0.1/telemetry", sent, sent + 500);
            sent += 500;
            int all = sent;
            await().atMost(PATIENCE).until(() -> Numbered.count(store, "telemetry/") >= all);
        }

        Numbered.assertOnce(store, "telemetry/", sent);
    }

    @Test
    void connectionsThatBreakAreMadeAnewAndNothingIsLost() throws Exception {
        publish(0, 300);
        try (RunningService service = capture()) {
            awaitArchived(300);
            amqp.dropConnections();
            pubSub.breakStreams(Status.UNAVAILABLE);
            publish(300, 600);
            awaitArchived(600);
            await().atMost(PATIENCE).until(service::isReady);
        }

        Numbered.assertOnce(store, "telemetry/", 600);
    }

    private void place(int from, int to) {
        for (int number = from; number < to; number++) {
            amqp.place("telemetry/Partitions/0", event(number));
        }
    }

    /** A data section of one byte. */
    private static byte[] event(int number) {
        return new byte[] {0, 0x53, 0x75, (byte) 0xa0, 1, (byte) number};
    }

    private void awaitDurable(RunningService service, int messages) {
        await().atMost(PATIENCE).until(() -> archived().size() >= messages);
        await().atMost(PATIENCE).until(() -> service.meter("persistor_held_messages") == 0);
    }

    @Test
    void eventsThatTheHubDeletedBeforeTheyWereReadAreReportedAsLost() throws Exception {
        place(0, 10);
        try (RunningService service = capture()) {
            awaitDurable(service, 10);
            assertThat(service.meter(LOST)).isZero();
        }
        place(10, 20);
        amqp.expire("telemetry", 0, 15);
        try (RunningService service = capture()) {
            awaitDurable(service, 15);
            assertThat(service.meter(LOST)).isEqualTo(5);
            assertThat(service.meter(RECREATED)).isZero();
        }
    }

    @Test
    void aHubThatIsCreatedAgainWhileItIsReadIsReadFromItsBeginning() throws Exception {
        place(0, 10);
        try (RunningService service = capture()) {
            awaitDurable(service, 10);
            amqp.hub("telemetry", 4);
            place(10, 30);
            assertTheNewHubIsArchived(service);
        }
    }

    @Test
    void aHubThatWasCreatedAgainWhileNobodyReadIsReadFromItsBeginning() throws Exception {
        place(0, 10);
        try (RunningService service = capture()) {
            awaitDurable(service, 10);
        }
        amqp.hub("telemetry", 4);
        place(10, 30);
        try (RunningService service = capture()) {
            assertTheNewHubIsArchived(service);
        }
    }

    private void assertTheNewHubIsArchived(RunningService service) throws Exception {
        await().atMost(PATIENCE)
                .untilAsserted(() -> assertThat(payloadsOfTheLastLog())
                        .containsExactlyElementsOf(
                                IntStream.range(10, 30).boxed().toList()));
        assertThat(service.meter(RECREATED)).isEqualTo(1);
        assertThat(service.meter(LOST)).isZero();
    }

    private List<Integer> payloadsOfTheLastLog() {
        List<Message> all = archived();
        Instant last = all.stream()
                .map(BrokerCapturesTest::created)
                .max(Comparator.naturalOrder())
                .orElse(Instant.MIN);
        return all.stream()
                .filter(message -> created(message).equals(last))
                .map(message -> (int) message.payload().get(0))
                .sorted()
                .toList();
    }

    private static Instant created(Message message) {
        return Instant.parse(message.position().orElseThrow().log());
    }
}
