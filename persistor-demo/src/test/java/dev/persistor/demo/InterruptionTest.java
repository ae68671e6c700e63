package dev.persistor.demo;

import static org.assertj.core.api.Assertions.assertThat;

import dev.persistor.testkit.Azurite;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@Execution(ExecutionMode.CONCURRENT)
@Timeout(120)
class InterruptionTest {

    private static final Pattern STARTED = Pattern.compile("process ([0-9]+)");

    private @TempDir Path folder;

    private Process startDemo(String cloud, Path printed) throws IOException {
        List<String> command = new ArrayList<>(
                List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString()));
        for (String property : List.of(Azurite.HOME_PROPERTY, AzureDemo.APP_PROPERTY)) {
            command.add("-D" + property + "=" + System.getProperty(property));
        }
        command.addAll(List.of(
                "-cp",
                System.getProperty("java.class.path"),
                DemoCommand.class.getName(),
                "--cloud",
                cloud,
                "--messages",
                "20000",
                "--folder",
                folder.toString()));
        return new ProcessBuilder(command)
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

    /** The demo says which processes it has started once their functions answer, and then begins to deliver. */
    private static List<ProcessHandle> startedBy(Path printed) {
        Awaitility.await("the functions answer")
                .atMost(Duration.ofSeconds(60))
                .until(() -> STARTED.matcher(read(printed)).find());
        return STARTED.matcher(read(printed))
                .results()
                .map(started ->
                        ProcessHandle.of(Long.parseLong(started.group(1))).orElseThrow())
                .toList();
    }

    /** What a shell sends for Ctrl-C, SIGINT, runs the same hooks. */
    @ParameterizedTest
    @CsvSource({"gcp, 1", "azure, 2"})
    void aTerminatedDemoLeavesNoProcessBehind(String cloud, int processes) throws Exception {
        Path printed = folder.resolve("printed");
        Process demo = startDemo(cloud, printed);
        try {
            List<ProcessHandle> started = startedBy(printed);
            assertThat(started).hasSize(processes).allMatch(ProcessHandle::isAlive);
            try {
                demo.destroy();

                assertThat(demo.waitFor(30, TimeUnit.SECONDS)).isTrue();
                assertThat(demo.exitValue()).isEqualTo(128 + 15);
                Awaitility.await("the processes end")
                        .atMost(Duration.ofSeconds(60))
                        .until(() -> started.stream().noneMatch(ProcessHandle::isAlive));
            } finally {
                started.forEach(ProcessHandle::destroyForcibly);
            }
        } finally {
            demo.destroyForcibly();
        }
    }
}
