package dev.persistor.azure;

import com.azure.messaging.eventhubs.EventDataBatch;
import com.azure.messaging.eventhubs.EventHubClientBuilder;
import com.azure.messaging.eventhubs.EventHubProducerAsyncClient;
import com.azure.messaging.eventhubs.models.CreateBatchOptions;
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

/**
 * Opens publishers to event hubs.
 *
 * <p>The ordering key becomes the partition key, of at most 128 characters, so that messages of one key share a partition
 * and keep their order; those without one go to any partition. Attributes become application properties, with the AMQP types
 * that they were received with. AMQP's own properties stay what they are; other broker properties, and the time to live, become
 * attributes {@code persistor-broker-NAME}. The body is a data section with the payload, since the client sends no other.
 *
 * <p>An event must fit into one request, of 1 MiB in most tiers.
 */
public final class EventHubsPublisher {

    private EventHubsPublisher() {}

    /**
     * Publishes through a client, which is closed with the publisher.
     *
     * @param client its retries should be none: one that is made after a lost answer brings an event twice
     */
    public static MessagePublisher over(EventHubProducerAsyncClient client) {
        return over(client, RetryBudget.ofAMinute());
    }

    static MessagePublisher over(EventHubProducerAsyncClient client, RetryBudget whileBusy) {
        return BatchingPublisher.to(new Hub(client), whileBusy, MessagingClients.LANES);
    }

    static MessagePublisher open(
            MessagingAddress address, Optional<ConnectionString> connection, Map<String, String> environment) {
        EventHubClientBuilder builder = new EventHubClientBuilder().retryOptions(MessagingClients.oneTry());
        connection.ifPresentOrElse(
                string -> builder.connectionString(string.secret(), address.entity()),
                () -> builder.credential(
                        address.namespace(),
                        address.entity(),
                        AzureCredentials.ofEnvironment(new AzureHttpClient(), environment)));
        return over(builder.buildAsyncProducerClient());
    }

    private record Hub(EventHubProducerAsyncClient client) implements AmqpBatchTarget {

        @Override
        public Optional<String> batchKey(Message message) {
            MessageKey key = MessageKey.ofEventHubs(message);
            key.refusal().ifPresent(refusal -> {
                throw new PublishException("publish " + message.id() + " to " + this + ": " + refusal, false, null);
            });
            return key.value();
        }

        @Override
        public Batch open(Optional<String> key) {
            CreateBatchOptions options = new CreateBatchOptions();
            key.ifPresent(options::setPartitionKey);
            return new Events(client, MessagingClients.await(client.createBatch(options)));
        }

        @Override
        public List<String> losses(Message message) {
            return EventHubsMapping.of(message).losses();
        }

        @Override
        public void close() {
            client.close();
        }

        @Override
        public String toString() {
            return "eventhubs://" + client.getFullyQualifiedNamespace() + "/" + client.getEventHubName();
        }
    }

    private record Events(EventHubProducerAsyncClient client, EventDataBatch batch) implements BatchTarget.Batch {

        @Override
        public boolean tryAdd(Message message) {
            return batch.tryAdd(EventHubsMapping.of(message).event());
        }

        @Override
        public int maxBytes() {
            return batch.getMaxSizeInBytes();
        }

        @Override
        public List<Published> send() {
            MessagingClients.awaitEnd(client.send(batch));
            return Collections.nCopies(batch.getCount(), Published.withoutId());
        }
    }
}
