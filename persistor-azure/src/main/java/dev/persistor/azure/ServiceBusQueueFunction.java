package dev.persistor.azure;

import com.microsoft.azure.functions.annotation.BindingName;
import com.microsoft.azure.functions.annotation.Cardinality;
import com.microsoft.azure.functions.annotation.FunctionName;
import com.microsoft.azure.functions.annotation.ServiceBusQueueTrigger;

/**
 * Archives a Service Bus queue, and empties it: a queue gives each message to one receiver. So it is for a queue of
 * Persistor's own, to which the pipeline's messages are forwarded or sent besides.
 *
 * <p>It returns when the messages are durable, and the host completes them. It throws when one may not be; the host
 * abandons them, and Service Bus delivers again.
 *
 * <p>Thread-safe.
 */
public final class ServiceBusQueueFunction {

    /** For the platform: reads the environment at the first message. */
    public ServiceBusQueueFunction() {}

    /**
     * Makes messages durable.
     *
     * <p>The types are those that the worker really fills. Only what every message has may be bound one by one: the host
     * does not send a property that is null, and then the worker does not call the function. So the function takes
     * batches, whose arrays are always there.
     *
     * @throws RuntimeException if a message may not be durable, or one is malformed and quarantine is off
     */
    @FunctionName("ServiceBusQueue")
    public void run(
            @ServiceBusQueueTrigger(
                            name = "messages",
                            queueName = "%SERVICE_BUS_QUEUE%",
                            connection = "SERVICE_BUS_CONNECTION",
                            cardinality = Cardinality.MANY,
                            dataType = "binary")
                    byte[][] messages,
            @BindingName("SequenceNumberArray") long[] sequenceNumbers,
            @BindingName("EnqueuedTimeUtcArray") String enqueuedTimes,
            @BindingName("ExpiresAtUtcArray") String expiryTimes,
            @BindingName("DeliveryCountArray") String deliveryCounts,
            @BindingName("ApplicationPropertiesArray") String applicationProperties,
            @BindingName("MessageIdArray") String[] messageIds,
            @BindingName("SessionIdArray") String[] sessionIds,
            @BindingName("CorrelationIdArray") String[] correlationIds,
            @BindingName("SubjectArray") String[] subjects,
            @BindingName("ContentTypeArray") String[] contentTypes,
            @BindingName("ReplyToArray") String[] replyTos,
            @BindingName("ReplyToSessionIdArray") String[] replyToSessionIds,
            @BindingName("ToArray") String[] tos,
            @BindingName("PartitionKeyArray") String[] partitionKeys,
            @BindingName("DeadLetterSourceArray") String[] deadLetterSources) {
        ServiceBusBatch batch = new ServiceBusBatch(messages, sequenceNumbers)
                .json(enqueuedTimes, expiryTimes, deliveryCounts, applicationProperties)
                .texts(
                        messageIds,
                        sessionIds,
                        correlationIds,
                        subjects,
                        contentTypes,
                        replyTos,
                        replyToSessionIds,
                        tos,
                        partitionKeys,
                        deadLetterSources);
        FunctionApp.invoke(capture -> batch.archiveQueue(capture));
    }
}
