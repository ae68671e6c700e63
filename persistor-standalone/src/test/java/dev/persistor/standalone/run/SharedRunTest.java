package dev.persistor.standalone.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.persistor.core.store.BlobStore;
import dev.persistor.core.store.file.FileDriver;
import dev.persistor.standalone.CommandRun;
import dev.persistor.testkit.Numbered;
import dev.persistor.testkit.ReservedPort;
import dev.persistor.testkit.kafka.KafkaBroker;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Two processes share a topic; one is killed, and the other takes over. */
@Timeout(180)
class SharedRunTest {

    private static final Duration PATIENCE = Duration.ofSeconds(90);

    private @TempDir Path folder;

    private RunProcess start(KafkaBroker broker, String name, ReservedPort port) throws IOException {
        Path config = Files.writeString(folder.resolve(name + ".yaml"), """
                http-address: 127.0.0.1:%d
                captures:
                  orders:
                    from: kafka
                    store: %s
                    format: jsonl
                    batch-messages: 100
                    batch-linger: 100ms
                    kafka-servers: %s
                    kafka-topics: orders
                    kafka-properties: {session.timeout.ms: 2000, heartbeat.interval.ms: 500}
                """.formatted(
                        port.number(), folder.resolve("archive").toUri(), broker.servers()));
        return RunProcess.start(config, folder.resolve(name + ".log"), port, Map.of());
    }

    @Test
    void theOtherTakesOverAndTheArchiveVerifiesWhole() throws Exception {
        int sent = 0;
        try (KafkaBroker broker = KafkaBroker.start(Files.createDirectory(folder.resolve("broker")));
                BlobStore store = BlobStore.over(FileDriver.open(folder.resolve("archive")))) {
            broker.create("orders", 4, Map.of());
            try (ReservedPort port = ReservedPort.reserve();
                    ReservedPort otherPort = ReservedPort.reserve();
                    RunProcess one = start(broker, "one", port);
                    RunProcess two = start(broker, "two", otherPort)) {
                while (one.meter("persistor_messages_total") == 0 || two.meter("persistor_messages_total") == 0) {
                    broker.send("orders", sent, sent + 500);
                    sent += 500;
                    assertThat(sent).as("both have partitions by then").isLessThan(200_000);
                }
                broker.send("orders", sent, sent + 2_000);
                one.kill();
                sent += 2_000;
                broker.send("orders", sent, sent + 3_000);
                sent += 3_000;
                int all = sent;
                await().atMost(PATIENCE)
                        .pollInterval(Duration.ofMillis(500))
                        .until(() -> Numbered.count(store, "orders/") >= all);
                assertThat(two.terminate()).isEqualTo(143);
            }

            Numbered.assertOnce(store, "orders/", sent);
        }
        CommandRun verify = new CommandRun();
        assertThat(verify.run("verify", folder.resolve("archive").toString(), "--source", "orders"))
                .as(verify.out())
                .isZero();
    }
}
