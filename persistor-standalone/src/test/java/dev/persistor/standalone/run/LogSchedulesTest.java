package dev.persistor.standalone.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.persistor.core.capture.PartitionWriter;
import dev.persistor.core.message.Position;
import dev.persistor.core.store.BlobStore;
import dev.persistor.core.store.BlobStores;
import dev.persistor.kafka.LoggedErrors;
import dev.persistor.testkit.GcsServer;
import dev.persistor.testkit.Numbered;
import dev.persistor.testkit.kafka.KafkaBroker;
import java.io.IOException;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.Future;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Topics are deleted and created again, lose records, and get partitions, while the process is started again and its store goes away:
 * what is archived and what is reported as lost is together what was sent, and nothing is both. The property
 * {@code persistor.log.schedules} is the number of schedules, {@code persistor.log.seed} the seed of the first.
 */
@Execution(ExecutionMode.CONCURRENT)
@Timeout(240)
class LogSchedulesTest {

    private static final int SCHEDULES = Integer.getInteger("persistor.log.schedules", 3);
    private static final int SEED = Integer.getInteger("persistor.log.seed", 0);
    private static final int STEPS = 12;
    private static final int BATCH = 40;
    private static final Pattern LOST = Pattern.compile(
            "log=(\\S+) [0-9]+ offset\\(s\\) of \\S+, partition ([0-9]+), are lost: ([0-9]+) to ([0-9]+)");
    private static final Duration PATIENCE = Duration.ofSeconds(90);
    private static final Duration LAG_IS_KNOWN = Duration.ofMillis(2_500);
    private static final Duration OFTEN = Duration.ofMillis(200);

    private static @TempDir Path log;
    private static KafkaBroker broker;

    private @TempDir Path folder;

    @BeforeAll
    static void startBroker() throws Exception {
        broker = KafkaBroker.start(Files.createDirectory(log.resolve("broker")));
    }

    @AfterAll
    static void stopBroker() {
        broker.close();
    }

