package dev.persistor.azure;

import com.azure.core.util.BinaryData;
import com.azure.core.util.Context;
import com.azure.storage.blob.BlobContainerClient;
import com.azure.storage.blob.models.BlobHttpHeaders;
import com.azure.storage.blob.models.BlobItem;
import com.azure.storage.blob.models.BlobItemProperties;
import com.azure.storage.blob.models.BlobListDetails;
import com.azure.storage.blob.models.BlobProperties;
import com.azure.storage.blob.models.BlobRequestConditions;
import com.azure.storage.blob.models.BlobStorageException;
import com.azure.storage.blob.models.BlockBlobItem;
import com.azure.storage.blob.models.ListBlobsOptions;
import com.azure.storage.blob.options.BlockBlobSimpleUploadOptions;
import com.azure.storage.blob.specialized.BlobInputStream;
import com.azure.storage.blob.specialized.BlockBlobClient;
import dev.persistor.core.store.Blob;
import dev.persistor.core.store.BlobInfo;
import dev.persistor.core.store.BlobLimits;
import dev.persistor.core.store.BlobName;
import dev.persistor.core.store.BlobNotFoundException;
import dev.persistor.core.store.BlobStore;
import dev.persistor.core.store.BlobStoreException;
import dev.persistor.core.store.ExistingBlob;
import dev.persistor.core.store.OpenBlob;
import dev.persistor.core.store.PutResult;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.Arrays;
import java.util.Iterator;
import java.util.Objects;
import java.util.Optional;
import java.util.Spliterator;
import java.util.Spliterators;
import java.util.function.Supplier;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.jspecify.annotations.Nullable;

/**
 * A container of Azure Blob Storage, or a folder of one.
 *
 * <p>Block blobs are created in one request under the condition that none has their name ({@code If-None-Match: *}), so
 * none is ever replaced, also under an immutability policy. The MD5 of the content goes along; the service refuses
 * content that does not have it, and keeps it. Blob Storage knows no CRC32C, so the store keeps it in the metadata.
 *
 * <p>Metadata keys are spelled as C# identifiers, with {@code _} for {@code -}. Blobs carry no content encoding.
 *
 * <p>Limits: names of 1,024 bytes with the prefix, metadata of 8 KiB with the store's own.
 *
 * <p>Thread-safe.
 */
public final class AzureBlobStore implements BlobStore {

    private static final int DEFAULT_PAGE = 1_000;
    private static final Duration REQUEST_TIMEOUT = Duration.ofSeconds(25);
    private static final int MAX_METADATA = 8 * 1024;

    private final BlobContainerClient container;
    private final String prefix;
    private final int pageSize;
    private final BlobLimits limits;

    AzureBlobStore(BlobContainerClient container, String prefix, int pageSize) {
        this.container = container;
        this.prefix = prefix;
        this.pageSize = pageSize;
        this.limits = new BlobLimits(1024, 1024, MAX_METADATA - AzureMetadata.OWN_BYTES)
                .lessPrefix(prefix.getBytes(StandardCharsets.UTF_8).length);
    }

    /**
     * Uses a container through a client.
     *
     * @param container the client of a container that is there; its own retries should be few, since
     *     {@link dev.persistor.core.store.RetryingBlobStore} has the long ones
     * @param prefix what goes before each name: empty, or ending in {@code /}
     */
    public static AzureBlobStore over(BlobContainerClient container, String prefix) {
        Objects.requireNonNull(container, "container");
        if (!prefix.isEmpty() && !prefix.endsWith("/")) {
            throw new IllegalArgumentException("a prefix ends in /, unlike \"" + prefix + "\"");
        }
        return new AzureBlobStore(container, prefix, DEFAULT_PAGE);
    }

    @Override
    public PutResult put(Blob blob) {
        String what = "write " + blob.name() + " to " + this;
        // The service compares the MD5 only, which is made here.
        blob.verifyChecksum();
        byte[] content = blob.contentBytes();
        byte[] md5 = md5(content);
        BlockBlobSimpleUploadOptions upload = new BlockBlobSimpleUploadOptions(BinaryData.fromBytes(content))
                .setContentMd5(md5)
                .setHeaders(new BlobHttpHeaders().setContentType(blob.contentType()))
                .setMetadata(AzureMetadata.encode(blob))
                .setRequestConditions(new BlobRequestConditions().setIfNoneMatch("*"));
        try {
            BlockBlobItem stored = client(blob.name())
                    .uploadWithResponse(upload, REQUEST_TIMEOUT, Context.NONE)
                    .getValue();
            requireSame(md5, stored.getContentMd5(), what);
            return PutResult.CREATED;
        } catch (BlobStorageException e) {
            return takenOr(e, blob, what);
        } catch (BlobStoreException e) {
            throw e;
        } catch (RuntimeException e) {
            throw AzureErrors.translate(what, e);
        }
    }

    private PutResult takenOr(BlobStorageException failure, Blob blob, String what) {
        if (AzureErrors.isTaken(failure)) {
            return ExistingBlob.compareTaken(blob, this, what);
        }
        Optional<PutResult> there =
                AzureErrors.isForbidden(failure) ? ExistingBlob.compareAfterRefusal(blob, this) : Optional.empty();
        return there.orElseThrow(() -> AzureErrors.translate(what, failure));
    }

