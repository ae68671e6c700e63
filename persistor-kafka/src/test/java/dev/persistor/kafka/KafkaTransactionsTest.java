package dev.persistor.kafka;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.persistor.core.message.Message;
import dev.persistor.core.replay.MessagePublishers;
import dev.persistor.core.replay.PublishException;
import dev.persistor.core.replay.Published;
import dev.persistor.core.replay.TargetAddress;
import dev.persistor.core.replay.Transactions;
import dev.persistor.testkit.kafka.KafkaBroker;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What a transaction published is there as a whole, with its number, or not at all. */
@Timeout(120)
class KafkaTransactionsTest {

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
    void createTopic(TestInfo test) throws Exception {
        topic = test.getTestMethod().orElseThrow().getName();
        broker.create(topic, 3, Map.of());
    }

    private Transactions open() {
        return open(topic, "checkpoint-1");
    }

    private static Transactions open(String to, String progress) {
        return MessagePublishers.openTransactions(
                TargetAddress.parse("kafka://" + broker.servers() + "/" + to), "replay to " + to, progress, Map.of());
    }

    private static List<Message> messages(int from, int to) {
        return IntStream.range(from, to)
                .mapToObj(number -> message(number, "orders"))
                .toList();
    }

    private static Message message(int number, String source) {
        return Message.builder()
                .id(Integer.toString(number))
                .source(source)
                .publishTime(Instant.now())
                .orderingKey("key-" + number % 7)
                .payload(Integer.toString(number).getBytes(StandardCharsets.UTF_8))
                .build();
    }

    private static List<String> committed(String topic) {
        return broker.records(topic, "read_committed").stream()
                .map(record -> new String(record.value(), StandardCharsets.UTF_8))
                .sorted()
                .toList();
    }

    private static String[] numbers(int from, int to) {
        return IntStream.range(from, to).mapToObj(Integer::toString).toArray(String[]::new);
    }

    @Test
    void whatIsCommittedIsThereWithItsNumberAndWhatIsNotIsNot() {
        try (Transactions transactions = open()) {
            assertThat(transactions.committed()).isEmpty();
            List<Published> answers = transactions.send(messages(0, 10));
            assertThat(answers).hasSize(10).allMatch(answer -> answer.position().isPresent());
            assertThat(committed(topic)).as("before the commit").isEmpty();
            transactions.commit(1);
            transactions.send(messages(10, 20));
            transactions.commit(7);
            transactions.send(messages(20, 30));
            // As a kill does, this leaves the last one open.
        }
        try (Transactions again = open()) {
            assertThat(again.committed()).hasValue(7);
            again.send(messages(30, 31));
            again.commit(8);
        }
        assertThat(committed(topic))
                .containsExactlyInAnyOrder(IntStream.concat(IntStream.range(0, 20), IntStream.of(30))
                        .mapToObj(Integer::toString)
                        .toArray(String[]::new));
        try (Transactions other = open(topic, "checkpoint-2")) {
            assertThat(other.committed()).as("of another checkpoint").isEmpty();
        }
    }

    /** Where a group has no offset later, the brokers have forgotten it. */
    @Test
    void theBrokersKnowNumberZeroBeforeTheFirstTransactionIsCommitted() {
        try (Transactions transactions = open()) {
            transactions.send(messages(0, 10));
        }
        try (Transactions again = open()) {
            assertThat(again.committed()).hasValue(0);
        }
        assertThat(committed(topic)).isEmpty();
    }

    @Test
    void theSameReplayTakesOver() {
        try (Transactions first = open()) {
            first.send(messages(0, 5));
            try (Transactions second = open(topic, "checkpoint-2")) {
                second.send(messages(5, 10));
                second.commit(1);
                assertThatExceptionOfType(PublishException.class)
                        .isThrownBy(() -> first.commit(1))
                        .withMessageContaining("another replay of the same messages to the same target has started");
                second.send(messages(10, 15));
                second.commit(2);
            }
        }
        assertThat(committed(topic)).containsExactlyInAnyOrder(numbers(5, 15));
    }

    @Test
    void aRefusedMessageEndsTheTransactionAndAnotherMayBegin() throws Exception {
        broker.create(topic + "-compact", 1, Map.of("cleanup.policy", "compact"));
        List<Message> messages = List.of(
                message(0, "orders"),
                message(1, "orders").toBuilder().orderingKey(null).build(),
                message(2, "orders"));
        try (Transactions transactions = open(topic + "-compact", "checkpoint")) {
            Transactions.RefusedException refused =
                    catchThrowableOfType(Transactions.RefusedException.class, () -> transactions.send(messages));
            // The broker refuses the batch, and does not say which of its records it means.
            assertThat(refused.index()).isBetween(0, 1);
            assertThat(refused.reason()).hasMessageContaining("INVALID_RECORD").hasMessageContaining(topic);
            refused = catchThrowableOfType(
                    Transactions.RefusedException.class, () -> transactions.send(messages.subList(1, 2)));
            assertThat(refused.index()).isZero();
            Message large = message(3, "orders").toBuilder()
                    .payload(new byte[2_000_000])
                    .build();
            refused = catchThrowableOfType(
                    Transactions.RefusedException.class, () -> transactions.send(List.of(messages.get(0), large)));
            assertThat(refused.index()).isEqualTo(1);
            assertThat(refused.reason()).hasMessageContaining("larger than the 1048588 bytes");
            transactions.send(List.of(messages.get(0), messages.get(2)));
            transactions.commit(1);
        }
        assertThat(committed(topic + "-compact")).containsExactly("0", "2");
    }

    @Test
    void eachSourceHasItsTopicInOneTransaction() throws Exception {
        broker.create(topic + "-orders", 1, Map.of());
        broker.create(topic + "-clicks", 1, Map.of());
        try (Transactions transactions = open(topic + "-{source}", "checkpoint")) {
            transactions.send(List.of(message(0, "orders"), message(1, "clicks")));
            transactions.commit(1);
            transactions.send(List.of(message(2, "clicks"), message(3, "orders")));
            transactions.commit(2);
            assertThatExceptionOfType(Transactions.RefusedException.class)
                    .isThrownBy(() -> transactions.send(List.of(message(4, "orders"), message(5, "missing"))))
                    .satisfies(refused -> assertThat(refused.index()).isEqualTo(1));
        }
        try (Transactions again = open(topic + "-{source}", "checkpoint")) {
            assertThat(again.committed()).hasValue(2);
        }
        assertThat(committed(topic + "-orders")).containsExactly("0", "3");
        assertThat(committed(topic + "-clicks")).containsExactly("1", "2");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> MessagePublishers.openTransactions(
                        TargetAddress.parse("kafka://{source}:9092/orders"), "replay", "checkpoint", Map.of()));
    }

    @Test
    void otherTargetsHaveNone() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> MessagePublishers.openTransactions(
                        TargetAddress.parse("https://host/in"), "replay", "checkpoint", Map.of()))
                .withMessageContaining("do not support transactions");
    }
}
