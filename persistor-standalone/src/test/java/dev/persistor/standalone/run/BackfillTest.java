package dev.persistor.standalone.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.azure.storage.blob.BlobServiceClientBuilder;
import com.google.pubsub.v1.CreateSnapshotRequest;
import com.google.pubsub.v1.SubscriberGrpc;
import dev.persistor.core.store.BlobStore;
import dev.persistor.core.store.file.FileDriver;
import dev.persistor.standalone.CommandRun;
import dev.persistor.testkit.Azurite;
import dev.persistor.testkit.Numbered;
import dev.persistor.testkit.azure.AmqpServer;
import dev.persistor.testkit.gcp.PubSubServer;
import dev.persistor.testkit.kafka.KafkaBroker;
import io.grpc.ManagedChannel;
import io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** What was taken out of an archive is read again from the broker, and nothing else is. */
@Execution(ExecutionMode.CONCURRENT)
@Timeout(120)
class BackfillTest {

    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private @TempDir Path folder;
    private Path archive;
    private BlobStore store;

    @BeforeEach
    void open() {
        archive = folder.resolve("archive");
        store = BlobStore.over(FileDriver.open(archive));
    }

    private Path config(String text) throws IOException {
        return Files.writeString(folder.resolve("persistor.yaml"), text);
    }

    private void capture(String config, int messages, String source) throws Exception {
        try (RunningService service = RunningService.start(folder, config, Map.of())) {
            await().atMost(PATIENCE).until(() -> Numbered.count(store, source + "/") >= messages);
            await().atMost(PATIENCE).until(() -> service.meter("persistor_held_messages") == 0);
        }
    }

    /** Takes every third blob out of the archive, and returns those that stay, as they are. */
    private List<String> takeOut(String source) throws IOException {
        List<String> names =
                store.list(source + "/").map(info -> info.name().value()).toList();
        List<String> left = new ArrayList<>();
        for (int i = 0; i < names.size(); i++) {
            if (i % 3 == 1) {
                Files.delete(archive.resolve(names.get(i)));
                Files.delete(archive.resolve(".persistor/blobs").resolve(names.get(i)));
            } else {
                left.add(names.get(i));
            }
        }
        assertThat(left).hasSizeLessThan(names.size());
        return left;
    }

    private String backfill(Path config, String... more) {
        List<String> line = new ArrayList<>(List.of("backfill", "--config", config.toString()));
        line.addAll(List.of(more));
        CommandRun command = new CommandRun();
        assertThat(command.run(line.toArray(String[]::new))).as(command.err()).isZero();
        return command.out() + command.bytesAsText();
    }

    @Test
    void fromKafka() throws Exception {
        try (KafkaBroker broker = KafkaBroker.start(Files.createDirectory(folder.resolve("broker")))) {
            broker.create("orders", 3, Map.of());
            String text = """
                    captures:
                      orders:
                        from: kafka
                        store: %s
                        format: jsonl
                        batch-messages: 20
                        batch-linger: 50ms
                        kafka-servers: %s
                        kafka-topics: orders
                    """.formatted(archive.toUri(), broker.servers());
            Path config = config(text);
            broker.send("orders", 0, 900);
            try (KafkaProducer<byte[], byte[]> producer = broker.producer(Map.of("transactional.id", "t"))) {
                producer.initTransactions();
                producer.beginTransaction();
                producer.send(new ProducerRecord<>("orders", 0, null, Numbered.payload(900)))
                        .get();
                producer.commitTransaction();
            }
            capture(text, 901, "orders");
            assertThat(backfill(config, "--dry-run")).contains("partition 0", "missing 1:", "missing 0");
            List<String> left = takeOut("orders");
            broker.send("orders", 901, 1_000);
            int before = Numbered.count(store, "orders/");

            assertThat(backfill(config, "--dry-run", "--json")).contains("\"missing\":[[");
            assertThat(Numbered.count(store, "orders/")).isEqualTo(before);
            assertThat(backfill(config)).contains("archived " + (1_000 - before) + ", already there 0", "failed 0");
            Numbered.assertOnce(store, "orders/", 1_000);
            assertThat(left)
                    .allSatisfy(name -> assertThat(archive.resolve(name)).exists());
            assertThat(backfill(config)).contains("read 0, archived 0");
        }
    }

