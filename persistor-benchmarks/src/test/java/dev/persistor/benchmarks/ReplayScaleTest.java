package dev.persistor.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The comparison still runs; what it measures here is of no use. */
class ReplayScaleTest {

    @Test
    void eachWayPublishesEverythingAndHasItsRow() throws Exception {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        new ReplayScale(new PrintStream(out, true, StandardCharsets.UTF_8), 3_000).measure();
        List<String> rows = out.toString(StandardCharsets.UTF_8).lines().toList();
        assertThat(rows).anyMatch(row -> row.startsWith("| plain publisher, of messages that are at hand |"));
        assertThat(rows)
                .filteredOn(
                        row -> row.matches("\\| replay, .* \\| [\\d.]+ \\| [\\d,]+ \\| \\d+\\.\\d\\d \\| [\\d,]+ \\|"))
                .hasSize(2);
    }
}
