package dev.persistor.standalone;

import static org.assertj.core.api.Assertions.assertThat;

import dev.persistor.core.archive.Shard;
import dev.persistor.core.message.Message;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Several processes divide an archive by --shard, and persistor report adds them up. */
class ShardedCommandsTest {

    private static final int MESSAGES = 90;
    private static final int SHARDS = 3;

    private @TempDir Path folder;
    private CommandRun command = new CommandRun();

    @BeforeEach
    void archive() {
        CommandRun.archive(folder.resolve("archive"), CommandRun.messages("orders", 0, MESSAGES / 2));
        CommandRun.archiveBatches(folder.resolve("archive"), CommandRun.messages("orders", MESSAGES / 2, MESSAGES));
    }

    /** A folder of files, and a store. */
    private String place(boolean inStore) {
        return inStore
                ? folder.resolve("checkpoints").toUri().toString()
                : folder.resolve("checkpoints").toString();
    }

    private int replay(String shard, String place, String... more) {
        List<String> line = new ArrayList<>(List.of(
                "replay", folder.resolve("archive").toString(), "--to", "stdout:", "--yes", "--checkpoint", place));
        if (!shard.isEmpty()) {
            line.addAll(List.of("--shard", shard));
        }
        line.addAll(List.of("--failed", folder.resolve("failed").toString()));
        line.addAll(List.of(more));
        return command.run(line.toArray(String[]::new));
    }

    private int report(String... more) {
        return command.run(Stream.concat(Stream.of("report", place(false)), Stream.of(more))
                .toArray(String[]::new));
    }

    private static String shard(int index) {
        return index + "/" + SHARDS;
    }

