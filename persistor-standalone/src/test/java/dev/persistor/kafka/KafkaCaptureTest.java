package dev.persistor.kafka;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.persistor.core.archive.Archive;
import dev.persistor.core.archive.MessageFilter;
import dev.persistor.core.archive.OffsetRange;
import dev.persistor.core.archive.Verification;
import dev.persistor.core.capture.PartitionWriter;
import dev.persistor.core.message.AttributeValue;
import dev.persistor.core.message.Message;
import dev.persistor.core.message.Position;
import dev.persistor.core.store.BlobStore;
import dev.persistor.core.store.file.FileDriver;
import dev.persistor.standalone.run.RunningService;
import dev.persistor.testkit.Numbered;
import dev.persistor.testkit.kafka.KafkaBroker;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** Topics of Kafka's own broker are captured by Kafka's own client. */
@Execution(ExecutionMode.CONCURRENT)
@Timeout(120)
@SuppressWarnings("try") // A capture goes on for as long as its block does.
class KafkaCaptureTest {

    private static final String FIRST_SEGMENT = "00000000000000000000.log";

    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private static @TempDir Path log;
    private static KafkaBroker broker;

    private @TempDir Path folder;
    private BlobStore store;
    private String topic;

    @BeforeAll
    static void startBroker() throws Exception {
        broker = KafkaBroker.start(Files.createDirectory(log.resolve("broker")));
    }

    @AfterAll
    static void stopBroker() {
        broker.close();
    }

    @BeforeEach
    void openStore(TestInfo test) {
        topic = test.getTestMethod().orElseThrow().getName();
        store = BlobStore.over(FileDriver.open(folder.resolve("archive")));
    }

    private RunningService capture() throws Exception {
        return capture(broker);
    }

    private RunningService capture(KafkaBroker from) throws Exception {
        return capture(from, "kafka-start: earliest");
    }

    private RunningService capture(KafkaBroker from, String more) throws Exception {
        return RunningService.start(
                folder, """
                shutdown: 10s
                captures:
                  it:
                    from: kafka
                    store: %s
                    format: jsonl
                    batch-messages: 100
                    batch-linger: 100ms
                    kafka-servers: %s
                    kafka-group: %s
                    kafka-topics: %s
                    kafka-properties:
                      session.timeout.ms: 2000
                      heartbeat.interval.ms: 500
                      metadata.max.age.ms: 2000
                    %s
                """.formatted(folder.resolve("archive").toUri(), from.servers(), topic, topic, more), Map.of());
    }

    private void awaitArchived(int messages) {
        await().atMost(PATIENCE)
                .pollInterval(Duration.ofMillis(300))
                .untilAsserted(
                        () -> assertThat(Numbered.count(store, topic + "/")).isGreaterThanOrEqualTo(messages));
    }

    private long committed() throws Exception {
        return broker.committed(topic);
    }

    @Test
    void nothingOfARecordIsLost() throws Exception {
        broker.create(topic, 1, Map.of("retention.ms", "-1"));
        byte[] noText = {(byte) 0xff, 0, 1};
        long time = Instant.parse("2026-01-31T06:00:00Z").toEpochMilli();
        try (KafkaProducer<byte[], byte[]> producer = broker.producer(Map.of())) {
            RecordHeaders headers = new RecordHeaders();
            headers.add("again", "one".getBytes(StandardCharsets.UTF_8));
            headers.add("bytes", noText);
            headers.add("again", "two".getBytes(StandardCharsets.UTF_8));
            headers.add("nothing", null);
            producer.send(new ProducerRecord<>(topic, 0, time, "clé".getBytes(StandardCharsets.UTF_8), noText, headers))
                    .get();
            producer.send(new ProducerRecord<>(topic, 0, time + 1, noText, new byte[0]))
                    .get();
            producer.send(new ProducerRecord<>(topic, 0, time + 2, new byte[0], null, List.of()))
                    .get();
            producer.send(new ProducerRecord<>(topic, 0, time + 3, null, "text".getBytes(StandardCharsets.UTF_8)))
                    .get();
        }

        try (RunningService service = capture()) {
            awaitArchived(4);
        }

        List<Message> archived = Numbered.all(store, topic + "/");
        Message first = archived.get(0);
        assertThat(first.id()).isEqualTo("0-0");
        assertThat(first.source()).isEqualTo(topic);
        assertThat(first.publishTime()).isEqualTo(Instant.ofEpochMilli(time));
        assertThat(first.position()).contains(new Position(broker.topicId(topic), "0", 0));
        assertThat(first.orderingKey()).contains("clé");
        assertThat(first.payload()).isEqualTo(ByteBuffer.wrap(noText));
        assertThat(first.attributes().entries())
                .extracting(entry -> entry.name() + "=" + entry.value().type() + ":"
                        + entry.value().text())
                .containsExactly("again=STRING:one", "bytes=BYTES:/wAB", "again=STRING:two", "nothing=NULL:");
        assertThat(first.brokerProperties().isEmpty()).isTrue();
        assertThat(archived.get(1).orderingKey()).isEmpty();
        assertThat(archived.get(1).brokerProperties().first("key")).contains(AttributeValue.of(noText));
        assertThat(archived.get(1).brokerProperties().first("tombstone")).isEmpty();
        assertThat(archived.get(2).brokerProperties().first("key")).contains(AttributeValue.of(new byte[0]));
        assertThat(archived.get(2).brokerProperties().first("tombstone")).contains(AttributeValue.of(true));
        assertThat(archived.get(3).brokerProperties().first("key")).isEmpty();
    }

