package dev.persistor.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The comparison still runs; what it measures here is of no use. */
class CompactionScaleTest {

    @Test
    void eachStepHasItsRowAndNothingIsLost() throws Exception {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        new CompactionScale(new PrintStream(out, true, StandardCharsets.UTF_8), 300).measure();
        List<String> rows = out.toString(StandardCharsets.UTF_8).lines().toList();
        assertThat(rows)
                .anyMatch(row -> row.matches("\\| compact \\| 300 \\| [\\d.]+ \\| [\\d,]+ \\| [\\d,]+ \\| \\d+ \\|"));
        assertThat(rows).anyMatch(row -> row.matches("\\| compact again \\| 0 \\| [\\d.]+ \\| 0 \\| 0 \\| \\d+ \\|"));
        assertThat(rows).anyMatch(row -> row.startsWith("The batches hold the same messages as the originals."));
    }
}
