package dev.persistor.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DedupeScaleTest {

    @Test
    void eachPartIsARow(@TempDir Path folder) throws Exception {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        new DedupeScale(new PrintStream(out, true, StandardCharsets.UTF_8), folder, 100_000).measure();
        assertThat(out.toString(StandardCharsets.UTF_8))
                .contains(
                        "| each message for the first time | 100,000 |",
                        "| a checkpoint is opened and closed | 100,000 |")
                .contains("| a replay of messages that are published, with the checkpoint | 1,000 |");
    }
}