    @Test
    void brokersTimesAndAbortedTransactionsAreToldApart() throws Exception {
        broker.create(topic, 1, Map.of("message.timestamp.type", "LogAppendTime"));
        try (KafkaProducer<byte[], byte[]> producer = broker.producer(Map.of("transactional.id", topic))) {
            producer.initTransactions();
            producer.beginTransaction();
            producer.send(new ProducerRecord<>(topic, null, Numbered.payload(7)))
                    .get();
            producer.abortTransaction();
            producer.beginTransaction();
            producer.send(new ProducerRecord<>(topic, null, Numbered.payload(0)))
                    .get();
            producer.commitTransaction();
        }

        try (RunningService service = capture()) {
            awaitArchived(1);
        }

        Numbered.assertOnce(store, topic + "/", 1);
        assertThat(Numbered.all(store, topic + "/").get(0).brokerProperties().text("timestampType"))
                .contains("LogAppendTime");
    }

    @Test
    void whatIsDurableIsCommittedAndNothingIsReadTwice() throws Exception {
        broker.create(topic, 4, Map.of());
        broker.send(topic, 0, 1_000);
        try (RunningService service = capture()) {
            awaitArchived(1_000);
            await().atMost(PATIENCE).until(service::isReady);
            await().atMost(PATIENCE).until(() -> committed() == 1_000);
            await().atMost(PATIENCE).until(() -> service.meter("persistor_lag_messages") == 0);
            assertThat(service.meter("persistor_commit_seconds_count")).isEqualTo(1_000);
        }
        broker.send(topic, 1_000, 1_500);
        try (RunningService service = capture()) {
            awaitArchived(1_500);
            assertThat(service.meter("persistor_messages_total")).isEqualTo(500);
        }

        assertThat(committed()).isEqualTo(1_500);
        Numbered.assertOnce(store, topic + "/", 1_500);
    }

    @Test
    void manyTopicsAreFiledEachUnderItsName() throws Exception {
        String other = topic + "-2";
        broker.create(topic, 1, Map.of());
        broker.create(other, 2, Map.of());
        broker.send(topic, 0, 50);
        broker.send(other, 0, 70);
        try (RunningService service = RunningService.start(
                folder, """
                captures:
                  it:
                    from: kafka
                    store: %s
                    kafka-servers: %s
                    kafka-topics: [%s, %s]
                """.formatted(folder.resolve("archive").toUri(), broker.servers(), topic, other), Map.of())) {
            awaitArchived(50);
            await().atMost(PATIENCE).until(() -> Numbered.count(store, other + "/") == 70);
        }

        Numbered.assertOnce(store, topic + "/", 50);
        Numbered.assertOnce(store, other + "/", 70);
    }

