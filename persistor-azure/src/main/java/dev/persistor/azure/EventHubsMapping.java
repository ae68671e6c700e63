package dev.persistor.azure;

import com.azure.core.amqp.models.AmqpAddress;
import com.azure.core.amqp.models.AmqpMessageId;
import com.azure.core.amqp.models.AmqpMessageProperties;
import com.azure.messaging.eventhubs.EventData;
import dev.persistor.core.message.AttributeValue;
import dev.persistor.core.message.Attributes;
import dev.persistor.core.message.BrokerProperties;
import dev.persistor.core.message.Message;
import dev.persistor.core.replay.CarriedProperties;
import java.util.List;
import java.util.Optional;

/**
 * What Event Hubs holds of a message: payload, attributes, the ordering key as partition key, and those broker properties
 * that are AMQP's own, which hubs keep. The others become attributes.
 *
 * @param event the event
 * @param losses what it does not hold
 */
record EventHubsMapping(EventData event, List<String> losses) {

    static EventHubsMapping of(Message message) {
        SentProperties sent = SentProperties.withoutSpans(message.attributes());
        MessageKey.ofEventHubs(message).refusal().ifPresent(sent::lose);
        EventData event = new EventData(message.payload());
        AmqpMessageProperties amqp = event.getRawAmqpMessage().getProperties();
        for (Attributes.Entry property : message.brokerProperties()) {
            if (!set(amqp, property, sent)
                    && !isHeld(property, message)
                    && !CarriedProperties.isOfOneDelivery(property)) {
                sent.addBroker(property.name(), property.value());
            }
        }
        event.getProperties().putAll(sent.properties());
        return new EventHubsMapping(event, sent.losses());
    }

    private static boolean set(AmqpMessageProperties amqp, Attributes.Entry property, SentProperties sent) {
        if (property.value().type() == AttributeValue.Type.NULL) {
            return false;
        }
        String text =
                sent.text("broker property " + property.name(), property.value().text());
        switch (property.name()) {
            case BrokerProperties.CONTENT_TYPE -> amqp.setContentType(text);
            case BrokerProperties.CORRELATION_ID -> amqp.setCorrelationId(new AmqpMessageId(text));
            case BrokerProperties.MESSAGE_ID -> amqp.setMessageId(new AmqpMessageId(text));
            case BrokerProperties.SUBJECT -> amqp.setSubject(text);
            case BrokerProperties.REPLY_TO -> amqp.setReplyTo(new AmqpAddress(text));
            case BrokerProperties.TO -> amqp.setTo(new AmqpAddress(text));
            default -> {
                return false;
            }
        }
        return true;
    }

    /** Session and partition key are the ordering key once more. */
    private static boolean isHeld(Attributes.Entry property, Message message) {
        boolean key = property.name().equals(BrokerProperties.SESSION_ID)
                || property.name().equals(BrokerProperties.PARTITION_KEY);
        return key && message.orderingKey().equals(Optional.of(property.value().text()));
    }
}
