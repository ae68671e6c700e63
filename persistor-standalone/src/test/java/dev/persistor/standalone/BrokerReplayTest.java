package dev.persistor.standalone;

import static org.assertj.core.api.Assertions.assertThat;

import dev.persistor.core.message.Message;
import dev.persistor.core.message.Position;
import dev.persistor.testkit.azure.AmqpMessage;
import dev.persistor.testkit.azure.AmqpServer;
import dev.persistor.testkit.azure.ServiceBusManagement;
import dev.persistor.testkit.gcp.PubSubServer;
import dev.persistor.testkit.kafka.KafkaBroker;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** One archive replayed to each broker, by its own client over a socket: what comes out is what went in. */
class BrokerReplayTest {

    private static final int MESSAGES = 2_000;

    private final List<Message> messages = CommandRun.messages("orders", 0, MESSAGES);
    private @TempDir Path folder;
    private String store;

    /** What is looked at of a message that has arrived. */
    private record Seen(String payload, String kind, String key, String id) {

        static Seen of(Message message) {
            return new Seen(
                    StandardCharsets.UTF_8.decode(message.payload()).toString(),
                    message.attributes().text("kind").orElse(""),
                    message.orderingKey().orElse(""),
                    message.id());
        }
    }

    @BeforeEach
    void archive() {
        CommandRun.archiveBatches(folder.resolve("archive"), messages);
        store = folder.resolve("archive").toUri().toString();
    }

    private void replay(String target, Map<String, String> environment) {
        CommandRun command = new CommandRun(false, "", environment);
        int exitCode = command.run(
                "replay",
                store,
                "--to",
                target,
                "--yes",
                "--failed",
                folder.resolve("failed").toString());
        assertThat(exitCode).as(command.err()).isZero();
        assertThat(command.out()).contains("published                          2,000");
    }

    private void assertComplete(List<Seen> arrived) {
        assertThat(arrived)
                .containsExactlyInAnyOrderElementsOf(
                        messages.stream().map(Seen::of).toList());
        for (String key : List.of("key-1", "key-2")) {
            assertThat(numbers(arrived, key)).as(key).isSorted();
        }
    }

    private static Stream<Integer> numbers(List<Seen> arrived, String key) {
        return arrived.stream()
                .filter(message -> message.key.equals(key))
                .map(message -> Integer.valueOf(message.payload.substring("payload ".length())));
    }

    @Test
    void toPubSub() throws Exception {
        try (PubSubServer server = PubSubServer.start(Clock.systemUTC())) {
            server.createTopic("project", "recovered");
            replay("pubsub://project/recovered", Map.of("PUBSUB_EMULATOR_HOST", server.emulatorHost()));
            assertComplete(server.published("project", "recovered").stream()
                    .map(message -> new Seen(
                            message.getData().toStringUtf8(),
                            message.getAttributesOrDefault("kind", ""),
                            message.getOrderingKey(),
                            message.getAttributesOrDefault("persistor-original-id", "")))
                    .toList());
        }
    }

    @Test
    void toServiceBus() throws Exception {
        try (AmqpServer server = AmqpServer.start()) {
            server.queue("recovered");
            replay(
                    "servicebus://127.0.0.1/recovered",
                    Map.of("PERSISTOR_SERVICEBUS_CONNECTION_STRING", server.connectionString()));
            assertComplete(server.messages("recovered").stream()
                    .map(message -> seen(message, message.properties().get("group-id")))
                    .toList());
        }
    }

    @Test
    void aQueueThatDropsKnownIdsIsWarnedOfAndNewIdsAreTheSameAfterAKill() throws Exception {
        try (AmqpServer server = AmqpServer.start();
                ServiceBusManagement management = ServiceBusManagement.of(server)) {
            server.queue("recovered").detectDuplicates("recovered", Duration.ofMinutes(10));
            Map<String, String> environment = Map.of(
                    "PERSISTOR_SERVICEBUS_CONNECTION_STRING", server.connectionString(),
                    "PERSISTOR_SERVICEBUS_EMULATOR_MANAGEMENT",
                            management.address().toString());
            String to = "servicebus://127.0.0.1/recovered";
            replay(to, environment);
            CommandRun plan = new CommandRun(false, "", environment);
            assertThat(plan.run("replay", store, "--to", to, "--dry-run")).isZero();
            assertThat(plan.out()).contains("warnings                               1", "recovered detects duplicates");
            assertThat(plan.run("replay", store, "--to", to, "--dry-run", "--new-ids"))
                    .isZero();
            assertThat(plan.out()).doesNotContain("warnings");

            Path checkpoint = folder.resolve("checkpoint");
            CommandRun begun = newIds(to, checkpoint, environment, "--limit", "1");
            assertThat(begun.out()).contains("published                              1");
            Path early = Files.copy(checkpoint, folder.resolve("early"));
            newIds(to, checkpoint, environment);
            assertThat(server.messages("recovered")).hasSize(2 * MESSAGES);
            // As after a stop of the machine: what was noted last is lost.
            Files.copy(early, checkpoint, StandardCopyOption.REPLACE_EXISTING);
            assertThat(newIds(to, checkpoint, environment).out()).contains("published                          1,999");
            assertThat(server.messages("recovered")).hasSize(2 * MESSAGES);
            Files.delete(checkpoint);
            newIds(to, checkpoint, environment);
            assertThat(server.messages("recovered")).as("another replay").hasSize(3 * MESSAGES);
        }
    }

