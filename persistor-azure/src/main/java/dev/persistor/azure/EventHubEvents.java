package dev.persistor.azure;

import com.azure.core.amqp.models.AmqpMessageBodyType;
import com.azure.messaging.eventhubs.EventData;
import dev.persistor.core.RejectedEvent;
import dev.persistor.core.message.AttributeValue;
import dev.persistor.core.message.Attributes;
import dev.persistor.core.message.BrokerProperties;
import dev.persistor.core.message.Message;
import dev.persistor.core.message.Position;
import dev.persistor.core.pull.Pulled;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/** What events become that Azure's client received: the same as those that the host hands over, but with all their types. */
final class EventHubEvents {

    private static final String PARTITION_KEY = "x-opt-partition-key";

    /** What is kept elsewhere: as the position, and as the publish time. */
    private static final Set<String> ELSEWHERE =
            Set.of("x-opt-sequence-number", "x-opt-enqueued-time", "x-opt-sequence-number-epoch");

    /** System properties under the names by which a replay finds them; the rest keep their own. */
    private static final Map<String, String> RESERVED = Map.of(
            "content-type",
            BrokerProperties.CONTENT_TYPE,
            "correlation-id",
            BrokerProperties.CORRELATION_ID,
            "message-id",
            BrokerProperties.MESSAGE_ID,
            "subject",
            BrokerProperties.SUBJECT,
            "reply-to",
            BrokerProperties.REPLY_TO,
            "to",
            BrokerProperties.TO,
            "x-opt-offset",
            BrokerProperties.OFFSET,
            PARTITION_KEY,
            BrokerProperties.PARTITION_KEY);

    private final String source;

    EventHubEvents(String source) {
        this.source = source;
    }

    /** Returns the delivery of an event, which is no message when its body is not made of bytes. */
    Pulled<EventPlace> pulled(String partition, EventData event) {
        EventPlace place = new EventPlace(partition, event.getSequenceNumber(), event.getOffsetString());
        AmqpMessageBodyType body = event.getRawAmqpMessage().getBody().getBodyType();
        return body == AmqpMessageBodyType.DATA
                ? Pulled.of(place, message(place, event))
                : Pulled.of(place, rejected(place, event, body));
    }

    private Message message(EventPlace place, EventData event) {
        return Message.builder()
                .id(place.partition() + "-" + place.sequenceNumber())
                .source(source)
                .publishTime(event.getEnqueuedTime())
                .position(new Position(place.partition(), place.sequenceNumber()))
                .orderingKey(event.getPartitionKey())
                .payload(event.getBody())
                .attributes(ReceivedProperties.of(event.getProperties()))
                .brokerProperties(brokerProperties(event))
                .build();
    }

    private static Attributes brokerProperties(EventData event) {
        Attributes.Builder kept = Attributes.builder();
        new TreeMap<>(event.getSystemProperties()).forEach((name, value) -> {
            if (!ELSEWHERE.contains(name) && value != null) {
                AttributeValue text = name.equals("x-opt-offset")
                        ? AttributeValue.of(String.valueOf(value))
                        : ReceivedProperties.value(value);
                kept.add(RESERVED.getOrDefault(name, name), text);
            }
        });
        return kept.build();
    }

    private RejectedEvent rejected(EventPlace place, EventData event, AmqpMessageBodyType body) {
        Attributes.Builder headers = Attributes.builder()
                .add("partition", place.partition())
                .add("sequenceNumber", AttributeValue.of(place.sequenceNumber()));
        ReceivedProperties.of(event.getProperties())
                .forEach(property -> headers.add(property.name(), property.value()));
        Object content = body == AmqpMessageBodyType.VALUE
                ? event.getRawAmqpMessage().getBody().getValue()
                : event.getRawAmqpMessage().getBody().getSequence();
        return RejectedEvent.of(
                source,
                String.valueOf(content).getBytes(StandardCharsets.UTF_8),
                "text/plain",
                headers.build(),
                "the body must be made of bytes, and is an AMQP "
                        + body.toString().toLowerCase(Locale.ROOT));
    }
}
