package dev.persistor.azure;

import com.azure.core.amqp.AmqpRetryOptions;
import com.azure.messaging.eventhubs.EventHubClientBuilder;
import com.azure.messaging.servicebus.ServiceBusClientBuilder;
import dev.persistor.testkit.azure.AmqpServer;
import java.time.Duration;

/** Azure's own clients of an {@link AmqpServer}. */
final class AmqpClients {

    private AmqpClients() {}

    /** One try, as publishers have it, with little patience for answers that do not come. */
    static AmqpRetryOptions oneTry() {
        return MessagingClients.oneTry().setTryTimeout(Duration.ofSeconds(10));
    }

    static EventHubClientBuilder eventHubs(AmqpServer server, String hub) {
        return new EventHubClientBuilder()
                .connectionString(server.connectionString(), hub)
                .retryOptions(oneTry());
    }

    static ServiceBusClientBuilder serviceBus(AmqpServer server) {
        return new ServiceBusClientBuilder()
                .connectionString(server.connectionString())
                .retryOptions(oneTry());
    }
}
