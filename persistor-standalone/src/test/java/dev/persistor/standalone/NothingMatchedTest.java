package dev.persistor.standalone;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
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
    void aMisspelledSourceIsToldTheNearestOneAndThoseThatExist() {
        assertThat(run("stat", "--source", "ordres")).isEqualTo(3);
        assertThat(command.err()).endsWith("""
                Source not found: 'ordres'; did you mean 'orders'?
                The sources are:
                  invoices  from 2026-01-31T06:00:00Z to 2026-01-31T06:00:19Z
                  orders    from 2026-01-31T06:00:00Z to 2026-01-31T06:00:09Z
                """);
    }

    @Test
    void aWrongRangeIsToldTheTimesOfItsSources() {
        assertThat(run("ls", "--source", "orders", "--from", "2026-02-01")).isEqualTo(3);
        assertThat(command.err()).endsWith("""
                Times of it:
                  orders  from 2026-01-31T06:00:00Z to 2026-01-31T06:00:09Z
                """);
    }

    @Test
    void aWrongPrefixIsToldTheFirstBlob() {
        assertThat(run("ls", "--prefix", "order/")).isEqualTo(3);
        assertThat(command.err()).contains("The first blob of the store is invoices/2026/01/31/06/");
    }

    @ParameterizedTest
    @ValueSource(strings = {"{yyyy}/{MM}/{dd}/{source}/{id}{ext}", "{id}"})
    void anotherTemplateThanTheArchivesHidesNothing(String template) {
        assertThat(run("ls", "--source", "ordres", "--path", template)).isEqualTo(3);
        assertThat(command.err()).contains("did you mean 'orders'?", "  orders    from 2026-01-31T06:00:00Z to");
    }

    @Test
    void anEmptyStoreIsSaidToBeEmpty() throws Exception {
        Path empty = Files.createDirectory(home.resolve("empty"));
        assertThat(command.run("verify", empty.toString())).isEqualTo(3);
        assertThat(command.err()).contains("The store is empty.");
        assertThat(command.out()).doesNotContain("Nothing is damaged");
    }

    @Test
    void anArchiveOfAnotherProgramIsToldToNeedALayout() throws Exception {
        Path foreign = Files.createDirectory(home.resolve("foreign"));
        Files.writeString(foreign.resolve("part-0.txt"), "one");
        assertThat(command.run("ls", foreign.toString())).isEqualTo(3);
        assertThat(command.err()).contains("The first blob is part-0.txt.", "--layout");
    }

    /** A raw blob tells its id, key and attributes. Only the batch does not. */
    @ParameterizedTest
    @CsvSource({"--attr, type=none, attr:type=none", "--key, none, key=none", "--id, orders-99, id=orders-99"})
    void blobsThatWereReadInVainAreCounted(String option, String value, String filter) {
        assertThat(run("ls", option, value)).isEqualTo(3);
        assertThat(command.err()).contains("No message of 1 blob matched (" + filter + ") in file:");
    }

    @Test
    void whatCouldNotBeReadComesFirst() throws Exception {
        try (Stream<Path> blobs = Files.walk(archive.resolve("invoices"))) {
            Path batch = blobs.filter(Files::isRegularFile)
                    .filter(blob -> blob.toString().endsWith(".jsonl"))
                    .findFirst()
                    .orElseThrow();
            Files.writeString(batch, "other");
        }
        assertThat(run("ls", "--attr", "type=none")).isEqualTo(1);
        assertThat(run("verify", "--attr", "type=none")).isEqualTo(2);
        assertThat(run("ls", "--attr", "type=none", "--allow-empty")).isEqualTo(1);
    }

    @Test
    void nobodyIsAskedToPublishNothing() {
        CommandRun terminal = new CommandRun(true, "y\n", Map.of());
        assertThat(terminal.run("replay", archive.toString(), "--source", "ordres", "--to", "stdout:"))
                .isEqualTo(3);
        assertThat(terminal.err()).doesNotContain("Publish ");
    }
}
