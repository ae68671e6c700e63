package dev.persistor.azure;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.azure.messaging.servicebus.ServiceBusMessage;
import com.azure.messaging.servicebus.ServiceBusReceiverClient;
import com.azure.messaging.servicebus.ServiceBusSenderClient;
import com.azure.messaging.servicebus.models.DeadLetterOptions;
import dev.persistor.core.archive.Archive;
import dev.persistor.core.archive.MessageFilter;
import dev.persistor.core.capture.Capture;
import dev.persistor.core.config.SettingsException;
import dev.persistor.core.message.BrokerProperties;
import dev.persistor.core.message.Message;
import dev.persistor.core.pull.PullLimits;
import dev.persistor.core.pull.PullReport;
import dev.persistor.core.replay.MessagePublisher;
import dev.persistor.core.replay.MessagePublishers;
import dev.persistor.core.replay.Replay;
import dev.persistor.core.replay.ReplayReport;
import dev.persistor.core.store.BlobStore;
import dev.persistor.core.store.memory.MemoryDriver;
import dev.persistor.testkit.azure.AmqpMessage;
import dev.persistor.testkit.azure.AmqpServer;
import java.io.IOException;
import java.net.URI;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Dead letters are archived by Azure's own client, and sent to their queue again. */
@Timeout(120)
class DeadLettersTest {

    private static final byte[] PAYLOAD = {0, (byte) 0xC3, 0x28, -1};

    private final BlobStore store = BlobStore.over(new MemoryDriver());
    private AmqpServer server;

    @BeforeEach
    void start() throws IOException {
        server = AmqpServer.start().queue("orders").topic("sales", "all");
    }

    @AfterEach
    void stop() {
        server.close();
    }

    private Map<String, String> environment(String... settings) {
        Map<String, String> environment = new HashMap<>(Map.of(
                "PERSISTOR_STORE", "mem:///",
                "PERSISTOR_PULL_MESSAGES", "1",
                "PERSISTOR_PULL_IDLE", "1m",
                "SERVICE_BUS_CONNECTION", server.connectionString()));
        for (int i = 0; i < settings.length; i += 2) {
            environment.put(settings[i], settings[i + 1]);
        }
        return environment;
    }

    private PullReport pull(String... settings) {
        Map<String, String> environment = environment(settings);
        Capture capture = StoredMessages.capture(store, environment);
        return ServiceBusPull.archive(capture, PullLimits.of(capture.settings()), environment);
    }

    private void send(String entity) {
        try (ServiceBusSenderClient sender =
                AmqpClients.serviceBus(server).sender().queueName(entity).buildClient()) {
            ServiceBusMessage message =
                    new ServiceBusMessage(PAYLOAD).setMessageId("7").setSessionId("s");
            message.getApplicationProperties().put("amount", 5L);
            sender.sendMessage(message);
        }
    }

    private static void deadLetter(ServiceBusReceiverClient receiver) {
        receiver.receiveMessages(1, Duration.ofSeconds(30))
                .forEach(message -> receiver.deadLetter(
                        message,
                        new DeadLetterOptions()
                                .setDeadLetterReason("no such customer")
                                .setDeadLetterErrorDescription("customer 5\nis gone")));
    }

    private void deadLetterOneOfTheQueue() {
        send("orders");
        try (ServiceBusReceiverClient receiver =
                AmqpClients.serviceBus(server).receiver().queueName("orders").buildClient()) {
            deadLetter(receiver);
        }
    }

    @Test
    void deadLettersOfAQueueAreArchivedWithTheReasonsBesideWhatTheirSenderGave() {
        deadLetterOneOfTheQueue();
        assertThat(pull("SERVICE_BUS_QUEUE", "orders/$DeadLetterQueue").persisted())
                .isEqualTo(1);
        assertThat(StoredMessages.in(store)).singleElement().satisfies(message -> {
            assertThat(message.source()).isEqualTo("orders/$DeadLetterQueue");
            assertThat(message.payload()).isEqualTo(ByteBuffer.wrap(PAYLOAD));
            assertThat(message.attributes().toMap()).isEqualTo(Map.of("amount", "5"));
            assertThat(message.orderingKey()).contains("s");
            assertThat(message.brokerProperties().toMap())
                    .containsEntry(BrokerProperties.DEAD_LETTER_REASON, "no such customer")
                    .containsEntry(BrokerProperties.DEAD_LETTER_ERROR_DESCRIPTION, "customer 5\nis gone")
                    .containsEntry(BrokerProperties.MESSAGE_ID, "7");
        });
    }