    @Test
    void twoShareTheTopicAndOneTakesOverFromTheOther() throws Exception {
        broker.create(topic, 4, Map.of());
        int sent = 2_000;
        try (RunningService one = capture()) {
            broker.send(topic, 0, sent);
            try (RunningService two = capture()) {
                double before = one.meter("persistor_messages_total");
                while (two.meter("persistor_messages_total") == 0 || one.meter("persistor_messages_total") == before) {
                    broker.send(topic, sent, sent + 500);
                    sent += 500;
                    assertThat(sent).as("both have partitions by then").isLessThan(200_000);
                }
                broker.send(topic, sent, sent + 2_000);
                sent += 2_000;
            }
            broker.send(topic, sent, sent + 2_000);
            sent += 2_000;
            awaitArchived(sent);
            int all = sent;
            await().atMost(PATIENCE).until(() -> committed() == all);
        }

        Numbered.assertOnce(store, topic + "/", sent);
    }

    @Test
    void aBrokerThatIsAwayForAWhileIsMissedAndReadOn() throws Exception {
        try (KafkaBroker own = KafkaBroker.start(Files.createDirectory(folder.resolve("broker")))) {
            own.create(topic, 2, Map.of());
            own.send(topic, 0, 500);
            try (RunningService service = capture(own)) {
                awaitArchived(500);
                await().atMost(PATIENCE).until(service::isReady);
                own.stop();
                await().atMost(PATIENCE)
                        .untilAsserted(
                                () -> assertThat(service.get("/health/ready").body())
                                        .contains("source: ")
                                        .doesNotContain("not connected yet"));
                own.restart();
                own.send(topic, 500, 1_000);
                awaitArchived(1_000);
                await().atMost(PATIENCE).until(service::isReady);
            }
        }

        Numbered.assertOnce(store, topic + "/", 1_000);
    }

    @Test
    void aTopicThatComesLaterIsCapturedThen() throws Exception {
        try (RunningService service = capture()) {
            await().atMost(PATIENCE)
                    .untilAsserted(() -> assertThat(service.get("/health/ready").body())
                            .contains("read topic " + topic + ": it does not exist"));
            broker.create(topic, 1, Map.of());
            broker.send(topic, 0, 10);
            awaitArchived(10);
            await().atMost(PATIENCE).until(service::isReady);
        }
    }

    @Test
    void offsetsThatTheBrokerDeletedWhileNobodyReadAreReportedAsLost() throws Exception {
        broker.create(topic, 1, Map.of());
        broker.send(topic, 0, 100);
        try (RunningService service = capture()) {
            awaitArchived(100);
            await().atMost(PATIENCE).until(() -> committed() == 100);
        }
        broker.send(topic, 100, 200);
        broker.deleteBefore(topic, 0, 150);
        try (LoggedErrors errors = LoggedErrors.of(PartitionWriter.class);
                RunningService service = capture()) {
            awaitArchived(150);
            assertThat(errors.texts())
                    .anyMatch(
                            text -> text.contains("50 offset(s) of " + topic + ", partition 0, are lost: 100 to 149"));
            assertThat(service.meter("persistor_lost_offsets_total")).isEqualTo(50);
            await().atMost(PATIENCE).until(() -> committed() == 200);
        }
        try (RunningService service = capture()) {
            await().atMost(PATIENCE).until(service::isReady);
            assertThat(service.meter("persistor_lost_offsets_total"))
                    .as("each is reported once")
                    .isZero();
        }
    }

    private Set<String> archivedLogs() {
        return Numbered.all(store, topic + "/").stream()
                .map(message -> message.position().orElseThrow().log())
                .collect(Collectors.toSet());
    }

    /** The consumer keeps its position, and the new topic has records there, before it hears of the change. */
    @Test
    void aTopicThatIsCreatedAgainWhileItIsReadIsReadFromItsBeginning() throws Exception {
        broker.create(topic, 1, Map.of());
        broker.send(topic, 0, 100);
        String before = broker.topicId(topic);
        try (RunningService service = capture()) {
            awaitArchived(100);
            broker.delete(topic);
            broker.create(topic, 1, Map.of());
            broker.send(topic, 100, 400);
            awaitArchived(400);
            await().atMost(PATIENCE).until(() -> committed() == 300);
            await().atMost(PATIENCE).until(service::isReady);
            assertThat(service.meter("persistor_recreated_logs_total")).isEqualTo(1);
            assertThat(service.meter("persistor_lost_offsets_total")).isZero();
            assertThat(service.meter("persistor_collisions_total")).isZero();
        }
        Numbered.assertOnce(store, topic + "/", 400);
        assertThat(archivedLogs()).containsExactlyInAnyOrder(before, broker.topicId(topic));
    }

