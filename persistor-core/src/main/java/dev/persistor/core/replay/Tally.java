package dev.persistor.core.replay;

import dev.persistor.core.archive.ArchivedMessage;
import dev.persistor.core.archive.RepeatedMessages;
import dev.persistor.core.message.Message;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Adds up what becomes a report. Not thread-safe. */
final class Tally {

    /** So that losses or reasons with an id in each cannot fill memory. */
    private static final int MOST_TEXTS = 100;

    private static final int MOST_PLACES = 10_000;
    private static final String OTHERS = "others";

    private final Failures failures = new Failures();
    private long planned;
    private long bytes;
    private long published;
    private long duplicates;
    private long publishedBefore;
    private long excluded;
    private long accepted;
    private long postponed;
    private @Nullable Instant first;
    private @Nullable Instant last;
    private long maybeTwiceCount;
    private final List<String> maybeTwice = new ArrayList<>();
    private final Map<String, Long> bySource = new TreeMap<>();
    private final Map<String, Long> losses = new TreeMap<>();

    void duplicate() {
        duplicates++;
    }

    void publishedBefore() {
        publishedBefore++;
    }

    void excluded() {
        excluded++;
    }

    void accepted() {
        accepted++;
    }

    void planned(Message message, List<String> lost) {
        planned++;
        bytes += message.payloadSize();
        Instant time = message.publishTime();
        first = first == null || time.isBefore(first) ? time : first;
        last = last == null || time.isAfter(last) ? time : last;
        count(bySource, message.source());
        lost.forEach(loss -> count(losses, loss));
    }

    void published() {
        published++;
    }

    void maybeTwice(ArchivedMessage message) {
        maybeTwiceCount++;
        if (maybeTwice.size() < MOST_PLACES) {
            maybeTwice.add(message.place());
        }
    }

    void postponed() {
        postponed++;
    }

    Failures failures() {
        return failures;
    }

    long planned() {
        return planned;
    }

    /** Returns how many messages have an outcome in this run, of those that were to be published. */
    long settled() {
        return published + failures.count() + postponed;
    }

    /** Counts a text; beyond a hundred texts, others are counted together. */
    static void count(Map<String, Long> counts, String text) {
        counts.merge(counts.size() < MOST_TEXTS || counts.containsKey(text) ? text : OTHERS, 1L, Long::sum);
    }

    ReplayReport report(
            RepeatedMessages repeated,
            long failedEarlier,
            List<String> warnings,
            UnreadableBlobs unreadable,
            @Nullable StopReason stopped) {
        return new ReplayReport(
                planned + duplicates + publishedBefore + excluded + accepted,
                planned,
                bytes,
                published,
                duplicates,
                repeated.copies(),
                repeated.sameIdCount(),
                repeated.sameId(),
                publishedBefore,
                excluded,
                accepted,
                maybeTwiceCount,
                List.copyOf(maybeTwice),
                failures.count(),
                failures.heldBack(),
                failures.first(),
                failures.reasons(),
                postponed,
                failedEarlier,
                Optional.ofNullable(first),
                Optional.ofNullable(last),
                new TreeMap<>(bySource),
                new TreeMap<>(losses),
                List.copyOf(warnings),
                unreadable.findings(),
                unreadable.accepted(),
                unreadable.earlier(),
                Optional.ofNullable(stopped));
    }
}
