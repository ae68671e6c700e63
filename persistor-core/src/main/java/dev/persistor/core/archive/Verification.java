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
 * @param damages blobs that are torn, altered, or lack their sidecar
 * @param duplicates messages that are there more than once; at most {@value #MOST}
 * @param duplicateCount how many copies there are beyond the first of each message
 * @param gaps offsets that are missing between the first and the last of a partition of one log
 * @param foreign blobs that hold no messages that can be read here, and belong to no blob that does; at most {@value #MOST}
 * @param foreignCount how many of these there are
 * @param quarantined how many events are in quarantine, in all of the store
 * @param missing ids that were expected and are not there
 */
public record Verification(
        long blobs,
        long messages,
        List<Damage> damages,
        List<Duplicate> duplicates,
        long duplicateCount,
        List<Gap> gaps,
        List<BlobName> foreign,
        long foreignCount,
        long quarantined,
        List<String> missing) {

    /** How many of what may come in great numbers are named. */
    public static final int MOST = 10_000;

    /**
     * A message that is there more than once.
     *
     * @param identity the message
     * @param place where another copy of it is
     */
    public record Duplicate(Identity identity, String place) {}

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
     * Tells whether all is as it should be: nothing is damaged and nothing is missing. Copies are no harm, since a replay
     * publishes one of them; and nor are foreign blobs.
     */
    public boolean isGood() {
        return damages.isEmpty() && gaps.isEmpty() && missing.isEmpty();
    }
}
