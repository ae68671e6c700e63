package dev.persistor.azure;

import com.azure.messaging.eventhubs.CheckpointStore;
import com.azure.messaging.eventhubs.checkpointstore.blob.BlobCheckpointStore;
import com.azure.messaging.eventhubs.models.Checkpoint;
import com.azure.messaging.eventhubs.models.PartitionOwnership;
import com.azure.storage.blob.BlobContainerAsyncClient;
import com.azure.storage.blob.models.BlobItem;
import com.azure.storage.blob.models.BlobListDetails;
import com.azure.storage.blob.models.BlobRequestConditions;
import com.azure.storage.blob.models.BlobStorageException;
import com.azure.storage.blob.models.ListBlobsOptions;
import dev.persistor.core.pull.PullException;
import dev.persistor.core.store.BlobStoreException;
import java.net.HttpURLConnection;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;

/**
 * The checkpoints of a hub's partitions, in Blob Storage in the form of Azure's own processors, so that they and this
 * can take turns: an empty blob for each partition, and the sequence number and the offset in its metadata. Here the identity of
 * the hub is there, too. A checkpoint of a hub that was deleted says nothing about the one that has its name now.
 *
 * @param namespace the namespace's host
 * @param hub the hub
 * @param group the consumer group
 */
record EventHubCheckpoints(
        BlobContainerAsyncClient container, CheckpointStore store, String namespace, String hub, String group) {

    private static final String SEQUENCE_NUMBER = "sequencenumber";
    private static final String OFFSET = "offset";
    private static final String LOG = "persistorlog";

    static EventHubCheckpoints in(BlobContainerAsyncClient container, String namespace, String hub, String group) {
        return new EventHubCheckpoints(container, new BlobCheckpointStore(container), namespace, hub, group);
    }

    /**
     * What is noted.
     *
     * @param checkpoints those of the hub that is there now, by partitions
     * @param stale those of a hub that had its name before
     */
    record Known(Map<String, Checkpoint> checkpoints, List<BlobItem> stale) {

        Known {
            checkpoints = Map.copyOf(checkpoints);
            stale = List.copyOf(stale);
        }

        /** Returns the identity of the hub that had the name before, if there are checkpoints of it. */
        Optional<String> before() {
            return stale.stream().findFirst().map(blob -> metadata(blob, LOG).orElse("of an earlier time"));
        }

        /** Returns the checkpoint of a partition. */
        Optional<Checkpoint> of(String partition) {
            return Optional.ofNullable(checkpoints.get(partition));
        }

        /**
         * Returns the number of the last event that is archived, if that is known: of a hub that was created again, all events are
         * still to come.
         */
        OptionalLong last(String partition) {
            Optional<Long> number = of(partition).map(Checkpoint::getSequenceNumber);
            if (number.isPresent()) {
                return OptionalLong.of(number.get());
            }
            return stale.isEmpty() ? OptionalLong.empty() : OptionalLong.of(-1);
        }
    }

    /**
     * Returns what is noted.
     *
     * @param created when the hub that is there now was created
     * @throws PullException if the notes cannot be read
     */
    Known read(Instant created) {
        List<BlobItem> blobs;
        try {
            ListBlobsOptions options = new ListBlobsOptions()
                    .setPrefix(folder())
                    .setDetails(new BlobListDetails().setRetrieveMetadata(true));
            blobs = MessagingClients.await(container.listBlobs(options).collectList());
        } catch (RuntimeException e) {
            throw failed("read the checkpoints of " + hub, e);
        }
        Map<String, Checkpoint> checkpoints = new HashMap<>();
        List<BlobItem> stale = new ArrayList<>();
        for (BlobItem blob : blobs) {
            String partition = blob.getName().substring(folder().length());
            if (isOf(created, blob)) {
                checkpoints.put(partition, checkpoint(partition, blob));
            } else {
                stale.add(blob);
            }
        }
        return new Known(checkpoints, stale);
    }

    /**
     * Deletes checkpoints of a hub that is gone, so that the next start does not report it once more. One that was written since
     * they were read stays.
     *
     * @throws PullException if they cannot be deleted
     */
    void delete(List<BlobItem> stale) {
        for (BlobItem blob : stale) {
            BlobRequestConditions unchanged =
                    new BlobRequestConditions().setIfMatch(blob.getProperties().getETag());
            try {
                MessagingClients.awaitEnd(container
                        .getBlobAsyncClient(blob.getName())
                        .deleteWithResponse(null, unchanged)
                        .onErrorResume(EventHubCheckpoints::isGoneOrChanged, e -> Mono.empty())
                        .then());
            } catch (RuntimeException e) {
                throw failed("delete the checkpoints of the " + hub + " that was deleted", e);
            }
        }
    }

    private static boolean isGoneOrChanged(Throwable failure) {
        return failure instanceof BlobStorageException e
                && (e.getStatusCode() == HttpURLConnection.HTTP_NOT_FOUND
                        || e.getStatusCode() == HttpURLConnection.HTTP_PRECON_FAILED);
    }

    private String folder() {
        return (namespace + "/" + hub + "/" + group).toLowerCase(Locale.ROOT) + "/checkpoint/";
    }

    /** Checkpoints of other programs do not name the hub. They belong to the current hub if they are not older. */
    private static boolean isOf(Instant created, BlobItem blob) {
        Optional<String> log = metadata(blob, LOG);
        return log.isPresent()
                ? log.get().equals(created.toString())
                : !blob.getProperties().getLastModified().toInstant().isBefore(created);
    }

    private static Optional<String> metadata(BlobItem blob, String name) {
        Map<String, String> metadata = blob.getMetadata();
        return metadata == null
                ? Optional.empty()
                : metadata.entrySet().stream()
                        .filter(entry -> entry.getKey().equalsIgnoreCase(name))
                        .map(Map.Entry::getValue)
                        .findFirst();
    }

    private Checkpoint checkpoint(String partition, BlobItem blob) {
        Optional<Long> number =
                metadata(blob, SEQUENCE_NUMBER).filter(text -> !text.isEmpty()).map(Long::valueOf);
        return checkpoint(
                partition,
                number.orElse(null),
                metadata(blob, OFFSET).filter(text -> !text.isEmpty()).orElse(null));
    }

    private Checkpoint checkpoint(String partition, @Nullable Long number, @Nullable String offset) {
        return new Checkpoint()
                .setFullyQualifiedNamespace(namespace)
                .setEventHubName(hub)
                .setConsumerGroup(group)
                .setPartitionId(partition)
                .setSequenceNumber(number)
                .setOffsetString(offset);
    }

    /**
     * Notes that all of a partition up to a place, that included, is durable.
     *
     * @param log the identity of the hub
     * @throws PullException if it may not be noted
     */
    void write(EventPlace place, String log) {
        Map<String, String> metadata = new HashMap<>();
        metadata.put(SEQUENCE_NUMBER, Long.toString(place.sequenceNumber()));
        metadata.put(OFFSET, place.offset());
        metadata.put(LOG, log);
        try {
            MessagingClients.awaitEnd(container
                    .getBlobAsyncClient(folder() + place.partition())
                    .getBlockBlobAsyncClient()
                    .uploadWithResponse(Flux.just(ByteBuffer.allocate(0)), 0, null, metadata, null, null, null)
                    .then());
        } catch (RuntimeException e) {
            throw failed("note how far partition " + place.partition() + " of " + hub + " is archived", e);
        }
    }

    /** Returns a store for Azure's own processor, that knows of no checkpoint of another hub. */
    CheckpointStore storeOf(Instant created) {
        return new CheckpointStore() {
            @Override
            public Flux<PartitionOwnership> listOwnership(String namespace, String hub, String group) {
                return store.listOwnership(namespace, hub, group);
            }

            @Override
            public Flux<PartitionOwnership> claimOwnership(List<PartitionOwnership> requested) {
                return store.claimOwnership(requested);
            }

            @Override
            public Flux<Checkpoint> listCheckpoints(String namespace, String hub, String group) {
                return Mono.fromCallable(() -> read(created).checkpoints().values())
                        .subscribeOn(Schedulers.boundedElastic())
                        .flatMapIterable(known -> known);
            }

            @Override
            public Mono<Void> updateCheckpoint(Checkpoint checkpoint) {
                return store.updateCheckpoint(checkpoint);
            }
        };
    }

    private static PullException failed(String what, RuntimeException failure) {
        BlobStoreException translated = AzureErrors.translate(what, failure);
        return new PullException(String.valueOf(translated.getMessage()), translated.isRetryable(), failure);
    }
}
