package dev.persistor.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The comparison still runs; what it measures here is of no use. */
class LatencyScaleTest {

    @Test
    void eachWayHasItsRow() throws Exception {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        LatencyScale scale = new LatencyScale(new PrintStream(out, true, StandardCharsets.UTF_8), 300);
        scale.cloud();
        scale.throttled();
        List<String> rows = out.toString(StandardCharsets.UTF_8).lines().toList();
        for (String way : List.of("list", "read", "verify", "replay to Pub/Sub")) {
            assertThat(rows).anyMatch(row -> row.matches("\\| " + way + " \\| 300 \\| .*"));
        }
        assertThat(rows).filteredOn(row -> row.endsWith(" % |")).hasSize(2);
    }
}
