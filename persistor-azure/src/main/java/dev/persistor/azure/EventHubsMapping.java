package dev.persistor.azure;

import com.azure.core.amqp.models.AmqpAddress;
import com.azure.core.amqp.models.AmqpAnnotatedMessage;
import com.azure.core.amqp.models.AmqpMessageId;
import com.azure.core.amqp.models.AmqpMessageProperties;
import com.azure.messaging.eventhubs.EventData;
import dev.persistor.core.message.Attributes;
import dev.persistor.core.message.BrokerProperties;
import dev.persistor.core.message.Message;
import dev.persistor.core.replay.CarriedProperties;
import java.util.List;
import java.util.Optional;

/**
 * Maps a message to Event Hubs: payload, attributes, the ordering key as partition key, and those broker properties
 * that are AMQP's own, which hubs keep. The others become attributes.
 *
 * @param event the event
 * @param losses what it does not hold
 */
record EventHubsMapping(EventData event, List<String> losses) {

    static EventHubsMapping of(Message message) {
        SentProperties sent = SentProperties.withoutSpans(message);
        MessageKey.ofEventHubs(message).refusal().ifPresent(sent::lose);
        EventData event = new EventData(message.payload());
        AmqpAnnotatedMessage amqp = event.getRawAmqpMessage();
        for (Attributes.Entry property : message.brokerProperties()) {
            if (!CarriedProperties.isOfOneDelivery(property)
                    && !sent.isTypeOfAttribute(property)
                    && !AmqpSections.set(amqp, property, sent)
                    && !set(amqp.getProperties(), property, sent)
                    && !isHeld(property, message)) {
                sent.addBroker(property.name(), property.value());
            }
        }
        AmqpBody.type(message)
                .ifPresent(type -> sent.lose("body: an AMQP body of kind " + type
                        + " becomes a data section with the payload, the only kind that the Event Hubs client sends"));
        event.getProperties().putAll(sent.properties());
        return new EventHubsMapping(event, sent.losses());
    }

    private static boolean set(AmqpMessageProperties amqp, Attributes.Entry property, SentProperties sent) {
        String text =
                sent.text("broker property " + property.name(), property.value().text());
        switch (property.name()) {
            case BrokerProperties.CONTENT_TYPE -> amqp.setContentType(text);
            case BrokerProperties.CORRELATION_ID -> amqp.setCorrelationId(new AmqpMessageId(text));
            case BrokerProperties.MESSAGE_ID -> amqp.setMessageId(new AmqpMessageId(text));
            case BrokerProperties.SUBJECT -> amqp.setSubject(text);
            case BrokerProperties.REPLY_TO -> amqp.setReplyTo(new AmqpAddress(text));
            case BrokerProperties.TO -> amqp.setTo(new AmqpAddress(text));
            case BrokerProperties.SESSION_ID -> amqp.setGroupId(text);
            case BrokerProperties.REPLY_TO_SESSION_ID -> amqp.setReplyToGroupId(text);
            default -> {
                return false;
            }
        }
        return true;
    }

    /** The partition key is the ordering key once more. */
    private static boolean isHeld(Attributes.Entry property, Message message) {
        return property.name().equals(BrokerProperties.PARTITION_KEY)
                && message.orderingKey().equals(Optional.of(property.value().text()));
    }
}
