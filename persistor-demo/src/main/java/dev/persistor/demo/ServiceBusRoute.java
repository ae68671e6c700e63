package dev.persistor.demo;

import dev.persistor.core.message.Attributes;
import dev.persistor.core.message.BrokerProperties;
import dev.persistor.core.message.Message;
import dev.persistor.core.message.Position;
import dev.persistor.testkit.azure.AzureFunctionsHost;
import dev.persistor.testkit.azure.ServiceBusBatch;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;

/**
 * A topic of Service Bus: a message has a sequence number beside the id that its sender gave it.
 *
 * <p>Immutable.
 */
final class ServiceBusRoute implements AzureRoute {

    static final String TOPIC = "orders-topic";
    private static final Instant EXPIRY = Instant.parse("2026-02-14T00:00:00Z");

    @Override
    public String source() {
        return TOPIC;
    }

    @Override
    public Message publish(Message message) {
        Attributes.Builder properties = Attributes.builder().add(BrokerProperties.MESSAGE_ID, "order-" + message.id());
        message.orderingKey().ifPresent(key -> properties.add(BrokerProperties.SESSION_ID, key));
        // The host writes times without their zone.
        properties.add(
                BrokerProperties.EXPIRES_AT,
                DateTimeFormatter.ISO_LOCAL_DATE_TIME.withZone(ZoneOffset.UTC).format(EXPIRY));
        long sequenceNumber = Long.parseLong(message.id());
        return message.toBuilder()
                .source(TOPIC)
                .position(new Position(Long.toString(sequenceNumber >>> 48), sequenceNumber))
                .brokerProperties(properties.build())
                .build();
    }

    @Override
    public boolean deliver(AzureFunctionsHost host, Message message, int attempt) {
        ServiceBusBatch.Message delivered = ServiceBusBatch.message(
                        EventHubRoute.bytes(message),
                        message.position().orElseThrow().offset(),
                        message.publishTime())
                .deliveryCount(attempt)
                .expiresAt(EXPIRY)
                .messageId(message.brokerProperties()
                        .text(BrokerProperties.MESSAGE_ID)
                        .orElseThrow())
                .applicationProperties(EventHubRoute.properties(message));
        message.orderingKey().ifPresent(delivered::sessionId);
        host.invoke("ServiceBusTopic", new ServiceBusBatch().add(delivered).toInvocation());
        return true;
    }
}
