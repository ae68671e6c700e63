package dev.persistor.demo;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DemoCommandLineTest {

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    private int run(String... arguments) {
        return Contexts.commandLine(new PrintWriter(out), new PrintWriter(err)).execute(arguments);
    }

    @Test
    void helpOfTheDemoNamesItsOptionsWithTheirDefaults() {
        assertThat(run("--help")).isZero();
        assertThat(out.toString())
                .contains("Usage: persistor demo", "--cloud=CLOUD", "--messages=N", "--seed=N", "--folder=DIR")
                .contains("Default: gcp", "Default: 1000", "Default: 1\n", "Default: ./demo-runs");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "--cloud nimbus | 'nimbus' is not valid; use one of [gcp, azure]",
                "--messages 0 | '0' is not valid; use a whole number from 1 to 100000",
                "--messages many | 'many' is not valid",
                "--messages 100001 | '100001' is not valid",
                "--seed x | 'x' is not a long",
                "--quietly | Unknown option: '--quietly'",
            })
    void aWrongCommandLineIsExplainedAndEndsWith64(String line, String reason) {
        assertThat(run(line.split(" ", -1))).isEqualTo(64);
        assertThat(err.toString()).contains(reason, "Try 'persistor demo --help'.");
        assertThat(out.toString()).isEmpty();
    }

    @Test
    void aFolderThatCannotBeMadeIsNamedAndEndsWith1(@TempDir Path folder) throws Exception {
        Path file = Files.createFile(folder.resolve("a-file"));
        assertThat(run("--folder", file.toString())).isEqualTo(1);
        assertThat(err.toString()).contains("persistor demo failed: ").contains("a-file");
    }
}
