package dev.persistor.standalone.recovery;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class HistogramTest {

    private static final Instant FROM = Instant.parse("2026-01-31T06:00:00Z");

    private static String drawn(Histogram histogram, long... sums) {
        StringWriter out = new StringWriter();
        histogram.print(new PrintWriter(out), new Buckets(60, FROM.getEpochSecond() / 60, sums.length), sums);
        return out.toString();
    }

    @Test
    void aColumnIsAsHighAsItsCountAndASingleMessageShows() {
        assertThat(drawn(Histogram.ofAscii(), 1, 0, 200, 400, 600, 800, 1_000, 1_200, 1_400, 1_600))
                .isEqualTo("  2026-01-31T06:00:00Z |. .:-=+*#@|\n");
        assertThat(drawn(Histogram.ofBlocks(), 1, 0, 0, 8, 1_600)).isEqualTo("  2026-01-31T06:00:00Z │▁  ▁█│\n");
    }
}
