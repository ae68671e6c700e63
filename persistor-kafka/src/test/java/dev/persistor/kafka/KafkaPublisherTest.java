package dev.persistor.kafka;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.persistor.core.message.AttributeValue;
import dev.persistor.core.message.Attributes;
import dev.persistor.core.message.BrokerProperties;
import dev.persistor.core.message.Message;
import dev.persistor.core.message.Position;
import dev.persistor.core.replay.MessagePublisher;
import dev.persistor.core.replay.MessagePublishers;
import dev.persistor.core.replay.PublishException;
import dev.persistor.core.replay.Published;
import dev.persistor.core.replay.TargetAddress;
import dev.persistor.testkit.MessageGenerator;
import dev.persistor.testkit.kafka.KafkaBroker;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Future;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What was captured from Kafka comes out of a replay into Kafka as the same record. */
@Timeout(120)
class KafkaPublisherTest {

    private static final int PARTITIONS = 5;
    private static final Map<String, String> FOR_EVER = Map.of("retention.ms", "-1");

    private static @TempDir Path folder;
    private static KafkaBroker broker;

    private String topic;

    @BeforeAll
    static void startBroker() throws Exception {
        broker = KafkaBroker.start(folder);
    }

    @AfterAll
    static void stopBroker() {
        broker.close();
    }

    @BeforeEach
    void name(TestInfo test) {
        topic = test.getTestMethod().orElseThrow().getName();
    }

    private static MessagePublisher open(String target) {
        return MessagePublishers.open(TargetAddress.parse("kafka://" + broker.servers() + "/" + target), Map.of());
    }

    private static List<Published> publish(MessagePublisher publisher, List<Message> messages) throws Exception {
        List<CompletableFuture<Published>> futures = new ArrayList<>();
        for (Message message : messages) {
            futures.add(publisher.publish(message));
        }
        return futures.stream().map(CompletableFuture::join).toList();
    }

    private static List<Message> captured(String from) throws Exception {
        String log = broker.topicId(from);
        KafkaMessages messages = new KafkaMessages(Optional.empty());
        return broker.records(from, "read_committed").stream()
                .map(record -> messages.message(record, log, OptionalLong.of(0)))
                .toList();
    }

    private static Message.Builder message(String id) {
        return Message.builder().id(id).source("orders").publishTime(Instant.now());
    }

    /** What a record is, with bytes that can be compared. */
    private record Seen(int partition, long time, String key, String value, List<String> headers) {

        static Seen of(ConsumerRecord<byte[], byte[]> record) {
            List<String> headers = new ArrayList<>();
            for (Header header : record.headers()) {
                headers.add(header.key() + "=" + text(header.value()));
            }
            return new Seen(record.partition(), record.timestamp(), text(record.key()), text(record.value()), headers);
        }

        private static String text(byte @Nullable [] bytes) {
            return bytes == null ? "null" : "[" + new String(bytes, StandardCharsets.ISO_8859_1) + "]";
        }
    }

    private static List<Seen> seen(String topic) {
        return broker.records(topic, "read_committed").stream().map(Seen::of).toList();
    }

    /** Sends records of every kind: keys and headers of any bytes, none and empty ones, tombstones, and times long ago. */
    private void sendAnything(int seed) throws Exception {
        Random random = new Random(seed);
        MessageGenerator generator = new MessageGenerator(seed);
        try (KafkaProducer<byte[], byte[]> producer = broker.producer(Map.of())) {
            for (int i = 0; i < 500; i++) {
                RecordHeaders headers = new RecordHeaders();
                for (int h = random.nextInt(5); h > 0; h--) {
                    headers.add("name-" + random.nextInt(2), anything(random, generator));
                }
                byte[] key = random.nextInt(4) == 0 ? null : new byte[] {(byte) random.nextInt(256), 'k'};
                Future<?> unused = producer.send(new ProducerRecord<>(
                        topic, null, (long) random.nextInt(1_000_000), key, anything(random, generator), headers));
            }
            Future<?> unused = producer.send(new ProducerRecord<>(topic, null, 5L, new byte[0], new byte[0]));
        }
    }

