package dev.persistor.standalone;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PersistorCommandTest {

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    private int run(String... arguments) {
        return PersistorCommand.commandLine(new PrintWriter(out), new PrintWriter(err), false)
                .execute(arguments);
    }

    @Test
    void helpNamesTheCommands() {
        assertThat(run("--help")).isZero();
        assertThat(out.toString()).contains("Usage: persistor", "replay", "run").doesNotContain("demo");
    }

    @Test
    void theVersionIsTheBuilds() {
        assertThat(run("--version")).isZero();
        assertThat(out.toString()).matches("persistor [0-9]+\\.[0-9]+.*\\R");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "`` | Missing required subcommand",
                "demos | Unmatched argument at index 0: 'demos'",
                "demo | Unmatched argument at index 0: 'demo'",
                "ls --concurrency 0 | '0' is not valid; use a whole number from 1 to 9999",
                "ls --concurrency many | 'many' is not valid",
                "ls --quietly | Unknown option: '--quietly'",
            })
    void aWrongCommandLineIsExplainedAndEndsWith64(String line, String reason) {
        String[] arguments = line.isEmpty() ? new String[0] : line.split(" ", -1);
        assertThat(run(arguments)).isEqualTo(64);
        assertThat(err.toString()).contains(reason);
        assertThat(out.toString()).isEmpty();
    }
}
