package dev.persistor.standalone;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.persistor.core.message.Message;
import dev.persistor.core.message.Position;
import dev.persistor.testkit.Numbered;
import dev.persistor.testkit.kafka.KafkaBroker;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** A broker says which gaps of an archive are losses. The archives do not note what was passed over, as older ones do not. */
@Timeout(120)
@Execution(ExecutionMode.CONCURRENT)
class VerifyAgainstTest {

    private static @TempDir Path brokerFolder;
    private static KafkaBroker broker;

    private final CommandRun command = new CommandRun();
    private @TempDir Path archive;
    private String topic = "";

    @BeforeAll
    static void start() throws Exception {
        broker = KafkaBroker.start(brokerFolder);
    }

    @AfterAll
    static void stop() {
        broker.close();
    }

    @BeforeEach
    void name(TestInfo test) {
        topic = test.getTestMethod().orElseThrow().getName();
    }

    private void archive(String log, long... offsets) {
        List<Message> messages = new ArrayList<>();
        for (long offset : offsets) {
            messages.add(CommandRun.message(topic, (int) offset).toBuilder()
                    .id("0-" + offset)
                    .position(new Position(log, "0", offset))
                    .build());
        }
        CommandRun.archive(archive, messages);
    }

    /** Archives what the topic has. */
    private void archiveTopic() throws Exception {
        archive(
                broker.topicId(topic),
                broker.records(topic, "read_committed").stream()
                        .mapToLong(record -> record.offset())
                        .toArray());
    }

    private int verify(String... options) {
        List<String> line = new ArrayList<>(List.of("verify", archive.toString()));
        line.addAll(List.of(options));
        return command.run(line.toArray(String[]::new));
    }

    private int verifyAgainstBroker(String... options) {
        List<String> line = new ArrayList<>(List.of("--against", "kafka://" + broker.servers() + "/" + topic));
        line.addAll(List.of(options));
        return verify(line.toArray(String[]::new));
    }

    private String gap(String offsets) throws Exception {
        return "\n  " + topic + ", partition 0 (log " + broker.topicId(topic) + "): " + offsets + ": ";
    }

    /** Each transaction takes one more offset, for its mark; every fourth is aborted. */
    private void sendTransactions(int count, int keys) throws Exception {
        try (KafkaProducer<byte[], byte[]> producer = broker.producer(Map.of("transactional.id", topic))) {
            producer.initTransactions();
            for (int i = 0; i < count; i++) {
                producer.beginTransaction();
                producer.send(new ProducerRecord<>(topic, new byte[] {(byte) (i % keys)}, Numbered.payload(i)))
                        .get();
                if (i % 4 == 3) {
                    producer.abortTransaction();
                } else {
                    producer.commitTransaction();
                }
            }
        }
    }

    @Test
    void marksOfTransactionsAndAbortedRecordsAreNoGaps() throws Exception {
        broker.create(topic, 1, Map.of());
        sendTransactions(6, 6);
        archiveTopic();
        assertThat(verify()).isEqualTo(2);
        assertThat(command.out()).contains(", partition 0 (log ").contains("): offsets 5 to 7\n");
        assertThat(verifyAgainstBroker()).as(command.out()).isZero();
        assertThat(command.out())
                .contains("gaps in offsets                        0\n", "explained by the broker                4")
                .contains(gap("offsets 5 to 7") + "no messages there")
                .contains("Nothing is damaged. Offsets were compared");
        assertThat(verifyAgainstBroker("--json")).isZero();
        assertThat(command.bytesAsText()).contains("\"gaps\":[],\"withoutRecords\":[{", "\"broker\":\"no_records\"");
    }

    @Test
    void compactedRecordsAreNoGaps() throws Exception {
        broker.create(
                topic,
                1,
                Map.of("cleanup.policy", "compact", "segment.ms", "100", "min.cleanable.dirty.ratio", "0.01"));
        broker.send(topic, 0, 1);
        await().pollInterval(Duration.ofMillis(200))
                .atMost(Duration.ofSeconds(60))
                .until(() -> {
                    sendTransactions(8, 2);
                    return broker.records(topic, "read_committed").get(1).offset() > 3;
                });
        archiveTopic();
        assertThat(verify()).isEqualTo(2);
        assertThat(verifyAgainstBroker()).as(command.out() + command.err()).isZero();
        assertThat(command.out()).contains("gaps in offsets                        0\n");
    }

