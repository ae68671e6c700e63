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

    private record Partition(String log, String name) {}

    private final String source;
    private final Map<Partition, OffsetRanges> partitions = new HashMap<>();

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
        of(offsets.get().log(), offsets.get().partition())
                .add(offsets.get().first(), offsets.get().last());
        return true;
    }

    private static boolean isWithoutGap(BlobInfo blob, PositionRange offsets) {
        return Manifest.of(blob.metadata())
                .filter(manifest -> manifest.count() == offsets.size())
                .isPresent();
    }

    void add(Message message) {
        message.position()
                .ifPresent(position -> of(position.log(), position.partition()).add(position.offset()));
    }

    private OffsetRanges of(String log, String partition) {
        return partitions.computeIfAbsent(new Partition(log, partition), any -> new OffsetRanges());
    }

    /**
     * Returns the offsets that the archive does not have of a partition of a log, in order.
     *
     * @param log the broker's identity of the topic or hub: offsets of another log do not count
     */
    public List<OffsetRange> missing(String log, String partition, OffsetRange whole) {
        return partitions
                .getOrDefault(new Partition(log, partition), new OffsetRanges())
                .missing(whole);
    }
}
