package dev.persistor.standalone;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What a command writes as a process of its own: into a pipe that is closed, and of what the clients log. */
@Timeout(180)
class CommandOutputTest {

    private static final long SECONDS = 120;

    private @TempDir Path folder;

    /** Runs a line of the shell, in which {@code persistor} is the command, and returns what is on the standard error. */
    private String shell(String line, Map<String, String> environment) throws IOException, InterruptedException {
        String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
        Path err = folder.resolve("err");
        ProcessBuilder shell = new ProcessBuilder(
                        "sh",
                        "-c",
                        "persistor() { '" + java + "' -XX:TieredStopAtLevel=1 -cp \"$CLASSES\" "
                                + PersistorCommand.class.getName() + " \"$@\"; }\n" + line)
                .directory(folder.toFile())
                .redirectOutput(folder.resolve("out").toFile())
                .redirectError(err.toFile());
        shell.environment()
                .put("CLASSES", System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")));
        shell.environment().putAll(environment);
        Process process = shell.start();
        try {
            assertThat(process.waitFor(SECONDS, TimeUnit.SECONDS))
                    .as("it exits")
                    .isTrue();
            return Files.readString(err);
        } finally {
            process.destroyForcibly();
        }
    }

    @ParameterizedTest
    @CsvSource({"cat a --as jsonl", "cat a --separator newline", "ls a", "ls a --json"})
    void aPipeThatIsClosedEndsTheCommandWithoutAWord(String command) throws Exception {
        CommandRun.archiveBatches(folder.resolve("a"), CommandRun.messages("orders", 0, 20_000));
        String err = shell("(persistor " + command + "; echo $? > code) | head -1", Map.of());
        assertThat(err).isEmpty();
        assertThat(Files.readAllLines(folder.resolve("out"))).hasSize(1);
        assertThat(Files.readString(folder.resolve("code"))).isEqualTo("1\n");
    }

    @Test
    void whatTheClientsLogIsShownOnlyWithVerbose() throws Exception {
        int closed;
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            closed = socket.getLocalPort();
        }
        String endpoint = "http://127.0.0.1:" + closed + "/devstoreaccount1";
        Map<String, String> environment = Map.of(
                "AZURE_STORAGE_CONNECTION_STRING",
                "DefaultEndpointsProtocol=http;AccountName=devstoreaccount1;AccountKey=a2V5;BlobEndpoint=" + endpoint);
        String command = "persistor ls " + endpoint + "/archive --retry-for 1s";
        String reason = "connection refused: nothing listens at the address, or a firewall blocks it";
        List<String> lines = shell(command, environment).lines().toList();
        assertThat(lines).hasSize(2);
        assertThat(lines.get(0))
                .startsWith("WARNING: The store does not answer now")
                .endsWith(reason);
        assertThat(lines.get(1)).startsWith("persistor ls failed: ").contains(endpoint, reason, "gave up after");
        assertThat(shell(command + " --verbose", environment)).contains("com.azure.", "\tat ");
    }
}
