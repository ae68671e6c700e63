package dev.persistor.core.message;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.time.Instant;
import org.junit.jupiter.api.Test;

class TimeRangeTest {

    private static final Instant FROM = Instant.parse("2026-01-31T02:00:00Z");
    private static final Instant TO = Instant.parse("2026-01-31T03:00:00Z");
    private static final TimeRange RANGE = new TimeRange(FROM, TO);

    @Test
    void beginsWithItsStartAndEndsBeforeItsEnd() {
        assertThat(RANGE.contains(FROM)).isTrue();
        assertThat(RANGE.contains(FROM.minusNanos(1))).isFalse();
        assertThat(RANGE.contains(TO.minusNanos(1))).isTrue();
        assertThat(RANGE.contains(TO)).isFalse();
    }

    @Test
    void isTouchedByTimesOfWhichOneIsInIt() {
        assertThat(RANGE.touches(FROM.minusSeconds(9), FROM)).isTrue();
        assertThat(RANGE.touches(FROM.minusSeconds(9), FROM.minusNanos(1))).isFalse();
        assertThat(RANGE.touches(TO.minusNanos(1), TO.plusSeconds(9))).isTrue();
        assertThat(RANGE.touches(TO, TO.plusSeconds(9))).isFalse();
        assertThat(RANGE.touches(FROM.minusSeconds(9), TO.plusSeconds(9))).isTrue();
    }

    @Test
    void mayBeEmptyButNotReversed() {
        assertThat(new TimeRange(FROM, FROM).contains(FROM)).isFalse();
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new TimeRange(TO, FROM))
                .withMessageContaining(TO.toString())
                .withMessageContaining(FROM.toString());
    }

    @Test
    void allContainsEveryTimeOfAMessage() {
        assertThat(TimeRange.ALL.contains(Instant.MIN)).isTrue();
        assertThat(TimeRange.ALL.contains(Instant.EPOCH)).isTrue();
    }
}
