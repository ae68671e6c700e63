package dev.persistor.gcp;

import com.google.cloud.ReadChannel;
import com.google.cloud.WriteChannel;
import com.google.cloud.storage.BlobId;
import com.google.cloud.storage.Storage;
import com.google.cloud.storage.Storage.BlobListOption;
import com.google.cloud.storage.Storage.BlobTargetOption;
import com.google.cloud.storage.Storage.BlobWriteOption;
import com.google.cloud.storage.StorageException;
import dev.persistor.core.store.Blob;
import dev.persistor.core.store.BlobInfo;
import dev.persistor.core.store.BlobLimits;
import dev.persistor.core.store.BlobMetadata;
import dev.persistor.core.store.BlobName;
import dev.persistor.core.store.BlobNotFoundException;
import dev.persistor.core.store.BlobStore;
import dev.persistor.core.store.BlobStoreException;
import dev.persistor.core.store.ExistingBlob;
import dev.persistor.core.store.OpenBlob;
import dev.persistor.core.store.PutResult;
import java.io.IOException;
import java.io.PushbackInputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Spliterator;
import java.util.Spliterators;
import java.util.function.Supplier;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.jspecify.annotations.Nullable;

/**
 * A bucket of Cloud Storage, or a folder of one.
 *
 * <p>Blobs are created under the precondition that no object has their name ({@code ifGenerationMatch=0}), so none is
 * ever replaced, also under a retention lock. Up to 8 MiB go in one request, more in a resumable upload. They carry no
 * content encoding and forbid transformation, so that Cloud Storage serves the bytes that it was given.
 *
 * <p>Limits: names of 1,024 bytes with the prefix, metadata of 8 KiB.
 *
 * <p>Thread-safe.
 */
public final class GcsBlobStore implements BlobStore {

    private static final int ONE_REQUEST_BYTES = 8 * 1024 * 1024;
    private static final int DEFAULT_PAGE = 1_000;
    private static final BlobLimits LIMITS = new BlobLimits(1024, 1024, 8 * 1024);

    private final Storage storage;
    private final String bucket;
    private final String prefix;
    private final int pageSize;
    private final BlobLimits limits;

    GcsBlobStore(Storage storage, String bucket, String prefix, int pageSize) {
        this.storage = storage;
        this.bucket = bucket;
        this.prefix = prefix;
        this.pageSize = pageSize;
        this.limits = LIMITS.lessPrefix(prefix.getBytes(StandardCharsets.UTF_8).length);
    }

    /**
     * Uses a bucket through a client, which is closed with the store.
     *
     * @param storage the client; its own retries should be few, since
     *     {@link dev.persistor.core.store.RetryingBlobStore} has the long ones
     * @param prefix what goes before each name: empty, or ending in {@code /}
     */
    public static GcsBlobStore over(Storage storage, String bucket, String prefix) {
        Objects.requireNonNull(bucket, "bucket");
        if (!prefix.isEmpty() && !prefix.endsWith("/")) {
            throw new IllegalArgumentException("a prefix ends in /, unlike \"" + prefix + "\"");
        }
        return new GcsBlobStore(storage, bucket, prefix, DEFAULT_PAGE);
    }

    @Override
    public PutResult put(Blob blob) {
        String what = "write " + blob.name() + " to " + this;
        // The client sends a checksum of its own, so the service cannot find out.
        blob.verifyChecksum();
        try {
            return blob.size() <= ONE_REQUEST_BYTES ? putAtOnce(blob, what) : putInChunks(blob, what);
        } catch (BlobStoreException e) {
            throw e;
        } catch (IOException | RuntimeException e) {
            StorageException answered = GcsErrors.answered(e);
            if (answered == null) {
                throw GcsErrors.translate(what, e);
            }
            return takenOr(answered, blob, what);
        }
    }

