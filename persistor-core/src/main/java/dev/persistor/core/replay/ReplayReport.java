package dev.persistor.core.replay;

import dev.persistor.core.archive.Finding;
import dev.persistor.core.archive.RepeatedMessage;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What a replay did, or what one would do. Each matched message is counted once: {@code matched} is the sum of {@code planned},
 * {@code duplicates}, {@code publishedBefore}, {@code excluded} and {@code accepted}; and after a run, {@code planned} is the sum of
 * {@code published}, {@code failed} and {@code postponed}.
 *
 * <p>Immutable.
 *
 * @param matched how many messages the filter took, other copies and excluded ones included
 * @param planned how many are to be published
 * @param bytes the payload bytes of those that are to be published
 * @param published how many the target has
 * @param duplicates how many were left out because they are copies of a message that was read before them
 * @param copies the first copies with the places of both, of a plan
 * @param sameIdCount how many have the source and id of a message that was read before them and another content; they are
 *     different messages, and are published, too
 * @param sameId the first of these with the places of both, of a plan
 * @param publishedBefore how many an earlier run with the same checkpoint published
 * @param excluded how many an exclusion left out, of those that no earlier run published
 * @param accepted how many failed in an earlier run with the same checkpoint, and were accepted as failed
 * @param maybeTwiceCount how many went out now, and may have gone out in an earlier run that was not told
 * @param maybeTwice the places of the first of these
 * @param failed how many the target did not take, or left unanswered, with those held back
 * @param heldBack how many of these were not sent, because an earlier message of their ordering key failed
 * @param causes the first messages that failed by themselves
 * @param reasons why messages failed by themselves, and how many for each reason; some hundred at most
 * @param postponed how many were left without an outcome because the replay ended; the next run with the checkpoint publishes them
 * @param failedEarlier how many failed in an earlier run with the same checkpoint and were not tried again
 * @param firstPublishTime the earliest publish time of those that are to be published
 * @param lastPublishTime the latest
 * @param bySource how many are to be published of each source
 * @param losses what the target cannot hold, and of how many messages; some hundred at most
 * @param warnings what the target does to messages that it takes, of its own accord
 * @param findings the blobs that could not be read, or not whole
 * @param acceptedFindings how many of these hide messages and were accepted
 * @param unreadableEarlier the blobs that an earlier run with the same checkpoint could not read, and that this one did not read
 * @param stopped why the replay ended before the last message, if it did
 */
public record ReplayReport(
        long matched,
        long planned,
        long bytes,
        long published,
        long duplicates,
        List<RepeatedMessage> copies,
        long sameIdCount,
        List<RepeatedMessage> sameId,
        long publishedBefore,
        long excluded,
        long accepted,
        long maybeTwiceCount,
        List<String> maybeTwice,
        long failed,
        long heldBack,
        List<FailedMessage> causes,
        Map<String, Long> reasons,
        long postponed,
        long failedEarlier,
        Optional<Instant> firstPublishTime,
        Optional<Instant> lastPublishTime,
        Map<String, Long> bySource,
        Map<String, Long> losses,
        List<String> warnings,
        List<Finding> findings,
        long acceptedFindings,
        List<String> unreadableEarlier,
        Optional<StopReason> stopped) {

    /** Tells whether nothing failed and all could be read, in this run and in earlier ones with the same checkpoint. */
    public boolean isClean() {
        return failed == 0
                && postponed == 0
                && failedEarlier == 0
                && findings.stream().filter(Finding::hidesMessages).count() == acceptedFindings
                && unreadableEarlier.isEmpty();
    }

    /**
     * Tells whether every matched message was published, by this run or an earlier one with the same checkpoint, except those that
     * were excluded or accepted as failed.
     */
    public boolean isComplete() {
        return isClean() && stopped.isEmpty();
    }
}