    @Test
    void aTopicThatWasCreatedAgainWhileNobodyReadIsReadFromItsBeginning() throws Exception {
        broker.create(topic, 1, Map.of());
        broker.send(topic, 0, 100);
        try (RunningService service = capture()) {
            awaitArchived(100);
            await().atMost(PATIENCE).until(() -> committed() == 100);
        }
        broker.delete(topic);
        broker.create(topic, 1, Map.of());
        broker.send(topic, 100, 400);
        // A commit that comes late, as from a process that was stopped for a while, is one of the topic before.
        try (Admin admin = Admin.create(Map.of("bootstrap.servers", broker.servers()))) {
            admin.alterConsumerGroupOffsets(
                            topic, Map.of(new TopicPartition(topic, 0), KafkaCommit.of(100, Optional.empty(), "gone")))
                    .all()
                    .get();
        }
        try (RunningService service = capture()) {
            awaitArchived(400);
            assertThat(service.meter("persistor_recreated_logs_total")).isEqualTo(1);
        }
        Numbered.assertOnce(store, topic + "/", 400);
    }

    @Test
    void aTopicThatIsDeletedKeepsTheCaptureFromBeingReady() throws Exception {
        broker.create(topic, 1, Map.of());
        broker.send(topic, 0, 10);
        try (RunningService service = capture()) {
            awaitArchived(10);
            await().atMost(PATIENCE).until(service::isReady);
            broker.delete(topic);
            await().atMost(PATIENCE)
                    .untilAsserted(() -> assertThat(service.get("/health/ready").body())
                            .contains("read topic " + topic + ": it does not exist"));
            broker.create(topic, 1, Map.of());
            broker.send(topic, 10, 20);
            awaitArchived(20);
            await().atMost(PATIENCE).until(service::isReady);
        }
        Numbered.assertOnce(store, topic + "/", 20);
    }

    @Test
    void marksOfTransactionsAndCompactionAreNoLosses() throws Exception {
        broker.create(
                topic,
                1,
                Map.of("cleanup.policy", "compact", "segment.ms", "100", "min.cleanable.dirty.ratio", "0.01"));
        try (KafkaProducer<byte[], byte[]> producer = broker.producer(Map.of("transactional.id", topic))) {
            producer.initTransactions();
            for (int i = 0; i < 20; i++) {
                producer.beginTransaction();
                producer.send(new ProducerRecord<>(topic, new byte[] {(byte) (i % 7)}, Numbered.payload(i)))
                        .get();
                if (i % 3 == 0) {
                    producer.abortTransaction();
                } else {
                    producer.commitTransaction();
                }
            }
        }
        try (RunningService service = capture()) {
            await().atMost(PATIENCE).until(() -> committed() == 39);
            await().atMost(PATIENCE).until(() -> service.meter("persistor_lag_messages") == 0);
            assertThat(service.meter("persistor_lost_offsets_total")).isZero();
        }
        assertThat(Numbered.count(store, topic + "/")).isBetween(4, 13);
        Verification verified = Archive.on(store).build().verify(MessageFilter.ALL, List.of());
        assertThat(verified.gaps()).isEmpty();
        assertThat(verified.sourcesCompared()).isEqualTo(1);
        assertThat(Archive.on(store).build().offsets(topic).missing(broker.topicId(topic), "0", new OffsetRange(0, 30)))
                .isEmpty();
    }

    @Test
    void whatIsPassedOverByOneRunAndReadOnByAnotherIsNoGap() throws Exception {
        broker.create(topic, 1, Map.of());
        for (int i = 0; i < 3; i++) {
            try (KafkaProducer<byte[], byte[]> producer = broker.producer(Map.of("transactional.id", topic))) {
                producer.initTransactions();
                producer.beginTransaction();
                producer.send(new ProducerRecord<>(topic, null, Numbered.payload(i)))
                        .get();
                producer.commitTransaction();
            }
            try (RunningService service = capture()) {
                awaitArchived(i + 1);
                // Its mark is passed before the next record is there.
                await().atMost(PATIENCE).until(() -> service.meter("persistor_lag_messages") == 0);
            }
        }
        assertThat(Archive.on(store)
                        .build()
                        .verify(MessageFilter.ALL, List.of())
                        .gaps())
                .isEmpty();
    }

