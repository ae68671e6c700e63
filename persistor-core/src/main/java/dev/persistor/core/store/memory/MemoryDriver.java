package dev.persistor.core.store.memory;

import dev.persistor.core.store.Blob;
import dev.persistor.core.store.BlobDriver;
import dev.persistor.core.store.BlobInfo;
import dev.persistor.core.store.BlobLimits;
import dev.persistor.core.store.BlobName;
import dev.persistor.core.store.BlobPage;
import dev.persistor.core.store.BlobRange;
import dev.persistor.core.store.FailureKind;
import dev.persistor.core.store.OpenBlob;
import java.io.ByteArrayInputStream;
import java.util.List;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.concurrent.ConcurrentSkipListMap;

/**
 * Keeps blobs in memory as long as its process lives, with the limits of the clouds. "Durable" means here: as long as the driver itself.
 * Closing it changes nothing: its blobs can still be read.
 *
 * <p>Thread-safe.
 */
public final class MemoryDriver implements BlobDriver {

    private static final BlobLimits LIMITS = new BlobLimits(1024, 1024, 8 * 1024);

    private final NavigableMap<BlobName, Blob> blobs = new ConcurrentSkipListMap<>();

    /** Makes an empty place. */
    public MemoryDriver() {}

    @Override
    public String address() {
        return "mem:";
    }

    @Override
    public BlobLimits limits() {
        return LIMITS;
    }

    @Override
    public boolean create(String key, Blob blob) {
        BlobName name = BlobName.of(key);
        // A store in a folder names its blobs without the folder.
        Blob kept = Blob.of(name, blob.content(), blob.contentType(), blob.metadata(), blob.crc32c());
        return blobs.putIfAbsent(name, kept) == null;
    }

    @Override
    public Optional<BlobInfo> find(String key) {
        return Optional.ofNullable(blobs.get(BlobName.listed(key))).map(BlobInfo::of);
    }

    @Override
    public Optional<OpenBlob> open(String key) {
        return Optional.ofNullable(blobs.get(BlobName.listed(key)))
                .map(blob -> new OpenBlob(BlobInfo.of(blob), new ByteArrayInputStream(blob.contentBytes())));
    }

    @Override
    public BlobPage page(BlobRange range) {
        List<BlobInfo> page = blobs.tailMap(BlobName.listed(range.begin())).values().stream()
                .takeWhile(blob -> blob.name().value().startsWith(range.prefix())
                        && range.endsAfter(blob.name().value()))
                .limit(range.size())
                .map(BlobInfo::of)
                .toList();
        if (page.size() < range.size()) {
            return BlobPage.last(page);
        }
        String last = page.get(page.size() - 1).name().value();
        // No key is between the two.
        return BlobPage.of(page, () -> page(range.from(last + '\0')));
    }

    @Override
    public boolean listsFromAnyKey() {
        return true;
    }

    @Override
    public FailureKind kindOf(Exception failure) {
        return FailureKind.PERMANENT;
    }
}
