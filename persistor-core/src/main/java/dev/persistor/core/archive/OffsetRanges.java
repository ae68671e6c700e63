package dev.persistor.core.archive;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Which offsets of a partition are there, as ranges: those that follow one another cost as much as one.
 *
 * <p>Not thread-safe.
 */
final class OffsetRanges {

    /** Last offsets by the first, in ranges that neither overlap nor touch. */
    private final TreeMap<Long, Long> ranges = new TreeMap<>();

    void add(long offset) {
        Map.Entry<Long, Long> before = ranges.floorEntry(offset);
        if (before != null && before.getValue() >= offset) {
            return;
        }
        long first = before != null && before.getValue() == offset - 1 ? before.getKey() : offset;
        Long last = ranges.remove(offset + 1);
        ranges.put(first, last == null ? offset : last);
    }

    /** Returns what is missing between the first and the last offset, each as first and last missing. */
    List<long[]> gaps() {
        List<long[]> gaps = new ArrayList<>();
        Map.Entry<Long, Long> previous = null;
        for (Map.Entry<Long, Long> range : ranges.entrySet()) {
            if (previous != null) {
                gaps.add(new long[] {previous.getValue() + 1, range.getKey() - 1});
            }
            previous = range;
        }
        return gaps;
    }
}
