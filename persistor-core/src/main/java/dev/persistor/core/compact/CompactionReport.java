package dev.persistor.core.compact;

import dev.persistor.core.archive.Finding;
import java.util.List;
import java.util.SortedMap;

/**
 * The result of a compaction, or of its dry run.
 *
 * <p>Immutable.
 *
 * @param originals how many blobs with messages the listing found, of all hours
 * @param originalBytes how many bytes these have
 * @param hoursDone how many hours this run compacted
 * @param hoursDoneEarlier how many hours an earlier run compacted, whose originals are the same as then
 * @param hoursTooYoung how many hours were left out because messages may still come to them
 * @param hoursCut how many hours were left out because the range of times has only a part of them
 * @param hoursOfOtherShards how many hours are in other shards
 * @param hoursLeft how many hours are still to be compacted: all that are due in a plan, those that were not reached in a run
 * @param dueOriginals how many blobs say that they have messages of the hours that were, or are, due
 * @param dueBytes how many bytes these have
 * @param dueMessages how many messages these have by their metadata
 * @param dueBatches about how many batches these make, by their metadata; copies and folders of the target's template not considered
 * @param messages how many messages were read of the originals
 * @param copies how many of these are copies of others
 * @param stored how many of these were in the target before
 * @param written how many of these were written
 * @param blobs how many blobs were written, and read back
 * @param bytes how many bytes these have
 * @param findings blobs of the originals that could not be read, or not whole
 * @param failures why an hour is not compacted, where that is not among the findings
 * @param expirable the prefixes under which everything is in the target, each ending in {@code /}; none in a plan
 * @param stopped whether the run ended before its time: it was told to stop, or a store failed
 */
public record CompactionReport(
        long originals,
        long originalBytes,
        long hoursDone,
        long hoursDoneEarlier,
        long hoursTooYoung,
        long hoursCut,
        long hoursOfOtherShards,
        long hoursLeft,
        long dueOriginals,
        long dueBytes,
        long dueMessages,
        long dueBatches,
        long messages,
        long copies,
        long stored,
        long written,
        long blobs,
        long bytes,
        List<Finding> findings,
        SortedMap<SourceHour, List<String>> failures,
        List<String> expirable,
        boolean stopped) {

    /** Tells whether every message of the hours that were due is in the target. */
    public boolean isComplete() {
        return !stopped && failures.isEmpty() && findings.stream().noneMatch(Finding::hidesMessages);
    }
}