    private static byte @Nullable [] anything(Random random, MessageGenerator generator) {
        return switch (random.nextInt(4)) {
            case 0 -> null;
            case 1 -> new byte[0];
            case 2 -> generator.bytes(1 + random.nextInt(50));
            default -> "h\u00e9 \uFFFD".getBytes(StandardCharsets.UTF_8);
        };
    }

    @Test
    void everyRecordComesBackAsItWasInItsOwnPartition() throws Exception {
        broker.create(topic, PARTITIONS, FOR_EVER);
        broker.create(topic + "-again", PARTITIONS + 1, FOR_EVER);
        sendAnything(7);
        List<Message> messages = captured(topic);
        try (MessagePublisher publisher = open(topic + "-again?partition=original")) {
            messages.forEach(publisher::check);
            assertThat(messages)
                    .allSatisfy(message -> assertThat(publisher.losses(message)).isEmpty());
            publish(publisher, messages);
        }
        assertThat(seen(topic + "-again")).as("seed 7").isEqualTo(seen(topic));
    }

    /** The producer of the records chose the partitions of keys, and so does the replay. */
    @Test
    void aKeyGoesToThePartitionThatKafkasClientsChoose() throws Exception {
        broker.create(topic, PARTITIONS, FOR_EVER);
        broker.create(topic + "-again", PARTITIONS, FOR_EVER);
        sendAnything(8);
        List<Message> messages = captured(topic);
        List<Published> answers;
        try (MessagePublisher publisher = open(topic + "-again")) {
            answers = publish(publisher, messages);
        }
        assertThat(seen(topic + "-again").stream().filter(seen -> !seen.key.equals("null")))
                .as("seed 8")
                .containsExactlyElementsOf(seen(topic).stream()
                        .filter(seen -> !seen.key.equals("null"))
                        .toList());
        String log = broker.topicId(topic + "-again");
        assertThat(answers)
                .allSatisfy(answer ->
                        assertThat(answer.position().orElseThrow().log()).isEqualTo(log))
                .doesNotHaveDuplicates();
        assertThat(answers.get(0).id()).hasValueSatisfying(id -> assertThat(id).matches("[0-4]-[0-9]+"));
    }

    @Test
    void aTopicWithTooFewPartitionsIsRefusedWithWhatToDo() throws Exception {
        broker.create(topic, 2, FOR_EVER);
        Message message = message("7-1").position(new Position("7", 1)).build();
        try (MessagePublisher publisher = open(topic + "?partition=original")) {
            publisher.check(message("1-1").position(new Position("1", 1)).build());
            assertThatExceptionOfType(PublishException.class)
                    .isThrownBy(() -> publisher.check(message))
                    .withMessageContaining("it is 7")
                    .withMessageContaining("has 2 partitions; add partitions to the topic, or remove");
            assertThatExceptionOfType(PublishException.class)
                    .isThrownBy(() -> publisher.check(message("1").build()))
                    .withMessageContaining("it has no numbered partition");
        }
    }

    @Test
    void whatATopicDoesNotTakeIsToldAndFailsAlone() throws Exception {
        broker.create(topic, 1, Map.of("cleanup.policy", "compact"));
        Message keyless = message("keyless").build();
        List<Message> messages = List.of(
                message("a").orderingKey("k").build(),
                keyless,
                message("b").orderingKey("k").build());
        try (MessagePublisher publisher = open(topic)) {
            assertThat(publisher.losses(keyless)).singleElement().asString().contains("is compacted");
            CompletableFuture<Published> refused = publisher.publish(keyless);
            assertThat(refused.handle((answer, failure) -> String.valueOf(failure))
                            .join())
                    .contains("publish")
                    .contains("INVALID_RECORD");
            publish(publisher, List.of(messages.get(0), messages.get(2)));
        }
        assertThat(seen(topic)).hasSize(2);
    }

