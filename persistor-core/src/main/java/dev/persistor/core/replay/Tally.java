package dev.persistor.core.replay;

import dev.persistor.core.archive.ArchivedMessage;
import dev.persistor.core.archive.Finding;
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

    /** So that reasons with an id in each cannot fill memory. */
    private static final int MOST_TEXTS = 100;

    private static final int MOST_PLACES = 10_000;
    private static final String OTHERS = "others";

    private long matched;
    private long bytes;
    private long published;
    private long duplicates;
    private long publishedBefore;
    private long failed;
    private @Nullable Instant first;
    private @Nullable Instant last;
    private final List<String> maybeTwice = new ArrayList<>();
    private final Map<String, Long> failures = new TreeMap<>();
    private final Map<String, Long> bySource = new TreeMap<>();
    private final Map<String, Long> losses = new TreeMap<>();

    void duplicate() {
        matched++;
        duplicates++;
    }

    void publishedBefore() {
        matched++;
        publishedBefore++;
    }

    void planned(Message message, List<String> lost) {
        matched++;
        bytes += message.payloadSize();
        Instant time = message.publishTime();
        first = first == null || time.isBefore(first) ? time : first;
        last = last == null || time.isAfter(last) ? time : last;
        count(bySource, message.source());
        lost.forEach(loss -> count(losses, loss));
    }

    void maybeTwice(ArchivedMessage message) {
        if (maybeTwice.size() < MOST_PLACES) {
            maybeTwice.add(message.place());
        }
    }

    void published() {
        published++;
    }

    void failed(PublishException failure) {
        failed++;
        count(failures, failure.getMessage() == null ? failure.toString() : failure.getMessage());
    }

    long failed() {
        return failed;
    }

    long planned() {
        return matched - duplicates - publishedBefore;
    }

    private static void count(Map<String, Long> counts, String text) {
        counts.merge(counts.size() < MOST_TEXTS || counts.containsKey(text) ? text : OTHERS, 1L, Long::sum);
    }

    ReplayReport report(
            RepeatedMessages repeated, List<Finding> findings, List<String> warnings, @Nullable String stopped) {
        return new ReplayReport(
                matched,
                bytes,
                published,
                duplicates,
                repeated.copies(),
                repeated.sameIdCount(),
                repeated.sameId(),
                publishedBefore,
                List.copyOf(maybeTwice),
                failed,
                Map.copyOf(failures),
                Optional.ofNullable(first),
                Optional.ofNullable(last),
                new TreeMap<>(bySource),
                new TreeMap<>(losses),
                List.copyOf(warnings),
                findings,
                Optional.ofNullable(stopped));
    }
}
