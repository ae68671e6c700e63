package dev.persistor.standalone;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A command that finds nothing says so, and does not succeed. */
class NothingMatchedTest {

    private final CommandRun command = new CommandRun();
    private @TempDir Path home;
    private Path archive;

    @BeforeEach
    void archive() {
        archive = home.resolve("archive");
        CommandRun.archive(archive, CommandRun.messages("orders", 0, 10));
        CommandRun.archiveBatches(archive, CommandRun.messages("invoices", 0, 20));
    }

    private int run(String line, String... more) {
        List<String> arguments = new ArrayList<>(List.of(line.split(" ")));
        arguments.add(1, archive.toString());
        arguments.addAll(List.of(more));
        return command.run(arguments.toArray(String[]::new));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "ls",
                "ls --json",
                "ls --blobs",
                "cat",
                "cat --as jsonl",
                "stat",
                "stat --json",
                "verify",
                "verify --json",
                "replay --to stdout: --dry-run",
                "replay --to stdout: --yes"
            })
    void theExitCodeIs3UnlessThatIsAllowed(String line) {
        assertThat(run(line, "--source", "ordres")).as(command.err()).isEqualTo(3);
        assertThat(command.err()).contains("No blob matched (source=ordres) in file:");
        assertThat(run(line, "--source", "ordres", "--allow-empty")).isZero();
        assertThat(command.err()).doesNotContain("blob matched");
        assertThat(run(line, "--source", "orders")).isZero();
    }

    @Test
    void blobsThatWereReadInVainAreCounted() {
        assertThat(run("ls", "--id", "orders-99")).isEqualTo(3);
        assertThat(command.err()).contains("No message of 11 blobs matched (id=orders-99) in file:");
    }

    @Test
    void whatCouldNotBeReadComesFirst() throws Exception {
        Files.writeString(archive.resolve("orders/2026/01/31/06/orders-3.bin"), "other");
        assertThat(run("ls", "--id", "orders-99")).isEqualTo(1);
        assertThat(run("verify", "--id", "orders-99")).isEqualTo(2);
        assertThat(run("ls", "--id", "orders-99", "--allow-empty")).isEqualTo(1);
    }

    @Test
    void nobodyIsAskedToPublishNothing() {
        CommandRun terminal = new CommandRun(true, "y\n", Map.of());
        assertThat(terminal.run("replay", archive.toString(), "--source", "ordres", "--to", "stdout:"))
                .isEqualTo(3);
        assertThat(terminal.err()).doesNotContain("Publish ");
    }
}
