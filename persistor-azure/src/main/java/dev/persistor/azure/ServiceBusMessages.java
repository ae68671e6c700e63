package dev.persistor.azure;

import com.azure.messaging.servicebus.ServiceBusReceivedMessage;
import dev.persistor.core.RejectedEvent;
import dev.persistor.core.message.AttributeValue;
import dev.persistor.core.message.Attributes;
import dev.persistor.core.message.BrokerProperties;
import dev.persistor.core.message.Message;
import dev.persistor.core.message.Position;
import dev.persistor.core.pull.Pulled;
import org.jspecify.annotations.Nullable;

/** What messages become that Azure's client received: the same as those that the host hands over, with all their types. */
final class ServiceBusMessages {

    private final String source;

    ServiceBusMessages(String source) {
        this.source = source;
    }

    /** Returns the delivery of a message, which is none for an archive when its body is not made of bytes. */
    <H> Pulled<H> pulled(H delivery, ServiceBusReceivedMessage received) {
        return UnreadableBody.is(received.getRawAmqpMessage().getBody())
                ? Pulled.of(delivery, rejected(received))
                : Pulled.of(delivery, message(received));
    }

    /** The sequence number alone names a message: its sender may give many the same message id, or none. */
    private Message message(ServiceBusReceivedMessage received) {
        long number = received.getSequenceNumber();
        return Message.builder()
                .id(Long.toString(number))
                .source(source)
                .publishTime(received.getEnqueuedTime().toInstant())
                .position(new Position(ServiceBusBatch.partition(number), number))
                .orderingKey(received.getSessionId())
                .payload(received.getBody().toBytes())
                .attributes(ReceivedProperties.of(received.getApplicationProperties()))
                .brokerProperties(brokerProperties(received))
                // The client counts the deliveries before this one.
                .deliveryAttempt(Math.toIntExact(received.getDeliveryCount()) + 1)
                .build();
    }

    private static Attributes brokerProperties(ServiceBusReceivedMessage received) {
        Attributes.Builder kept = Attributes.builder();
        add(kept, BrokerProperties.MESSAGE_ID, received.getMessageId());
        add(kept, BrokerProperties.SESSION_ID, received.getSessionId());
        add(kept, BrokerProperties.CORRELATION_ID, received.getCorrelationId());
        add(kept, BrokerProperties.SUBJECT, received.getSubject());
        add(kept, BrokerProperties.CONTENT_TYPE, received.getContentType());
        add(kept, BrokerProperties.REPLY_TO, received.getReplyTo());
        add(kept, BrokerProperties.REPLY_TO_SESSION_ID, received.getReplyToSessionId());
        add(kept, BrokerProperties.TO, received.getTo());
        add(kept, BrokerProperties.PARTITION_KEY, received.getPartitionKey());
        add(kept, BrokerProperties.TIME_TO_LIVE, received.getTimeToLive());
        add(kept, BrokerProperties.EXPIRES_AT, received.getExpiresAt());
        add(kept, BrokerProperties.SCHEDULED_ENQUEUE_TIME, received.getScheduledEnqueueTime());
        return kept.build();
    }

    private static void add(Attributes.Builder kept, String name, @Nullable Object value) {
        if (value != null) {
            kept.add(name, ReceivedProperties.value(value));
        }
    }

    private RejectedEvent rejected(ServiceBusReceivedMessage received) {
        Attributes.Builder headers =
                Attributes.builder().add("sequenceNumber", AttributeValue.of(received.getSequenceNumber()));
        return UnreadableBody.rejected(
                source, received.getRawAmqpMessage().getBody(), headers, received.getApplicationProperties());
    }
}
