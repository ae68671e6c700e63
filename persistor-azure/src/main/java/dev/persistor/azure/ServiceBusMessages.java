package dev.persistor.azure;

import com.azure.core.amqp.models.AmqpAnnotatedMessage;
import com.azure.messaging.servicebus.ServiceBusReceivedMessage;
import dev.persistor.core.capture.MalformedEventException;
import dev.persistor.core.message.AttributeValue;
import dev.persistor.core.message.Attributes;
import dev.persistor.core.message.BrokerProperties;
import dev.persistor.core.message.Message;
import dev.persistor.core.message.Position;
import dev.persistor.core.pull.Received;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** Maps messages that Azure's client received: those that the host hands over, but with all types. */
final class ServiceBusMessages {

    private final String source;
    private final boolean areDeadLetters;

    /**
     * Maps messages of a queue or subscription.
     *
     * @param source what they are filed under
     * @param areDeadLetters whether they are those of a dead-letter queue
     */
    ServiceBusMessages(String source, boolean areDeadLetters) {
        this.source = source;
        this.areDeadLetters = areDeadLetters;
    }

    /** Returns the delivery of a message. */
    <H> Received<H> pulled(H delivery, ServiceBusReceivedMessage received) {
        AmqpAnnotatedMessage message = received.getRawAmqpMessage();
        try {
            Message read = message(message);
            return Received.of(delivery, areDeadLetters ? DeadLetters.withReasons(read) : read);
        } catch (MalformedEventException e) {
            return Received.of(delivery, AmqpContent.rejected(source, message, Attributes.builder(), e));
        }
    }

    /** The sequence number alone names a message: its sender may give many the same message id, or none. */
    private Message message(AmqpAnnotatedMessage received) throws MalformedEventException {
        long number = AmqpContent.sequenceNumber(received);
        Instant enqueued = AmqpContent.enqueuedTime(received);
        AmqpContent content = AmqpContent.of(received);
        return Message.builder()
                .id(Long.toString(number))
                .source(source)
                .publishTime(enqueued)
                .position(new Position(ServiceBusBatch.partition(number), number))
                .orderingKey(received.getProperties().getGroupId())
                .payload(content.payload())
                .attributes(content.attributes())
                .brokerProperties(withExpiry(content.brokerProperties(), received, enqueued))
                .deliveryAttempt(deliveryAttempt(received.getHeader().getDeliveryCount()))
                .build();
    }

    private static Attributes withExpiry(Attributes properties, AmqpAnnotatedMessage received, Instant enqueued) {
        Attributes.Builder all = Attributes.builder();
        properties.forEach(property -> all.add(property.name(), property.value()));
        AmqpContent.timeToLive(received.getHeader())
                .ifPresent(life -> all.add(BrokerProperties.EXPIRES_AT, AttributeValue.of(enqueued.plus(life))));
        return all.build();
    }

    /** The client counts the deliveries before this one. */
    private static @Nullable Integer deliveryAttempt(@Nullable Long before) {
        return before == null || before < 0 || before >= Integer.MAX_VALUE
                ? null
                : Integer.valueOf(before.intValue() + 1);
    }
}
