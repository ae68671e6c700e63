package dev.persistor.azure;

import com.azure.core.amqp.models.AmqpAnnotatedMessage;
import com.azure.messaging.eventhubs.EventData;
import dev.persistor.core.capture.MalformedEventException;
import dev.persistor.core.message.AttributeValue;
import dev.persistor.core.message.Attributes;
import dev.persistor.core.message.Message;
import dev.persistor.core.message.Position;
import dev.persistor.core.pull.Received;

/** Maps events that Azure's client received to messages: those that the host hands over, but with all types. */
final class EventHubEvents {

    private final String source;

    private final String log;

    /**
     * Makes messages.
     *
     * @param source the source that they are filed under
     * @param log the identity of the hub
     */
    EventHubEvents(String source, String log) {
        this.source = source;
        this.log = log;
    }

    /** Returns the identity of the hub. */
    String log() {
        return log;
    }

    /** Returns what events are filed under. */
    String source() {
        return source;
    }

    /** Returns the delivery of an event. */
    Received<EventPlace> pulled(EventPlace place, EventData event) {
        return pulled(place.partition(), place.sequenceNumber(), place, event);
    }

    /** Returns the delivery of an event, named as the caller likes. */
    <H> Received<H> pulled(String partition, long sequenceNumber, H delivery, EventData event) {
        AmqpAnnotatedMessage received = event.getRawAmqpMessage();
        try {
            return Received.of(delivery, message(partition, received));
        } catch (MalformedEventException e) {
            Attributes.Builder headers = Attributes.builder()
                    .add("partition", partition)
                    .add("sequenceNumber", AttributeValue.of(sequenceNumber));
            return Received.of(delivery, AmqpContent.rejected(source, received, headers, e));
        }
    }

    /**
     * Maps an event.
     *
     * @throws MalformedEventException if the broker's number or time is missing or out of range
     */
    Message message(String partition, AmqpAnnotatedMessage received) throws MalformedEventException {
        long number = AmqpContent.sequenceNumber(received);
        AmqpContent content = AmqpContent.of(received);
        return Message.builder()
                .id(partition + "-" + number)
                .source(source)
                .publishTime(AmqpContent.enqueuedTime(received))
                .position(new Position(log, partition, number))
                .orderingKey(AmqpContent.partitionKey(received).orElse(null))
                .payload(content.payload())
                .attributes(content.attributes())
                .brokerProperties(content.brokerProperties())
                .build();
    }
}
