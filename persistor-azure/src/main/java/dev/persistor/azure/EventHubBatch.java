package dev.persistor.azure;

import dev.persistor.core.capture.Delivery;
import dev.persistor.core.capture.MalformedEventException;
import dev.persistor.core.message.AttributeValue;
import dev.persistor.core.message.Attributes;
import dev.persistor.core.message.BrokerProperties;
import dev.persistor.core.message.Message;
import dev.persistor.core.message.Position;
import dev.persistor.core.write.RejectedEvent;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** A batch of events as the host hands it over, and the messages that it holds. */
final class EventHubBatch {

    private static final String SYSTEM_PROPERTIES = "SystemPropertiesArray";
    private static final String PROPERTIES = "PropertiesArray";
    private static final String PARTITION_CONTEXT = "PartitionContext";
    private static final String SEQUENCE_NUMBER = "SequenceNumber";
    private static final String ENQUEUED_TIME = "EnqueuedTimeUtc";
    private static final String OFFSET = "Offset";
    private static final String OFFSET_STRING = "OffsetString";
    private static final String PARTITION_KEY = "PartitionKey";
    private static final Set<String> OTHERWISE_KEPT = Set.of(
            SEQUENCE_NUMBER,
            ENQUEUED_TIME,
            OFFSET,
            OFFSET_STRING,
            "x-opt-sequence-number",
            "x-opt-offset",
            "x-opt-enqueued-time",
            "x-opt-partition-key");
    private static final String UNKNOWN_SOURCE = "eventhub";

    private final byte[][] bodies;
    private final String systemProperties;
    private final String properties;
    private final String partitionContext;

    /**
     * Takes a batch.
     *
     * @param bodies the events' bodies
     * @param systemProperties JSON: for each event an object
     * @param properties JSON: for each event an object
     * @param partitionContext JSON: an object that names hub and partition
     */
    EventHubBatch(byte[][] bodies, String systemProperties, String properties, String partitionContext) {
        this.bodies = bodies;
        this.systemProperties = systemProperties;
        this.properties = properties;
        this.partitionContext = partitionContext;
    }

    /**
     * Reads the batch. An event that cannot be understood is among the rejected, and its neighbours are not.
     *
     * @param source what messages are filed under, if that is set
     * @param hub the hub's name, if that is set
     */
    Delivery read(Optional<String> source, Optional<String> hub) {
        String filedUnder = source.or(() -> hub).orElse(UNKNOWN_SOURCE);
        List<Message> messages = new ArrayList<>();
        List<RejectedEvent> rejected = new ArrayList<>();
        try {
            String partition = partition();
            List<Attributes> system = aligned(SYSTEM_PROPERTIES, systemProperties);
            List<Attributes> own = aligned(PROPERTIES, properties);
            for (int i = 0; i < bodies.length; i++) {
                try {
                    messages.add(message(filedUnder, partition, bodies[i], system.get(i), own.get(i)));
                } catch (MalformedEventException e) {
                    rejected.add(reject(filedUnder, i, e));
                }
            }
        } catch (MalformedEventException e) {
            for (int i = 0; i < bodies.length; i++) {
                rejected.add(reject(filedUnder, i, e));
            }
        }
        return new Delivery(messages, rejected);
    }

    private List<Attributes> aligned(String what, String json) throws MalformedEventException {
        List<Attributes> objects = HostJson.objects(what, json);
        HostJson.require(
                objects.size() == bodies.length,
                what,
                "an array of " + bodies.length + " objects, one for each event, and has " + objects.size());
        return objects;
    }

    /** Before version 5 of the host's extension the partition was one level down. */
    private String partition() throws MalformedEventException {
        Attributes context = HostJson.object(PARTITION_CONTEXT, partitionContext);
        Optional<String> partition = HostJson.string(context, "PartitionId");
        if (partition.isEmpty() && context.first("RuntimeInformation").isPresent()) {
            AttributeValue information = context.first("RuntimeInformation").orElseThrow();
            partition = HostJson.string(
                    HostJson.object(PARTITION_CONTEXT + ".RuntimeInformation", information.text()), "PartitionId");
        }
        if (partition.isEmpty() || partition.get().isEmpty()) {
            throw new MalformedEventException(PARTITION_CONTEXT
                    + ".PartitionId must be a text that is not empty, and is "
                    + (partition.isEmpty() ? "missing" : "empty"));
        }
        return partition.get();
    }

    private static Message message(
            String source, String partition, byte[] body, Attributes system, Attributes properties)
            throws MalformedEventException {
        long sequenceNumber = sequenceNumber(system);
        return Message.builder()
                .id(partition + "-" + sequenceNumber)
                .source(source)
                .publishTime(enqueuedTime(system))
                .position(new Position(partition, sequenceNumber))
                .orderingKey(HostJson.string(system, PARTITION_KEY).orElse(null))
                .payload(body)
                .attributes(properties)
                .brokerProperties(brokerProperties(system))
                .build();
    }

    private static long sequenceNumber(Attributes system) throws MalformedEventException {
        AttributeValue value = system.first(SEQUENCE_NUMBER).orElse(AttributeValue.ofNull());
        HostJson.require(
                value.type() == AttributeValue.Type.LONG && !value.text().startsWith("-"),
                SYSTEM_PROPERTIES + "." + SEQUENCE_NUMBER,
                "a number of 0 or more, and is " + (value.text().isEmpty() ? "missing" : value.text()));
        return Long.parseLong(value.text());
    }

    private static Instant enqueuedTime(Attributes system) throws MalformedEventException {
        return HostJson.time(
                SYSTEM_PROPERTIES + "." + ENQUEUED_TIME,
                HostJson.string(system, ENQUEUED_TIME).orElse(""));
    }

    /**
     * Keeps each system property once. Since version 6.5 the host's extension sends four of them under two or three names,
     * and an offset that is not a number, as in a geo-replicated namespace, only as {@code OffsetString}.
     */
    private static Attributes brokerProperties(Attributes system) {
        Attributes.Builder kept = Attributes.builder();
        offset(system).ifPresent(offset -> kept.add(BrokerProperties.OFFSET, offset));
        for (Attributes.Entry entry : system) {
            if (!OTHERWISE_KEPT.contains(entry.name()) && entry.value().type() != AttributeValue.Type.NULL) {
                kept.add(keptAs(entry.name()), entry.value());
            }
        }
        return kept.build();
    }

    /** The number -1 stands for an offset that is not a number, and is no place in the log. */
    private static Optional<String> offset(Attributes system) {
        return HostJson.string(system, OFFSET_STRING)
                .or(() -> system.first(OFFSET).map(AttributeValue::text))
                .filter(offset -> !offset.isEmpty() && !offset.equals("-1"));
    }

    /** Returns the name by which a replay finds a system property; what it does not look for keeps its own. */
    private static String keptAs(String name) {
        if (name.equals(PARTITION_KEY)) {
            return BrokerProperties.PARTITION_KEY;
        }
        return name.startsWith("x-opt-") ? AmqpNames.ofAnnotation(name) : BrokerProperties.ofAmqp(name);
    }

    /** The metadata goes along: it is all that tells an event from another of the same body. */
    private RejectedEvent reject(String source, int index, MalformedEventException failure) {
        Attributes headers = Attributes.builder()
                .add("index", AttributeValue.of(index))
                .add(PARTITION_CONTEXT, partitionContext)
                .add(SYSTEM_PROPERTIES, systemProperties)
                .add(PROPERTIES, properties)
                .build();
        return RejectedEvent.of(source, bodies[index], "application/octet-stream", headers, failure.reason());
    }
}
