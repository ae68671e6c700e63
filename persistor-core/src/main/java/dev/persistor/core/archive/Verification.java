package dev.persistor.core.archive;

import dev.persistor.core.store.BlobName;
import java.util.List;

/**
 * What reading everything showed.
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
 * @param gaps offsets that are missing between the first and the last of a partition of one log
 * @param foreign blobs that hold no messages that can be read here, and belong to no blob that does; at most {@value #MOST}
 * @param foreignCount how many of these there are
 * @param quarantined how many events are in quarantine, in all of the store
 * @param missing ids that were expected and are not there
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
        List<BlobName> foreign,
        long foreignCount,
        long quarantined,
        List<String> missing) {

    /** How many of what may come in great numbers are named. */
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
    public record Gap(String source, String log, String partition, long first, long last) {}

    /**
     * Tells whether nothing is damaged and nothing is missing, of what could be read. Copies do no harm, because a replay publishes one of them. Nor
     * do different messages with one id, because a replay publishes each of them, or foreign blobs.
     */
    public boolean isGood() {
        return findings.stream().noneMatch(finding -> finding.kind() == Finding.Kind.DAMAGED)
                && gaps.isEmpty()
                && missing.isEmpty();
    }
}
