package dev.persistor.azure;

import com.azure.messaging.eventhubs.CheckpointStore;
import com.azure.messaging.eventhubs.checkpointstore.blob.BlobCheckpointStore;
import com.azure.messaging.eventhubs.models.Checkpoint;
import com.azure.storage.blob.BlobContainerAsyncClient;
import dev.persistor.core.pull.PullException;
import dev.persistor.core.store.BlobStoreException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * How far each partition of a hub is archived, noted in Blob Storage as Azure's own processors note it, so that they and this
 * can take turns.
 *
 * @param namespace the namespace's host
 * @param hub the hub
 * @param group the consumer group
 */
record EventHubCheckpoints(CheckpointStore store, String namespace, String hub, String group) {

    static EventHubCheckpoints in(BlobContainerAsyncClient container, String namespace, String hub, String group) {
        return new EventHubCheckpoints(new BlobCheckpointStore(container), namespace, hub, group);
    }

    /**
     * Returns what is noted, by partitions.
     *
     * @throws PullException if the notes cannot be read
     */
    Map<String, Checkpoint> read() {
        try {
            List<Checkpoint> all = MessagingClients.await(
                    store.listCheckpoints(namespace, hub, group).collectList());
            return all.stream().collect(Collectors.toMap(Checkpoint::getPartitionId, Function.identity()));
        } catch (RuntimeException e) {
            throw failed("read the checkpoints of " + hub, e);
        }
    }

    /** Returns the number of the last event that is archived, if a checkpoint tells. */
    static OptionalLong sequenceNumber(Optional<Checkpoint> archived) {
        return archived.map(Checkpoint::getSequenceNumber).map(OptionalLong::of).orElse(OptionalLong.empty());
    }

    /**
     * Notes that all of a partition up to a place, that included, is durable.
     *
     * @throws PullException if it may not be noted
     */
    void write(EventPlace place) {
        Checkpoint checkpoint = new Checkpoint()
                .setFullyQualifiedNamespace(namespace)
                .setEventHubName(hub)
                .setConsumerGroup(group)
                .setPartitionId(place.partition())
                .setSequenceNumber(place.sequenceNumber())
                .setOffsetString(place.offset());
        try {
            MessagingClients.awaitEnd(store.updateCheckpoint(checkpoint));
        } catch (RuntimeException e) {
            throw failed("note how far partition " + place.partition() + " of " + hub + " is archived", e);
        }
    }

    private static PullException failed(String what, RuntimeException failure) {
        BlobStoreException translated = AzureErrors.translate(what, failure);
        return new PullException(String.valueOf(translated.getMessage()), translated.isRetryable(), failure);
    }
}
