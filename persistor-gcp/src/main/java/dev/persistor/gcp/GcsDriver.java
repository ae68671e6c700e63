package dev.persistor.gcp;

import com.google.api.gax.paging.Page;
import com.google.cloud.ReadChannel;
import com.google.cloud.WriteChannel;
import com.google.cloud.storage.BlobId;
import com.google.cloud.storage.Storage;
import com.google.cloud.storage.Storage.BlobField;
import com.google.cloud.storage.Storage.BlobListOption;
import com.google.cloud.storage.Storage.BlobTargetOption;
import com.google.cloud.storage.Storage.BlobWriteOption;
import com.google.cloud.storage.StorageException;
import dev.persistor.core.store.Blob;
import dev.persistor.core.store.BlobDriver;
import dev.persistor.core.store.BlobInfo;
import dev.persistor.core.store.BlobLimits;
import dev.persistor.core.store.BlobMetadata;
import dev.persistor.core.store.BlobName;
import dev.persistor.core.store.BlobPage;
import dev.persistor.core.store.BlobRange;
import dev.persistor.core.store.FailureKind;
import dev.persistor.core.store.OpenBlob;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Keeps blobs in a bucket of Cloud Storage.
 *
 * <p>Blobs are created under the precondition that no object has their name ({@code ifGenerationMatch=0}), so none is ever replaced, also
 * under a retention lock. Up to 8 MiB go in one request, more in a resumable upload. They carry no content encoding and forbid
 * transformation, so that Cloud Storage serves the bytes that it was given.
 *
 * <p>Limits: names of 1,024 bytes with the prefix, metadata of 8 KiB.
 *
 * <p>Thread-safe.
 */
public final class GcsDriver implements BlobDriver {

    private static final int DEFAULT_PAGE = 1_000;
    private static final int ONE_REQUEST_BYTES = 8 * 1024 * 1024;
    private static final BlobLimits LIMITS = new BlobLimits(1024, 1024, 8 * 1024);
    /** What {@link #describe} reads. An object has three times as many properties, which listings would be full of. */
    private static final BlobListOption DESCRIBED = BlobListOption.fields(
            BlobField.NAME, BlobField.SIZE, BlobField.CONTENT_TYPE, BlobField.METADATA, BlobField.CRC32C);

    private final Storage storage;
    private final String bucket;
    private final int pageSize;

    GcsDriver(Storage storage, String bucket, int pageSize) {
        this.storage = storage;
        this.bucket = Objects.requireNonNull(bucket, "bucket");
        this.pageSize = pageSize;
    }

    /**
     * Uses a bucket through a client, which is closed with the driver.
     *
     * @param storage the client; its own retries should be few, since the store has the long ones
     */
    public static GcsDriver over(Storage storage, String bucket) {
        return new GcsDriver(storage, bucket, DEFAULT_PAGE);
    }

    /** Returns {@code gs://bucket/}. */
    @Override
    public String address() {
        return "gs://" + bucket + "/";
    }

    @Override
    public BlobLimits limits() {
        return LIMITS;
    }

    @Override
    public boolean create(String key, Blob blob) throws IOException {
        Integer stored = blob.size() <= ONE_REQUEST_BYTES ? createAtOnce(key, blob) : createInChunks(key, blob);
        requireSame(blob, stored);
        return true;
    }

    private @Nullable Integer createAtOnce(String key, Blob blob) {
        ByteBuffer content = blob.contentInArray();
        // Our bytes are compressed already, or the user wants them as they are: no gzip on the way.
        com.google.cloud.storage.Blob stored = storage.create(
                object(key, blob),
                content.array(),
                content.arrayOffset() + content.position(),
                content.remaining(),
                BlobTargetOption.doesNotExist(),
                BlobTargetOption.disableGzipContent());
        return checksum(stored.getCrc32c());
    }

    private @Nullable Integer createInChunks(String key, Blob blob) throws IOException {
        try {
            upload(key, blob);
        } catch (IOException | RuntimeException e) {
            StorageException answered = GcsErrors.answered(e);
            if (answered != null && GcsErrors.mayBeSessionGone(answered)) {
                // Where the bucket does not exist, this says so.
                check(key);
                throw new GcsErrors.SessionEndedException(answered);
            }
            throw e;
        }
        com.google.cloud.storage.Blob stored = storage.get(BlobId.of(bucket, key));
        if (stored == null) {
            throw new IOException("uploaded, but not found afterwards");
        }
        return checksum(stored.getCrc32c());
    }

    private void upload(String key, Blob blob) throws IOException {
        WriteChannel channel =
                storage.writer(object(key, blob), BlobWriteOption.doesNotExist(), BlobWriteOption.crc32cMatch());
        channel.setChunkSize(ONE_REQUEST_BYTES);
        ByteBuffer content = blob.content();
        while (content.hasRemaining()) {
            channel.write(content);
        }
        // Closing is what finishes the upload, so a failed one must not be closed: it expires by itself.
        channel.close();
    }

