package dev.persistor.testkit.azure;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Events of one partition of an event hub, for a trigger of cardinality "many" and data type "binary", as version 6.5 of
 * the host's extension binds them ({@code EventHubTriggerBindingStrategy.cs} in
 * {@code sdk/eventhub/Microsoft.Azure.WebJobs.Extensions.EventHubs/src/Triggers} of Azure/azure-sdk-for-net): the system
 * properties are the message's AMQP properties and annotations and, beside them, the extension's own names. An offset that
 * is not a number, as in a geo-replicated namespace, is {@code -1} in {@code Offset} and itself in {@code OffsetString}.
 *
 * <p>Not thread-safe.
 */
public final class EventHubsBatch {

    private final Map<String, Object> partition = new LinkedHashMap<>();
    private final List<Event> events = new ArrayList<>();

    /** Starts a batch without events. */
    public EventHubsBatch(String hub, String consumerGroup, String partitionId) {
        partition.put("FullyQualifiedNamespace", "testkit.servicebus.windows.net");
        partition.put("EventHubName", hub);
        partition.put("ConsumerGroup", consumerGroup);
        partition.put("PartitionId", partitionId);
        partition.put("IsCheckpointingAfterInvocation", true);
    }

    /** Starts an event without key and properties. */
    public static Event event(byte[] body, long sequenceNumber, String offset, Instant enqueuedTime) {
        return new Event(body, sequenceNumber, offset, enqueuedTime);
    }

    /** Adds an event, which must not be changed from now on. */
    public EventHubsBatch add(Event event) {
        events.add(event);
        return this;
    }

    /** Makes the invocation with the events so far. */
    public HostedInvocation toInvocation() {
        Map<String, Object> metadata = new LinkedHashMap<>();
        metadata.put("TriggerPartitionContext", partition);
        metadata.put("PartitionContext", partition);
        metadata.put(
                "PartitionKeyArray",
                events.stream().map(event -> event.partitionKey.orElse("")).toArray(String[]::new));
        metadata.put(
                "OffsetArray",
                events.stream()
                        .map(event -> Long.toString(event.numericOffset()))
                        .toArray(String[]::new));
        metadata.put(
                "OffsetStringArray", events.stream().map(event -> event.offset).toArray(String[]::new));
        metadata.put(
                "SequenceNumberArray",
                events.stream().mapToLong(event -> event.sequenceNumber).toArray());
        metadata.put(
                "EnqueuedTimeUtcArray",
                events.stream()
                        .map(event -> HostTimes.withoutZone(event.enqueuedTime))
                        .toList());
        metadata.put(
                "PropertiesArray",
                events.stream().map(event -> event.properties).toList());
        metadata.put(
                "SystemPropertiesArray",
                events.stream().map(Event::allSystemProperties).toList());
        return HostedInvocation.ofValues(
                events.stream().map(event -> event.body).toArray(byte[][]::new), metadata);
    }

    /**
     * One event. A property's value is a text, a number, a truth value, an {@link Instant}, a
     * {@link java.time.OffsetDateTime}, a {@link java.time.Duration}, a UUID, bytes or null, or lists and maps of them.
     *
     * <p>Not thread-safe.
     */
    public static final class Event {

        private final byte[] body;
        private final long sequenceNumber;
        private final String offset;
        private final Instant enqueuedTime;
        private Optional<String> partitionKey = Optional.empty();
        private Map<String, @Nullable Object> properties = Map.of();
        private Map<String, @Nullable Object> systemProperties = Map.of();

        private Event(byte[] body, long sequenceNumber, String offset, Instant enqueuedTime) {
            this.body = body.clone();
            this.sequenceNumber = sequenceNumber;
            this.offset = offset;
            this.enqueuedTime = enqueuedTime;
        }

        /** Sets the partition key. */
        public Event partitionKey(String key) {
            partitionKey = Optional.of(key);
            return this;
        }

        /** Sets the application's properties. */
        public Event properties(Map<String, ? extends @Nullable Object> values) {
            properties = Collections.unmodifiableMap(new LinkedHashMap<>(values));
            return this;
        }

        /**
         * Sets further system properties, such as {@code content-type}. Those of every event are there without; given here,
         * they are replaced.
         */
        public Event systemProperties(Map<String, ? extends @Nullable Object> values) {
            systemProperties = Collections.unmodifiableMap(new LinkedHashMap<>(values));
            return this;
        }

        private Map<String, @Nullable Object> allSystemProperties() {
            Map<String, @Nullable Object> all = new LinkedHashMap<>();
            all.put("x-opt-sequence-number", sequenceNumber);
            all.put("x-opt-offset", offset);
            all.put("x-opt-enqueued-time", enqueuedTime);
            partitionKey.ifPresent(key -> all.put("x-opt-partition-key", key));
            all.put("SequenceNumber", sequenceNumber);
            all.put("Offset", numericOffset());
            all.put("OffsetString", offset);
            all.put("PartitionKey", partitionKey.orElse(null));
            all.put("EnqueuedTimeUtc", HostTimes.withoutZone(enqueuedTime));
            all.putAll(systemProperties);
            return all;
        }

        private long numericOffset() {
            try {
                return Long.parseLong(offset);
            } catch (NumberFormatException isNoNumber) {
                return -1;
            }
        }
    }
}
