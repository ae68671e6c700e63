package dev.persistor.core.archive;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

class OffsetRangesTest {

    @Test
    void gapsAreWhatIsMissingBetweenTheFirstAndTheLast() {
        for (long seed = 0; seed < 500; seed++) {
            Random random = new Random(seed);
            OffsetRanges ranges = new OffsetRanges();
            TreeSet<Long> offsets = new TreeSet<>();
            for (int i = random.nextInt(60); i > 0; i--) {
                long offset = random.nextLong(-3, 37);
                offsets.add(offset);
                ranges.add(offset);
            }
            List<Long> missing = new ArrayList<>();
            ranges.gaps().forEach(gap -> {
                assertThat(gap[0]).isLessThanOrEqualTo(gap[1]);
                for (long offset = gap[0]; offset <= gap[1]; offset++) {
                    missing.add(offset);
                }
            });
            List<Long> expected = new ArrayList<>();
            for (long offset = offsets.isEmpty() ? 0 : offsets.first();
                    !offsets.isEmpty() && offset < offsets.last();
                    offset++) {
                if (!offsets.contains(offset)) {
                    expected.add(offset);
                }
            }
            assertThat(missing).as("seed %d", seed).isEqualTo(expected);
        }
    }

    @Test
    void whatIsMissingOfARangeIsAllOfItThatWasNotAdded() {
        for (long seed = 0; seed < 500; seed++) {
            Random random = new Random(seed);
            OffsetRanges ranges = new OffsetRanges();
            TreeSet<Long> there = new TreeSet<>();
            for (int i = random.nextInt(12); i > 0; i--) {
                long first = random.nextLong(0, 60);
                long last = first + random.nextLong(0, 8);
                ranges.add(first, last);
                for (long offset = first; offset <= last; offset++) {
                    there.add(offset);
                }
            }
            long first = random.nextLong(0, 60);
            OffsetRange whole = new OffsetRange(first, first + random.nextLong(0, 30));
            List<Long> missing = new ArrayList<>();
            long before = Long.MIN_VALUE;
            for (OffsetRange range : ranges.missing(whole)) {
                assertThat(range.first())
                        .as("seed %d: ranges do not touch", seed)
                        .isGreaterThan(before + 1);
                for (long offset = range.first(); offset <= range.last(); offset++) {
                    missing.add(offset);
                }
                before = range.last();
            }
            List<Long> expected = new ArrayList<>();
            for (long offset = whole.first(); offset <= whole.last(); offset++) {
                if (!there.contains(offset)) {
                    expected.add(offset);
                }
            }
            assertThat(missing).as("seed %d", seed).isEqualTo(expected);
        }
    }
}
