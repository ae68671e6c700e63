package dev.persistor.standalone;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.persistor.core.message.Message;
import dev.persistor.core.message.Position;
import dev.persistor.testkit.kafka.KafkaBroker;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.Future;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** A consumer group goes on in another topic where it was in the old one, or at a point in time. */
@Execution(ExecutionMode.CONCURRENT)
@Timeout(120)
class OffsetsCommandTest {

    private static final int MESSAGES = 300;
    private static final int PARTITIONS = 3;
    private static final Instant START = Instant.parse("2026-01-31T06:00:00Z");

    private static @TempDir Path log;
    private static KafkaBroker broker;

    private @TempDir Path folder;
    private String old;
    private String target;

    @BeforeAll
    static void startBroker() throws Exception {
        broker = KafkaBroker.start(log);
    }

    @AfterAll
    static void stopBroker() {
        broker.close();
    }

    /** An old topic with messages of which the group has read some, and its archive. */
    @BeforeEach
    void publish(TestInfo test) throws Exception {
        old = test.getTestMethod().orElseThrow().getName();
        target = old + "-again";
        String id = broker.create(old, PARTITIONS, Map.of("retention.ms", "-1"));
        broker.create(target, PARTITIONS + 1, Map.of("retention.ms", "-1"));
        try (KafkaProducer<byte[], byte[]> producer = broker.producer(Map.of())) {
            for (int number = 0; number < MESSAGES; number++) {
                Future<?> unused = producer.send(new ProducerRecord<>(
                        old,
                        null,
                        START.plusSeconds(number).toEpochMilli(),
                        bytes("key-" + number % 50),
                        bytes("" + number)));
            }
        }
        CommandRun.archiveBatches(
                folder.resolve("archive"),
                broker.records(old, "read_committed").stream()
                        .map(record -> message(record, id))
                        .toList());
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static String text(byte[] bytes) {
        return new String(bytes, StandardCharsets.UTF_8);
    }

    private static Message message(ConsumerRecord<byte[], byte[]> record, String id) {
        return Message.builder()
                .id(record.partition() + "-" + record.offset())
                .source(record.topic())
                .publishTime(Instant.ofEpochMilli(record.timestamp()))
                .position(new Position(id, Integer.toString(record.partition()), record.offset()))
                .orderingKey(text(record.key()))
                .payload(record.value())
                .build();
    }

    private static String address(String topic) {
        return "kafka://" + broker.servers() + "/" + topic;
    }

    private CommandRun replay() {
        CommandRun command = new CommandRun();
        int code = command.run(
                "replay",
                folder.resolve("archive").toString(),
                "--to",
                address(target),
                "--offset-map",
                map().toString(),
                "--yes");
        assertThat(code).as(command.err()).isZero();
        return command;
    }

    private Path map() {
        return folder.resolve("offsets.csv");
    }

    private static void commit(String group, String topic, Map<Integer, Long> offsets) throws Exception {
        Map<TopicPartition, OffsetAndMetadata> all = new HashMap<>();
        offsets.forEach(
                (partition, offset) -> all.put(new TopicPartition(topic, partition), new OffsetAndMetadata(offset)));
        try (Admin admin = Admin.create(Map.of("bootstrap.servers", broker.servers()))) {
            admin.alterConsumerGroupOffsets(group, all).all().get();
        }
    }

    private static Map<Integer, Long> committed(String group, String topic) throws Exception {
        try (Admin admin = Admin.create(Map.of("bootstrap.servers", broker.servers()))) {
            return admin.listConsumerGroupOffsets(group).partitionsToOffsetAndMetadata().get().entrySet().stream()
                    .filter(entry -> entry.getKey().topic().equals(topic))
                    .collect(Collectors.toMap(
                            entry -> entry.getKey().partition(),
                            entry -> entry.getValue().offset()));
        }
    }

    /** The payloads of a topic from these offsets on; in partitions without one, all. */
    private static List<String> readFrom(String topic, Map<Integer, Long> offsets) {
        return broker.records(topic, "read_committed").stream()
                .filter(record -> record.offset() >= offsets.getOrDefault(record.partition(), 0L))
                .map(record -> text(record.value()))
                .toList();
    }

    @Test
    void aGroupGoesOnWhereItWasAndMissesNothing() throws Exception {
        Map<Integer, Long> read = Map.of(0, 20L, 1, 41L);
        commit("billing-" + old, old, read);
        replay();
        assertThat(Files.readAllLines(map()))
                .hasSize(MESSAGES + 1)
                .startsWith("source,log,partition,offset,new_partition,new_offset")
                .element(1)
                .asString()
                .startsWith(old + "," + broker.topicId(old) + ",");

        CommandRun command = new CommandRun();
        String[] line = {
            "offsets", address(target), "--group", "billing-" + old, "--offset-map", map().toString(), "--source", old
        };
        assertThat(command.run(with(line, "--dry-run"))).as(command.err()).isZero();
        assertThat(command.out()).contains("partition 0: none -> ").contains("Nothing was changed.");
        assertThat(committed("billing-" + old, target)).isEmpty();
        assertThat(command.run(with(line, "--yes"))).as(command.err()).isZero();
        assertThat(command.out()).contains("The offsets are set.");

        Map<Integer, Long> set = committed("billing-" + old, target);
        assertThat(set).hasSize(PARTITIONS + 1);
        Set<String> unread = new TreeSet<>(readFrom(old, read));
        Set<String> again = new TreeSet<>(readFrom(target, set));
        assertThat(again).containsAll(unread);
        again.removeAll(unread);
        assertThat(command.out()
                        .lines()
                        .mapToInt(OffsetsCommandTest::readBefore)
                        .sum())
                .as("messages that come again")
                .isEqualTo(again.size());
        assertThat(set.values()).as("not simply from the beginning").anyMatch(offset -> offset > 0);
    }

    private static int readBefore(String line) {
        return line.endsWith(" already read") ? Integer.parseInt(line.replaceAll(".* ([0-9]+) already read", "$1")) : 0;
    }

    private static String[] with(String[] line, String... more) {
        List<String> all = new ArrayList<>(List.of(line));
        all.addAll(List.of(more));
        return all.toArray(String[]::new);
    }

    @Test
    void aGroupThatHasReadEverythingBeginsBehindIt() throws Exception {
        commit("all-" + old, old, Map.of(0, 1_000L, 1, 1_000L, 2, 1_000L));
        replay();
        CommandRun command = new CommandRun();
        assertThat(command.run(
                        "offsets",
                        address(target),
                        "--group",
                        "all-" + old,
                        "--offset-map",
                        map().toString(),
                        "--from",
                        address(old),
                        "--yes"))
                .as(command.err())
                .isZero();
        assertThat(readFrom(target, committed("all-" + old, target))).isEmpty();
    }

    /** A topic of the same name that was created again has other offsets. */
    @Test
    void offsetsOfADeletedTopicSayNothing() throws Exception {
        replay();
        broker.delete(old);
        await().ignoreExceptions().until(() -> broker.create(old, PARTITIONS, Map.of()) != null);
        commit("again-" + old, old, Map.of(0, 1_000L, 1, 1_000L, 2, 1_000L));
        CommandRun command = new CommandRun();
        assertThat(command.run(
                        "offsets",
                        address(target),
                        "--group",
                        "again-" + old,
                        "--offset-map",
                        map().toString(),
                        "--source",
                        old,
                        "--yes"))
                .as(command.err())
                .isZero();
        assertThat(readFrom(target, committed("again-" + old, target))).hasSize(MESSAGES);
    }

    @Test
    void aGroupIsSetToAPointInTime() throws Exception {
        CommandRun command = new CommandRun();
        Instant time = START.plusSeconds(200);
        assertThat(command.run("offsets", address(old), "--group", "time-" + old, "--at", time.toString(), "--yes"))
                .as(command.err())
                .isZero();
        assertThat(readFrom(old, committed("time-" + old, old)))
                .containsExactlyInAnyOrderElementsOf(IntStream.range(200, MESSAGES)
                        .mapToObj(Integer::toString)
                        .toList());
        assertThat(command.run(
                        "offsets", address(old), "--group", "time-" + old, "--at", "2026-12-31", "--yes", "--json"))
                .isZero();
        assertThat(command.bytesAsText()).contains("\"set\":true").contains("\"readBefore\":0");
        assertThat(readFrom(old, committed("time-" + old, old))).isEmpty();
    }

    @Test
    void aGroupWithMembersIsRefused() throws Exception {
        Map<String, Object> properties = Map.of(
                "bootstrap.servers", broker.servers(), "group.id", "busy-" + old, "auto.offset.reset", "earliest");
        try (KafkaConsumer<byte[], byte[]> consumer =
                new KafkaConsumer<>(properties, new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
            consumer.subscribe(List.of(old));
            while (consumer.assignment().isEmpty()) {
                consumer.poll(Duration.ofMillis(100));
            }
            CommandRun command = new CommandRun();
            assertThat(command.run("offsets", address(old), "--group", "busy-" + old, "--at", "now", "--yes"))
                    .isEqualTo(1);
            assertThat(command.err()).contains("the group has 1 active member; stop its consumers");
        }
    }

    @Test
    void nothingIsSetWithoutAYes() throws Exception {
        CommandRun command = new CommandRun(true, "n\n", Map.of());
        assertThat(command.run("offsets", address(old), "--group", "no-" + old, "--at", "2020-01-01"))
                .isEqualTo(1);
        assertThat(command.err()).contains("Set group no-" + old + " to these offsets? [y/N]");
        assertThat(command.out()).contains("Nothing was changed.");
        assertThat(committed("no-" + old, old)).isEmpty();
        CommandRun typed = new CommandRun(true, "y\n", Map.of());
        assertThat(typed.run("offsets", address(old), "--group", "no-" + old, "--at", "2020-01-01"))
                .isZero();
        assertThat(committed("no-" + old, old)).containsOnlyKeys(0, 1, 2);
    }

    @Test
    void whatCannotBeIsAWrongCommandLine() throws Exception {
        assertWrong("--offset-map FILE or --at TIME", "offsets", address(old), "--group", "g", "--yes");
        assertWrong("there is no terminal for the question", "offsets", address(old), "--group", "g", "--at", "now");
        assertWrong("kafka://host:9092/topic", "offsets", "https://host/x", "--group", "g", "--at", "now", "--yes");
        Files.writeString(map(), "a,b\n");
        commit("g-" + old, old, Map.of(0, 1L));
        String[] line = {"offsets", address(old), "--group", "g-" + old, "--offset-map", map().toString(), "--yes"};
        assertWrong("is not an offset map", line);
        Files.writeString(map(), "source,log,partition,offset,new_partition,new_offset\nother,x,0,1,0,2\n");
        assertWrong("has no rows for the source " + old + "; it has other", line);
        Files.writeString(map(), "source,log,partition,offset,new_partition,new_offset\n" + old + ",,0,1,x,2\n");
        assertWrong("line 2: not a row", line);
        line[3] = "nobody";
        assertWrong("has committed no offsets", line);
    }

    private static void assertWrong(String reason, String... line) {
        CommandRun command = new CommandRun();
        assertThat(command.run(line)).as(command.err()).isEqualTo(64);
        assertThat(command.err()).contains(reason);
    }
}
