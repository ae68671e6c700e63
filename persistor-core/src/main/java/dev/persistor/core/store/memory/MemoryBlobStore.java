package dev.persistor.core.store.memory;

import dev.persistor.core.store.Blob;
import dev.persistor.core.store.BlobInfo;
import dev.persistor.core.store.BlobLimits;
import dev.persistor.core.store.BlobName;
import dev.persistor.core.store.BlobNotFoundException;
import dev.persistor.core.store.BlobStore;
import dev.persistor.core.store.ExistingBlob;
import dev.persistor.core.store.OpenBlob;
import dev.persistor.core.store.PutResult;
import java.io.ByteArrayInputStream;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.stream.Stream;

/**
 * A store that lives as long as its process, with the limits of the clouds. "Durable" means here: as long as the store
 * itself.
 *
 * <p>Thread-safe.
 */
public final class MemoryBlobStore implements BlobStore {

    private static final BlobLimits LIMITS = new BlobLimits(1024, 1024, 8 * 1024);

    private final NavigableMap<BlobName, Blob> blobs = new ConcurrentSkipListMap<>();

    /** Makes an empty store. */
    public MemoryBlobStore() {}

    @Override
    public PutResult put(Blob blob) {
        blob.verifyChecksum();
        Blob existing = blobs.putIfAbsent(blob.name(), blob);
        return existing == null ? PutResult.CREATED : ExistingBlob.compare(blob, BlobInfo.of(existing));
    }

    @Override
    public BlobLimits limits() {
        return LIMITS;
    }

    @Override
    public Stream<BlobInfo> list(String prefix, String startAfter) {
        return blobs.values().stream()
                .filter(blob -> blob.name().value().startsWith(prefix))
                .filter(blob -> BlobName.ORDER.compare(blob.name().value(), startAfter) > 0)
                .map(BlobInfo::of);
    }

    @Override
    public Optional<BlobInfo> find(BlobName name) {
        return Optional.ofNullable(blobs.get(name)).map(BlobInfo::of);
    }

    @Override
    public OpenBlob open(BlobName name) {
        Blob blob = blobs.get(name);
        if (blob == null) {
            throw new BlobNotFoundException(name);
        }
        return new OpenBlob(BlobInfo.of(blob), new ByteArrayInputStream(blob.contentBytes()));
    }

    @Override
    public String toString() {
        return "mem:";
    }

    /** Keeps what is there: whoever holds the store can still read it. */
    @Override
    public void close() {}
}