    /**
     * An object that holds other bytes than ours cannot be replaced. Trying again finds it, sees a collision, and stores
     * the message under another name.
     */
    private static void requireSame(Blob blob, @Nullable Integer stored) throws IOException {
        if (stored == null || stored != blob.crc32c()) {
            throw new IOException(
                    "the stored content has CRC32C " + (stored == null ? "unknown" : Integer.toHexString(stored))
                            + " instead of " + Integer.toHexString(blob.crc32c()));
        }
    }

    private com.google.cloud.storage.BlobInfo object(String key, Blob blob) {
        byte[] crc32c = ByteBuffer.allocate(4).putInt(blob.crc32c()).array();
        return com.google.cloud.storage.BlobInfo.newBuilder(BlobId.of(bucket, key))
                .setContentType(blob.contentType())
                .setCacheControl("no-transform")
                .setMetadata(blob.metadata().encoded())
                .setCrc32c(Base64.getEncoder().encodeToString(crc32c))
                .build();
    }

    @Override
    public BlobPage page(BlobRange range) {
        List<BlobListOption> options = new ArrayList<>();
        options.add(DESCRIBED);
        options.add(BlobListOption.prefix(range.prefix()));
        options.add(BlobListOption.pageSize(Math.min(range.size(), pageSize)));
        range.before().ifPresent(before -> options.add(BlobListOption.endOffset(before)));
        if (!range.from().isEmpty()) {
            options.add(BlobListOption.startOffset(range.from()));
        }
        return page(storage.list(bucket, options.toArray(BlobListOption[]::new)));
    }

    @Override
    public boolean listsFromAnyKey() {
        return true;
    }

    private static BlobPage page(Page<com.google.cloud.storage.Blob> page) {
        List<BlobInfo> blobs = page.streamValues().map(GcsDriver::describe).toList();
        return page.hasNextPage() ? BlobPage.of(blobs, () -> page(page.getNextPage())) : BlobPage.last(blobs);
    }

    @Override
    public Optional<BlobInfo> find(String key) {
        return Optional.ofNullable(storage.get(BlobId.of(bucket, key))).map(GcsDriver::describe);
    }

    private static BlobInfo describe(com.google.cloud.storage.BlobInfo object) {
        BlobName name = BlobName.listed(object.getName());
        // Servers that make their JSON of protocol buffers leave out the size of an empty object.
        long size = Objects.requireNonNullElse(object.getSize(), 0L);
        String type = Objects.requireNonNullElse(object.getContentType(), BlobInfo.UNKNOWN_TYPE);
        BlobMetadata metadata = BlobMetadata.decode(metadata(object));
        Integer crc32c = checksum(object.getCrc32c());
        return crc32c == null
                ? BlobInfo.withoutChecksum(name, size, type, metadata)
                : BlobInfo.of(name, size, type, metadata, crc32c);
    }

    private static Map<String, String> metadata(com.google.cloud.storage.BlobInfo object) {
        Map<String, String> metadata = new HashMap<>();
        if (object.getMetadata() != null) {
            object.getMetadata().forEach((key, value) -> metadata.put(key, Objects.requireNonNullElse(value, "")));
        }
        return metadata;
    }

    /** Returns nothing for what is no CRC32C, which is not compared then. */
    private static @Nullable Integer checksum(@Nullable String base64) {
        if (base64 == null) {
            return null;
        }
        try {
            byte[] bytes = Base64.getDecoder().decode(base64);
            return bytes.length == Integer.BYTES
                    ? (Integer) ByteBuffer.wrap(bytes).getInt()
                    : null;
        } catch (IllegalArgumentException e) {
            return null;
        }
    }

    @Override
    public Optional<OpenBlob> open(String key) {
        return find(key).flatMap(found -> open(key, found));
    }

    /** The service is asked with the first byte. */
    @Override
    public Optional<OpenBlob> open(String key, BlobInfo known) {
        ReadChannel channel = storage.reader(BlobId.of(bucket, key));
        // The client's own buffer has 2 MiB, for each of the blobs that are read at a time.
        channel.setChunkSize(0);
        return Optional.of(new OpenBlob(known, Channels.newInputStream(channel)));
    }

    /** A bucket that does not exist is 404, and an identity that may only write is refused with 403. */
    @Override
    public void check(String folder) {
        storage.list(bucket, BlobListOption.prefix(folder), BlobListOption.pageSize(1));
    }

    @Override
    public String place() {
        return "bucket " + bucket;
    }

    @Override
    public FailureKind kindOf(Exception failure) {
        return GcsErrors.kindOf(failure);
    }

    @Override
    public Optional<String> remedyOf(Exception failure, String key) {
        return GcsErrors.remedyOf(failure, bucket);
    }

    @Override
    public String reasonOf(Exception failure) {
        return GcsErrors.reasonOf(failure);
    }

    @Override
    public void close() throws Exception {
        storage.close();
    }
}
