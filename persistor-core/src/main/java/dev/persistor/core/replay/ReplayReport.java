package dev.persistor.core.replay;

import dev.persistor.core.archive.Finding;
import dev.persistor.core.archive.RepeatedMessage;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What a replay did, or what one would do.
 *
 * <p>Immutable.
 *
 * @param matched how many messages the filter took, other copies included
 * @param bytes the payload bytes of those that are to be published
 * @param published how many the target has
 * @param duplicates how many were left out because they are copies of a message that was read before them
 * @param copies the first copies with the places of both, of a plan
 * @param sameIdCount how many have the source and id of a message that was read before them and another content; they are
 *     different messages, and are published, too
 * @param sameId the first of these with the places of both, of a plan
 * @param publishedBefore how many an earlier run with the same checkpoint published, or kept as failed
 * @param maybeTwice the places of messages that an earlier run may have published without being told, and that went out now
 * @param failed how many the target did not take, or left unanswered
 * @param failures the reasons of failures, and how often each came; some hundred at most
 * @param firstPublishTime the earliest publish time of those that are to be published
 * @param lastPublishTime the latest
 * @param bySource how many are to be published of each source
 * @param losses what the target cannot hold, and of how many messages; some hundred at most
 * @param warnings what the target does to messages that it takes, of its own accord
 * @param findings blobs that could not be read, or not whole
 * @param stopped why the replay ended before the last message, if it did
 */
public record ReplayReport(
        long matched,
        long bytes,
        long published,
        long duplicates,
        List<RepeatedMessage> copies,
        long sameIdCount,
        List<RepeatedMessage> sameId,
        long publishedBefore,
        List<String> maybeTwice,
        long failed,
        Map<String, Long> failures,
        Optional<Instant> firstPublishTime,
        Optional<Instant> lastPublishTime,
        Map<String, Long> bySource,
        Map<String, Long> losses,
        List<String> warnings,
        List<Finding> findings,
        Optional<String> stopped) {

    /** Returns how many messages are to be published: all but other copies and those published before. */
    public long planned() {
        return matched - duplicates - publishedBefore;
    }

    /** Tells whether every message of interest is published, as far as the archive can be read. */
    public boolean isComplete() {
        return failed == 0 && findings.stream().noneMatch(Finding::hidesMessages) && stopped.isEmpty();
    }
}