    /**
     * A blob that holds other bytes than ours cannot be replaced. Trying again finds it, and compares it by what the
     * service says of it.
     */
    private static void requireSame(byte[] sent, byte @Nullable [] stored, String what) {
        if (!Arrays.equals(sent, stored)) {
            throw BlobStoreException.retryable(what + ": what was stored has another MD5 than what was sent");
        }
    }

    private static byte[] md5(byte[] content) {
        try {
            return MessageDigest.getInstance("MD5").digest(content);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has MD5", e);
        }
    }

    private BlockBlobClient client(BlobName name) {
        return container.getBlobClient(prefix + name.value()).getBlockBlobClient();
    }

    @Override
    public BlobLimits limits() {
        return limits;
    }

    @Override
    public Stream<BlobInfo> list(String namePrefix, String startAfter) {
        ListBlobsOptions options = new ListBlobsOptions()
                .setPrefix(prefix + namePrefix)
                .setMaxResultsPerPage(pageSize)
                .setDetails(new BlobListDetails().setRetrieveMetadata(true));
        if (!startAfter.isEmpty()) {
            options.setStartFrom(prefix + startAfter);
        }
        String what = "list \"" + namePrefix + "\" in " + this;
        Iterator<BlobItem> items =
                translating(what, () -> container.listBlobs(options, null).iterator());
        // Pages are fetched on the way, and their failures come to light then.
        Iterator<BlobInfo> described = new Iterator<>() {
            @Override
            public boolean hasNext() {
                return translating(what, items::hasNext);
            }

            @Override
            public BlobInfo next() {
                return translating(what, () -> describe(items.next()));
            }
        };
        int ordered = Spliterator.ORDERED | Spliterator.NONNULL | Spliterator.DISTINCT;
        return StreamSupport.stream(Spliterators.spliteratorUnknownSize(described, ordered), false)
                // The service's start includes the name itself, and not every emulator knows it. An empty name is the
                // marker of the
                // store's own folder.
                .filter(blob -> BlobName.ORDER.compare(blob.name().value(), startAfter) > 0);
    }

    /** Nothing but a {@link BlobStoreException} leaves a store, whatever the client throws. */
    private static <T> T translating(String what, Supplier<T> call) {
        try {
            return call.get();
        } catch (BlobStoreException e) {
            throw e;
        } catch (RuntimeException e) {
            throw AzureErrors.translate(what, e);
        }
    }

    private BlobInfo describe(BlobItem item) {
        BlobName name = BlobName.listed(item.getName().substring(prefix.length()));
        BlobItemProperties properties = item.getProperties();
        return properties == null
                ? AzureMetadata.describe(name, null, null, item.getMetadata())
                : AzureMetadata.describe(
                        name, properties.getContentLength(), properties.getContentType(), item.getMetadata());
    }

    private static BlobInfo describe(BlobName name, BlobProperties properties) {
        return AzureMetadata.describe(
                name, properties.getBlobSize(), properties.getContentType(), properties.getMetadata());
    }

    @Override
    public Optional<BlobInfo> find(BlobName name) {
        String what = "find " + name + " in " + this;
        try {
            return Optional.of(describe(name, client(name).getProperties()));
        } catch (BlobStorageException e) {
            if (AzureErrors.isNoSuchBlob(e)) {
                return Optional.empty();
            }
            throw AzureErrors.translate(what, e);
        } catch (RuntimeException e) {
            throw AzureErrors.translate(what, e);
        }
    }

    @Override
    public OpenBlob open(BlobName name) {
        String what = "open " + name + " in " + this;
        try {
            // One request brings the properties and the first bytes; the rest is bound to the same version of the blob.
            BlobInputStream content = client(name).openInputStream();
            return new OpenBlob(describe(name, content.getProperties()), new AzureContent(content, "read " + name));
        } catch (BlobStorageException e) {
            if (AzureErrors.isNoSuchBlob(e)) {
                throw new BlobNotFoundException(name);
            }
            throw AzureErrors.translate(what, e);
        } catch (RuntimeException e) {
            throw AzureErrors.translate(what, e);
        }
    }

    /** Asks for one name: a container that does not exist is 404, and an identity that may only write is refused with 403. */
    @Override
    public void check() {
        String what = "open " + this;
        try {
            boolean unused = container
                    .listBlobs(new ListBlobsOptions().setPrefix(prefix).setMaxResultsPerPage(1), REQUEST_TIMEOUT)
                    .iterator()
                    .hasNext();
        } catch (BlobStorageException e) {
            if (AzureErrors.isNoSuchContainer(e)) {
                throw BlobStoreException.translated(
                        what + ": there is no container " + container.getBlobContainerName()
                                + "; create it, or correct the address",
                        e,
                        false);
            }
            if (!AzureErrors.isForbidden(e) || AzureErrors.isShutOut(e)) {
                throw AzureErrors.translate(what, e);
            }
        } catch (RuntimeException e) {
            throw AzureErrors.translate(what, e);
        }
    }

    /** Returns the container's address and the prefix; the client's own address would have its credentials. */
    @Override
    public String toString() {
        return container.getAccountUrl() + "/" + container.getBlobContainerName() + "/" + prefix;
    }

    /** Does nothing: the JDK's HTTP client lets go of idle connections by itself. */
    @Override
    public void close() {}
}
