package dev.persistor.core.archive;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.TreeMap;

/**
 * A set of a partition's offsets, as ranges: consecutive offsets take as much memory as one.
 *
 * <p>Not thread-safe.
 */
final class OffsetRanges {

    /** Last offsets by the first, in ranges that neither overlap nor touch. */
    private final TreeMap<Long, Long> ranges = new TreeMap<>();

    void add(long offset) {
        add(offset, offset);
    }

    void add(long first, long last) {
        long from = first;
        long to = last;
        Map.Entry<Long, Long> before = ranges.floorEntry(from);
        if (before != null && before.getValue() >= from - 1) {
            from = before.getKey();
            to = Math.max(to, before.getValue());
        }
        for (Map.Entry<Long, Long> next = ranges.ceilingEntry(from);
                next != null && next.getKey() - 1 <= to;
                next = ranges.ceilingEntry(from)) {
            to = Math.max(to, next.getValue());
            ranges.remove(next.getKey());
        }
        ranges.put(from, to);
    }

    /** Returns the first offset, if there is any. */
    OptionalLong first() {
        return ranges.isEmpty() ? OptionalLong.empty() : OptionalLong.of(ranges.firstKey());
    }

    /** Returns what is missing of a range. */
    List<OffsetRange> missing(OffsetRange whole) {
        List<OffsetRange> missing = new ArrayList<>();
        Map.Entry<Long, Long> before = ranges.floorEntry(whole.first());
        long next = before == null ? whole.first() : Math.max(whole.first(), before.getValue() + 1);
        for (Map.Entry<Long, Long> range = ranges.higherEntry(whole.first());
                range != null && next <= whole.last();
                range = ranges.higherEntry(range.getKey())) {
            if (range.getKey() > next) {
                missing.add(new OffsetRange(next, Math.min(range.getKey() - 1, whole.last())));
            }
            next = range.getValue() + 1;
        }
        if (next <= whole.last()) {
            missing.add(new OffsetRange(next, whole.last()));
        }
        return missing;
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
