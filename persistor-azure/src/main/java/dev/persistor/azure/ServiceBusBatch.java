package dev.persistor.azure;

import dev.persistor.core.Delivery;
import dev.persistor.core.MalformedEventException;
import dev.persistor.core.RejectedEvent;
import dev.persistor.core.message.AttributeValue;
import dev.persistor.core.message.Attributes;
import dev.persistor.core.message.BrokerProperties;
import dev.persistor.core.message.Message;
import dev.persistor.core.message.Position;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A batch of Service Bus messages as the host hands it over, and the messages that it holds.
 *
 * <p>What is always there comes as arrays with a place for each message. A property that a message may lack comes as
 * an array of texts out of which the host has left the missing ones, so with more than one message and fewer texts
 * nobody can tell whose they are. Then all of the texts go to each message under {@code unassigned.NAME}: kept, and never
 * given to the wrong one. In a batch of one, which {@code host.json} asks for, there is no doubt.
 */
final class ServiceBusBatch {

    /** Service Bus names a partition by the upper 16 bits of the sequence number. */
    private static final int PARTITION_SHIFT = 48;

    private static final String UNASSIGNED = "unassigned.";

    private final byte[][] bodies;
    private final long[] sequenceNumbers;
    private final Map<String, String> json = new LinkedHashMap<>();
    private final Map<String, String[]> texts = new LinkedHashMap<>();

    ServiceBusBatch(byte[][] bodies, long[] sequenceNumbers) {
        this.bodies = bodies;
        this.sequenceNumbers = sequenceNumbers;
    }

    /** Adds an array that the host sends as JSON, with a place for each message. */
    ServiceBusBatch json(String binding, String array) {
        json.put(binding, array);
        return this;
    }

    /** Adds an array of texts, without those that are missing. */
    ServiceBusBatch texts(String property, String[] present) {
        texts.put(property, present);
        return this;
    }

    /** Reads the batch, to be filed under the source. */
    Delivery read(String source) {
        List<Message> messages = new ArrayList<>();
        List<RejectedEvent> rejected = new ArrayList<>();
        try {
            requireAligned("SequenceNumberArray", sequenceNumbers.length);
            List<AttributeValue> enqueuedTimes = values("EnqueuedTimeUtcArray");
            List<AttributeValue> expiryTimes = values("ExpiresAtUtcArray");
            List<AttributeValue> deliveryCounts = values("DeliveryCountArray");
            List<Attributes> properties =
                    HostJson.objects("ApplicationPropertiesArray", json.getOrDefault("ApplicationPropertiesArray", ""));
            requireAligned("ApplicationPropertiesArray", properties.size());
            for (int i = 0; i < bodies.length; i++) {
                messages.add(message(source, i)
                        .publishTime(HostJson.time(
                                "EnqueuedTimeUtcArray", enqueuedTimes.get(i).text()))
                        .brokerProperties(brokerProperties(i, expiryTimes.get(i)))
                        .deliveryAttempt(Integer.valueOf(deliveryCounts.get(i).text()))
                        .attributes(properties.get(i))
                        .build());
            }
            return new Delivery(messages, List.of());
        } catch (MalformedEventException | NumberFormatException e) {
            // All of a batch's metadata is made at one time by the host, so it is malformed as a whole.
            for (int i = 0; i < bodies.length; i++) {
                rejected.add(reject(source, i, String.valueOf(e.getMessage())));
            }
            return new Delivery(List.of(), rejected);
        }
    }

    private List<AttributeValue> values(String binding) throws MalformedEventException {
        List<AttributeValue> values = HostJson.values(binding, json.getOrDefault(binding, ""));
        requireAligned(binding, values.size());
        return values;
    }

    private void requireAligned(String binding, int size) throws MalformedEventException {
        HostJson.require(
                size == bodies.length, binding, "an array of " + bodies.length + ", one a message, and has " + size);
    }

    /** The sequence number alone names a message: its sender may give many the same message id, or none. */
    private Message.Builder message(String source, int index) {
        long sequenceNumber = sequenceNumbers[index];
        return Message.builder()
                .id(Long.toString(sequenceNumber))
                .source(source)
                .position(new Position(partition(sequenceNumber), sequenceNumber))
                .orderingKey(assigned(BrokerProperties.SESSION_ID, index))
                .payload(bodies[index]);
    }

    /** Returns the partition that a sequence number names. */
    static String partition(long sequenceNumber) {
        return Long.toString(sequenceNumber >>> PARTITION_SHIFT);
    }

    private @Nullable String assigned(String property, int index) {
        String[] present = texts.getOrDefault(property, new String[0]);
        return present.length == bodies.length ? present[index] : null;
    }

    private Attributes brokerProperties(int index, AttributeValue expiryTime) {
        Attributes.Builder properties = Attributes.builder();
        texts.forEach((property, present) -> {
            String value = assigned(property, index);
            if (value != null) {
                properties.add(property, value);
            } else if (present.length > 0) {
                properties.add(UNASSIGNED + property, AttributeValue.ofJson(array(present)));
            }
        });
        properties.add(BrokerProperties.EXPIRES_AT, expiryTime);
        return properties.build();
    }

    private static String array(String[] texts) {
        return HostJson.written(json -> json.writeArray(texts, 0, texts.length));
    }

    /** The metadata goes along: it is all that tells a message from another of the same body. */
    private RejectedEvent reject(String source, int index, String reason) {
        Attributes.Builder headers = Attributes.builder().add("index", AttributeValue.of(index));
        headers.add("SequenceNumberArray", AttributeValue.ofJson(Arrays.toString(sequenceNumbers)));
        json.forEach(headers::add);
        texts.forEach((property, present) -> headers.add(property, AttributeValue.ofJson(array(present))));
        return RejectedEvent.of(source, bodies[index], "application/octet-stream", headers.build(), reason);
    }
}
