package dev.persistor.standalone.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.persistor.core.store.BlobStore;
import dev.persistor.core.store.BlobStores;
import dev.persistor.testkit.GcsServer;
import dev.persistor.testkit.Numbered;
import dev.persistor.testkit.kafka.KafkaBroker;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Partitions go and come back while nothing can be written: what was read before, and is read again, is there once. */
@Timeout(180)
class RebalanceInOutageTest {

    private static final Duration PATIENCE = Duration.ofSeconds(90);
    private static final int MESSAGES = 4_000;

    private @TempDir Path folder;

    private RunningService capture(KafkaBroker broker, Gate gate) throws Exception {
        return RunningService.start(
                folder,
                """
                shutdown: 5s
                captures:
                  orders:
                    from: kafka
                    store: gs://archive
                    format: jsonl
                    batch-messages: 50
                    batch-linger: 50ms
                    pull-outstanding-messages: 400
                    kafka-servers: %s
                    kafka-topics: orders
                    kafka-properties: {session.timeout.ms: 2000, heartbeat.interval.ms: 300}
                """.formatted(broker.servers()),
                Map.of("STORAGE_EMULATOR_HOST", "http://127.0.0.1:" + gate.port()));
    }

    @Test
    void nothingIsThereTwice() throws Exception {
        try (KafkaBroker broker = KafkaBroker.start(Files.createDirectory(folder.resolve("broker")));
                GcsServer gcs = GcsServer.start();
                Gate gate = Gate.to(URI.create(gcs.endpoint()).getPort());
                BlobStore store =
                        BlobStores.open(URI.create("gs://archive"), Map.of("STORAGE_EMULATOR_HOST", gcs.endpoint()))) {
            broker.create("orders", 4, Map.of());
            broker.send("orders", 0, 500);
            try (RunningService one = capture(broker, gate)) {
                await().atMost(PATIENCE).until(() -> Numbered.count(store, "orders/") == 500);
                gate.shut();
                broker.send("orders", 500, MESSAGES);
                await().atMost(PATIENCE).until(() -> one.meter("persistor_held_messages") >= 400);
                for (int i = 0; i < 2; i++) {
                    try (RunningService two = capture(broker, gate)) {
                        // Long enough to get partitions, and to read what the first has read.
                        await().atMost(PATIENCE).until(() -> two.meter("persistor_held_messages") > 0);
                        TimeUnit.SECONDS.sleep(1);
                    }
                }
                gate.open();
                await().atMost(PATIENCE)
                        .pollInterval(Duration.ofMillis(500))
                        .until(() -> Numbered.count(store, "orders/") >= MESSAGES);
                await().atMost(PATIENCE).until(() -> one.meter("persistor_held_messages") == 0);
                assertThat(one.meter("persistor_collisions_total")).isZero();
            }
            Numbered.assertOnce(store, "orders/", MESSAGES);
        }
    }
}
