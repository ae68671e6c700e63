package dev.persistor.standalone.demo;

import static org.assertj.core.api.Assertions.assertThat;

import dev.persistor.standalone.PersistorCommand;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(120)
class InterruptionTest {

    private static final Pattern FRAMEWORK = Pattern.compile("The Functions Framework runs .*, process ([0-9]+)");

    private @TempDir Path folder;

    private Process startDemo(Path printed) throws IOException {
        return new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-cp",
                        System.getProperty("java.class.path"),
                        PersistorCommand.class.getName(),
                        "demo",
                        "--messages",
                        "20000",
                        "--folder",
                        folder.toString())
                .redirectErrorStream(true)
                .redirectOutput(printed.toFile())
                .start();
    }

    private static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static ProcessHandle frameworkOf(Path printed) {
        Awaitility.await("the framework answers")
                .atMost(Duration.ofSeconds(60))
                .until(() -> FRAMEWORK.matcher(read(printed)).find());
        Matcher framework = FRAMEWORK.matcher(read(printed));
        assertThat(framework.find()).isTrue();
        return ProcessHandle.of(Long.parseLong(framework.group(1))).orElseThrow();
    }

    /** What a shell sends for Ctrl-C, SIGINT, runs the same hooks. */
    @Test
    void aTerminatedDemoLeavesNoProcessBehind() throws Exception {
        Path printed = folder.resolve("printed");
        Process demo = startDemo(printed);
        try {
            ProcessHandle framework = frameworkOf(printed);
            assertThat(framework.isAlive()).isTrue();
            try {
                demo.destroy();

                assertThat(demo.waitFor(30, TimeUnit.SECONDS)).isTrue();
                assertThat(demo.exitValue()).isEqualTo(128 + 15);
                assertThat(framework.isAlive())
                        .as("process %s", framework.pid())
                        .isFalse();
            } finally {
                framework.destroyForcibly();
            }
        } finally {
            demo.destroyForcibly();
        }
    }
}