    private RunningService latest() throws Exception {
        return capture(broker, "kafka-start: latest");
    }

    @Test
    void latestIsCommittedWhenAPartitionIsAssigned() throws Exception {
        broker.create(topic, 2, Map.of());
        broker.send(topic, 1_000, 1_010);
        try (RunningService service = latest()) {
            await().atMost(PATIENCE).until(() -> committed() == 10);
        }
        broker.send(topic, 0, 20);
        try (RunningService service = latest()) {
            awaitArchived(20);
        }
        Numbered.assertOnce(store, topic + "/", 20);
    }

    @Test
    void aPartitionThatAppearsLaterIsReadFromItsBeginning() throws Exception {
        broker.create(topic, 1, Map.of());
        broker.send(topic, 1_000, 1_010);
        try (RunningService service = latest()) {
            await().atMost(PATIENCE).until(() -> committed() == 10);
            broker.grow(topic, 4);
            broker.send(topic, 0, 100);
            awaitArchived(100);
        }
        Numbered.assertOnce(store, topic + "/", 100);
    }

    @Test
    void aTopicThatAppearsLaterIsReadFromItsBeginning() throws Exception {
        try (RunningService service = latest()) {
            await().atMost(PATIENCE)
                    .untilAsserted(() -> assertThat(service.get("/health/ready").body())
                            .contains("read topic " + topic + ": it does not exist"));
            broker.create(topic, 1, Map.of());
            broker.send(topic, 0, 100);
            awaitArchived(100);
        }
        Numbered.assertOnce(store, topic + "/", 100);
    }

    /** As after an election of a leader that did not have all. */
    @Test
    void aLogThatEndsBeforeTheCommittedOffsetIsReadFromItsBeginning() throws Exception {
        broker.create(topic, 1, Map.of());
        broker.send(topic, 0, 50);
        try (Admin admin = Admin.create(Map.of("bootstrap.servers", broker.servers()))) {
            admin.alterConsumerGroupOffsets(
                            topic,
                            Map.of(
                                    new TopicPartition(topic, 0),
                                    KafkaCommit.of(70, Optional.empty(), broker.topicId(topic))))
                    .all()
                    .get();
        }
        try (LoggedErrors errors = LoggedErrors.of(KafkaReader.class);
                RunningService service = capture()) {
            awaitArchived(50);
            assertThat(errors.texts()).anyMatch(text -> text.contains(topic + "-0 was truncated"));
        }
        Numbered.assertOnce(store, topic + "/", 50);
    }

    /** The broker lost what it had not flushed, and gives the offsets to other records. The consumer finds it by the leader epoch. */
    @Test
    void aLogThatLosesItsEndWhileItIsReadIsReadFromItsBeginning() throws Exception {
        Path data = Files.createDirectory(folder.resolve("broker"));
        try (KafkaBroker own = KafkaBroker.start(data)) {
            own.create(topic, 1, Map.of());
            own.send(topic, 0, 50);
            Path partition = data.resolve(topic + "-0");
            long kept = Files.size(partition.resolve(FIRST_SEGMENT));
            own.send(topic, 50, 100);
            // The run finds it, or the reader after it, if the broker was away for long.
            try (LoggedErrors errors = LoggedErrors.ofAll();
                    RunningService service = capture(own)) {
                awaitArchived(100);
                own.stop();
                loseEnd(data, partition, kept);
                own.restart();
                own.send(topic, 100, 150);
                awaitArchived(150);
                assertThat(errors.texts()).anyMatch(text -> text.contains(topic + "-0 was truncated"));
            }
        }
        Numbered.assertOnce(store, topic + "/", 150);
    }

    /** Leaves what a crash leaves: a shorter file, and nothing that says that the broker was stopped in order. */
    private static void loseEnd(Path data, Path partition, long kept) throws Exception {
        try (FileChannel segment = FileChannel.open(partition.resolve(FIRST_SEGMENT), StandardOpenOption.WRITE)) {
            segment.truncate(kept);
        }
        Files.delete(data.resolve(".kafka_cleanshutdown"));
    }
}
