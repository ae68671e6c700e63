package dev.persistor.standalone.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.persistor.standalone.PersistorCommand;
import dev.persistor.testkit.Numbered;
import dev.persistor.testkit.ReservedPort;
import dev.persistor.testkit.kafka.KafkaBroker;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * From Kafka to Kafka, with the real processes: a topic is captured, a topic behind the pipeline lacks a window of it, and a replay that
 * is killed again and again fills it. How many messages and kills, the properties {@code persistor.recovery.messages} and
 * {@code persistor.recovery.kills} say.
 */
@Timeout(3_600)
class KafkaRecoveryStoryTest {

    private static final int MESSAGES = Integer.getInteger("persistor.recovery.messages", 20_000);
    private static final int KILLS = Integer.getInteger("persistor.recovery.kills", 4);
    private static final int UNDER_WAY = Integer.getInteger("persistor.recovery.under-way", 1_000);
    private static final long SEED = Long.getLong("persistor.seed", 9);
    private static final int PARTITIONS = 4;
    private static final int KEYS = 997;
    private static final Map<String, String> FOR_EVER = Map.of("retention.ms", "-1");

    /** The window that is lost. */
    private static final int FROM = MESSAGES / 10;

    private static final int TO = MESSAGES - MESSAGES / 10;
    private final Instant start = Instant.now().minusSeconds(3_600 + MESSAGES / 100);
    /** The place of each message in the topic that is captured. */
    private final int[] partitions = new int[MESSAGES];

    private final long[] offsets = new long[MESSAGES];
    private @TempDir Path folder;

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    /** Most keys are no text. */
    private static byte[] key(int number) {
        int key = number % KEYS;
        return new byte[] {(byte) (key >> 8), (byte) key};
    }

    /** A message: some are tombstones, and its headers repeat a name. */
    private ProducerRecord<byte[], byte[]> record(String topic, int number) {
        RecordHeaders headers = new RecordHeaders();
        headers.add("number", bytes(Integer.toString(number)));
        headers.add("h", new byte[] {(byte) 0xff, (byte) number});
        headers.add("h", null);
        byte[] value = number % 100 == 99 ? null : Numbered.payload(number);
        return new ProducerRecord<>(topic, null, time(number).toEpochMilli(), key(number), value, headers);
    }

    private Instant time(int number) {
        return Instant.ofEpochMilli(start.toEpochMilli() + number * 10L);
    }

    private void publish(KafkaBroker broker, String topic, IntStream numbers) throws Exception {
        Map<Integer, Future<RecordMetadata>> sent = new HashMap<>();
        try (KafkaProducer<byte[], byte[]> producer = broker.producer(Map.of())) {
            numbers.forEach(number -> sent.put(number, producer.send(record(topic, number))));
        }
        for (Map.Entry<Integer, Future<RecordMetadata>> each : sent.entrySet()) {
            partitions[each.getKey()] = each.getValue().get().partition();
            offsets[each.getKey()] = each.getValue().get().offset();
        }
    }

    @Test
    void nothingIsMissingAlteredOrThereTwice() throws Exception {
        try (KafkaBroker broker = KafkaBroker.start(Files.createDirectory(folder.resolve("broker")))) {
            broker.create("orders", PARTITIONS, FOR_EVER);
            broker.create("orders-behind", PARTITIONS, FOR_EVER);
            publish(broker, "orders-behind", IntStream.range(0, MESSAGES).filter(number -> !isLost(number)));
            publish(broker, "orders", IntStream.range(0, MESSAGES));
            capture(broker);
            long begun = System.nanoTime();
            replayAndKill(broker);
            Duration taken = Duration.ofNanos(System.nanoTime() - begun);
            int[] places = verify(broker);
            verifyMap(places);
            System.out.printf(
                    "%d messages captured, %d replayed through %d kills in %d s: missing 0, altered 0, duplicated 0%n",
                    MESSAGES, TO - FROM, KILLS, taken.toSeconds());
        }
    }

    private static boolean isLost(int number) {
        return number >= FROM && number < TO;
    }

    private void capture(KafkaBroker broker) throws Exception {
        try (ReservedPort port = ReservedPort.reserve()) {
            Path config = Files.writeString(folder.resolve("persistor.yaml"), """
                    http-address: 127.0.0.1:%d
                    captures:
                      orders:
                        from: kafka
                        store: %s
                        format: jsonl
                        batch-messages: 2000
                        batch-linger: 300ms
                        kafka-servers: %s
                        kafka-topics: orders
                    """.formatted(
                            port.number(), folder.resolve("archive").toUri(), broker.servers()));
            try (RunProcess process = RunProcess.start(config, folder.resolve("capture.log"), port, Map.of())) {
                await().atMost(Duration.ofMinutes(20))
                        .pollInterval(Duration.ofMillis(200))
                        .until(() -> broker.committed("persistor") == MESSAGES);
                process.terminate();
            }
        }
    }

    private void replayAndKill(KafkaBroker broker) throws Exception {
        Random random = new Random(SEED);
        Path log = folder.resolve("replay.log");
        try (KafkaConsumer<byte[], byte[]> progress = consumer(broker, "read_uncommitted")) {
            for (int kill = 0; kill < KILLS; kill++) {
                Process process = replay(broker, log);
                awaitProgress(progress, random.nextInt(3 * (TO - FROM) / (2 * KILLS + 2)), process);
                assertThat(process.isAlive()).as(Files.readString(log)).isTrue();
                process.destroyForcibly().waitFor();
            }
        }
        Process last = replay(broker, log);
        assertThat(last.waitFor()).as(Files.readString(log)).isZero();
        assertThat(Files.readString(log)).contains("Complete.").containsPattern("possibly published twice +0\n");
    }

