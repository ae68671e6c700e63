package dev.persistor.azure;

import com.azure.core.http.rest.PagedResponse;
import com.azure.core.util.BinaryData;
import com.azure.core.util.Context;
import com.azure.storage.blob.BlobContainerClient;
import com.azure.storage.blob.models.BlobHttpHeaders;
import com.azure.storage.blob.models.BlobItem;
import com.azure.storage.blob.models.BlobItemProperties;
import com.azure.storage.blob.models.BlobListDetails;
import com.azure.storage.blob.models.BlobProperties;
import com.azure.storage.blob.models.BlobRequestConditions;
import com.azure.storage.blob.models.BlockBlobItem;
import com.azure.storage.blob.models.ListBlobsOptions;
import com.azure.storage.blob.options.BlockBlobSimpleUploadOptions;
import com.azure.storage.blob.specialized.BlobInputStream;
import com.azure.storage.blob.specialized.BlockBlobClient;
import dev.persistor.core.store.Blob;
import dev.persistor.core.store.BlobDriver;
import dev.persistor.core.store.BlobInfo;
import dev.persistor.core.store.BlobLimits;
import dev.persistor.core.store.BlobName;
import dev.persistor.core.store.BlobPage;
import dev.persistor.core.store.BlobRange;
import dev.persistor.core.store.FailureKind;
import dev.persistor.core.store.OpenBlob;
import java.io.IOException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Keeps blobs in a container of Azure Blob Storage.
 *
 * <p>Block blobs are created in one request under the condition that none has their name ({@code If-None-Match: *}), so none is ever
 * replaced, also under an immutability policy. The MD5 of the content goes along; the service refuses content that does not have it, and
 * keeps it. Blob Storage knows no CRC32C, so the driver keeps it in the metadata. Metadata keys are spelled as C# identifiers, with
 * {@code _} for {@code -}. Blobs carry no content encoding.
 *
 * <p>Limits: names of 1,024 bytes with the prefix, metadata of 8 KiB with the driver's own.
 *
 * <p>Thread-safe.
 */
public final class AzureDriver implements BlobDriver {

    private static final int DEFAULT_PAGE = 1_000;
    private static final Duration REQUEST_TIMEOUT = Duration.ofSeconds(25);
    private static final BlobLimits LIMITS = new BlobLimits(1024, 1024, 8 * 1024 - AzureMetadata.OWN_BYTES);

    private final BlobContainerClient container;
    private final int pageSize;

    AzureDriver(BlobContainerClient container, int pageSize) {
        this.container = Objects.requireNonNull(container, "container");
        this.pageSize = pageSize;
    }

    /**
     * Uses a container through a client. Closing the driver does nothing: the JDK's HTTP client lets go of idle connections by itself.
     *
     * @param container the client of an existing container; its own retries should be few, since the store has the long ones
     */
    public static AzureDriver over(BlobContainerClient container) {
        return new AzureDriver(container, DEFAULT_PAGE);
    }

    /** Returns the container's address; the client's own would have its credentials. */
    @Override
    public String address() {
        return container.getAccountUrl() + "/" + container.getBlobContainerName() + "/";
    }

    @Override
    public BlobLimits limits() {
        return LIMITS;
    }

    @Override
    public boolean create(String key, Blob blob) throws IOException {
        byte[] content = blob.contentBytes();
        byte[] md5 = md5(content);
        BlockBlobSimpleUploadOptions upload = new BlockBlobSimpleUploadOptions(BinaryData.fromBytes(content))
                .setContentMd5(md5)
                .setHeaders(new BlobHttpHeaders().setContentType(blob.contentType()))
                .setMetadata(AzureMetadata.encode(blob))
                .setRequestConditions(new BlobRequestConditions().setIfNoneMatch("*"));
        BlockBlobItem stored = client(key)
                .uploadWithResponse(upload, REQUEST_TIMEOUT, Context.NONE)
                .getValue();
        if (!Arrays.equals(md5, stored.getContentMd5())) {
            // It cannot be replaced. Another attempt finds it, and compares it by what the service says of it.
            throw new IOException("the stored content has a different MD5 than the sent content");
        }
        return true;
    }

    private static byte[] md5(byte[] content) {
        try {
            return MessageDigest.getInstance("MD5").digest(content);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has MD5", e);
        }
    }

    private BlockBlobClient client(String key) {
        return container.getBlobClient(key).getBlockBlobClient();
    }

    @Override
    public BlobPage page(BlobRange range) {
        ListBlobsOptions options = new ListBlobsOptions()
                .setPrefix(range.prefix())
                .setMaxResultsPerPage(pageSize)
                .setDetails(new BlobListDetails().setRetrieveMetadata(true));
        if (!range.from().isEmpty()) {
            // Not every emulator knows it, so that a listing is not divided.
            options.setStartFrom(range.from());
        }
        return page(options, null);
    }

    private BlobPage page(ListBlobsOptions options, @Nullable String token) {
        PagedResponse<BlobItem> page = container
                .listBlobs(options, token, null)
                .iterableByPage()
                .iterator()
                .next();
        List<BlobInfo> blobs =
                page.getValue().stream().map(AzureDriver::describe).toList();
        String next = page.getContinuationToken();
        return next == null || next.isEmpty() ? BlobPage.last(blobs) : BlobPage.of(blobs, () -> page(options, next));
    }

    private static BlobInfo describe(BlobItem item) {
        BlobName name = BlobName.listed(item.getName());
        BlobItemProperties properties = item.getProperties();
        return properties == null
                ? AzureMetadata.describe(name, null, null, item.getMetadata())
                : AzureMetadata.describe(
                        name, properties.getContentLength(), properties.getContentType(), item.getMetadata());
    }

    private static BlobInfo describe(String key, BlobProperties properties) {
        return AzureMetadata.describe(
                BlobName.listed(key), properties.getBlobSize(), properties.getContentType(), properties.getMetadata());
    }

    @Override
    public Optional<BlobInfo> find(String key) {
        return Optional.of(describe(key, client(key).getProperties()));
    }

    /** One request brings the properties and the first bytes; the rest is bound to the same version of the blob. */
    @Override
    public Optional<OpenBlob> open(String key) {
        BlobInputStream content = client(key).openInputStream();
        return Optional.of(new OpenBlob(describe(key, content.getProperties()), content));
    }

    /** A container that does not exist is 404, and an identity that may only write is refused with 403. */
    @Override
    public void check(String folder) {
        ListBlobsOptions options = new ListBlobsOptions().setPrefix(folder).setMaxResultsPerPage(1);
        boolean unused =
                container.listBlobs(options, REQUEST_TIMEOUT).iterator().hasNext();
    }

    @Override
    public String place() {
        return "container " + container.getBlobContainerName();
    }

    @Override
    public FailureKind kindOf(Exception failure) {
        return AzureErrors.kindOf(failure);
    }

    @Override
    public Optional<String> remedyOf(Exception failure, String key) {
        return AzureErrors.remedyOf(failure, container, key);
    }

    @Override
    public String reasonOf(Exception failure) {
        return AzureErrors.reasonOf(failure);
    }
}