    private PutResult takenOr(StorageException failure, Blob blob, String what) {
        if (GcsErrors.isTaken(failure)) {
            return ExistingBlob.compareTaken(blob, this, what);
        }
        if (blob.size() > ONE_REQUEST_BYTES && GcsErrors.mayBeSessionGone(failure)) {
            check();
            throw BlobStoreException.translated(
                    what + ": Cloud Storage answers " + failure.getCode()
                            + " to a part of the upload: its session has ended, and another attempt begins a new one",
                    failure,
                    true);
        }
        Optional<PutResult> there =
                GcsErrors.isForbidden(failure) ? ExistingBlob.compareAfterRefusal(blob, this) : Optional.empty();
        return there.orElseThrow(() -> GcsErrors.translate(what, failure));
    }

    private PutResult putAtOnce(Blob blob, String what) {
        ByteBuffer content = blob.contentInArray();
        // Our bytes are compressed already, or the user wants them as they are: no gzip on the way.
        com.google.cloud.storage.Blob stored = storage.create(
                object(blob),
                content.array(),
                content.arrayOffset() + content.position(),
                content.remaining(),
                BlobTargetOption.doesNotExist(),
                BlobTargetOption.disableGzipContent());
        requireSame(blob, checksum(stored.getCrc32c()), what);
        return PutResult.CREATED;
    }

    private PutResult putInChunks(Blob blob, String what) throws IOException {
        WriteChannel channel =
                storage.writer(object(blob), BlobWriteOption.doesNotExist(), BlobWriteOption.crc32cMatch());
        channel.setChunkSize(ONE_REQUEST_BYTES);
        ByteBuffer content = blob.content();
        while (content.hasRemaining()) {
            channel.write(content);
        }
        // Closing is what finishes the upload, so a failed one must not be closed: it expires by itself.
        channel.close();
        BlobInfo stored =
                find(blob.name()).orElseThrow(() -> BlobStoreException.retryable(what + ": uploaded, but not there"));
        requireSame(blob, stored.crc32c().isPresent() ? stored.crc32c().getAsInt() : null, what);
        return PutResult.CREATED;
    }

    /**
     * An object that holds other bytes than ours cannot be replaced. Trying again finds it, sees a collision, and stores
     * the message under another name.
     */
    private static void requireSame(Blob blob, @Nullable Integer stored, String what) {
        if (stored == null || stored != blob.crc32c()) {
            throw BlobStoreException.retryable(what + ": what was stored has CRC32C "
                    + (stored == null ? "unknown" : Integer.toHexString(stored)) + " and not "
                    + Integer.toHexString(blob.crc32c()));
        }
    }

    private com.google.cloud.storage.BlobInfo object(Blob blob) {
        byte[] crc32c = ByteBuffer.allocate(4).putInt(blob.crc32c()).array();
        return com.google.cloud.storage.BlobInfo.newBuilder(id(blob.name()))
                .setContentType(blob.contentType())
                .setCacheControl("no-transform")
                .setMetadata(blob.metadata().encoded())
                .setCrc32c(Base64.getEncoder().encodeToString(crc32c))
                .build();
    }

    private BlobId id(BlobName name) {
        return BlobId.of(bucket, prefix + name.value());
    }

    @Override
    public BlobLimits limits() {
        return limits;
    }

    @Override
    public Stream<BlobInfo> list(String namePrefix, String startAfter) {
        return list(namePrefix, startAfter, pageSize);
    }

    @Override
    public Stream<BlobInfo> list(String namePrefix, String startAfter, String before) {
        return list(namePrefix, startAfter, pageSize, BlobListOption.endOffset(prefix + before));
    }

    @Override
    public Optional<BlobInfo> first(String namePrefix, String startAfter) {
        // The first may be the name itself, which the service's offset includes, or the marker of the store's own
        // folder.
        return list(namePrefix, startAfter, 2).findFirst();
    }

