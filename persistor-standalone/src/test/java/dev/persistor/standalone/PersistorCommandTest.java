package dev.persistor.standalone;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
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
        assertThat(out.toString()).contains("Usage: persistor").contains("demo");
    }

    @Test
    void helpOfTheDemoNamesItsOptionsWithTheirDefaults() {
        assertThat(run("demo", "--help")).isZero();
        assertThat(out.toString())
                .contains("--cloud=CLOUD", "--messages=N", "--seed=N", "--folder=DIR")
                .contains("Default: gcp", "Default: 1000", "Default: 1\n", "Default: ./persistor-demo");
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
                "demo --cloud nimbus | 'nimbus' is not allowed; allowed is one of [gcp, azure]",
                "demo --messages 0 | '0' is not allowed; allowed is a whole number from 1 to 100000",
                "demo --messages many | 'many' is not allowed",
                "demo --messages 100001 | '100001' is not allowed",
                "demo --seed x | 'x' is not a long",
                "demo --quietly | Unknown option: '--quietly'",
            })
    void aWrongCommandLineIsExplainedAndEndsWith64(String line, String reason) {
        String[] arguments = line.isEmpty() ? new String[0] : line.split(" ", -1);
        assertThat(run(arguments)).isEqualTo(64);
        assertThat(err.toString()).contains(reason);
        assertThat(out.toString()).isEmpty();
    }

    @Test
    void aFolderThatCannotBeMadeIsNamedAndEndsWith1(@TempDir Path folder) throws Exception {
        Path file = Files.createFile(folder.resolve("a-file"));
        assertThat(run("demo", "--folder", file.toString())).isEqualTo(1);
        assertThat(err.toString()).contains("persistor demo failed: ").contains("a-file");
    }
}
