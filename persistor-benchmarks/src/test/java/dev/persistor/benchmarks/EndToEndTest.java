package dev.persistor.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The comparison still runs; what it measures here is of no use. */
class EndToEndTest {

    @Test
    void eachWayArchivesItsMessagesAndHasItsRow() throws Exception {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        EndToEnd endToEnd = new EndToEnd(1, 40, new PrintStream(out, true, StandardCharsets.UTF_8));
        endToEnd.againstTheSdk(2);
        endToEnd.againstTheAzureSdk(2);
        endToEnd.againstLatency();

        List<String> rows = out.toString(StandardCharsets.UTF_8)
                .lines()
                .filter(line -> line.matches("\\|.*[0-9,]+ \\|"))
                .filter(line -> !line.contains("callers | messages"))
                .toList();
        assertThat(rows)
                .hasSize(14)
                .allMatch(row -> row.matches("\\| [^|]+ \\| \\d+ \\| [\\d,]+ \\| \\d+\\.\\d\\d \\| [\\d,]+ \\|"));
        assertThat(rows)
                .filteredOn(row -> row.contains("bare SDK loop") || row.matches(".*one (object|blob) a message.*"))
                .hasSize(6)
                .allMatch(row -> row.endsWith(" 1,000 |"));
    }
}