    private Stream<BlobInfo> list(String namePrefix, String startAfter, int page, BlobListOption... more) {
        List<BlobListOption> options = new ArrayList<>(List.of(more));
        options.add(BlobListOption.prefix(prefix + namePrefix));
        options.add(BlobListOption.pageSize(page));
        if (!startAfter.isEmpty()) {
            options.add(BlobListOption.startOffset(prefix + startAfter));
        }
        String what = "list \"" + namePrefix + "\" in " + this;
        Iterator<com.google.cloud.storage.Blob> objects = translating(
                what,
                () -> storage.list(bucket, options.toArray(BlobListOption[]::new))
                        .iterateAll()
                        .iterator());
        Iterator<BlobInfo> described = new Iterator<>() {
            @Override
            public boolean hasNext() {
                return translating(what, objects::hasNext);
            }

            @Override
            public BlobInfo next() {
                return translating(what, () -> describe(objects.next()));
            }
        };
        int ordered = Spliterator.ORDERED | Spliterator.NONNULL | Spliterator.DISTINCT;
        return StreamSupport.stream(Spliterators.spliteratorUnknownSize(described, ordered), false)
                // The service's offset includes the name itself. An empty name is the marker of the store's own folder.
                .filter(object -> !object.name().value().equals(startAfter)
                        && !object.name().value().isEmpty());
    }

    /** Nothing but a {@link BlobStoreException} leaves a store, whatever the client throws. */
    private static <T> T translating(String what, Supplier<T> call) {
        try {
            return call.get();
        } catch (BlobStoreException e) {
            throw e;
        } catch (RuntimeException e) {
            throw GcsErrors.translate(what, e);
        }
    }

    @Override
    public Optional<BlobInfo> find(BlobName name) {
        return translating(
                "find " + name + " in " + this,
                () -> Optional.ofNullable(storage.get(id(name))).map(this::describe));
    }

    private BlobInfo describe(com.google.cloud.storage.BlobInfo object) {
        BlobName name = BlobName.listed(object.getName().substring(prefix.length()));
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
    public OpenBlob open(BlobName name) {
        return open(find(name).orElseThrow(() -> new BlobNotFoundException(name)));
    }

    @Override
    public OpenBlob open(BlobInfo known) {
        BlobName name = known.name();
        String what = "open " + name + " in " + this;
        ReadChannel channel = translating(what, () -> storage.reader(id(name)));
        // The client's own buffer has 2 MiB, for each of the blobs that are read at a time.
        channel.setChunkSize(0);
        PushbackInputStream content = new PushbackInputStream(new ObjectContent(channel, name, what));
        try {
            // Only this asks the service for the object, and finds whether it is there.
            int first = content.read();
            if (first >= 0) {
                content.unread(first);
            }
            return new OpenBlob(known, content);
        } catch (IOException | RuntimeException e) {
            channel.close();
            throw e instanceof BlobStoreException translated ? translated : GcsErrors.translate(what, e);
        }
    }

    /** Asks for one name: a bucket that does not exist is 404, and an identity that may only write is refused with 403. */
    @Override
    public void check() {
        String what = "open " + this;
        try {
            storage.list(bucket, BlobListOption.prefix(prefix), BlobListOption.pageSize(1));
        } catch (RuntimeException e) {
            StorageException answered = GcsErrors.answered(e);
            if (answered != null && GcsErrors.isNotThere(answered)) {
                throw BlobStoreException.translated(
                        what + ": there is no bucket " + bucket + "; create it, or correct the address", e, false);
            }
            if (answered == null || !GcsErrors.isForbidden(answered)) {
                throw GcsErrors.translate(what, e);
            }
        }
    }

    /** Returns {@code gs://bucket/prefix}. */
    @Override
    public String toString() {
        return "gs://" + bucket + "/" + prefix;
    }

    @Override
    public void close() {
        try {
            storage.close();
        } catch (Exception e) {
            throw BlobStoreException.permanent("close " + this, e);
        }
    }
}
