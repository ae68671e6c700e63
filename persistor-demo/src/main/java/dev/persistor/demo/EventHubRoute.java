package dev.persistor.demo;

import dev.persistor.core.message.Attributes;
import dev.persistor.core.message.BrokerProperties;
import dev.persistor.core.message.Message;
import dev.persistor.core.message.Position;
import dev.persistor.testkit.azure.AzureFunctionsHost;
import dev.persistor.testkit.azure.EventHubsBatch;
import java.nio.ByteBuffer;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Event Hubs: a message has its place in one of four partitions.
 *
 * <p>Immutable.
 */
final class EventHubRoute implements AzureRoute {

    static final String HUB = "orders-hub";
    private static final int PARTITIONS = 4;

    @Override
    public String source() {
        return HUB;
    }

    @Override
    public Message publish(Message message) {
        long number = Long.parseLong(message.id());
        Position position = new Position(Long.toString(number / 10 % PARTITIONS), number);
        Attributes.Builder properties = Attributes.builder().add(BrokerProperties.OFFSET, Long.toString(number * 10));
        message.orderingKey().ifPresent(key -> properties.add(BrokerProperties.PARTITION_KEY, key));
        return message.toBuilder()
                .id(position.partition() + "-" + number)
                .source(HUB)
                .position(position)
                .brokerProperties(properties.build())
                .build();
    }

    @Override
    public boolean deliver(AzureFunctionsHost host, Message message, int attempt) {
        Position position = message.position().orElseThrow();
        String offset = message.brokerProperties().text(BrokerProperties.OFFSET).orElseThrow();
        EventHubsBatch.Event event = EventHubsBatch.event(
                        bytes(message), position.offset(), offset, message.publishTime())
                .properties(properties(message));
        message.orderingKey().ifPresent(event::partitionKey);
        host.invoke(
                "EventHub",
                new EventHubsBatch(HUB, "persistor", position.partition())
                        .add(event)
                        .toInvocation());
        return true;
    }

    static byte[] bytes(Message message) {
        ByteBuffer payload = message.payload();
        byte[] bytes = new byte[payload.remaining()];
        payload.get(bytes);
        return bytes;
    }

    static Map<String, Object> properties(Message message) {
        Map<String, Object> properties = new LinkedHashMap<>();
        for (Attributes.Entry entry : message.attributes()) {
            properties.put(entry.name(), entry.value().text());
        }
        return properties;
    }
}
