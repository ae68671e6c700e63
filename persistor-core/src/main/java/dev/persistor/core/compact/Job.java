package dev.persistor.core.compact;

import dev.persistor.core.archive.Archive;
import dev.persistor.core.archive.MessageFilter;
import dev.persistor.core.archive.NotedTemplates;
import dev.persistor.core.archive.Shard;
import dev.persistor.core.format.MessageFormat;
import dev.persistor.core.naming.PathTemplate;
import dev.persistor.core.store.BlobStore;
import dev.persistor.core.store.BlobStoreException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.function.BooleanSupplier;

/**
 * The options of a compaction.
 *
 * <p>Immutable.
 *
 * @param originals where the archive is
 * @param archive reads the originals
 * @param filter the range of times, sources and names of interest, in all shards
 * @param shard which of the hours are compacted; empty for all
 * @param target where the batches go
 * @param naming names them
 * @param format encodes them
 * @param batchMessages how many messages a batch has at most
 * @param batchBytes after how many bytes a batch ends
 * @param endedBefore only hours that ended then or before are compacted
 * @param hoursAtATime how many hours are compacted at a time
 * @param stop tells whether to stop
 * @param listener told of the progress
 */
record Job(
        BlobStore originals,
        Archive archive,
        MessageFilter filter,
        Optional<Shard> shard,
        BlobStore target,
        PathTemplate naming,
        MessageFormat format,
        int batchMessages,
        long batchBytes,
        Instant endedBefore,
        int hoursAtATime,
        BooleanSupplier stop,
        CompactionListener listener) {

    /** Why an hour is not compacted, or that it is. */
    enum Choice {
        /** The hour is compacted. */
        TAKEN,
        /** More messages may come to it. */
        TOO_YOUNG,
        /** The range of times has a part of it. */
        CUT,
        /** It is in another shard. */
        OTHER_SHARD,
        /** It is not asked for: a blob holds messages of it beside others. */
        OUTSIDE
    }

    /** Returns this job with an archive that also looks where the templates that are noted in it have an hour. */
    Job withNotedTemplates() {
        Archive noting = archive.toBuilder().alsoNaming(noted(originals)).build();
        return new Job(
                originals,
                noting,
                filter,
                shard,
                target,
                naming,
                format,
                batchMessages,
                batchBytes,
                endedBefore,
                hoursAtATime,
                stop,
                listener);
    }

    /** Returns what reads the target, where batches of earlier runs may have other names. */
    Archive targetArchive() {
        return archive.toBuilder(target)
                .naming(naming)
                .alsoNaming(noted(target))
                .build();
    }

    /** Without the notes, an hour whose blobs are not found is not taken for compacted. */
    private static List<PathTemplate> noted(BlobStore store) {
        try {
            return NotedTemplates.in(store);
        } catch (BlobStoreException e) {
            if (e.isRetryable()) {
                throw e;
            }
            return List.of();
        }
    }

    /** Tells whether an hour is compacted. */
    Choice choice(SourceHour hour) {
        boolean isOfSource = filter.sources().isEmpty() || filter.sources().contains(hour.source());
        if (!isOfSource || !filter.range().touches(hour.hour(), hour.end().minusNanos(1))) {
            return Choice.OUTSIDE;
        }
        if (shard.filter(part -> !hour.isIn(part)).isPresent()) {
            return Choice.OTHER_SHARD;
        }
        if (hour.end().isAfter(endedBefore)) {
            return Choice.TOO_YOUNG;
        }
        return hour.isWithin(filter.range()) ? Choice.TAKEN : Choice.CUT;
    }

    /** Returns the filter of an hour's messages. */
    MessageFilter filterOf(SourceHour hour) {
        return MessageFilter.builder()
                .prefix(filter.prefix())
                .source(hour.source())
                .range(hour.range())
                .build();
    }

    /** Ends what this thread does when the process is told to stop. */
    void requireGoing() {
        if (stop.getAsBoolean()) {
            throw new CancellationException("the compaction was told to stop");
        }
    }
}
