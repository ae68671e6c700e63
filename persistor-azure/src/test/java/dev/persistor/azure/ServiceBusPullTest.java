package dev.persistor.azure;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.azure.messaging.servicebus.ServiceBusClientBuilder;
import com.azure.messaging.servicebus.ServiceBusMessage;
import com.azure.messaging.servicebus.ServiceBusMessageBatch;
import com.azure.messaging.servicebus.ServiceBusSenderClient;
import dev.persistor.core.capture.Capture;
import dev.persistor.core.config.SettingsException;
import dev.persistor.core.message.AttributeValue;
import dev.persistor.core.message.BrokerProperties;
import dev.persistor.core.message.Message;
import dev.persistor.core.message.Position;
import dev.persistor.core.pull.PullLimits;
import dev.persistor.core.pull.PullReport;
import dev.persistor.core.pull.StopReason;
import dev.persistor.core.store.BlobStore;
import dev.persistor.core.store.memory.MemoryDriver;
import dev.persistor.testkit.FaultyBlobDriver;
import dev.persistor.testkit.azure.AmqpMessage;
import dev.persistor.testkit.azure.AmqpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.qpid.proton.amqp.Binary;
import org.apache.qpid.proton.amqp.messaging.AmqpSequence;
import org.apache.qpid.proton.amqp.messaging.AmqpValue;
import org.apache.qpid.proton.amqp.messaging.Data;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a queue has is pulled by Azure's own client. */
@Execution(ExecutionMode.CONCURRENT)
@Timeout(120)
class ServiceBusPullTest {

    private final MemoryDriver driver = new MemoryDriver();
    private final BlobStore memory = BlobStore.over(driver);
    private final FaultyBlobDriver store = FaultyBlobDriver.over(driver);
    private AmqpServer server;

    @BeforeEach
    void start() throws IOException {
        server = AmqpServer.start().queue("orders");
    }