    @Test
    void whatTheTopicWouldNotKeepIsTold() throws Exception {
        broker.create(topic, 1, Map.of("message.timestamp.before.max.ms", "1000"));
        broker.create(topic + "-short", 1, Map.of("retention.ms", "1000"));
        broker.create(topic + "-stamps", 1, Map.of("message.timestamp.type", "LogAppendTime"));
        Message old = message("old")
                .publishTime(Instant.parse("2020-01-01T00:00:00Z"))
                .build();
        assertThat(losses(topic, old)).contains("older than topic");
        assertThat(losses(topic + "-short", old)).contains("retention.ms").contains("delete it at once");
        assertThat(losses(topic + "-stamps", old)).contains("LogAppendTime");
        assertThat(losses(topic, message("large").payload(new byte[2_000_000]).build()))
                .contains("1048588 bytes");
    }

    private static String losses(String target, Message message) {
        try (MessagePublisher publisher = open(target)) {
            return String.join("; ", publisher.losses(message));
        }
    }

    @Test
    void whatOtherBrokersSaidGoesIntoHeaders() throws Exception {
        broker.create(topic, 1, FOR_EVER);
        Message message = message("1")
                .attributes(Attributes.builder().add("n", AttributeValue.of(5)).build())
                .brokerProperties(Attributes.builder()
                        .add(BrokerProperties.CONTENT_TYPE, "text/plain")
                        .add(BrokerProperties.OFFSET, "17")
                        .build())
                .build();
        try (MessagePublisher publisher = open(topic)) {
            assertThat(publisher.losses(message)).containsExactly("attribute n: int becomes text");
            publish(publisher, List.of(message));
        }
        assertThat(seen(topic).get(0).headers).containsExactly("n=[5]", "persistor-broker-contentType=[text/plain]");
    }

    @Test
    void eachSourceGoesToItsOwnTopic() throws Exception {
        broker.create(topic + "-orders", 1, FOR_EVER);
        broker.create(topic + "-clicks", 1, FOR_EVER);
        try (MessagePublisher publisher = open(topic + "-{source}")) {
            publish(
                    publisher,
                    List.of(message("1").build(), message("2").source("clicks").build()));
            CompletableFuture<Published> missing =
                    publisher.publish(message("3").source("missing").build());
            assertThat(missing.handle((answer, failure) -> String.valueOf(failure))
                            .join())
                    .contains(topic + "-missing: the topic or partition does not exist; create it first");
        }
        assertThat(seen(topic + "-orders")).hasSize(1);
        assertThat(seen(topic + "-clicks")).hasSize(1);
    }

    @Test
    void anAddressOrPropertyThatCannotWorkIsRefusedWithoutItsSecrets() {
        for (String address : List.of(
                "kafka://user:s3cret@host:9092/t",
                "kafka://u:s3cret@host:9092,other:9092/t",
                "kafka://host/t",
                "kafka://host:9092",
                "kafka://host:9092/a/b",
                "kafka://host:9092/t?s3cret=1")) {
            assertThatIllegalArgumentException()
                    .as(address)
                    .isThrownBy(() -> MessagePublishers.open(TargetAddress.parse(address), Map.of()))
                    .withMessageNotContaining("s3cret");
        }
        for (String properties : List.of("acks=1", "transactional.id=s3cret", "group.id=s3cret", "s3cret")) {
            assertThatIllegalArgumentException()
                    .as(properties)
                    .isThrownBy(() -> MessagePublishers.open(
                            TargetAddress.parse("kafka://host:9092/t"),
                            Map.of("PERSISTOR_KAFKA_PROPERTIES", properties)))
                    .withMessageContaining("PERSISTOR_KAFKA_PROPERTIES")
                    .withMessageNotContaining("s3cret");
        }
        assertThatExceptionOfType(PublishException.class)
                .isThrownBy(() -> MessagePublishers.open(
                        TargetAddress.parse("kafka://host:9092/t"),
                        Map.of("PERSISTOR_KAFKA_PROPERTIES", "security.protocol=s3cret")))
                .withMessageContaining("PERSISTOR_KAFKA_PROPERTIES")
                .withMessageNotContaining("s3cret");
    }
}
