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
        endToEnd.againstLatency();

        List<String> rows = out.toString(StandardCharsets.UTF_8)
                .lines()
                .filter(line -> line.matches("\\|.*[0-9,]+ \\|"))
                .filter(line -> !line.startsWith("| through the client, into") && !line.contains("callers | messages"))
                .toList();
        assertThat(rows)
                .hasSize(10)
                .allMatch(row -> row.matches("\\| [^|]+ \\| \\d+ \\| [\\d,]+ \\| \\d+\\.\\d\\d \\| [\\d,]+ \\|"));
        assertThat(rows)
                .filteredOn(row -> row.contains("bare SDK loop") || row.contains("one object a message"))
                .hasSize(4)
                .allMatch(row -> row.endsWith(" 1,000 |"));
    }
}
