package dev.persistor.azure;

import com.azure.messaging.eventhubs.EventHubClientBuilder;
import com.azure.messaging.servicebus.ServiceBusClientBuilder;
import dev.persistor.testkit.azure.AmqpServer;

/** Azure's own clients of an {@link AmqpServer}, with one try, as publishers have them. */
final class AmqpClients {

    private AmqpClients() {}

    static EventHubClientBuilder eventHubs(AmqpServer server, String hub) {
        return new EventHubClientBuilder()
                .connectionString(server.connectionString(), hub)
                .retryOptions(MessagingClients.oneTry());
    }

    static ServiceBusClientBuilder serviceBus(AmqpServer server) {
        return new ServiceBusClientBuilder()
                .connectionString(server.connectionString())
                .retryOptions(MessagingClients.oneTry());
    }
}
