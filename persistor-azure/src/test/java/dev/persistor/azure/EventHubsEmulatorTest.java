package dev.persistor.azure;

import static org.assertj.core.api.Assertions.assertThat;

import com.azure.messaging.eventhubs.EventData;
import com.azure.messaging.eventhubs.EventHubClientBuilder;
import com.azure.messaging.eventhubs.EventHubConsumerClient;
import com.azure.messaging.eventhubs.models.EventPosition;
import com.azure.messaging.eventhubs.models.PartitionEvent;
import dev.persistor.core.message.AttributeValue;
import dev.persistor.core.message.Attributes;
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
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.testcontainers.azure.AzuriteContainer;
import org.testcontainers.azure.EventHubsEmulatorContainer;
import org.testcontainers.containers.Network;
import org.testcontainers.images.builder.Transferable;

/** What arrives on the emulator of Event Hubs as Microsoft ships it, in a container. */
@EnabledIfDockerAnswers
class EventHubsEmulatorTest {

    private static final String HUB = "orders";
    private static final int MESSAGES = 60;
    private static final String CONFIG = """
            {"UserConfig": {
              "NamespaceConfig": [{"Type": "EventHub", "Name": "emulatorNs1", "Entities": [
                {"Name": "orders", "PartitionCount": "2", "ConsumerGroups": [{"Name": "test"}]}]}],
              "LoggingConfig": {"Type": "Console"}}}
            """;

    private static final Network NETWORK = Network.newNetwork();
    private static AzuriteContainer storage;
    private static EventHubsEmulatorContainer emulator;

    @BeforeAll
    static void startEmulator() {
        storage = new AzuriteContainer("mcr.microsoft.com/azure-storage/azurite:3.35.0").withNetwork(NETWORK);
        emulator = new EventHubsEmulatorContainer("mcr.microsoft.com/azure-messaging/eventhubs-emulator:2.1.0")
                .acceptLicense()
                .withNetwork(NETWORK)
                .withConfig(Transferable.of(CONFIG))
                .withAzuriteContainer(storage);
        emulator.start();
    }

    @AfterAll
    static void stopEmulator() {
        emulator.stop();
        storage.stop();
        NETWORK.close();
    }

    private static Message message(int number) {
        return Message.builder()
                .id(Integer.toString(number))
                .source("test")
                .publishTime(Instant.EPOCH)
                .orderingKey("k" + number % 3)
                .attributes(Attributes.builder()
                        .add("number", AttributeValue.of(number))
                        .build())
                .payload(Integer.toString(number).getBytes(StandardCharsets.UTF_8))
                .build();
    }

    private static Stream<EventData> read(EventHubConsumerClient consumer, String partition) {
        long events = consumer.getPartitionProperties(partition).getLastEnqueuedSequenceNumber() + 1;
        return consumer
                .receiveFromPartition(partition, (int) events, EventPosition.earliest(), Duration.ofSeconds(20))
                .stream()
                .map(PartitionEvent::getData);
    }

    @Test
    void allMessagesArriveInTheOrderOfTheirKeys() throws InterruptedException {
        Map<String, String> environment =
                Map.of("PERSISTOR_EVENTHUBS_CONNECTION_STRING", emulator.getConnectionString());
        try (MessagePublisher publisher =
                MessagePublishers.open(URI.create("eventhubs://localhost/" + HUB), environment)) {
            List<CompletableFuture<Published>> futures = new ArrayList<>();
            for (int i = 0; i < MESSAGES; i++) {
                futures.add(publisher.publish(message(i)));
            }
            futures.forEach(CompletableFuture::join);
        }
        try (EventHubConsumerClient consumer = new EventHubClientBuilder()
                .connectionString(emulator.getConnectionString(), HUB)
                .consumerGroup("test")
                .buildConsumerClient()) {
            List<EventData> events = consumer.getPartitionIds().stream()
                    .flatMap(partition -> read(consumer, partition))
                    .toList();
            assertThat(events).hasSize(MESSAGES);
            for (int key = 0; key < 3; key++) {
                String name = "k" + key;
                assertThat(events.stream()
                                .filter(event -> name.equals(event.getPartitionKey()))
                                .map(event -> (Integer) event.getProperties().get("number")))
                        .isSorted()
                        .hasSize(MESSAGES / 3);
            }
        }
    }
}
