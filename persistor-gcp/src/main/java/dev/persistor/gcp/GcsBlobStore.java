package dev.persistor.gcp;

import com.google.cloud.storage.Storage;
import dev.persistor.core.store.PortableBlobStore;

/**
 * A bucket of Cloud Storage, or a folder of one.
 *
 * <p>Blobs are created under the precondition that no object has their name ({@code ifGenerationMatch=0}), so none is ever replaced, also
 * under a retention lock. They carry no content encoding and forbid transformation, so that Cloud Storage serves the bytes that it was
 * given.
 *
 * <p>Limits: names of 1,024 bytes with the prefix, metadata of 8 KiB.
 *
 * <p>Thread-safe.
 */
public final class GcsBlobStore extends PortableBlobStore {

    private static final int DEFAULT_PAGE = 1_000;

    GcsBlobStore(Storage storage, String bucket, String prefix, int pageSize) {
        super(new GcsDriver(storage, bucket, pageSize), prefix);
    }

    /**
     * Uses a bucket through a client, which is closed with the store.
     *
     * @param storage the client; its own retries should be few, since {@link dev.persistor.core.store.RetryingBlobStore} has the long ones
     * @param prefix what goes before each name: empty, or ending in {@code /}
     */
    public static GcsBlobStore over(Storage storage, String bucket, String prefix) {
        return new GcsBlobStore(storage, bucket, prefix, DEFAULT_PAGE);
    }
}
