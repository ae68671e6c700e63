package dev.persistor.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

/** The comparison still runs; what it measures here is of no use. */
class GrowthTest {

    @Test
    void eachKindOfGrowthHasItsRow() throws Exception {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        new Growth(new PrintStream(out, true, StandardCharsets.UTF_8), 1, 500).measure();
        assertThat(out.toString(StandardCharsets.UTF_8).lines())
                .filteredOn(
                        row -> row.matches(
                                "\\| [^|]+ \\| [\\d,]+ \\| [\\d,]+ \\| [\\d,.]+ \\| [\\d,.]+ \\| [\\d.]+ \\| \\d+ \\| \\d+ \\|"))
                .hasSize(4);
    }
}
