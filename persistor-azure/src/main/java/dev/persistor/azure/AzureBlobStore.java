package dev.persistor.azure;

import com.azure.storage.blob.BlobContainerClient;
import dev.persistor.core.store.PortableBlobStore;

/**
 * A container of Azure Blob Storage, or a folder of one.
 *
 * <p>Block blobs are created under the condition that none has their name ({@code If-None-Match: *}), so none is ever replaced, also under
 * an immutability policy. Blob Storage knows no CRC32C, so the store keeps it in the metadata. Metadata keys are spelled as C#
 * identifiers, with {@code _} for {@code -}. Blobs carry no content encoding.
 *
 * <p>Limits: names of 1,024 bytes with the prefix, metadata of 8 KiB with the store's own.
 *
 * <p>Thread-safe.
 */
public final class AzureBlobStore extends PortableBlobStore {

    private static final int DEFAULT_PAGE = 1_000;

    AzureBlobStore(BlobContainerClient container, String prefix, int pageSize) {
        super(new AzureDriver(container, pageSize), prefix);
    }

    /**
     * Uses a container through a client. Closing the store does nothing: the JDK's HTTP client lets go of idle connections by itself.
     *
     * @param container the client of an existing container; its own retries should be few, since
     *     {@link dev.persistor.core.store.RetryingBlobStore} has the long ones
     * @param prefix what goes before each name: empty, or ending in {@code /}
     */
    public static AzureBlobStore over(BlobContainerClient container, String prefix) {
        return new AzureBlobStore(container, prefix, DEFAULT_PAGE);
    }
}
