package dev.persistor.standalone.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.persistor.core.store.BlobStore;
import dev.persistor.core.store.BlobStores;
import dev.persistor.testkit.GcsServer;
import dev.persistor.testkit.Numbered;
import dev.persistor.testkit.ReservedPort;
import dev.persistor.testkit.kafka.KafkaBroker;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * While the store is out of reach, a process with a small heap holds no more than it may of a log that is far larger, says that it is
 * not ready, and goes on by itself. For how many seconds, the property {@code persistor.outage.seconds} says.
 */
@Timeout(1_200)
class StoreOutageTest {

    private static final int SECONDS = Integer.getInteger("persistor.outage.seconds", 5);
    private static final int BYTES = 100_000;
    /** Twice the heap. */
    private static final int MESSAGES = 2_000;

    private static final String HEAP = "-Xmx96m";
    private static final Duration PATIENCE = Duration.ofMinutes(2);

    private @TempDir Path folder;

    private static byte[] payload(int number) {
        byte[] payload = new byte[BYTES];
        Arrays.fill(payload, (byte) 'x');
        System.arraycopy(Numbered.payload(number), 0, payload, 0, Integer.BYTES);
        return payload;
    }

    private static void send(KafkaBroker broker) throws Exception {
        List<Future<RecordMetadata>> sent = new ArrayList<>();
        try (KafkaProducer<byte[], byte[]> producer = broker.producer(Map.of("compression.type", "lz4"))) {
            for (int number = 0; number < MESSAGES; number++) {
                sent.add(producer.send(new ProducerRecord<>("orders", payload(number))));
            }
        }
        for (Future<RecordMetadata> each : sent) {
            each.get();
        }
    }

    @Test
    void theProcessHoldsWhatItMayAndGoesOn() throws Exception {
        Path log = folder.resolve("log");
        try (ReservedPort port = ReservedPort.reserve();
                KafkaBroker broker = KafkaBroker.start(Files.createDirectory(folder.resolve("broker")));
                GcsServer gcs = GcsServer.start();
                Gate gate = Gate.to(URI.create(gcs.endpoint()).getPort());
                BlobStore store =
                        BlobStores.open(URI.create("gs://archive"), Map.of("STORAGE_EMULATOR_HOST", gcs.endpoint()))) {
            broker.create("orders", 3, Map.of());
            Path config =
                    Files.writeString(folder.resolve("persistor.yaml"), """
                    http-address: 127.0.0.1:%d
                    captures:
                      orders:
                        from: kafka
                        store: gs://archive
                        format: jsonl
                        compression: gzip
                        batch-messages: 50
                        batch-bytes: 2MiB
                        batch-memory: 12MiB
                        pull-outstanding-bytes: 12MiB
                        kafka-servers: %s
                        kafka-topics: orders
                        kafka-properties: {fetch.max.bytes: 2000000}
                    """.formatted(port.number(), broker.servers()));
            Map<String, String> environment = Map.of("STORAGE_EMULATOR_HOST", "http://127.0.0.1:" + gate.port());
            try (RunProcess process =
                    RunProcess.start(config, log, port, environment, HEAP, "-XX:+ExitOnOutOfMemoryError")) {
                await().atMost(PATIENCE)
                        .until(() -> process.get("/health/ready").contains("\"status\":\"ready\""));
                gate.shut();
                send(broker);
                await().atMost(PATIENCE)
                        .until(() -> process.get("/health/ready").contains("\"status\":\"not ready\""));
                long until = System.nanoTime() + TimeUnit.SECONDS.toNanos(SECONDS);
                double mostHeld = 0;
                while (System.nanoTime() < until) {
                    assertThat(process.isAlive()).as(process.log()).isTrue();
                    mostHeld = Math.max(mostHeld, process.meter("persistor_held_bytes"));
                    assertThat(process.get("/health/ready")).contains("\"status\":\"not ready\"");
                    assertThat(process.get("/health/live")).contains("live");
                    TimeUnit.MILLISECONDS.sleep(200);
                }
                assertThat(mostHeld).isBetween(1_000_000.0, 20_000_000.0);

                gate.open();
                await().atMost(PATIENCE).until(() -> process.meter("persistor_messages_total") >= MESSAGES);
                await().atMost(PATIENCE)
                        .until(() -> process.get("/health/ready").contains("\"status\":\"ready\""));
                assertThat(process.terminate()).isEqualTo(143);
            }

            assertThat(Numbered.all(store, "orders/"))
                    .extracting(message -> message.payload().getInt())
                    .containsExactlyInAnyOrderElementsOf(Stream.iterate(0, number -> number + 1)
                            .limit(MESSAGES)
                            .toList());
            assertThat(Files.readString(log)).contains("Stopped. All acknowledged messages are durable");
        }
    }
}