    static IntStream seeds() {
        return IntStream.range(SEED, SEED + SCHEDULES);
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void whatIsArchivedAndWhatIsReportedAsLostIsWhatWasSent(int seed) throws Exception {
        try (Stage stage = new Stage();
                Schedule schedule = new Schedule(seed, "schedule-" + seed, stage)) {
            schedule.run();
        }
    }

    /** What the consumer has fetched of a partition, and may not hand over while the store is away, begins where the new topic begins. */
    @Test
    void recordsOfADeletedTopicThatWereFetchedAreNotTakenForThoseOfTheNewOne() throws Exception {
        try (Stage stage = new Stage();
                Schedule schedule = new Schedule(0, "fetched", stage)) {
            schedule.shut();
            schedule.send(300);
            schedule.awaitHeardOf();
            schedule.grow(10);
            schedule.recreate();
            schedule.open();
            schedule.requireEach();
        }
    }

    /** Some are held by the run, some wait to be taken by it, and the broker had the rest. */
    @Test
    void allRecordsOfADeletedTopicAreReportedWhenTheProcessStopsBeforeTheStoreIsBack() throws Exception {
        try (Stage stage = new Stage();
                Schedule schedule = new Schedule(0, "stopped", stage)) {
            schedule.shut();
            schedule.send(300);
            schedule.awaitHeardOf();
            schedule.recreate();
            schedule.awaitRecreated();
            schedule.startAgain();
            schedule.open();
            schedule.requireEach();
        }
    }

    /** With the topic the broker deletes the group's offsets, so that nothing but the process knows that it was read before. */
    @Test
    void aTopicThatIsGoneForAWhileIsReadFromItsBeginningAndSaidToBeCreatedAgain() throws Exception {
        try (Stage stage = new Stage();
                Schedule schedule = new Schedule(0, "gone", stage)) {
            schedule.send(100);
            schedule.recreateWhenGone();
            schedule.awaitRecreated();
            schedule.requireEach();
        }
    }

    /** A store behind a gate. */
    private static final class Stage implements AutoCloseable {
        private final GcsServer gcs = GcsServer.start();
        private final Gate gate;
        private final BlobStore store;

        Stage() throws Exception {
            gate = Gate.to(URI.create(gcs.endpoint()).getPort());
            store = BlobStores.open(URI.create("gs://archive"), Map.of("STORAGE_EMULATOR_HOST", gcs.endpoint()));
        }

        @Override
        public void close() throws IOException {
            store.close();
            gate.close();
            gcs.close();
        }
    }

    private final class Schedule implements AutoCloseable {
        private final Random random;
        private final String topic;
        private final Gate gate;
        private final BlobStore store;
        private final List<String> steps = new ArrayList<>();
        private final List<Long> ends = new ArrayList<>();
        /** The numbers that were sent, by the places that the broker gave them. */
        private final Map<Position, Integer> places = new HashMap<>();

        private String log = "";
        private RunningService service;
        private int sent;
        private final LoggedErrors errors = LoggedErrors.of(PartitionWriter.class);
        private int outages;
        private boolean isShut;
        private boolean isRecreatedInOutage;

        /** Waits until the group has begun: what is deleted before is no loss. */
        Schedule(int seed, String topic, Stage stage) throws Exception {
            this.random = new Random(seed);
            this.topic = topic;
            this.gate = stage.gate;
            this.store = stage.store;
            steps.add("seed " + seed);
            create();
            this.service = start();
            await().atMost(PATIENCE).until(service::isReady);
        }

        private RunningService start() throws Exception {
            return RunningService.start(
                    folder,
                    """
                    shutdown: 5s
                    captures:
                      it:
                        from: kafka
                        store: gs://archive
                        format: jsonl
                        retry-deadline: 300ms
                        batch-messages: %d
                        batch-linger: 20ms
                        pull-outstanding-messages: 150
                        kafka-servers: %s
                        kafka-group: %s
                        kafka-topics: %s
                        kafka-properties: {session.timeout.ms: 2000, heartbeat.interval.ms: 300, metadata.max.age.ms: 1000}
                    """.formatted(BATCH, broker.servers(), topic, topic),
                    Map.of("STORAGE_EMULATOR_HOST", "http://127.0.0.1:" + gate.port()));
        }

        void run() throws Exception {
            send();
            for (int i = 0; i < STEPS; i++) {
                step();
            }
            if (isShut) {
                open();
            }
            requireEach();
        }

        private void requireEach() throws Exception {
            awaitAllAccountedFor();
            BitSet both = archived();
            both.and(lost());
            // A batch may be there whose answer was cut off. The process that reads on finds that, unless the broker
            // deletes it before.
            assertThat(both.cardinality())
                    .as("archived and reported as lost: %s %s", both, steps)
                    .isLessThanOrEqualTo(outages * BATCH);
        }

        private void awaitAllAccountedFor() {
            await().alias(steps.toString()).atMost(PATIENCE).pollInterval(OFTEN).untilAsserted(() -> {
                BitSet missing = archived();
                missing.or(lost());
                missing.flip(0, sent);
                assertThat(missing)
                        .as("numbers that are neither archived nor reported as lost: %s", steps)
                        .isEqualTo(new BitSet());
            });
        }

        private void step() throws Exception {
            switch (random.nextInt(9)) {
                case 0, 1, 2 -> send();
                case 3 -> recreate();
                case 4 -> retain();
                case 5 -> grow();
                case 6 -> restart();
                default -> {
                    if (isShut) {
                        open();
                    } else {
                        shut();
                    }
                }
            }
        }

        private void create() throws Exception {
            int partitions = 1 + random.nextInt(3);
            steps.add("create with " + partitions);
            log = broker.create(topic, partitions, Map.of());
            ends.clear();
            IntStream.range(0, partitions).forEach(i -> ends.add(0L));
        }

        private void send() throws Exception {
            send(1 + random.nextInt(300));
        }

        private void send(int count) throws Exception {
            steps.add("send " + count);
            List<Future<RecordMetadata>> acknowledged = new ArrayList<>();
            try (KafkaProducer<byte[], byte[]> producer = broker.producer(Map.of())) {
                for (int i = 0; i < count; i++) {
                    int partition = random.nextInt(ends.size());
                    acknowledged.add(
                            producer.send(new ProducerRecord<>(topic, partition, null, Numbered.payload(sent++))));
                    ends.set(partition, ends.get(partition) + 1);
                }
            }
            int number = sent - count;
            for (Future<RecordMetadata> each : acknowledged) {
                RecordMetadata at = each.get();
                places.put(new Position(log, Integer.toString(at.partition()), at.offset()), number++);
            }
        }

        /** What a deleted topic had is known to be lost only if the process had heard of it. */
        private void recreate() throws Exception {
            steps.add("recreate");
            awaitHeardOf();
            isRecreatedInOutage = isShut;
            broker.delete(topic);
            create();
            send();
        }

        /** Creates the topic again when the process has noticed that it is gone. */
        private void recreateWhenGone() throws Exception {
            steps.add("recreate when gone");
            awaitHeardOf();
            broker.delete(topic);
            await().atMost(PATIENCE).until(() -> !service.isReady());
            create();
            send();
        }

        /** The lag is counted each second, and what was received since is counted as held too until then. */
        private void awaitHeardOf() {
            await().alias(steps.toString())
                    .atMost(PATIENCE)
                    .pollInterval(OFTEN)
                    .during(LAG_IS_KNOWN)
                    .until(() -> service.meter("persistor_lag_messages")
                                    + service.meter("persistor_held_messages")
                                    + archived().cardinality()
                                    + lost().cardinality()
                            >= sent);
        }

        private void retain() throws Exception {
            int partition = random.nextInt(ends.size());
            long before = (long) (ends.get(partition) * random.nextDouble());
            steps.add("retain " + partition + " from " + before);
            broker.deleteBefore(topic, partition, before);
        }

        private void grow() throws Exception {
            if (ends.size() < 5) {
                grow(1 + random.nextInt(300));
            }
        }

        private void grow(int count) throws Exception {
            ends.add(0L);
            steps.add("grow to " + ends.size());
            broker.grow(topic, ends.size());
            send(count);
        }

        /** What a process holds of a deleted topic is nowhere else: it is not stopped before it could write. */
        private void restart() throws Exception {
            if (!isRecreatedInOutage) {
                startAgain();
            }
        }

        private void startAgain() throws Exception {
            steps.add("restart");
            service.close();
            service = start();
        }

        private void awaitRecreated() {
            await().atMost(PATIENCE).until(() -> service.meter("persistor_recreated_logs_total") > 0);
        }

        private void shut() throws Exception {
            steps.add("shut");
            gate.shut();
            outages++;
            isShut = true;
        }

        private void open() throws Exception {
            steps.add("open");
            gate.open();
            isShut = false;
            if (isRecreatedInOutage) {
                awaitAllAccountedFor();
                isRecreatedInOutage = false;
            }
        }

        /** Returns which numbers were reported as lost, by the process that runs and by those before it. */
        private BitSet lost() {
            BitSet lost = new BitSet(sent);
            for (String text : errors.texts()) {
                Matcher report = LOST.matcher(text);
                if (report.find()) {
                    for (long at = Long.parseLong(report.group(3)); at <= Long.parseLong(report.group(4)); at++) {
                        Integer number = places.get(new Position(report.group(1), report.group(2), at));
                        if (number != null) {
                            lost.set(number);
                        }
                    }
                }
            }
            return lost;
        }

        /** Returns which numbers are archived, each whole and once. */
        private BitSet archived() {
            BitSet there = new BitSet(sent);
            Numbered.each(store, topic + "/", message -> {
                byte[] payload = new byte[message.payloadSize()];
                message.payload().get(payload);
                int number = ByteBuffer.wrap(payload).getInt();
                assertThat(payload).as("%s %s", message, steps).isEqualTo(Numbered.payload(number));
                assertThat(there.get(number))
                        .as("%s is there twice: %s %s", number, message, steps)
                        .isFalse();
                there.set(number);
            });
            return there;
        }

        @Override
        public void close() {
            service.close();
            errors.close();
        }
    }
}
