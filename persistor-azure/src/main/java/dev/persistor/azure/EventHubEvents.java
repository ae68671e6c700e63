package dev.persistor.azure;

import com.azure.messaging.eventhubs.EventData;
import dev.persistor.core.RejectedEvent;
import dev.persistor.core.message.AttributeValue;
import dev.persistor.core.message.Attributes;
import dev.persistor.core.message.BrokerProperties;
import dev.persistor.core.message.Message;
import dev.persistor.core.message.Position;
import dev.persistor.core.pull.Pulled;
import java.util.Set;
import java.util.TreeMap;

/** What events become that Azure's client received: the same as those that the host hands over, but with all their types. */
final class EventHubEvents {

    private static final String OFFSET = "x-opt-offset";
    private static final String PARTITION_KEY = "x-opt-partition-key";

    /** What is kept elsewhere: as the position, and as the publish time. */
    private static final Set<String> ELSEWHERE =
            Set.of("x-opt-sequence-number", "x-opt-enqueued-time", "x-opt-sequence-number-epoch");

    private final String source;

    EventHubEvents(String source) {
        this.source = source;
    }

    /** Returns what events are filed under. */
    String source() {
        return source;
    }

    /** Returns the delivery of an event, which is no message when its body is not made of bytes. */
    Pulled<EventPlace> pulled(EventPlace place, EventData event) {
        return pulled(place.partition(), place.sequenceNumber(), place, event);
    }

    /** Returns the delivery of an event, named as the caller likes. */
    <H> Pulled<H> pulled(String partition, long sequenceNumber, H delivery, EventData event) {
        return UnreadableBody.is(event.getRawAmqpMessage().getBody())
                ? Pulled.of(delivery, rejected(partition, sequenceNumber, event))
                : Pulled.of(delivery, message(partition, sequenceNumber, event));
    }

    private Message message(String partition, long sequenceNumber, EventData event) {
        return Message.builder()
                .id(partition + "-" + sequenceNumber)
                .source(source)
                .publishTime(event.getEnqueuedTime())
                .position(new Position(partition, sequenceNumber))
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
                AttributeValue text = name.equals(OFFSET)
                        ? AttributeValue.of(String.valueOf(value))
                        : ReceivedProperties.value(value);
                kept.add(keptAs(name), text);
            }
        });
        return kept.build();
    }

    /** Returns the name by which a replay finds a system property; what it does not look for keeps its own. */
    private static String keptAs(String name) {
        return switch (name) {
            case OFFSET -> BrokerProperties.OFFSET;
            case PARTITION_KEY -> BrokerProperties.PARTITION_KEY;
            default -> BrokerProperties.ofAmqp(name);
        };
    }

    private RejectedEvent rejected(String partition, long sequenceNumber, EventData event) {
        Attributes.Builder headers = Attributes.builder()
                .add("partition", partition)
                .add("sequenceNumber", AttributeValue.of(sequenceNumber));
        return UnreadableBody.rejected(source, event.getRawAmqpMessage().getBody(), headers, event.getProperties());
    }
}
