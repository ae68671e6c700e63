package dev.persistor.standalone.recovery;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class BucketsTest {

    private static final Instant FROM = Instant.parse("2026-01-31T06:00:00Z");

    @ParameterizedTest
    @CsvSource({
        "PT1S, 1, 1",
        "PT59S, 1, 1",
        "PT2M, 1, 2",
        "PT121S, 1, 5",
        "PT2H, 1, 120",
        "PT24H, 1, 1800",
        "PT24H, 32, 1440",
        "P7D, 256, 10240"
    })
    void theyAreSuchAsPeopleCountInWhereStepsAllow(Duration length, long step, long width) {
        assertThat(Buckets.fitting(FROM, FROM.plus(length).minusNanos(1), step).width())
                .isEqualTo(width);
    }

    @Test
    void theyHoldWholeStepsAndAreFewWhateverTheRange() {
        Random random = new Random(3);
        for (int i = 0; i < 10_000; i++) {
            long step = 1L << random.nextInt(20);
            Instant from = Instant.ofEpochSecond(random.nextInt());
            Buckets buckets = Buckets.fitting(from, from.plusSeconds(random.nextLong(1L << 36)), step);
            assertThat(buckets.width() % step).isZero();
            assertThat(buckets.count()).isBetween(1, Buckets.COLUMNS);
        }
    }

    @Test
    void countsFallIntoTheirBucketsAndEmptyOnesAreJoined() {
        Map<Instant, Long> counts = new TreeMap<>(Map.of(FROM, 2L, FROM.plusSeconds(9), 1L, FROM.plusSeconds(40), 5L));
        Buckets buckets = Buckets.of(FROM, FROM.plusSeconds(59), 10);
        assertThat(buckets.sums(counts)).containsExactly(3, 0, 0, 0, 5, 0);
        assertThat(buckets.empty(buckets.sums(counts)))
                .containsExactly(
                        new Buckets.Stretch(FROM.plusSeconds(10), FROM.plusSeconds(40)),
                        new Buckets.Stretch(FROM.plusSeconds(50), FROM.plusSeconds(60)));
    }
}
