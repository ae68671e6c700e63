package dev.persistor.core.archive;

import dev.persistor.core.message.PositionRange;
import dev.persistor.core.store.BlobName;
import java.util.List;
import java.util.SortedMap;

/**
 * The result of reading everything, and what was checked.
 *
 * <p>Of a {@linkplain Shard shard}, messages, sources and copies are those of the shard. Blobs and findings are of the shard and of what
 * every shard reads: batches, and blobs whose metadata does not tell their shard. Gaps and missing ids are those of the whole
 * archive: of single messages of other shards, the metadata tells that they are there, and their own shard tells whether they are whole.
 * Different messages that share an id and have different ordering keys may be in two shards, and are not compared.
 *
 * <p>Immutable.
 *
 * @param blobs how many blobs hold messages
 * @param messages how many messages are whole, other copies included
 * @param findings blobs that could not be read, or not whole
 * @param duplicates copies of messages that were read before them; at most {@value #MOST}
 * @param duplicateCount how many copies there are beyond the first of each message
 * @param sameId messages with the source and id of an earlier one and another content; at most {@value #MOST}
 * @param sameIdCount how many messages have the source and id of an earlier one and another content than each such
 * @param gaps offsets that are missing between the first and the last of a partition of one log, without those that the broker passed
 *     over when they were read
 * @param gapsSought whether offsets were compared: not where the filter asks for ids or attributes, and so leaves messages out
 * @param sources what was read of each source, by its name
 * @param withoutPartition how many messages of a log do not tell their partition, so that their offsets were not compared
 * @param foreign blobs that hold no messages that can be read here, and belong to no blob that does; at most {@value #MOST}
 * @param foreignCount how many of these there are
 * @param quarantined how many events are in quarantine, in all of the store
 * @param expected how many ids were expected
 * @param missing ids that were expected and were not read
 */
public record Verification(
        long blobs,
        long messages,
        List<Finding> findings,
        List<RepeatedMessage> duplicates,
        long duplicateCount,
        List<RepeatedMessage> sameId,
        long sameIdCount,
        List<Gap> gaps,
        boolean gapsSought,
        SortedMap<String, Source> sources,
        long withoutPartition,
        List<BlobName> foreign,
        long foreignCount,
        long quarantined,
        int expected,
        List<String> missing) {

    /** The maximum number of cases that are named. */
    public static final int MOST = 10_000;

    /**
     * Offsets that are missing.
     *
     * @param source where the messages came from
     * @param log the broker's identity of the topic or hub; empty where it is not known
     * @param partition the broker's partition
     * @param first the first missing offset
     * @param last the last missing offset
     */
    public record Gap(String source, String log, String partition, long first, long last) {

        boolean touches(PositionRange range) {
            return log.equals(range.log())
                    && partition.equals(range.partition())
                    && first <= range.last()
                    && range.first() <= last;
        }

        boolean isIn(Gap whole) {
            return source.equals(whole.source) && whole.touches(new PositionRange(log, partition, first, last));
        }
    }

    /**
     * The totals read of a source.
     *
     * @param messages how many messages
     * @param withOffset how many of them have an offset
     */
    public record Source(long messages, long withOffset) {

        /** Tells whether every message has an offset, so that a deleted blob between two others leaves a gap. */
        public boolean hasOffsets() {
            return messages == withOffset;
        }
    }

    /** Returns a copy with other gaps, for a caller with more information about them. */
    public Verification withGaps(List<Gap> others) {
        return new Verification(
                blobs,
                messages,
                findings,
                duplicates,
                duplicateCount,
                sameId,
                sameIdCount,
                List.copyOf(others),
                gapsSought,
                sources,
                withoutPartition,
                foreign,
                foreignCount,
                quarantined,
                expected,
                missing);
    }

    /** Returns of how many sources offsets were compared: of the others, nothing here tells whether a blob was deleted. */
    public long sourcesCompared() {
        return gapsSought ? sources.values().stream().filter(Source::hasOffsets).count() : 0;
    }

    /** Tells whether every blob could be read, or is damaged for good: none is unreadable now or expired. */
    public boolean isReadable() {
        return findings.stream()
                .noneMatch(finding -> finding.hidesMessages() && finding.kind() != Finding.Kind.DAMAGED);
    }

    /** Tells whether a blob is damaged. */
    public boolean isDamaged() {
        return findings.stream().anyMatch(finding -> finding.kind() == Finding.Kind.DAMAGED);
    }

    /**
     * Tells whether nothing is damaged and nothing is missing, of what could be read. A blob that was deleted shows only as a gap or
     * as missing ids. Copies do no harm, because a replay publishes one of them. Nor
     * do different messages with one id, because a replay publishes each of them, or foreign blobs.
     */
    public boolean isGood() {
        return !isDamaged() && gaps.isEmpty() && missing.isEmpty();
    }
}
