package dev.persistor.azure;

import static org.assertj.core.api.Assertions.assertThat;

import com.azure.messaging.servicebus.ServiceBusClientBuilder;
import com.azure.messaging.servicebus.ServiceBusReceivedMessage;
import com.azure.messaging.servicebus.ServiceBusReceiverClient;
import com.azure.messaging.servicebus.ServiceBusSessionReceiverClient;
import dev.persistor.core.message.AttributeValue;
import dev.persistor.core.message.Attributes;
import dev.persistor.core.message.BrokerProperties;
import dev.persistor.core.message.Message;
import dev.persistor.core.replay.MessagePublisher;
import dev.persistor.core.replay.MessagePublishers;
import dev.persistor.core.replay.Published;
import dev.persistor.testkit.EnabledIfDockerAnswers;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.testcontainers.azure.ServiceBusEmulatorContainer;
import org.testcontainers.containers.Network;
import org.testcontainers.containers.wait.strategy.Wait;
import org.testcontainers.images.builder.Transferable;
import org.testcontainers.mssqlserver.MSSQLServerContainer;

/** What arrives on the emulator of Service Bus as Microsoft ships it, in a container. */
@EnabledIfDockerAnswers
class ServiceBusEmulatorTest {

    private static final String QUEUE = "orders";
    private static final int MESSAGES = 60;
    private static final String CONFIG = """
            {"UserConfig": {
              "Namespaces": [{"Name": "sbemulatorns", "Queues": [
                {"Name": "orders", "Properties": {"RequiresSession": true}}], "Topics": []}],
              "Logging": {"Type": "Console"}}}
            """;

    private static final Network NETWORK = Network.newNetwork();
    private static Database database;
    private static ServiceBusEmulatorContainer emulator;

    /** Waits for the log, since waiting for a connection would take a driver. */
    private static final class Database extends MSSQLServerContainer {
        private Database() {
            super("mcr.microsoft.com/mssql/server:2022-CU14-ubuntu-22.04");
            acceptLicense();
            withNetwork(NETWORK);
        }

        @Override
        protected void waitUntilContainerStarted() {
            Wait.forLogMessage(".*SQL Server is now ready for client connections.*", 1)
                    .waitUntilReady(this);
        }
    }

    @BeforeAll
    static void startEmulator() {
        database = new Database();
        emulator = new ServiceBusEmulatorContainer("mcr.microsoft.com/azure-messaging/servicebus-emulator:1.1.2")
                .acceptLicense()
                .withNetwork(NETWORK)
                .withConfig(Transferable.of(CONFIG))
                .withMsSqlServerContainer(database);
        emulator.start();
    }

    @AfterAll
    static void stopEmulator() {
        emulator.stop();
        database.stop();
        NETWORK.close();
    }

    private static Message message(int number) {
        return Message.builder()
                .id(Integer.toString(number))
                .source("test")
                .publishTime(Instant.EPOCH)
                .orderingKey("s" + number % 3)
                .attributes(Attributes.builder()
                        .add("number", AttributeValue.of(number))
                        .build())
                .brokerProperties(Attributes.builder()
                        .add(BrokerProperties.SUBJECT, "order")
                        .build())
                .payload(Integer.toString(number).getBytes(StandardCharsets.UTF_8))
                .build();
    }

    private static List<ServiceBusReceivedMessage> session(String session) {
        List<ServiceBusReceivedMessage> messages = new ArrayList<>();
        try (ServiceBusSessionReceiverClient sessions = new ServiceBusClientBuilder()
                        .connectionString(emulator.getConnectionString())
                        .sessionReceiver()
                        .queueName(QUEUE)
                        .buildClient();
                ServiceBusReceiverClient receiver = sessions.acceptSession(session)) {
            while (messages.size() < MESSAGES / 3) {
                receiver.receiveMessages(MESSAGES, Duration.ofSeconds(20)).forEach(message -> {
                    receiver.complete(message);
                    messages.add(message);
                });
            }
        }
        return messages;
    }

    @Test
    void allMessagesArriveInTheOrderOfTheirSessions() throws InterruptedException {
        Map<String, String> environment =
                Map.of("PERSISTOR_SERVICEBUS_CONNECTION_STRING", emulator.getConnectionString());
        try (MessagePublisher publisher =
                MessagePublishers.open(URI.create("servicebus://localhost/" + QUEUE), environment)) {
            List<CompletableFuture<Published>> futures = new ArrayList<>();
            for (int i = 0; i < MESSAGES; i++) {
                futures.add(publisher.publish(message(i)));
            }
            futures.forEach(CompletableFuture::join);
        }
        for (int key = 0; key < 3; key++) {
            int first = key;
            assertThat(session("s" + key))
                    .allSatisfy(message -> assertThat(message.getSubject()).isEqualTo("order"))
                    .extracting(message -> message.getApplicationProperties().get("number"))
                    .isEqualTo(IntStream.range(0, MESSAGES / 3)
                            .mapToObj(i -> (Object) (3 * i + first))
                            .toList());
        }
    }
}
