package dev.persistor.core.archive;

import dev.persistor.core.format.Manifest;
import dev.persistor.core.format.RawFormat;
import dev.persistor.core.message.Message;
import dev.persistor.core.message.PositionRange;
import dev.persistor.core.store.BlobInfo;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Which offsets of one source an archive has.
 *
 * <p>Once it is made, it does not change.
 */
public final class ArchivedOffsets {

    private final String source;
    private final Map<String, OffsetRanges> partitions = new HashMap<>();

    ArchivedOffsets(String source) {
        this.source = source;
    }

    /** Adds what a blob's metadata tells of its messages, and tells whether that is all of them. */
    boolean addByMetadata(BlobInfo blob) {
        Optional<PositionRange> offsets = RawFormat.isRaw(blob)
                ? Manifest.offsetOfRaw(blob.metadata())
                : Manifest.offsets(blob.metadata()).filter(found -> isWithoutGap(blob, found));
        if (offsets.isEmpty()
                || Manifest.source(blob.metadata()).filter(source::equals).isEmpty()) {
            return false;
        }
        of(offsets.get().partition()).add(offsets.get().first(), offsets.get().last());
        return true;
    }

    private static boolean isWithoutGap(BlobInfo blob, PositionRange offsets) {
        return Manifest.of(blob.metadata())
                .filter(manifest -> manifest.count() == offsets.size())
                .isPresent();
    }

    void add(Message message) {
        message.position().ifPresent(position -> of(position.partition()).add(position.offset()));
    }

    private OffsetRanges of(String partition) {
        return partitions.computeIfAbsent(partition, name -> new OffsetRanges());
    }

    /** Returns what is missing of a partition, in order. */
    public List<OffsetRange> missing(String partition, OffsetRange whole) {
        return partitions.getOrDefault(partition, new OffsetRanges()).missing(whole);
    }
}
