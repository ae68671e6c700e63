package dev.persistor.azure;

import com.microsoft.azure.functions.annotation.BindingName;
import com.microsoft.azure.functions.annotation.Cardinality;
import com.microsoft.azure.functions.annotation.EventHubTrigger;
import com.microsoft.azure.functions.annotation.ExponentialBackoffRetry;
import com.microsoft.azure.functions.annotation.FunctionName;

/**
 * Archives an event hub, a batch of one partition at a time.
 *
 * <p>Event Hubs triggers move their checkpoint on even when a function throws. So this one goes on trying until the batch
 * is durable, or {@code PERSISTOR_EVENT_HUB_DEADLINE} is over; behind it stands a retry policy without an end, by which
 * the host calls it again with the same batch. What remains at risk is in {@code docs/guarantees.md}.
 *
 * <p>Thread-safe.
 */
public final class EventHubFunction {

    /** For the platform: reads the environment at the first batch. */
    public EventHubFunction() {}

    /**
     * Makes a batch durable.
     *
     * <p>The types are those that the worker really fills: bytes as {@code byte[][]}, and what the host sends as JSON as
     * its text.
     *
     * @param events the events' bodies
     * @param systemProperties for each event an object with sequence number, enqueued time and more
     * @param properties for each event an object of the sender's properties
     * @param partitionContext an object that names hub and partition
     * @throws RuntimeException if a message may not be durable, or an event is malformed and quarantine is off
     */
    @FunctionName("EventHub")
    @ExponentialBackoffRetry(maxRetryCount = -1, minimumInterval = "00:00:05", maximumInterval = "00:05:00")
    public void run(
            @EventHubTrigger(
                            name = "events",
                            eventHubName = "%EVENT_HUB_NAME%",
                            consumerGroup = "%EVENT_HUB_CONSUMER_GROUP%",
                            connection = "EVENT_HUB_CONNECTION",
                            cardinality = Cardinality.MANY,
                            dataType = "binary")
                    byte[][] events,
            @BindingName("SystemPropertiesArray") String systemProperties,
            @BindingName("PropertiesArray") String properties,
            @BindingName("PartitionContext") String partitionContext) {
        FunctionApp.invoke(capture -> {
            EventHubBatch batch = new EventHubBatch(events, systemProperties, properties, partitionContext);
            capture.archive(
                    batch.read(capture.source(), capture.settings().find(AzureSettings.EVENT_HUB_NAME)),
                    capture.settings().get(AzureSettings.EVENT_HUB_DEADLINE));
        });
    }
}