    private Process replay(KafkaBroker broker, Path log) throws IOException {
        List<String> line = List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-XX:+UseSerialGC",
                "-Xmx256m",
                "-Djava.util.logging.config.file=src/test/resources/logging.properties",
                "-cp",
                System.getProperty("java.class.path"),
                PersistorCommand.class.getName(),
                "replay",
                folder.resolve("archive").toString(),
                "--source",
                "orders",
                "--from",
                time(FROM).toString(),
                "--to",
                time(TO).toString(),
                "--to",
                "kafka://" + broker.servers() + "/{source}-behind",
                "--exactly-once",
                "--under-way",
                Integer.toString(UNDER_WAY),
                "--yes",
                "--checkpoint",
                folder.resolve("checkpoint").toString(),
                "--offset-map",
                map().toString(),
                "--failed",
                folder.resolve("failed").toString());
        return new ProcessBuilder(line)
                .redirectErrorStream(true)
                .redirectOutput(log.toFile())
                .start();
    }

    private Path map() {
        return folder.resolve("offsets.csv");
    }

    private static KafkaConsumer<byte[], byte[]> consumer(KafkaBroker broker, String isolation) {
        return new KafkaConsumer<>(
                Map.of(
                        ConsumerConfig.BOOTSTRAP_SERVERS_CONFIG,
                        broker.servers(),
                        ConsumerConfig.ISOLATION_LEVEL_CONFIG,
                        isolation,
                        // At the end of one partition a consumer keeps the next waiting for so long.
                        ConsumerConfig.FETCH_MAX_WAIT_MS_CONFIG,
                        10,
                        ConsumerConfig.AUTO_OFFSET_RESET_CONFIG,
                        "none"),
                new ByteArrayDeserializer(),
                new ByteArrayDeserializer());
    }

    private static List<TopicPartition> all(String topic) {
        return IntStream.range(0, PARTITIONS)
                .mapToObj(partition -> new TopicPartition(topic, partition))
                .toList();
    }

    /** Waits until so many more records are in the topic, committed or not, or the process has ended by itself. */
    private static void awaitProgress(KafkaConsumer<byte[], byte[]> progress, int more, Process process)
            throws InterruptedException {
        long enough = sum(progress) + more;
        while (sum(progress) <= enough && process.isAlive()) {
            process.waitFor(5, TimeUnit.MILLISECONDS);
        }
    }

    private static long sum(KafkaConsumer<byte[], byte[]> progress) {
        return progress.endOffsets(all("orders-behind")).values().stream()
                .mapToLong(Long::longValue)
                .sum();
    }

    /** Reads what a consumer of committed records gets, and returns the place of each message. */
    private int[] verify(KafkaBroker broker) {
        BitSet there = new BitSet(MESSAGES);
        int[] places = new int[MESSAGES];
        Map<Integer, Integer> last = new HashMap<>();
        each(broker, record -> {
            int number = number(record);
            assertThat(there.get(number)).as("%d is there twice", number).isFalse();
            there.set(number);
            assertSame(record, record("orders-behind", number));
            places[number] = (int) record.offset();
            if (isLost(number)) {
                Integer before = last.put(number % KEYS, number);
                assertThat(before == null || before < number)
                        .as("%s before %d of one key", before, number)
                        .isTrue();
            }
        });
        assertThat(there.nextClearBit(0)).as("the first that is missing").isEqualTo(MESSAGES);
        return places;
    }

    private static void each(KafkaBroker broker, Consumer<ConsumerRecord<byte[], byte[]>> reader) {
        try (KafkaConsumer<byte[], byte[]> consumer = consumer(broker, "read_committed")) {
            for (TopicPartition partition : all("orders-behind")) {
                consumer.assign(List.of(partition));
                consumer.seekToBeginning(List.of(partition));
                long end = consumer.endOffsets(List.of(partition)).getOrDefault(partition, 0L);
                while (consumer.position(partition) < end) {
                    consumer.poll(Duration.ofMillis(100)).forEach(reader);
                }
            }
        }
    }

    private static int number(ConsumerRecord<byte[], byte[]> record) {
        return Integer.parseInt(new String(record.headers().lastHeader("number").value(), StandardCharsets.UTF_8));
    }

    private static void assertSame(ConsumerRecord<byte[], byte[]> record, ProducerRecord<byte[], byte[]> expected) {
        assertThat(record.key()).isEqualTo(expected.key());
        assertThat(record.value()).isEqualTo(expected.value());
        assertThat(record.timestamp()).isEqualTo(expected.timestamp());
        List<@Nullable Object> headers = new ArrayList<>();
        for (Header header : record.headers()) {
            if (!header.key().startsWith("persistor-")) {
                headers.add(header);
            }
        }
        assertThat(headers).isEqualTo(List.of((Object[]) expected.headers().toArray()));
    }

    /** The map leads each old offset to the record that has it now; a consumer group goes on by it. */
    private void verifyMap(int[] places) throws IOException {
        Map<String, Integer> numbers = new HashMap<>();
        for (int number = FROM; number < TO; number++) {
            numbers.put(partitions[number] + "," + offsets[number], number);
        }
        BitSet mapped = new BitSet();
        try (Stream<String> rows = Files.lines(map())) {
            rows.skip(1).forEach(row -> {
                String[] fields = row.split(",", -1);
                int number = Objects.requireNonNull(numbers.get(fields[2] + "," + fields[3]), row);
                assertThat(Integer.parseInt(fields[5])).as(row).isEqualTo(places[number]);
                mapped.set(number);
            });
        }
        assertThat(mapped.nextClearBit(FROM)).as("the first that is not mapped").isEqualTo(TO);
    }
}