    private List<String> lines() {
        return command.bytesAsText().lines().toList();
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void eachMessageGoesOutInOneShardAndTheReportSaysWhenAllAreComplete(boolean inStore) {
        List<String> all = new ArrayList<>();
        for (int index = 0; index < SHARDS; index++) {
            assertThat(replay(shard(index), place(inStore))).as(command.err()).isZero();
            assertThat(command.err())
                    .contains("shard=" + shard(index))
                    .contains("Shard " + shard(index) + " is complete.")
                    .contains("To check all shards, run persistor report");
            all.addAll(lines());
            assertThat(report()).isEqualTo(index == SHARDS - 1 ? 0 : 1);
        }
        assertThat(all).hasSize(MESSAGES).doesNotHaveDuplicates();
        assertThat(command.out())
                .contains("matched                               90\n")
                .contains("possibly published twice               0\n")
                .endsWith("Complete: all 3 shards.\n");
        assertThat(replay(shard(1), place(inStore))).isZero();
        assertThat(lines()).as("a rerun publishes nothing").isEmpty();
        assertThat(report("--json")).isZero();
        assertThat(command.bytesAsText()).contains("\"complete\":true").contains("\"shards\":3");
    }

    @Test
    void aShardThatIsMissingAndOneThatIsNotCompleteAreNamed() {
        replay(shard(0), place(false));
        replay(shard(2), place(false), "--limit", "1");
        assertThat(report()).isEqualTo(1);
        assertThat(command.out())
                .contains("  shard 1/3: missing: it was never started\n")
                .contains("  shard 2/3: not complete: its last run stopped at the limit of 1 message\n")
                .contains("NOT complete: 1 of 3 shards is complete.");
    }

    @Test
    void aRunThatHasNotEndedIsNamed() throws IOException {
        for (int index = 0; index < SHARDS; index++) {
            replay(shard(index), place(false));
        }
        // As a kill leaves it.
        Files.delete(folder.resolve("checkpoints/shard-1-of-3/reports/000001.json"));
        assertThat(report()).isEqualTo(1);
        assertThat(command.out())
                .contains("  shard 1/3: its last run started at 2026-01-31T12:00:00Z and has" + " not ended");
    }

    @Test
    void whereNothingMatchesShardsAreGoodAndTheReportIsNot() {
        for (int index = 0; index < SHARDS; index++) {
            assertThat(replay(shard(index), place(false), "--source", "invoices"))
                    .isZero();
            assertThat(command.err()).contains("No message is in this shard.");
        }
        assertThat(report()).isEqualTo(3);
        assertThat(command.out()).endsWith("Nothing matched in any shard.\n");
        assertThat(report("--allow-empty")).isZero();
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void anotherNumberOfShardsIsRefusedSinceMessagesWouldGoOutTwice(boolean inStore) {
        assertThat(replay(shard(0), place(inStore))).isZero();
        assertThat(replay("0/4", place(inStore))).isEqualTo(64);
        assertThat(command.err())
                .contains("contains the checkpoint of shard 0/3, but this run is of shard 0/4: messages would be"
                        + " published twice");
    }

    @Test
    void allMessagesAreRefusedWhereShardsAre() {
        assertThat(replay(shard(0), place(true))).isZero();
        assertThat(replay("", place(true))).isEqualTo(64);
        assertThat(command.err()).contains("but this run is of all messages");
    }

    @Test
    void aCheckpointInAStoreGoesOnWithoutShardsToo() {
        assertThat(replay("", place(true), "--limit", "30")).isZero();
        assertThat(lines()).hasSize(30);
        assertThat(replay("", place(true))).isZero();
        assertThat(lines()).hasSize(MESSAGES - 30);
        assertThat(report()).isZero();
        assertThat(replay("", place(true), "--source", "x")).isEqualTo(64);
        assertThat(command.err()).contains("belongs to another replay");
    }

    @Test
    void runsOfTwoReplaysInOnePlaceAreNotAddedUp() {
        for (int index = 0; index < SHARDS; index++) {
            replay(shard(index), place(false), "--source", index == 0 ? "invoices" : "orders");
        }
        assertThat(report()).isEqualTo(1);
        assertThat(command.out()).contains("NOT complete: the shards belong to different runs.");
    }

    @Test
    void aShardNeedsACheckpoint() {
        assertThat(command.run(
                        "replay", folder.resolve("archive").toString(), "--to", "stdout:", "--yes", "--shard", "0/3"))
                .isEqualTo(64);
        assertThat(command.err()).contains("--shard requires --checkpoint, a folder or store that all shards share");
    }

    @Nested
    class FromVariables {

        private int replayAuto(Map<String, String> environment) {
            command = new CommandRun(false, "", environment);
            return replay("auto", place(false));
        }

        private List<String> idsOf(Shard shard) {
            return CommandRun.messages("orders", 0, MESSAGES).stream()
                    .filter(shard::has)
                    .map(Message::id)
                    .toList();
        }

        @Test
        void theIndexOfAKubernetesJobAndTheNumberOfShardsAreTaken() {
            assertThat(replayAuto(Map.of("JOB_COMPLETION_INDEX", "2", "PERSISTOR_SHARDS", "3")))
                    .as(command.err())
                    .isZero();
            assertThat(lines()).hasSameSizeAs(idsOf(new Shard(2, 3)));
        }

        @Test
        void theIndexAndTheCountOfCloudRunAreTaken() {
            assertThat(replayAuto(Map.of("CLOUD_RUN_TASK_INDEX", "0", "CLOUD_RUN_TASK_COUNT", "3")))
                    .isZero();
            assertThat(lines()).hasSameSizeAs(idsOf(new Shard(0, 3)));
        }

        @Test
        void withoutThemTheyAreNamed() {
            assertThat(replayAuto(Map.of("JOB_COMPLETION_INDEX", "2"))).isEqualTo(64);
            assertThat(command.err())
                    .contains("auto requires the number of all processes in PERSISTOR_SHARDS or"
                            + " CLOUD_RUN_TASK_COUNT, but neither is set");
        }

        @Test
        void thoseThatDifferAreRefused() {
            assertThat(replayAuto(
                            Map.of("JOB_COMPLETION_INDEX", "2", "PERSISTOR_SHARDS", "3", "CLOUD_RUN_TASK_COUNT", "4")))
                    .isEqualTo(64);
            assertThat(command.err()).contains("but they differ: 3, 4");
        }

        @Test
        void anIndexBeyondTheNumberIsRefused() {
            assertThat(replayAuto(Map.of("JOB_COMPLETION_INDEX", "3", "PERSISTOR_SHARDS", "3")))
                    .isEqualTo(64);
            assertThat(command.err()).contains("auto found shard 3 of 3").contains("I from 0 to N-1");
        }

        @Test
        void withoutTheOptionTheyDivideNothingAndThatIsSaid() {
            command = new CommandRun(false, "", Map.of("CLOUD_RUN_TASK_INDEX", "0", "CLOUD_RUN_TASK_COUNT", "3"));
            assertThat(replay("", folder.resolve("single").toString())).isZero();
            assertThat(lines()).hasSize(MESSAGES);
            assertThat(command.err())
                    .contains("CLOUD_RUN_TASK_COUNT is 3, but --shard is not set: this process handles all messages.");
        }
    }

    @Nested
    class Verifications {

        private int verify(int index) {
            return command.run(
                    "verify", folder.resolve("archive").toString(), "--shard", shard(index), "--report", place(false));
        }

        private List<Integer> verifyAll() {
            return IntStream.range(0, SHARDS).map(this::verify).boxed().toList();
        }

        @Test
        void addUp() {
            assertThat(verifyAll()).containsOnly(0);
            assertThat(command.out()).contains("Of shard 2/3 only, whose messages were read;");
            assertThat(report()).isZero();
            assertThat(command.out())
                    .contains("messages                              90\n")
                    .contains("Nothing is damaged in any shard.");
        }

        @Test
        void aBatchThatIsDamagedIsFoundByEachAndNamedOnce() throws IOException {
            Path batch;
            try (Stream<Path> files = Files.walk(folder.resolve("archive"))) {
                batch = files.filter(file -> file.toString().endsWith(".jsonl"))
                        .findFirst()
                        .orElseThrow();
            }
            Files.writeString(batch, "altered");
            assertThat(verifyAll()).containsOnly(2);
            assertThat(report()).isEqualTo(2);
            assertThat(command.out())
                    .contains("blobs not fully read                   1\n  damaged: orders/")
                    .endsWith("The archive is NOT complete.\n");
        }
    }
}