    private CommandRun newIds(String to, Path checkpoint, Map<String, String> environment, String... more) {
        CommandRun command = new CommandRun(false, "", environment);
        List<String> line = new ArrayList<>(List.of("replay", store, "--to", to, "--yes", "--new-ids", "--checkpoint"));
        line.add(checkpoint.toString());
        line.addAll(List.of(more));
        assertThat(command.run(line.toArray(String[]::new))).as(command.err()).isZero();
        return command;
    }

    @Test
    void toEventHubs() throws Exception {
        try (AmqpServer server = AmqpServer.start()) {
            server.hub("recovered", 3);
            replay(
                    "eventhubs://127.0.0.1/recovered",
                    Map.of("PERSISTOR_EVENTHUBS_CONNECTION_STRING", server.connectionString()));
            assertComplete(server.messages("recovered").stream()
                    .map(message -> seen(message, message.annotations().get("x-opt-partition-key")))
                    .toList());
        }
    }

    @Test
    void toKafka() throws Exception {
        try (KafkaBroker broker = KafkaBroker.start(Files.createDirectory(folder.resolve("broker")))) {
            broker.create("recovered-orders", 3, Map.of("retention.ms", "-1"));
            String target = "kafka://" + broker.servers() + "/recovered-{source}";
            CommandRun plan = new CommandRun(false, "", Map.of());
            assertThat(plan.run("replay", store, "--to", target, "--dry-run"))
                    .as(plan.err())
                    .isZero();
            assertThat(plan.out())
                    .contains("2,000 of orders to kafka://" + broker.servers() + "/recovered-orders")
                    .contains("target cannot hold        nothing");

            replay(target, Map.of());
            assertComplete(broker.records("recovered-orders", "read_committed").stream()
                    .map(BrokerReplayTest::seen)
                    .toList());
            assertThat(broker.records("recovered-orders", "read_committed"))
                    .extracting(ConsumerRecord::timestamp)
                    .containsExactlyInAnyOrderElementsOf(messages.stream()
                            .map(message -> message.publishTime().toEpochMilli())
                            .toList());
        }
    }

    @Test
    void originalPartitionsOfKafkaNeedAsManyBeforeAnythingIsPublished() throws Exception {
        Path positioned = folder.resolve("positioned");
        CommandRun.archiveBatches(
                positioned,
                messages.stream()
                        .map(message -> message.toBuilder()
                                .position(new Position(
                                        message.equals(messages.get(MESSAGES - 1)) ? "5" : "0",
                                        messages.indexOf(message)))
                                .build())
                        .toList());
        try (KafkaBroker broker = KafkaBroker.start(Files.createDirectory(folder.resolve("broker")))) {
            broker.create("few", 5, Map.of("retention.ms", "-1"));
            String target = "kafka://" + broker.servers() + "/few";
            CommandRun command = new CommandRun(false, "", Map.of());
            String[] line = {"replay", positioned.toString(), "--to", target, "--partition", "original", "--yes"};
            assertThat(command.run(line)).isEqualTo(1);
            assertThat(command.err()).contains("it is 5, and " + target + " has 5 partitions; add partitions");
            assertThat(broker.records("few", "read_uncommitted")).isEmpty();

            broker.grow("few", 6);
            assertThat(new CommandRun(false, "", Map.of()).run(line)).isZero();
            assertThat(broker.records("few", "read_uncommitted"))
                    .filteredOn(record -> record.partition() == 5)
                    .hasSize(1);
        }
    }

    private static Seen seen(ConsumerRecord<byte[], byte[]> record) {
        return new Seen(
                text(record.value()),
                text(record.headers().lastHeader("kind").value()),
                record.key() == null ? "" : text(record.key()),
                text(record.headers().lastHeader("persistor-original-id").value()));
    }

    private static String text(byte[] bytes) {
        return new String(bytes, StandardCharsets.UTF_8);
    }

    private static Seen seen(AmqpMessage message, @Nullable Object key) {
        return new Seen(
                new String(message.bytes(), StandardCharsets.UTF_8),
                text(message.applicationProperties().get("kind")),
                text(key),
                text(message.applicationProperties().get("persistor-original-id")));
    }

    private static String text(@Nullable Object value) {
        return Objects.toString(value, "");
    }
}
