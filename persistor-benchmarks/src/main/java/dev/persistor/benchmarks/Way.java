package dev.persistor.benchmarks;

import com.azure.core.util.BinaryData;
import com.azure.core.util.Context;
import com.azure.storage.blob.BlobContainerClient;
import com.azure.storage.blob.models.BlobHttpHeaders;
import com.azure.storage.blob.models.BlobRequestConditions;
import com.azure.storage.blob.options.BlockBlobSimpleUploadOptions;
import com.google.cloud.storage.BlobId;
import com.google.cloud.storage.BlobInfo;
import com.google.cloud.storage.Storage;
import dev.persistor.core.batch.Batching;
import dev.persistor.core.format.Compression;
import dev.persistor.core.format.MessageFormats;
import dev.persistor.core.message.Message;
import dev.persistor.core.store.Blob;
import dev.persistor.core.store.BlobName;
import dev.persistor.core.store.BlobSink;
import dev.persistor.core.write.Persistor;
import dev.persistor.core.write.Receipt;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Base64;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;

/** A way to archive messages. */
@FunctionalInterface
interface Way {

    /** How long the first message of a batch waits for others. */
    Duration LINGER = Duration.ofMillis(5);

    /** The most messages of a batch. */
    int BATCH = 1_000;

    /**
     * Archives messages on so many callers' threads, and returns when all are durable.
     *
     * @return how many objects that made
     */
    int archive(Supply messages, int callers) throws ExecutionException, InterruptedException;

    /**
     * The loop that somebody writes who has Google's SDK and no Persistor: one object a message, created if absent, with its
     * checksum and attributes, and by the same options as Persistor, or else what would be compared is options.
     */
    static Way bareLoop(Storage sdk, String bucket) {
        return (messages, callers) -> {
            Callers.run(callers, () -> {
                for (Optional<Message> next = messages.next(); next.isPresent(); next = messages.next()) {
                    Message message = next.get();
                    byte[] payload = new byte[message.payloadSize()];
                    message.payload().get(payload);
                    byte[] crc32c = ByteBuffer.allocate(4)
                            .putInt(Blob.checksum(ByteBuffer.wrap(payload)))
                            .array();
                    BlobInfo object = BlobInfo.newBuilder(
                                    BlobId.of(bucket, "bare/2026/01/31/12/" + message.id() + ".bin"))
                            .setContentType("application/octet-stream")
                            .setCacheControl("no-transform")
                            .setMetadata(message.attributes().toMap())
                            .setCrc32c(Base64.getEncoder().encodeToString(crc32c))
                            .build();
                    sdk.create(
                            object,
                            payload,
                            Storage.BlobTargetOption.doesNotExist(),
                            Storage.BlobTargetOption.disableGzipContent());
                }
                return null;
            });
            return messages.count();
        };
    }

    /**
     * The same loop with Azure's SDK: one blob a message, created if absent, with its checksum, which for Azure is an MD5, and
     * its attributes, and by the same options as Persistor.
     */
    static Way bareLoop(BlobContainerClient container) {
        return (messages, callers) -> {
            Callers.run(callers, () -> {
                MessageDigest md5 = MessageDigest.getInstance("MD5");
                for (Optional<Message> next = messages.next(); next.isPresent(); next = messages.next()) {
                    Message message = next.get();
                    byte[] payload = new byte[message.payloadSize()];
                    message.payload().get(payload);
                    container
                            .getBlobClient("bare/2026/01/31/12/" + message.id() + ".bin")
                            .getBlockBlobClient()
                            .uploadWithResponse(
                                    new BlockBlobSimpleUploadOptions(BinaryData.fromBytes(payload))
                                            .setContentMd5(md5.digest(payload))
                                            .setHeaders(
                                                    new BlobHttpHeaders().setContentType("application/octet-stream"))
                                            .setMetadata(message.attributes().toMap())
                                            .setRequestConditions(new BlobRequestConditions().setIfNoneMatch("*")),
                                    Duration.ofSeconds(25),
                                    Context.NONE);
                }
                return null;
            });
            return messages.count();
        };
    }

    /** Persistor in raw, one object a message, each message written by its caller's thread. */
    static Way oneObjectEach(BlobSink sink) {
        return (messages, callers) -> {
            Set<BlobName> blobs = ConcurrentHashMap.newKeySet();
            try (Persistor persistor = Persistor.builder(sink).build()) {
                Callers.run(callers, () -> {
                    for (Optional<Message> next = messages.next(); next.isPresent(); next = messages.next()) {
                        List<Receipt> receipts = persistor.persistAll(List.of(next.get()));
                        blobs.add(receipts.get(0).blob());
                    }
                    return null;
                });
            }
            return blobs.size();
        };
    }

    /**
     * Persistor in jsonl with group commit.
     *
     * @param window how many messages each caller has under way: 1 if it waits for each
     */
    static Way groupCommit(BlobSink sink, int window) {
        return (messages, callers) -> {
            Set<BlobName> blobs = ConcurrentHashMap.newKeySet();
            try (Persistor persistor = Persistor.builder(sink)
                    .format(MessageFormats.named("jsonl", Compression.NONE))
                    .batching(Batching.upTo(BATCH).orAfter(LINGER))
                    .build()) {
                Callers.run(callers, () -> {
                    Deque<CompletableFuture<Receipt>> underWay = new ArrayDeque<>();
                    for (Optional<Message> next = messages.next(); next.isPresent(); next = messages.next()) {
                        underWay.add(persistor.persist(next.get()));
                        if (underWay.size() == window) {
                            blobs.add(underWay.remove().get().blob());
                        }
                    }
                    for (CompletableFuture<Receipt> last : underWay) {
                        blobs.add(last.get().blob());
                    }
                    return null;
                });
            }
            return blobs.size();
        };
    }
}
