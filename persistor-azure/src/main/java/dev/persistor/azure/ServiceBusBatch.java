package dev.persistor.azure;

import dev.persistor.core.capture.Capture;
import dev.persistor.core.capture.Delivery;
import dev.persistor.core.capture.MalformedEventException;
import dev.persistor.core.message.AttributeValue;
import dev.persistor.core.message.Attributes;
import dev.persistor.core.message.BrokerProperties;
import dev.persistor.core.message.Message;
import dev.persistor.core.message.Position;
import dev.persistor.core.write.RejectedEvent;
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
 * it is not known to which message they belong. Then all of the texts go to each message under {@code unassigned.NAME}: kept,
 * and never given to the wrong one. In a batch of one, which {@code host.json} asks for, there is no doubt.
 */
final class ServiceBusBatch {

    /** Service Bus names a partition by the upper 16 bits of the sequence number. */
    private static final int PARTITION_SHIFT = 48;

    private static final String UNASSIGNED = "unassigned.";

    private static final List<String> TEXTS = List.of(
            BrokerProperties.MESSAGE_ID,
            BrokerProperties.SESSION_ID,
            BrokerProperties.CORRELATION_ID,
            BrokerProperties.SUBJECT,
            BrokerProperties.CONTENT_TYPE,
            BrokerProperties.REPLY_TO,
            BrokerProperties.REPLY_TO_SESSION_ID,
            BrokerProperties.TO,
            BrokerProperties.PARTITION_KEY,
            BrokerProperties.DEAD_LETTER_SOURCE);

    private final byte[][] bodies;
    private final long[] sequenceNumbers;
    private final Map<String, String> json = new LinkedHashMap<>();
    private final Map<String, String[]> texts = new LinkedHashMap<>();

    ServiceBusBatch(byte[][] bodies, long[] sequenceNumbers) {
        this.bodies = bodies;
        this.sequenceNumbers = sequenceNumbers;
    }

    /** Adds the arrays that the host sends as JSON, with a place for each message. */
    ServiceBusBatch json(
            String enqueuedTimes, String expiryTimes, String deliveryCounts, String applicationProperties) {
        json.put("EnqueuedTimeUtcArray", enqueuedTimes);
        json.put("ExpiresAtUtcArray", expiryTimes);
        json.put("DeliveryCountArray", deliveryCounts);
        json.put("ApplicationPropertiesArray", applicationProperties);
        return this;
    }

    /** Adds arrays of texts, without those that are missing, in the order of {@link #TEXTS}. */
    ServiceBusBatch texts(String[]... present) {
        for (int i = 0; i < TEXTS.size(); i++) {
            texts.put(TEXTS.get(i), present[i]);
        }
        return this;
    }

    /** Makes the messages durable, filed under the source of the settings or the name of the queue. */
    void archiveQueue(Capture capture) {
        String queue = capture.settings().find(AzureSettings.SERVICE_BUS_QUEUE).orElse("servicebus");
        archive(capture, queue, DeadLetters.isQueue(queue));
    }

    /** Makes the messages durable, filed under the source of the settings or the name of the topic. */
    void archiveTopic(Capture capture) {
        String topic = capture.settings().find(AzureSettings.SERVICE_BUS_TOPIC).orElse("servicebus");
        String subscription =
                capture.settings().find(AzureSettings.SERVICE_BUS_SUBSCRIPTION).orElse("");
        boolean areDeadLetters = DeadLetters.isQueue(subscription);
        archive(capture, areDeadLetters ? topic + "/" + subscription : topic, areDeadLetters);
    }

    private void archive(Capture capture, String name, boolean areDeadLetters) {
        Delivery delivery = read(capture.source().orElse(name));
        capture.archive(
                areDeadLetters
                        ? new Delivery(
                                delivery.messages().stream()
                                        .map(DeadLetters::withReasons)
                                        .toList(),
                                delivery.rejected())
                        : delivery);
    }

    /** Reads the batch, to be filed under the source. A message that cannot be understood leaves its neighbours alone. */
    Delivery read(String source) {
        List<Message> messages = new ArrayList<>();
        List<RejectedEvent> rejected = new ArrayList<>();
        try {
            requireAligned("SequenceNumberArray", sequenceNumbers.length);
            Metadata metadata = metadata();
            for (int i = 0; i < bodies.length; i++) {
                try {
                    messages.add(message(source, i, metadata));
                } catch (MalformedEventException e) {
                    rejected.add(reject(source, i, e));
                }
            }
        } catch (MalformedEventException e) {
            for (int i = 0; i < bodies.length; i++) {
                rejected.add(reject(source, i, e));
            }
        }
        return new Delivery(messages, rejected);
    }

    /** The JSON arrays that the host sends, with one entry for each message. */
    private record Metadata(
            List<AttributeValue> enqueuedTimes,
            List<AttributeValue> expiryTimes,
            List<AttributeValue> deliveryCounts,
            List<Attributes> properties) {}

    private Metadata metadata() throws MalformedEventException {
        List<Attributes> properties =
                HostJson.objects("ApplicationPropertiesArray", json.getOrDefault("ApplicationPropertiesArray", ""));
        requireAligned("ApplicationPropertiesArray", properties.size());
        return new Metadata(
                values("EnqueuedTimeUtcArray"), values("ExpiresAtUtcArray"), values("DeliveryCountArray"), properties);
    }

    private List<AttributeValue> values(String binding) throws MalformedEventException {
        List<AttributeValue> values = HostJson.values(binding, json.getOrDefault(binding, ""));
        requireAligned(binding, values.size());
        return values;
    }

    private void requireAligned(String binding, int size) throws MalformedEventException {
        HostJson.require(
                size == bodies.length,
                binding,
                "an array of " + bodies.length + ", one for each message, and" + " has " + size);
    }

    /** The sequence number alone names a message: its sender may give many the same message id, or none. */
    private Message message(String source, int index, Metadata metadata) throws MalformedEventException {
        long sequenceNumber = sequenceNumbers[index];
        HostJson.require(
                sequenceNumber >= 0,
                "SequenceNumberArray",
                "an array of numbers of 0 or more, and has " + sequenceNumber);
        return Message.builder()
                .id(Long.toString(sequenceNumber))
                .source(source)
                .publishTime(HostJson.time(
                        "EnqueuedTimeUtcArray",
                        metadata.enqueuedTimes().get(index).text()))
                .position(new Position(partition(sequenceNumber), sequenceNumber))
                .orderingKey(assigned(BrokerProperties.SESSION_ID, index))
                .payload(bodies[index])
                .attributes(metadata.properties().get(index))
                .brokerProperties(brokerProperties(index, metadata.expiryTimes().get(index)))
                .deliveryAttempt(deliveryAttempt(metadata.deliveryCounts().get(index)))
                .build();
    }

    private static Integer deliveryAttempt(AttributeValue count) throws MalformedEventException {
        try {
            return Integer.valueOf(count.text());
        } catch (NumberFormatException e) {
            throw new MalformedEventException(
                    "DeliveryCountArray must be an array of whole numbers, and has a "
                            + count.type().label(),
                    e);
        }
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
    private RejectedEvent reject(String source, int index, MalformedEventException failure) {
        Attributes.Builder headers = Attributes.builder().add("index", AttributeValue.of(index));
        headers.add("SequenceNumberArray", AttributeValue.ofJson(Arrays.toString(sequenceNumbers)));
        json.forEach(headers::add);
        texts.forEach((property, present) -> headers.add(property, AttributeValue.ofJson(array(present))));
        return RejectedEvent.of(source, bodies[index], "application/octet-stream", headers.build(), failure.reason());
    }
}