    @Test
    void deadLettersOfASubscriptionHaveASourceOfTheirOwn() {
        send("sales");
        try (ServiceBusReceiverClient receiver = AmqpClients.serviceBus(server)
                .receiver()
                .topicName("sales")
                .subscriptionName("all")
                .buildClient()) {
            deadLetter(receiver);
        }
        assertThat(pull("SERVICE_BUS_TOPIC", "sales", "SERVICE_BUS_SUBSCRIPTION", "all/$deadletterqueue")
                        .persisted())
                .isEqualTo(1);
        assertThat(StoredMessages.in(store)).singleElement().satisfies(message -> {
            assertThat(message.source()).isEqualTo("sales/all/$deadletterqueue");
            assertThat(message.brokerProperties().text(BrokerProperties.DEAD_LETTER_REASON))
                    .contains("no such customer");
        });
    }

    @Test
    void deadLettersAreSentAgainToTheirQueue() throws Exception {
        deadLetterOneOfTheQueue();
        pull("SERVICE_BUS_QUEUE", "orders/$deadletterqueue", "PERSISTOR_SOURCE", "orders-dead-letters");
        Message archived = StoredMessages.in(store).get(0);

        try (MessagePublisher orders = MessagePublishers.open(
                URI.create("servicebus://acme/orders"),
                Map.of("PERSISTOR_SERVICEBUS_CONNECTION_STRING", server.connectionString()))) {
            ReplayReport report = Replay.of(Archive.on(store).build(), MessageFilter.ALL)
                    .to(orders)
                    .newIds("run")
                    .build()
                    .run();
            assertThat(report.published()).isEqualTo(1);
        }
        AmqpMessage sent = server.messages("orders").get(1);
        assertThat(sent.body()).isEqualTo(ByteBuffer.wrap(PAYLOAD));
        assertThat(sent.properties().get("group-id")).isEqualTo("s");
        assertThat(sent.properties().get("message-id")).isNotEqualTo("7");
        assertThat(sent.applicationProperties())
                .containsEntry("amount", 5L)
                .containsEntry("persistor-original-id", archived.id())
                .containsEntry("persistor-broker-messageId", "7")
                .containsEntry("persistor-broker-deadLetterReason", "no such customer")
                .doesNotContainKey("DeadLetterReason");
    }

    @Test
    void aDeadLetterQueueHasNoSessionsAndTakesNoMessages() {
        Map<String, String> sessions =
                environment("SERVICE_BUS_QUEUE", "orders/$deadletterqueue", "PERSISTOR_SERVICE_BUS_SESSIONS", "true");
        Capture capture = StoredMessages.capture(store, sessions);
        assertThatThrownBy(() -> ServiceBusPull.check(capture.settings(), sessions))
                .isInstanceOf(SettingsException.class)
                .hasMessageContaining(
                        "PERSISTOR_SERVICE_BUS_SESSIONS is true, and orders/$deadletterqueue is a dead-letter");
        assertThatThrownBy(
                        () -> MessagePublishers.open(URI.create("servicebus://acme/orders/$deadletterqueue"), Map.of()))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("to which messages cannot be sent; write servicebus://acme/orders");
    }

    @Test
    void aConnectionStringOfTheQueueOpensItsDeadLetterQueue() {
        Map<String, String> environment = environment("SERVICE_BUS_QUEUE", "orders/$DeadLetterQueue");
        environment.put("SERVICE_BUS_CONNECTION", server.connectionString() + "EntityPath=orders");
        Capture capture = StoredMessages.capture(store, environment);
        ServiceBusPull.check(capture.settings(), environment);
        assertThat(DeadLetters.entityOf("eu/orders/$Transfer/$DeadLetterQueue")).isEqualTo("eu/orders");
        assertThat(DeadLetters.entityOf("orders")).isEqualTo("orders");
    }
}
