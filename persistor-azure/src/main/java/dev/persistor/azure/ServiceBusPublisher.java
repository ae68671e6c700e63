package dev.persistor.azure;

import com.azure.messaging.servicebus.ServiceBusClientBuilder;
import com.azure.messaging.servicebus.ServiceBusMessageBatch;
import com.azure.messaging.servicebus.ServiceBusSenderAsyncClient;
import dev.persistor.core.message.BrokerProperties;
import dev.persistor.core.message.Message;
import dev.persistor.core.replay.BatchTarget;
import dev.persistor.core.replay.BatchingPublisher;
import dev.persistor.core.replay.MessagePublisher;
import dev.persistor.core.replay.PublishException;
import dev.persistor.core.replay.Published;
import dev.persistor.core.retry.RetryBudget;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/**
 * Opens publishers to queues and topics of Service Bus.
 *
 * <p>The ordering key becomes the session id, of at most 128 characters; an entity without sessions ignores it. Attributes
 * become application properties, with the AMQP types that they were received with. A body that was an AMQP value or sequence is
 * one again. AMQP's own properties, the sessions, partition key and time to live stay what they are; other broker properties
 * become attributes {@code persistor-broker-NAME}. A message that was scheduled goes out at once.
 *
 * <p>A message must fit into one request, of 256 KiB in the standard tier.
 */
public final class ServiceBusPublisher {

    /** The premium tier takes larger messages, and says so, but no larger batches. */
    private static final int MAX_BATCH_BYTES = 900_000;

    private ServiceBusPublisher() {}

    /**
     * Publishes through a client, which is closed with the publisher.
     *
     * @param client its retries should be none: one that is made after a lost answer brings a message twice
     */
    public static MessagePublisher over(ServiceBusSenderAsyncClient client) {
        return over(client, RetryBudget.ofAMinute());
    }

    static MessagePublisher over(ServiceBusSenderAsyncClient client, RetryBudget whileBusy) {
        return over(client, whileBusy, target -> List.of());
    }

    /**
     * Publishes through a client.
     *
     * @param warnings what a user should know of the entity of this name
     */
    private static MessagePublisher over(
            ServiceBusSenderAsyncClient client, RetryBudget whileBusy, Function<String, List<String>> warnings) {
        return BatchingPublisher.to(new Entity(client, warnings), whileBusy, MessagingClients.LANES);
    }

    static MessagePublisher open(
            MessagingAddress address, Optional<ConnectionString> connection, Map<String, String> environment) {
        ServiceBusClientBuilder builder = new ServiceBusClientBuilder().retryOptions(MessagingClients.oneTry());
        connection.ifPresentOrElse(
                string -> builder.connectionString(string.secret()),
                () -> builder.credential(
                        address.namespace(), AzureCredentials.ofEnvironment(new AzureHttpClient(), environment)));
        // To a sender a queue and a topic are the same.
        return over(
                builder.sender().queueName(address.entity()).buildAsyncClient(),
                RetryBudget.ofAMinute(),
                DuplicateDetection.of(address, connection, environment)::warnings);
    }

    private record Entity(ServiceBusSenderAsyncClient client, Function<String, List<String>> knownIds)
            implements AmqpBatchTarget {

        /** Partitioned entities take a batch as a whole into one partition, so all of it is of one key. */
        @Override
        public Optional<String> batchKey(Message message) {
            MessageKey session = MessageKey.ofServiceBus(message);
            session.refusal().ifPresent(refusal -> {
                throw new PublishException("publish " + message.id() + " to " + this + ": " + refusal, false, null);
            });
            return session.value().or(() -> message.brokerProperties().text(BrokerProperties.PARTITION_KEY));
        }

        @Override
        public Batch open(Optional<String> key) {
            return new Messages(client, MessagingClients.await(client.createMessageBatch()));
        }

        @Override
        public List<String> losses(Message message) {
            return ServiceBusMapping.of(message).losses();
        }

        /** Ids that no entity has seen are dropped by none. */
        @Override
        public List<String> warnings(boolean newIds) {
            return newIds ? List.of() : knownIds.apply(toString());
        }

        @Override
        public void close() {
            client.close();
        }

        @Override
        public String toString() {
            return "servicebus://" + client.getFullyQualifiedNamespace() + "/" + client.getEntityPath();
        }
    }

    private record Messages(ServiceBusSenderAsyncClient client, ServiceBusMessageBatch batch)
            implements BatchTarget.Batch {

        @Override
        public boolean tryAdd(Message message) {
            boolean full = batch.getCount() > 0 && batch.getSizeInBytes() + message.payloadSize() > MAX_BATCH_BYTES;
            return !full && batch.tryAddMessage(ServiceBusMapping.of(message).sent());
        }

        @Override
        public int maxBytes() {
            return batch.getMaxSizeInBytes();
        }

        @Override
        public List<Published> send() {
            MessagingClients.awaitEnd(client.sendMessages(batch));
            return Collections.nCopies(batch.getCount(), Published.withoutId());
        }
    }
}