    @Test
    void fromEventHubs() throws Exception {
        try (Azurite azurite = Azurite.start();
                AmqpServer server = AmqpServer.start().hub("telemetry", 2)) {
            new BlobServiceClientBuilder()
                    .connectionString(azurite.connectionString())
                    .buildClient()
                    .createBlobContainer("checkpoints");
            String text = """
                    captures:
                      telemetry:
                        from: event-hubs
                        store: %s
                        format: jsonl
                        batch-messages: 20
                        batch-linger: 50ms
                        event-hub-name: telemetry
                        event-hub-connection: "%s"
                        event-hub-checkpoints: %s/checkpoints
                    """.formatted(archive.toUri(), server.connectionString(), azurite.endpoint());
            Path config = config(text);
            Numbered.publish(
                    "eventhubs://127.0.0.1/telemetry",
                    Map.of("PERSISTOR_EVENTHUBS_CONNECTION_STRING", server.connectionString()),
                    0,
                    400);
            try (RunningService service = RunningService.start(
                    folder, text, Map.of("AZURE_STORAGE_CONNECTION_STRING", azurite.connectionString()))) {
                await().atMost(PATIENCE).until(() -> Numbered.count(store, "telemetry/") >= 400);
                await().atMost(PATIENCE).until(() -> service.meter("persistor_held_messages") == 0);
            }
            takeOut("telemetry");

            assertThat(backfill(config, "--capture", "telemetry")).contains("failed 0");
            Numbered.assertOnce(store, "telemetry/", 400);
            assertThat(backfill(config)).contains("missing 0", "read 0, archived 0");
        }
    }

    @Test
    void fromPubSub() throws Exception {
        try (PubSubServer server = PubSubServer.start(Clock.systemUTC())) {
            server.createTopic("p", "clicks");
            server.createSubscription("p", "clicks", "clicks", Duration.ofSeconds(10), false);
            server.createSubscription("p", "again", "clicks", Duration.ofSeconds(10), false);
            String text = """
                    captures:
                      clicks:
                        from: pubsub
                        store: %s
                        format: jsonl
                        batch-messages: 20
                        batch-linger: 50ms
                        subscription: projects/p/subscriptions/clicks
                    """.formatted(archive.toUri());
            Path config = config(text);
            Numbered.publish("pubsub://p/clicks", Map.of("PUBSUB_EMULATOR_HOST", server.emulatorHost()), 0, 400);
            Map<String, String> environment = Map.of("PUBSUB_EMULATOR_HOST", server.emulatorHost());
            try (RunningService service = RunningService.start(folder, text, environment)) {
                await().atMost(PATIENCE).until(() -> Numbered.count(store, "clicks/") >= 400);
                await().atMost(PATIENCE).until(() -> service.meter("persistor_held_messages") == 0);
            }
            takeOut("clicks");
            int left = Numbered.count(store, "clicks/");

            String[] since = {"--from", "2026-01-01"};
            assertThat(again(config, environment, since))
                    .contains("read 400, archived " + (400 - left) + ", already there " + left);
            Numbered.assertOnce(store, "clicks/", 400);
            assertThat(again(config, environment, since)).contains("read 400, archived 0, already there 400");
            assertThat(again(config, environment, "--from", "2100-01-01")).contains("read 0");

            snapshot(server);
            Numbered.publish("pubsub://p/clicks", environment, 400, 450);
            assertThat(again(config, environment, "--snapshot", "projects/p/snapshots/before"))
                    .contains("read 50, archived 50, already there 0");
            Numbered.assertOnce(store, "clicks/", 450);
        }
    }

    private static void snapshot(PubSubServer server) {
        ManagedChannel channel = NettyChannelBuilder.forTarget(server.emulatorHost())
                .usePlaintext()
                .build();
        try {
            assertThat(SubscriberGrpc.newBlockingStub(channel)
                            .createSnapshot(CreateSnapshotRequest.newBuilder()
                                    .setName("projects/p/snapshots/before")
                                    .setSubscription("projects/p/subscriptions/again")
                                    .build())
                            .getName())
                    .endsWith("before");
        } finally {
            channel.shutdownNow();
        }
    }

    private static String again(Path config, Map<String, String> environment, String... more) {
        List<String> line = new ArrayList<>(List.of(
                "backfill",
                "--config",
                config.toString(),
                "--capture",
                "clicks",
                "--subscription",
                "projects/p/subscriptions/again",
                "--idle",
                "2s"));
        line.addAll(List.of(more));
        CommandRun command = new CommandRun(false, "", environment);
        assertThat(command.run(line.toArray(String[]::new))).as(command.err()).isZero();
        return command.out();
    }

    @Test
    void whatHasNoOffsetsIsSaid() throws IOException {
        Path config = config("""
                captures:
                  web: {from: http, store: "%s"}
                """.formatted(archive.toUri()));
        CommandRun command = new CommandRun();
        assertThat(command.run("backfill", "--config", config.toString(), "--capture", "web"))
                .isEqualTo(64);
        assertThat(command.err()).contains("--capture web is from http, which has no offsets");
        assertThat(command.run("backfill", "--config", config.toString(), "--capture", "other"))
                .isEqualTo(64);
        assertThat(command.err()).contains("--capture is [other]; there are [web]");
        assertThat(command.run("backfill", "--config", config.toString())).isZero();
        assertThat(command.run("backfill", "--config", config.toString(), "--subscription", "x"))
                .isEqualTo(64);
        assertThat(command.err()).contains("--subscription needs one --capture, and --from or --snapshot");
        assertThat(command.run(
                        "backfill",
                        "--config",
                        config.toString(),
                        "--capture",
                        "web",
                        "--subscription",
                        "x",
                        "--from",
                        "now"))
                .isEqualTo(64);
        assertThat(command.err()).contains("--capture web is from http, which does not deliver again");
    }
}
