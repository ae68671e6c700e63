package dev.persistor.core.archive;

import dev.persistor.core.format.Manifest;
import dev.persistor.core.format.RawFormat;
import dev.persistor.core.message.Message;
import dev.persistor.core.message.PositionRange;
import dev.persistor.core.store.BlobInfo;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.stream.Stream;

/**
 * The offsets of one source in an archive.
 *
 * <p>Once it is made, it does not change.
 */
public final class ArchivedOffsets {

    private record Partition(String log, String name) {}

    private final String source;
    private final Map<Partition, OffsetRanges> partitions = new HashMap<>();

    /** The offsets without a log that are of the log of interest. */
    private final Map<String, OffsetRanges> withoutLog = new HashMap<>();

    private final Optional<Instant> begun;

    ArchivedOffsets(String source, Optional<Instant> begun) {
        this.source = source;
        this.begun = begun;
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
        PositionRange range = offsets.get();
        Optional<Manifest> manifest = Manifest.of(blob.metadata());
        if (range.log().isEmpty()
                && begun.isPresent()
                && manifest.filter(this::isOfOneLog).isEmpty()) {
            return false;
        }
        add(range, manifest.map(Manifest::firstPublishTime).orElse(Instant.MIN));
        return true;
    }

    /** Tells whether all messages of a blob were published before the log began, or all since. */
    private boolean isOfOneLog(Manifest manifest) {
        Instant time = begun.orElseThrow();
        return manifest.firstPublishTime().isBefore(time)
                == manifest.lastPublishTime().isBefore(time);
    }

    private static boolean isWithoutGap(BlobInfo blob, PositionRange offsets) {
        return Manifest.of(blob.metadata())
                .filter(manifest -> manifest.count() == offsets.size())
                .isPresent();
    }

    void add(Message message) {
        message.position().ifPresent(position -> {
            OffsetRange offsets = PassedOffsets.upTo(message, position);
            add(
                    new PositionRange(position.log(), position.partition(), offsets.first(), offsets.last()),
                    message.publishTime());
        });
    }

    private void add(PositionRange range, Instant published) {
        of(range.log(), range.partition()).add(range.first(), range.last());
        if (range.log().isEmpty()
                && begun.filter(time -> !published.isBefore(time)).isPresent()) {
            withoutLog
                    .computeIfAbsent(range.partition(), any -> new OffsetRanges())
                    .add(range.first(), range.last());
        }
    }

    private OffsetRanges of(String log, String partition) {
        return partitions.computeIfAbsent(new Partition(log, partition), any -> new OffsetRanges());
    }

    /** Returns the first offset that the archive has of a partition of a log, if it has any. */
    public OptionalLong first(String log, String partition) {
        return Stream.of(
                        partitions.getOrDefault(new Partition(log, partition), new OffsetRanges()),
                        withoutLog.getOrDefault(partition, new OffsetRanges()))
                .flatMapToLong(ranges -> ranges.first().stream())
                .min();
    }

    /**
     * Returns the offsets that the archive does not have of a partition of a log, in order.
     *
     * @param log the broker's identity of the topic or hub: offsets of another log do not count
     */
    public List<OffsetRange> missing(String log, String partition, OffsetRange whole) {
        return partitions.getOrDefault(new Partition(log, partition), new OffsetRanges()).missing(whole).stream()
                .flatMap(range -> withoutLog.getOrDefault(partition, new OffsetRanges()).missing(range).stream())
                .toList();
    }
}
