package dev.persistor.standalone.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.google.protobuf.ByteString;
import com.google.pubsub.v1.PublishRequest;
import com.google.pubsub.v1.PublisherGrpc;
import com.google.pubsub.v1.PubsubMessage;
import dev.persistor.core.store.BlobStore;
import dev.persistor.core.store.file.FileDriver;
import dev.persistor.testkit.Numbered;
import dev.persistor.testkit.ReservedPort;
import dev.persistor.testkit.gcp.PubSubServer;
import dev.persistor.testkit.kafka.KafkaBroker;
import io.grpc.ManagedChannel;
import io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * A process that is killed at any moment, again and again, while messages arrive, keeps each of them once. How many kills and messages, the
 * properties {@code persistor.kills}, {@code persistor.kafka.messages} and {@code persistor.pubsub.messages} say.
 */
@Timeout(3_600)
class KilledRunTest {

    private static final int KILLS = Integer.getInteger("persistor.kills", 4);
    private static final int KAFKA = Integer.getInteger("persistor.kafka.messages", 20_000);
    private static final int PUBSUB = Integer.getInteger("persistor.pubsub.messages", 2_000);
    private static final long SEED = Long.getLong("persistor.seed", 5);
    private static final int SHORTEST_MILLIS = 700;
    private static final int LONGEST_MILLIS = 6_000;

    private final ExecutorService senders = Executors.newFixedThreadPool(2);
    private @TempDir Path folder;

    @Test
    void nothingIsLostAndNothingIsThereTwice() throws Exception {
        Path log = folder.resolve("log");
        try (ReservedPort port = ReservedPort.reserve();
                KafkaBroker broker = KafkaBroker.start(Files.createDirectory(folder.resolve("broker")));
                PubSubServer pubSub = PubSubServer.start(Clock.systemUTC());
                BlobStore store = BlobStore.over(FileDriver.open(folder.resolve("archive")))) {
            broker.create("orders", 4, Map.of());
            pubSub.createTopic("p", "clicks");
            pubSub.createSubscription("p", "clicks", "clicks", Duration.ofSeconds(10), false);
            Map<String, String> environment = Map.of("PUBSUB_EMULATOR_HOST", pubSub.emulatorHost());
            Path config = config(broker, port);
            Random random = new Random(SEED);
            for (int kill = 0; kill < KILLS; kill++) {
                int from = kill;
                Future<?> kafka = senders.submit(() -> {
                    broker.send("orders", part(KAFKA, from), part(KAFKA, from + 1));
                    return null;
                });
                Future<?> clicks = senders.submit(() -> publish(pubSub, part(PUBSUB, from), part(PUBSUB, from + 1)));
                try (RunProcess process = RunProcess.start(config, log, port, environment)) {
                    TimeUnit.MILLISECONDS.sleep(SHORTEST_MILLIS + random.nextInt(LONGEST_MILLIS - SHORTEST_MILLIS));
                    assertThat(process.isAlive()).as(process.log()).isTrue();
                    process.kill();
                }
                kafka.get();
                clicks.get();
            }
            try (RunProcess process = RunProcess.start(config, log, port, environment)) {
                await().atMost(Duration.ofMinutes(5))
                        .pollInterval(Duration.ofMillis(500))
                        .until(() -> process.get("/health/ready").contains("\"status\":\"ready\"")
                                && broker.committed("persistor") == KAFKA
                                && pubSub.unacknowledged("p", "clicks") == 0);
                process.terminate();
            }

            assertThat(Files.readString(log)).contains("Stopped. All acknowledged messages are durable");
            Numbered.assertOnce(store, "orders/", KAFKA);
            Numbered.assertOnce(store, "clicks/", PUBSUB);
            // A broker on the same processors may answer late. It is asked again.
            assertThat(Files.readAllLines(log))
                    .filteredOn(line -> line.contains("\"severity\":\"ERROR\""))
                    .allMatch(line -> line.contains("cannot read its source; trying again"));
        } finally {
            senders.shutdownNow();
        }
    }

    private static int part(int whole, int number) {
        return (int) ((long) whole * number / KILLS);
    }

    private Path config(KafkaBroker broker, ReservedPort port) throws Exception {
        return Files.writeString(folder.resolve("persistor.yaml"), """
                http-address: 127.0.0.1:%d
                defaults:
                  store: %s
                captures:
                  orders:
                    from: kafka
                    format: jsonl
                    batch-messages: 200
                    batch-linger: 200ms
                    kafka-servers: %s
                    kafka-topics: orders
                    kafka-properties: {session.timeout.ms: 1500, heartbeat.interval.ms: 300}
                  clicks:
                    from: pubsub
                    subscription: projects/p/subscriptions/clicks
                    pull-extension: 10s
                """.formatted(
                        port.number(), folder.resolve("archive").toUri(), broker.servers()));
    }

    private static void publish(PubSubServer pubSub, int from, int to) {
        ManagedChannel channel = NettyChannelBuilder.forTarget(pubSub.emulatorHost())
                .usePlaintext()
                .build();
        try {
            for (int first = from; first < to; first += 500) {
                int published = PublisherGrpc.newBlockingStub(channel)
                        .publish(PublishRequest.newBuilder()
                                .setTopic("projects/p/topics/clicks")
                                .addAllMessages(IntStream.range(first, Math.min(to, first + 500))
                                        .mapToObj(number -> PubsubMessage.newBuilder()
                                                .setData(ByteString.copyFrom(Numbered.payload(number)))
                                                .build())
                                        .toList())
                                .build())
                        .getMessageIdsCount();
                assertThat(published).isPositive();
            }
        } finally {
            channel.shutdownNow();
        }
    }
}