    @AfterEach
    void stop() {
        server.close();
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void allSectionsOfABodyAreArchived(boolean sessions) {
        Data first = new Data(new Binary(new byte[] {1, 2}));
        Data second = new Data(new Binary(new byte[] {3}));
        AmqpSequence one = new AmqpSequence(List.of(1, "a"));
        AmqpSequence two = new AmqpSequence(List.of(2));
        AmqpValue nothing = new AmqpValue(null);
        server.place("orders", AmqpSample.of(AmqpSample.properties(), first, second, first))
                .place("orders", AmqpSample.of(AmqpSample.properties(), one, two))
                .place("orders", AmqpSample.of(AmqpSample.properties(), nothing));
        String[] setting = {"PERSISTOR_SERVICE_BUS_SESSIONS", Boolean.toString(sessions)};
        assertThat(runUntil(3, setting).persisted()).isEqualTo(3);
        assertThat(run(setting).received()).isZero();
        assertThat(StoredMessages.in(memory))
                .extracting(message -> message.brokerProperties()
                        .text(BrokerProperties.AMQP_BODY)
                        .orElse("none"))
                .containsExactlyInAnyOrder("data-sections:2,1,2", "sequence", "value");
        assertThat(StoredMessages.in(memory))
                .extracting(message -> {
                    byte[] payload = new byte[message.payloadSize()];
                    message.payload().get(payload);
                    return payload;
                })
                .containsExactlyInAnyOrder(
                        new byte[] {1, 2, 3, 1, 2}, AmqpSample.of(one, two), AmqpCodec.encode(nothing));
    }

    private PullReport run(String... more) {
        Map<String, String> environment = new HashMap<>(Map.of(
                "PERSISTOR_STORE", "mem:///",
                "PERSISTOR_FORMAT", "jsonl",
                "PERSISTOR_BATCH_MESSAGES", "100",
                "PERSISTOR_BATCH_LINGER", "50ms",
                "PERSISTOR_RETRY_DEADLINE", "1ms",
                "PERSISTOR_PULL_IDLE", "1s",
                "SERVICE_BUS_QUEUE", "orders",
                "SERVICE_BUS_CONNECTION", server.connectionString()));
        for (int i = 0; i < more.length; i += 2) {
            environment.put(more[i], more[i + 1]);
        }
        Capture capture = StoredMessages.capture(BlobStore.over(store), environment);
        return ServiceBusPull.archive(capture, PullLimits.of(capture.settings()), environment);
    }

    /** Runs until so many have come, and is in no hurry for the first: a busy machine takes its time to connect. */
    private PullReport runUntil(int messages, String... more) {
        List<String> settings = new ArrayList<>(List.of(more));
        settings.addAll(List.of("PERSISTOR_PULL_MESSAGES", Integer.toString(messages), "PERSISTOR_PULL_IDLE", "1m"));
        return run(settings.toArray(String[]::new));
    }

    private void send(int count) {
        try (ServiceBusSenderClient sender = sender().queueName("orders").buildClient()) {
            send(sender, count, number -> null);
        }
    }

    private ServiceBusClientBuilder.ServiceBusSenderClientBuilder sender() {
        return AmqpClients.serviceBus(server).sender();
    }

    private interface SessionOf {
        @Nullable
        String number(int number);
    }

    private static void send(ServiceBusSenderClient sender, int count, SessionOf session) {
        for (int first = 0; first < count; first += 100) {
            ServiceBusMessageBatch batch = sender.createMessageBatch();
            IntStream.range(first, Math.min(count, first + 100))
                    .forEach(number -> assertThat(batch.tryAddMessage(message(number, session)))
                            .isTrue());
            sender.sendMessages(batch);
        }
    }

    private static ServiceBusMessage message(int number, SessionOf session) {
        byte[] payload = new byte[number % 300];
        new Random(number).nextBytes(payload);
        return new ServiceBusMessage(payload).setMessageId("m-" + number).setSessionId(session.number(number));
    }

    private void assertArchivedOnce(String entity) {
        List<AmqpMessage> sent = server.messages(entity);
        Map<String, byte[]> expected = new HashMap<>();
        sent.forEach(message -> expected.put(Long.toString(message.sequenceNumber()), message.bytes()));
        StoredMessages.assertOnce(expected, memory);
    }

    private void assertNothingIsLeft(String... settings) {
        assertThat(run(settings).received()).isZero();
    }

    /** Again and again, because the broker is faster than the client only when that is warm. */
    @RepeatedTest(5)
    void aRunArchivesWhatWaitsAndEmptiesTheQueue() {
        send(1_000);
        PullReport report = run("PERSISTOR_PULL_IDLE", "3s");
        assertThat(report.received()).isEqualTo(1_000);
        assertThat(report.persisted()).isEqualTo(1_000);
        assertThat(report.stopped()).isEqualTo(StopReason.IDLE);
        assertThat(memory.list("")).hasSizeLessThan(100);
        assertArchivedOnce("orders");
        assertNothingIsLeft();
    }

    @Test
    void noMoreIsTakenThanTheRunMayAndTheRestIsThereForTheNext() {
        send(300);
        PullReport first = runUntil(40);
        assertThat(first.received()).isEqualTo(40);
        assertThat(first.stopped()).isEqualTo(StopReason.MESSAGES);
        assertThat(runUntil(260, "PERSISTOR_PULL_OUTSTANDING_MESSAGES", "7").persisted())
                .isEqualTo(260);
        assertArchivedOnce("orders");
    }

    @Test
    void locksAreRenewedWhileTheStoreTakesItsTime() {
        server.locksFor("orders", Duration.ofSeconds(5));
        send(20);
        store.delay(Duration.ofSeconds(8));
        PullReport report = runUntil(20, "PERSISTOR_SERVICE_BUS_RENEWAL", "400ms");
        assertThat(report.received()).isEqualTo(20);
        assertThat(report.persisted()).isEqualTo(20);
        store.delay(Duration.ZERO);
        assertNothingIsLeft();
        assertArchivedOnce("orders");
    }

    @Test
    void aMessageWhoseLockIsLostComesAgainAndIsFoundThere() {
        server.locksFor("orders", Duration.ofSeconds(1));
        send(20);
        store.delay(Duration.ofSeconds(3));
        // All comes again each second: until it has come twice.
        PullReport slow = runUntil(
                40, "PERSISTOR_SERVICE_BUS_RENEWAL", "1h", "PERSISTOR_FORMAT", "raw", "PERSISTOR_BATCH_MESSAGES", "1");
        store.delay(Duration.ZERO);
        PullReport next = run("PERSISTOR_FORMAT", "raw", "PERSISTOR_BATCH_MESSAGES", "1", "PERSISTOR_PULL_IDLE", "3s");
        assertThat(slow.persisted() + next.persisted()).isEqualTo(20);
        assertThat(slow.alreadyThere() + next.alreadyThere()).isPositive();
        assertNothingIsLeft();
        assertArchivedOnce("orders");
    }

    @Test
    void aStoreThatIsDownFailsTheRunAndLosesNothing() {
        send(200);
        store.setDown(true);
        PullReport failed = run("PERSISTOR_PULL_IDLE", "1m");
        assertThat(failed.failed()).isEqualTo(failed.received()).isPositive();
        assertThat(failed.stopped()).isEqualTo(StopReason.FAILURE);
        store.setDown(false);
        assertThat(runUntil(200).persisted()).isEqualTo(200);
        assertArchivedOnce("orders");
    }

    @Test
    void connectionsThatBreakInTheMiddleLoseNothing() {
        send(600);
        store.delay(Duration.ofMillis(30));
        CompletableFuture<Void> breaking = CompletableFuture.runAsync(
                () -> {
                    await().atMost(Duration.ofSeconds(60))
                            .pollInterval(Duration.ofMillis(10))
                            .until(() -> memory.list("").findAny().isPresent());
                    server.dropConnections();
                },
                task -> new Thread(task, "breaking").start());
        String[] raw = {
            "PERSISTOR_FORMAT",
            "raw",
            "PERSISTOR_BATCH_MESSAGES",
            "1",
            "PERSISTOR_PULL_IDLE",
            "6s",
            "PERSISTOR_PULL_OUTSTANDING_MESSAGES",
            "50"
        };
        run(raw);
        breaking.join();
        run(raw);
        assertArchivedOnce("orders");
        assertNothingIsLeft();
    }

    @Test
    void sessionsAreEmptiedOneAfterAnother() {
        try (ServiceBusSenderClient sender = sender().queueName("orders").buildClient()) {
            send(sender, 300, number -> "session-" + number % 15);
        }
        PullReport report = runUntil(
                300, "PERSISTOR_SERVICE_BUS_SESSIONS", "true", "PERSISTOR_SERVICE_BUS_CONCURRENT_SESSIONS", "4");
        assertThat(report.persisted()).as("%s", report).isEqualTo(300);
        assertArchivedOnce("orders");
        Map<String, List<Message>> bySession = StoredMessages.in(memory).stream()
                .collect(Collectors.groupingBy(message -> message.orderingKey().orElseThrow()));
        assertThat(bySession).hasSize(15);
    }

    @Test
    void aSessionsLockIsRenewedToo() {
        server.locksFor("orders", Duration.ofSeconds(5));
        try (ServiceBusSenderClient sender = sender().queueName("orders").buildClient()) {
            send(sender, 20, number -> "session");
        }
        store.delay(Duration.ofSeconds(8));
        PullReport report =
                runUntil(20, "PERSISTOR_SERVICE_BUS_SESSIONS", "true", "PERSISTOR_SERVICE_BUS_RENEWAL", "400ms");
        assertThat(report.received()).isEqualTo(20);
        assertThat(report.persisted()).isEqualTo(20);
        assertArchivedOnce("orders");
    }

    @Test
    void aTopicsSubscriptionIsEmptied() {
        server.topic("news", "persistor");
        try (ServiceBusSenderClient sender = sender().topicName("news").buildClient()) {
            send(sender, 50, number -> null);
        }
        String[] settings = {
            "SERVICE_BUS_QUEUE", "", "SERVICE_BUS_TOPIC", "news", "SERVICE_BUS_SUBSCRIPTION", "persistor"
        };
        assertThat(runUntil(50, settings).persisted()).isEqualTo(50);
        assertThat(StoredMessages.in(memory))
                .allMatch(message -> message.source().equals("news"));
        assertArchivedOnce("news");
        assertNothingIsLeft(settings);
    }

    @Test
    void aMessageIsArchivedWithAllThatTheBrokerSaysOfIt() {
        UUID id = UUID.randomUUID();
        ServiceBusMessage sent = new ServiceBusMessage("payload")
                .setMessageId("m-1")
                .setCorrelationId("c-1")
                .setSubject("order")
                .setContentType("text/plain")
                .setReplyTo("replies")
                .setTo("there")
                .setTimeToLive(Duration.ofDays(3));
        sent.getApplicationProperties().put("uuid", id);
        sent.getApplicationProperties().put("tries", 2);
        try (ServiceBusSenderClient sender = sender().queueName("orders").buildClient()) {
            sender.sendMessage(sent);
        }
        runUntil(1);
        Message message = StoredMessages.in(memory).get(0);
        assertThat(message.id()).isEqualTo("1");
        assertThat(message.source()).isEqualTo("orders");
        assertThat(message.position()).contains(new Position("0", 1));
        assertThat(message.publishTime().toEpochMilli())
                .isEqualTo(server.messages("orders").get(0).enqueuedTime().toEpochMilli());
        assertThat(StandardCharsets.UTF_8.decode(message.payload()).toString()).isEqualTo("payload");
        assertThat(message.attributes().first("uuid")).contains(AttributeValue.of(id));
        assertThat(message.attributes().first("tries")).contains(AttributeValue.of(2));
        assertThat(message.brokerProperties().text("messageId")).contains("m-1");
        assertThat(message.brokerProperties().text("correlationId")).contains("c-1");
        assertThat(message.brokerProperties().text("subject")).contains("order");
        assertThat(message.brokerProperties().text("contentType")).contains("text/plain");
        assertThat(message.brokerProperties().text("replyTo")).contains("replies");
        assertThat(message.brokerProperties().text("to")).contains("there");
        assertThat(message.brokerProperties().text("timeToLive")).contains("PT72H");
    }

    @Test
    void whatIsMissingIsNamed() {
        assertThatThrownBy(() -> run("SERVICE_BUS_QUEUE", ""))
                .isInstanceOf(SettingsException.class)
                .hasMessageContaining("either SERVICE_BUS_QUEUE must be set, or SERVICE_BUS_TOPIC");
        assertThatThrownBy(() -> run("SERVICE_BUS_CONNECTION", ""))
                .isInstanceOf(SettingsException.class)
                .hasMessageContaining("SERVICE_BUS_CONNECTION is missing");
        assertThatThrownBy(() -> run("SERVICE_BUS_CONNECTION", "Endpoint=sb://x;SharedAccessKey=secret"))
                .isInstanceOf(SettingsException.class)
                .hasMessageContaining("SERVICE_BUS_CONNECTION is not a connection string")
                .hasMessageNotContaining("secret;");
    }

    /** Where packets are dropped on their way, nothing comes and nothing fails: that is not an empty queue. */
    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void whatIsNotReachedIsNotTakenForEmpty(boolean sessions) throws IOException {
        try (ServerSocket silent = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
            String connection = server.connectionString()
                    .replaceFirst("127\\.0\\.0\\.1:\\d+", "127.0.0.1:" + silent.getLocalPort());
            PullReport report = run(
                    "SERVICE_BUS_CONNECTION", connection, "PERSISTOR_SERVICE_BUS_SESSIONS", Boolean.toString(sessions));
            assertThat(report.stopped()).isEqualTo(StopReason.FAILURE);
            assertThat(report.isSuccess()).isFalse();
        }
    }

    @Test
    void aQueueThatIsNotThereFailsTheRun() {
        PullReport report = run("SERVICE_BUS_QUEUE", "nowhere", "PERSISTOR_PULL_DURATION", "5s");
        assertThat(report.isSuccess()).isFalse();
        assertThat(report.stopped()).isEqualTo(StopReason.FAILURE);
    }
}
