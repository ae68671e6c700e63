package dev.persistor.core.archive;

import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.TreeMap;

/**
 * Counts messages by publish time, in steps that double when there would be too many of them.
 *
 * <p>Not thread-safe.
 */
final class TimeCounts {

    private static final int MOST_STEPS = 4_096;

    private long step = 1;
    private TreeMap<Long, Long> counts = new TreeMap<>();

    void add(Instant time, long messages) {
        counts.merge(Math.floorDiv(time.getEpochSecond(), step), messages, Long::sum);
        while (counts.size() > MOST_STEPS) {
            step *= 2;
            TreeMap<Long, Long> wider = new TreeMap<>();
            counts.forEach((index, count) -> wider.merge(Math.floorDiv(index, 2), count, Long::sum));
            counts = wider;
        }
    }

    Duration step() {
        return Duration.ofSeconds(step);
    }

    Map<Instant, Long> byStart() {
        Map<Instant, Long> starts = new TreeMap<>();
        counts.forEach((index, count) -> starts.put(Instant.ofEpochSecond(index * step), count));
        return starts;
    }
}