    @Test
    void recordsThatTheArchiveLacksAreLosses() throws Exception {
        broker.create(topic, 1, Map.of());
        sendTransactions(8, 8);
        archive(broker.topicId(topic), 0, 2, 10, 12);
        assertThat(verifyAgainstBroker()).isEqualTo(2);
        assertThat(command.out())
                .contains("gaps in offsets                        2")
                .contains(gap("offset 4") + "missing from the archive, but still at the broker; run persistor backfill")
                .contains(gap("offset 8") + "missing from the archive, but")
                .contains("explained by the broker                5")
                .contains(gap("offsets 5 to 7") + "no messages there")
                .endsWith("The archive is NOT complete.\n");
    }

    @Test
    void ofDeletedRecordsNothingIsKnown() throws Exception {
        broker.create(topic, 1, Map.of());
        broker.send(topic, 0, 10);
        broker.deleteBefore(topic, 0, 6);
        archive(broker.topicId(topic), 0, 1, 8, 9);
        assertThat(verifyAgainstBroker("--json")).isEqualTo(2);
        assertThat(command.bytesAsText())
                .contains(
                        "\"first\":2,\"last\":5,\"broker\":\"deleted\"}",
                        "\"first\":6,\"last\":7,\"broker\":\"records\"}");
        broker.deleteBefore(topic, 0, 10);
        assertThat(verifyAgainstBroker()).isEqualTo(2);
        assertThat(command.out())
                .contains(gap("offsets 2 to 7") + "deleted by the broker; the content is not known")
                .endsWith("The archive may NOT be complete: the content at the missing offsets is not known.\n");
    }

    @Test
    void aTopicThatWasCreatedAgainExplainsNothingOfTheOldOne() throws Exception {
        String old = broker.create(topic, 1, Map.of());
        broker.delete(topic);
        await().ignoreExceptions()
                .atMost(Duration.ofSeconds(30))
                .until(() -> !broker.create(topic, 1, Map.of()).isEmpty());
        sendTransactions(4, 4);
        archive(old, 0, 2, 4);
        assertThat(verifyAgainstBroker()).isEqualTo(2);
        assertThat(command.out())
                .contains(topic + ", partition 0 (log " + old + "): offset 1: not of the current topic")
                .doesNotContain("no messages there")
                .endsWith("The archive may NOT be complete: the content at the missing offsets is not known.\n");
        archive(broker.topicId(topic), 0, 2, 4);
        assertThat(verifyAgainstBroker()).isEqualTo(2);
        assertThat(command.out()).contains(gap("offset 1") + "no messages there");
    }

    @Test
    void anArchiveWithoutGapsIsGoodAndPartitionsThatTheTopicLacksAreNotItsOwn() throws Exception {
        broker.create(topic, 1, Map.of());
        broker.send(topic, 0, 3);
        archiveTopic();
        assertThat(verifyAgainstBroker()).isZero();
        assertThat(command.out()).doesNotContain("explained by the broker");
        CommandRun.archive(
                archive,
                List.of(
                        CommandRun.message(topic, 4).toBuilder()
                                .position(new Position(broker.topicId(topic), "7", 4))
                                .build(),
                        CommandRun.message(topic, 6).toBuilder()
                                .position(new Position(broker.topicId(topic), "7", 6))
                                .build()));
        assertThat(verifyAgainstBroker()).isEqualTo(2);
        assertThat(command.out()).contains("offset 5: not of the current topic");
    }

    @Test
    void aBrokerThatDoesNotAnswerOrDoesNotKnowTheTopicEndsTheCommand() throws Exception {
        archive("log", 0, 2);
        assertThat(verifyAgainstBroker()).isEqualTo(1);
        assertThat(command.err())
                .contains("open kafka://" + broker.servers() + "/" + topic + ": the topic or partition does not exist");
        assertThat(command.out()).as("it ends before it reads").isEmpty();
        assertThat(verify("--against", "kafka://127.0.0.1:1/orders")).isEqualTo(1);
        assertThat(command.err()).contains("open kafka://127.0.0.1:1/orders: no broker answered in time");
        assertThat(verify("--against", "pubsub://project/topic")).isEqualTo(64);
        assertThat(command.err())
                .contains("'--against' (TOPIC): a Kafka topic is required, such as kafka://host:9092/topic");
        assertThat(verifyAgainstBroker("--id", "x")).isEqualTo(64);
        Path properties = Files.writeString(archive.resolve("p"), "bootstrap.servers=x:1\n");
        assertThat(verifyAgainstBroker("--kafka-properties", properties.toString()))
                .isEqualTo(64);
    }
}
