package dev.persistor.standalone;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import dev.persistor.core.archive.Archive;
import dev.persistor.core.archive.ArchiveReader;
import dev.persistor.core.archive.MessageFilter;
import dev.persistor.core.archive.ReadOrder;
import dev.persistor.core.message.Message;
import dev.persistor.core.store.BlobStore;
import dev.persistor.core.store.file.FileDriver;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Predicate;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Replays of an archive that Persistor itself wrote: 20 orders in a batch, of which two are archived twice. */
class ReplayCommandTest {

    private final CommandRun command = new CommandRun();

    private @TempDir Path folder;
    private String store;
    private Path target;

    @BeforeEach
    void archive() {
        Path archive = folder.resolve("archive");
        CommandRun.archiveBatches(archive, CommandRun.messages("orders", 0, 20));
        CommandRun.archiveBatches(archive, CommandRun.messages("orders", 4, 6));
        store = archive.toUri().toString();
        target = folder.resolve("target");
    }

    private int replay(String... options) {
        return replay(command, options);
    }

    private int replay(CommandRun run, String... options) {
        List<String> arguments = new ArrayList<>(
                List.of("replay", store, "--failed", folder.resolve("failed").toString()));
        arguments.addAll(List.of(options));
        return run.run(arguments.toArray(String[]::new));
    }

    private List<Map<String, Object>> lines() {
        return JsonText.lines(command.bytesAsText());
    }

    private static List<Message> messagesIn(Path folder) {
        try (BlobStore opened = BlobStore.over(FileDriver.open(folder));
                ArchiveReader reader = Archive.on(opened).build().read(MessageFilter.ALL, ReadOrder.TIME)) {
            List<Message> messages = new ArrayList<>();
            reader.forEachRemaining(archived -> messages.add(archived.message()));
            return messages;
        }
    }

    @Nested
    class ToTheStandardOutput {

        @Test
        void eachMessageIsALineOnceInOrderWithItsMarks() {
            assertThat(replay("--to", "stdout:", "--yes")).as(command.err()).isZero();
            assertThat(lines()).hasSize(20).extracting(line -> line.get("id")).startsWith("orders-0", "orders-1");
            assertThat(String.valueOf(lines().get(1).get("attributes")))
                    .contains("kind=odd", "persistor-original-id=orders-1", "persistor-replayed-from=orders/");
            assertThat(command.out()).isEmpty();
            assertThat(command.err())
                    .contains("matched                               22", "duplicates skipped                     2")
                    .contains("published                             20", "failed                                 0")
                    .endsWith("Complete.\n");
        }

        @Test
        void copiesGoOutTooOnDemand() {
            assertThat(replay("--to", "stdout:", "--yes", "--no-dedupe")).isZero();
            assertThat(lines()).hasSize(22);
            assertThat(replay("--to", "stdout:", "--yes", "--dedupe")).isZero();
            assertThat(lines()).hasSize(20);
        }

        @Test
        void marksAndTheTimeAreAddedWhereTheyAreAskedFor() {
            assertThat(replay(
                            "--to",
                            "stdout:",
                            "--yes",
                            "--id",
                            "orders-3",
                            "--mark",
                            "reason=gap=7",
                            "--mark",
                            "kind=x",
                            "--keep-time",
                            "ts"))
                    .isZero();
            assertThat(String.valueOf(lines().get(0).get("attributes")))
                    .contains("reason=gap=7", "kind=odd", "ts=2026-01-31T06:00:03Z")
                    .doesNotContain("kind=x");
        }

        @Test
        void aLimitThatIsReachedIsNoError() {
            assertThat(replay("--to", "stdout:", "--yes", "--limit", "3")).isZero();
            assertThat(lines()).hasSize(3);
            assertThat(command.err())
                    .contains("Published up to --limit. It stopped at the limit of 3 messages.")
                    .doesNotContain("Complete");
        }

        @ParameterizedTest
        @CsvSource({"--order,key", "--order,time", "--order,none", "--under-way,1", "--rate,100000/s", "--speed,100000x"
        })
        void howItGoesOutChangesNotWhatDoes(String option, String value) {
            assertThat(replay("--to", "stdout:", "--yes", option, value)).isZero();
            assertThat(lines()).hasSize(20).extracting(line -> line.get("id")).startsWith("orders-0", "orders-1");
        }

        @Test
        void aRateIsKept() {
            long before = System.nanoTime();
            assertThat(replay("--to", "stdout:", "--yes", "--rate", "20/s", "--limit", "5"))
                    .isZero();
            assertThat(Duration.ofNanos(System.nanoTime() - before)).isGreaterThanOrEqualTo(Duration.ofMillis(200));
        }

        @Test
        void theRangeMayEndAtASecondTo() {
            assertThat(replay("--to", "stdout:", "--to", "2026-01-31T06:00:02Z", "--yes"))
                    .isZero();
            assertThat(lines()).hasSize(2);
            assertThat(replay("--to", "stdout:", "--until", "2026-01-31T06:00:02Z", "--yes"))
                    .isZero();
            assertThat(lines()).hasSize(2);
        }

        @Test
        void theReportIsJsonOnDemandAndStaysOffTheLines() {
            assertThat(replay("--to", "stdout:", "--yes", "--json")).isZero();
            assertThat(lines()).hasSize(20);
            assertThat(JsonText.object(command.err()))
                    .containsEntry("complete", true)
                    .containsEntry("published", 20L)
                    .containsEntry("duplicates", 2L)
                    .containsEntry("target", "stdout:");
        }
    }

    /** A topic was deleted and created again, and its offsets began again. */
    @Nested
    class DifferentMessagesWithOneId {

        private Path recreated;

        @BeforeEach
        void write() throws Exception {
            recreated = Files.createDirectory(folder.resolve("recreated"));
            Files.writeString(recreated.resolve("same-id-other-message.jsonl"), """
                    {"id":"0-3","publishTime":"2026-01-31T02:10:00Z","source":"orders","partition":"0","offset":3,"data":"before the topic was made anew"}
                    {"id":"0-3","publishTime":"2026-01-31T05:40:00Z","source":"orders","partition":"0","offset":3,"data":"after it: another message"}
                    """);
        }

        @Test
        void allGoOut() {
            assertThat(command.run("replay", recreated.toString(), "--to", "stdout:", "--yes"))
                    .as(command.err())
                    .isZero();
            assertThat(lines())
                    .extracting(line -> line.get("data"))
                    .containsExactly("before the topic was made anew", "after it: another message");
            assertThat(command.err())
                    .contains("matched                                2\n")
                    .contains("duplicates skipped                     0\n")
                    .contains("published                              2\n")
                    .contains("same id, different content             1\n")
                    .endsWith("Complete.\n");
        }

        @Test
        void aPlanNamesThemWithBothPlaces() {
            assertThat(command.run("replay", recreated.toString(), "--to", "stdout:", "--dry-run"))
                    .isZero();
            assertThat(command.out())
                    .contains("duplicates to skip                     0\n")
                    .contains("to publish                             2\n")
                    .contains("same id, different content             1\n"
                            + "  0-3 of orders at same-id-other-message.jsonl#1 differs from the one at"
                            + " same-id-other-message.jsonl#0\n");
        }

        @Test
        void verifyNamesThemAndCallsNeitherACopy() {
            assertThat(command.run("verify", recreated.toString())).isZero();
            assertThat(command.out())
                    .contains("duplicates                             0\n")
                    .contains("same id, different content             1\n"
                            + "  0-3 of orders at same-id-other-message.jsonl#1 differs from the one at"
                            + " same-id-other-message.jsonl#0\n")
                    .contains("Nothing is damaged. Offsets were compared for the only source");

            assertThat(command.run("verify", recreated.toString(), "--json")).isZero();
            assertThat(JsonText.object(command.bytesAsText()))
                    .containsEntry("duplicateCount", 0L)
                    .containsEntry("sameIdCount", 1L)
                    .containsEntry(
                            "sameId",
                            List.of(Map.of(
                                    "source",
                                    "orders",
                                    "id",
                                    "0-3",
                                    "place",
                                    "same-id-other-message.jsonl#1",
                                    "earlier",
                                    "same-id-other-message.jsonl#0")));
        }
    }

    @Nested
    class Plans {

        @Test
        void aDryRunPublishesNothingAndTellsAll() {
            assertThat(replay("--to", target.toUri().toString(), "--dry-run")).isZero();
            assertThat(messagesIn(target)).isEmpty();
            assertThat(command.out())
                    .contains("to publish                            20\n  20 of orders\n")
                    .contains("payload bytes                        190\n")
                    .contains("duplicates to skip                     2\n  orders-4 of orders at orders/")
                    .contains("same id, different content             0\n")
                    .contains("first published           2026-01-31T06:00:00Z\n")
                    .contains("last published            2026-01-31T06:00:19Z\n")
                    .contains("target cannot hold        nothing\n")
                    .endsWith("Dry run: nothing was published.\n");
        }

        @Test
        void aDryRunInJsonHasTheSame() {
            assertThat(replay("--to", "stdout:", "--dry-run", "--json", "--from", "2026-01-31T06:00:10Z"))
                    .isZero();
            assertThat(JsonText.object(command.bytesAsText()))
                    .containsEntry("dryRun", true)
                    .containsEntry("planned", 10L)
                    .containsEntry("published", 0L)
                    .containsEntry("bySource", Map.of("orders", 10L))
                    .containsEntry("losses", Map.of())
                    .containsEntry("first", "2026-01-31T06:00:10Z");
        }

        @Test
        void aDryRunBeginsNoCheckpointNorAnythingElse() throws Exception {
            Path checkpoint = folder.resolve("checkpoint");
            Path audit = folder.resolve("audit");
            assertThat(replay(
                            "--to",
                            "stdout:",
                            "--dry-run",
                            "--checkpoint",
                            checkpoint.toString(),
                            "--audit",
                            audit.toString()))
                    .isZero();
            assertThat(checkpoint).doesNotExist();
            assertThat(audit).doesNotExist();
            assertThat(folder.resolve("failed")).doesNotExist();
        }

        @Test
        void aTerminalIsAskedAndYesPublishes() {
            CommandRun terminal = new CommandRun(true, "y\n", Map.of());
            assertThat(replay(terminal, "--to", target.toUri().toString()))
                    .as(terminal.err())
                    .isZero();
            assertThat(terminal.err()).contains("Publish 20 messages to file:").contains("? [y/N] ");
            assertThat(messagesIn(target)).hasSize(20);
        }

        @ParameterizedTest
        @CsvSource({"n", "''", "yess"})
        void anyOtherAnswerPublishesNothing(String answer) {
            CommandRun terminal = new CommandRun(true, answer, Map.of());
            assertThat(replay(terminal, "--to", target.toUri().toString())).isEqualTo(1);
            assertThat(terminal.err()).endsWith("Nothing was published.\n");
            assertThat(messagesIn(target)).isEmpty();
        }

        @Test
        void withoutATerminalYesIsNeeded() {
            assertThat(replay("--to", target.toUri().toString())).isEqualTo(64);
            assertThat(command.err())
                    .contains("there is no terminal for the question: use --yes to publish, or" + " --dry-run");
            assertThat(target).doesNotExist();
        }
    }

    @Nested
    class ToAnotherStore {

        @Test
        void itIsACopyWithoutMarks() {
            assertThat(replay("--to", target.toUri().toString(), "--yes")).isZero();
            assertThat(messagesIn(target)).isEqualTo(CommandRun.messages("orders", 0, 20));
            assertThat(command.out())
                    .contains("to                        " + target.toUri())
                    .endsWith("Complete.\n");
        }

        @Test
        void theArchiveItselfIsRefused() {
            assertThat(replay("--to", store, "--yes")).isEqualTo(64);
            assertThat(command.err()).contains("the target is the archive itself");
        }

        @Test
        void marksHaveNoPlace() {
            assertThat(replay("--to", target.toUri().toString(), "--yes", "--mark", "a=b"))
                    .isEqualTo(64);
            assertThat(command.err()).contains("--mark, --keep-time and --new-ids cannot be used");
        }
    }

    @Nested
    class ToAnAddressOfHttp {

        private final Set<String> arrived = ConcurrentHashMap.newKeySet();
        private Predicate<String> isRefused = id -> false;
        private HttpServer server;

        @BeforeEach
        void start() throws Exception {
            server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
            server.createContext("/", exchange -> {
                exchange.getRequestBody().readAllBytes();
                String id = exchange.getRequestHeaders().getFirst("persistor-id");
                boolean refused = isRefused.test(id);
                if (!refused) {
                    arrived.add(id);
                }
                exchange.sendResponseHeaders(refused ? 400 : 204, -1);
                exchange.close();
            });
            server.start();
        }

        @AfterEach
        void stop() {
            server.stop(0);
        }

        private String address() {
            return "http://127.0.0.1:" + server.getAddress().getPort() + "/in?token=S3CRET";
        }

        @Test
        void everythingArrivesAndNoSecretIsShown() throws Exception {
            Path audit = folder.resolve("audit");
            Path checkpoint = folder.resolve("checkpoint");
            assertThat(replay(
                            "--to",
                            address(),
                            "--yes",
                            "--audit",
                            audit.toString(),
                            "--checkpoint",
                            checkpoint.toString()))
                    .as(command.err())
                    .isZero();
            assertThat(arrived).hasSize(20);
            assertThat(command.out() + command.err() + Files.readString(audit) + Files.readString(checkpoint))
                    .contains("/in")
                    .doesNotContain("S3CRET");
        }

        private int replayWithCheckpoint(String... options) {
            List<String> all = new ArrayList<>(List.of(
                    "--to",
                    address(),
                    "--yes",
                    "--checkpoint",
                    folder.resolve("checkpoint").toString()));
            all.addAll(List.of(options));
            return replay(all.toArray(String[]::new));
        }

        /** Each run's folder is an archive. */
        private Path kept() {
            return folder.resolve("failed/20260131T120000000Z");
        }

        private int lsFailed(String... options) {
            List<String> all = new ArrayList<>(List.of("ls", kept().toString()));
            all.addAll(List.of(options));
            return command.run(all.toArray(String[]::new));
        }

        /** orders-10 is refused. It has the key key-1, as orders-13, 16 and 19 have, which are held back behind it. */
        @Test
        void theCauseIsReportedFirstAndThenWhatIsHeldBackBehindItAndTheSameCommandPublishesAll() throws Exception {
            isRefused = id -> id.equals("orders-10");
            assertThat(replayWithCheckpoint()).isEqualTo(1);
            assertThat(command.out())
                    .containsPattern("(?s)failed +4\n  1 x post to http\\S+: status 400\n    orders-10 of orders at"
                            + " orders/\\S+, ordering key key-1, which holds back 3\n  3 x held back,"
                            + " because an earlier message of"
                            + " the same ordering key failed\nfailed and stored +4\n  in"
                            + " file:\\S+/failed/20260131T120000000Z\n")
                    .contains("NOT complete: 4 failed, 0 damaged.\nTo retry the missing messages, run the same"
                            + " command again.")
                    .doesNotContain("S3CRET");
            assertThat(arrived).hasSize(16).doesNotContain("orders-13");

            assertThat(replayWithCheckpoint()).as("while it is refused").isEqualTo(1);
            assertThat(command.out())
                    .contains(
                            "published earlier                     16\n", "failed                                 4\n");

            isRefused = id -> false;
            assertThat(replayWithCheckpoint()).isZero();
            assertThat(command.out())
                    .contains(
                            "published                              4\n", "published earlier                     16\n")
                    .contains("possibly published twice               0\n")
                    .endsWith("Complete.\n");
            assertThat(arrived).hasSize(20);
        }

        @Test
        void failedMessagesAreKeptWithTargetAndReasonWhichLsShows() {
            isRefused = id -> id.equals("orders-10");
            assertThat(replay("--to", address(), "--yes")).isEqualTo(1);
            assertThat(messagesIn(kept()))
                    .isEqualTo(CommandRun.messages("orders", 0, 20).stream()
                            .filter(message -> Set.of("orders-10", "orders-13", "orders-16", "orders-19")
                                    .contains(message.id()))
                            .toList());
            assertThat(lsFailed()).isZero();
            assertThat(command.out())
                    .containsPattern(
                            "orders-10 .*  failed to http://127.0.0.1:\\d+/in: post to http://\\S+: status 400\n")
                    .containsPattern("orders-13 .*: not published: message orders-10 of the same ordering key key-1"
                            + " failed\n")
                    .doesNotContain("S3CRET");
            assertThat(lsFailed("--id", "orders-10", "--json")).isZero();
            assertThat(JsonText.lines(command.bytesAsText()).get(0))
                    .hasEntrySatisfying(
                            "failedReason",
                            reason -> assertThat((String) reason).contains("status 400"))
                    .hasEntrySatisfying(
                            "failedTarget",
                            reason -> assertThat((String) reason).endsWith("/in"));

            isRefused = id -> false;
            assertThat(command.run("replay", kept().toString(), "--to", address(), "--yes"))
                    .isZero();
            assertThat(arrived).hasSize(20);
        }

        @Test
        void anExclusionLetsTheRestOfTheKeyOutAndMakesTheReplayComplete() throws Exception {
            isRefused = id -> id.equals("orders-10");
            assertThat(replayWithCheckpoint()).isEqualTo(1);
            Path audit = folder.resolve("audit");
            assertThat(replayWithCheckpoint("--exclude-id", "orders-10", "--audit", audit.toString()))
                    .isZero();
            assertThat(command.out())
                    .contains(
                            "published                              3\n", "excluded                               1\n")
                    .contains(" excluding id:orders-10\n")
                    .endsWith("Complete, except 1 excluded.\n");
            assertThat(arrived).hasSize(19);
            assertThat(Files.readString(audit)).contains("\"excluded\":\"id:orders-10\"");
            assertThat(replayWithCheckpoint()).as("without the exclusion").isEqualTo(1);
            assertThat(command.out()).contains("failed                                 1\n");
        }

        @Test
        void acceptedFailuresAreNotTriedAgainAndCountInEachReport() {
            isRefused = id -> id.equals("orders-10");
            assertThat(replayWithCheckpoint()).isEqualTo(1);
            isRefused = id -> false;
            assertThat(replayWithCheckpoint("--accept-failures")).isZero();
            assertThat(replayWithCheckpoint()).isZero();
            assertThat(command.out())
                    .contains(
                            "published                              0\n", "accepted as failed                     4\n")
                    .endsWith("Complete, except 4 accepted as failed.\n");
            assertThat(arrived).hasSize(16);
        }

        @Test
        void laterMessagesOfAKeyGoOutOnDemand() {
            isRefused = id -> id.equals("orders-10");
            assertThat(replay("--to", address(), "--yes", "--on-failure", "continue"))
                    .isEqualTo(1);
            assertThat(command.out()).contains("failed                                 1\n");
            assertThat(arrived).hasSize(19);
        }

        @Test
        void theFirstFailureEndsTheReplayOnDemand() {
            isRefused = id -> id.equals("orders-10");
            assertThat(replay("--to", address(), "--yes", "--on-failure", "stop", "--under-way", "1"))
                    .isEqualTo(1);
            assertThat(command.out())
                    .contains(
                            "published                             10\n", "failed                                 1\n")
                    .contains(" It stopped after 1 failure.");
            assertThat(arrived).hasSize(10);
        }

        @Test
        void theFolderOfFailedMessagesIsMadeForTheFirstOnly() {
            assertThat(replay("--to", address(), "--yes")).isZero();
            assertThat(folder.resolve("failed")).doesNotExist();
        }

        @Test
        void asManyFailuresAsMayBeEndItAndNotOneMore() {
            isRefused = id -> true;
            assertThat(replay("--to", address(), "--yes", "--max-failures", "3", "--json"))
                    .isEqualTo(1);
            Map<String, Object> report = JsonText.object(command.bytesAsText());
            assertThat(report)
                    .containsEntry("complete", false)
                    .containsEntry("published", 0L)
                    .containsEntry("stopped", "after 3 failures")
                    .containsEntry("failed", 3L)
                    .containsEntry("failedAndKept", 3L);
            assertThat(report)
                    .hasEntrySatisfying(
                            "notSentYet",
                            postponed -> assertThat(report).containsEntry("planned", 3L + (long) postponed));
        }

        @Test
        void whereFailedOnesCannotBeKeptThatIsSaidAndTheyAreTriedAgain() throws Exception {
            Path blocked = Files.createFile(folder.resolve("failed"));
            isRefused = id -> id.endsWith("9");
            assertThat(replayWithCheckpoint()).isEqualTo(1);
            assertThat(command.err()).contains("Cannot store a failed message in file:");
            assertThat(command.out()).contains("failed and stored                      0\n");
            Files.delete(blocked);
            isRefused = id -> false;
            assertThat(replayWithCheckpoint()).isZero();
            assertThat(command.out())
                    .contains(
                            "published earlier                     18\n", "published                              2\n");
            assertThat(arrived).hasSize(20);
        }
    }

    @Nested
    class ExcludedMessages {

        private Path file;

        @BeforeEach
        void write() throws Exception {
            file = Files.writeString(folder.resolve("exclusions"), """
                    # poison since the release of 1 March

                    id:orders-3
                    key:key-2
                    attr:kind=even
                    """);
        }

        @Test
        void doNotGoOutAndAreCountedInPlanAndReport() {
            assertThat(replay("--to", "stdout:", "--dry-run", "--exclude", file.toString()))
                    .isZero();
            assertThat(command.out())
                    .contains(
                            "to publish                             6\n", "excluded                              16\n")
                    .contains(" excluding id:orders-3 key:key-2 attr:kind=even\n");
            assertThat(replay("--to", "stdout:", "--yes", "--exclude", file.toString()))
                    .isZero();
            assertThat(lines())
                    .extracting(line -> line.get("id"))
                    .containsExactly("orders-1", "orders-7", "orders-9", "orders-13", "orders-15", "orders-19");
        }

        @Test
        void areNeitherListedNorPrintedNorCopied() {
            assertThat(command.run("ls", store, "--exclude-attr", "kind=even", "--exclude-key", "key-1"))
                    .isZero();
            assertThat(command.out()).contains("orders-3 ", "orders-5 ").doesNotContain("orders-2 ", "orders-1 ");
            assertThat(command.run("cat", store, "--exclude-id", "orders-3", "--separator", "newline"))
                    .isZero();
            assertThat(command.bytesAsText()).contains("payload 13\n").doesNotContain("payload 3\n");
            assertThat(replay("--to", target.toUri().toString(), "--yes", "--exclude", file.toString()))
                    .isZero();
            assertThat(messagesIn(target)).hasSize(6);
        }

        @ParameterizedTest
        @CsvSource(
                delimiter = '|',
                quoteCharacter = '`',
                value = {
                    "id: | ', line 2: 'id:' is not valid; use id:ID, key:ORDERING-KEY, attr:NAME=VALUE, or #",
                    "orders-3 | ', line 2: 'orders-3' is not valid",
                    "attr:kind | ', line 2: 'attr:kind' is not valid"
                })
        void ofAFileWithAWrongLineAreNamedWithFileAndLine(String line, String reason) throws Exception {
            Files.writeString(file, "# comment\n" + line + "\n");
            assertThat(replay("--to", "stdout:", "--yes", "--exclude", file.toString()))
                    .isEqualTo(64);
            assertThat(command.err())
                    .contains("Invalid value for option '--exclude' (FILE): " + file)
                    .contains(reason.substring(1));
            assertThat(command.bytes()).isEmpty();
        }

        @Test
        void ofAFileThatDoesNotExistAreAnError() {
            assertThat(replay(
                            "--to",
                            "stdout:",
                            "--yes",
                            "--exclude",
                            folder.resolve("nowhere").toString()))
                    .isEqualTo(1);
            assertThat(command.err())
                    .contains("the file of exclusions " + folder.resolve("nowhere") + " cannot be read");
        }
    }

    @Nested
    class Checkpoints {

        private Path checkpoint;

        @BeforeEach
        void name() {
            checkpoint = folder.resolve("checkpoint");
        }

        @Test
        void theSameCommandGoesOnWhereTheLimitEndedIt() {
            assertThat(replay("--to", "stdout:", "--yes", "--checkpoint", checkpoint.toString(), "--limit", "7"))
                    .isZero();
            assertThat(lines()).hasSize(7);
            assertThat(replay("--to", "stdout:", "--yes", "--checkpoint", checkpoint.toString()))
                    .isZero();
            assertThat(lines()).hasSize(13).extracting(line -> line.get("id")).startsWith("orders-7");
            assertThat(command.err()).contains("published earlier                      7\n");
        }

        @Test
        void anotherReplayIsRefused() {
            assertThat(replay("--to", "stdout:", "--yes", "--checkpoint", checkpoint.toString()))
                    .isZero();
            assertThat(replay("--to", "stdout:", "--yes", "--checkpoint", checkpoint.toString(), "--source", "x"))
                    .isEqualTo(64);
            assertThat(command.err()).contains("'--checkpoint' (PLACE): ").contains("belongs to another replay");
        }

        @Test
        void aTimeThatIsAnotherEachTimeIsRefused() {
            assertThat(replay("--to", "stdout:", "--yes", "--checkpoint", checkpoint.toString(), "--from", "6h ago"))
                    .isEqualTo(64);
            assertThat(command.err()).contains("instead of '6h ago' use '2026-01-31T06:00:00Z'");
        }

        @Test
        void whatMayHaveGoneOutTwiceIsNamed() throws Exception {
            assertThat(replay("--to", "stdout:", "--yes", "--checkpoint", checkpoint.toString(), "--limit", "7"))
                    .isZero();
            List<String> noted = Files.readAllLines(checkpoint);
            // As after a kill between the message and the target's answer.
            Files.write(checkpoint, noted.subList(0, noted.size() - 1));
            assertThat(replay("--to", "stdout:", "--yes", "--checkpoint", checkpoint.toString()))
                    .isZero();
            assertThat(lines()).hasSize(14);
            assertThat(command.err()).contains("possibly published twice               1\n  orders/");
        }

        @Test
        void answeringNoLeavesNoFile() {
            CommandRun terminal = new CommandRun(true, "n\n", Map.of());
            assertThat(replay(terminal, "--to", "stdout:", "--checkpoint", checkpoint.toString()))
                    .isEqualTo(1);
            assertThat(checkpoint).doesNotExist();
        }

        @Test
        void aBlobThatCouldNotBeReadIsCountedUntilItIsReadOrAccepted() throws Exception {
            Path blob = largestBlob();
            byte[] whole = Files.readAllBytes(blob);
            Files.write(blob, java.util.Arrays.copyOf(whole, whole.length - 1));
            assertThat(replay("--to", "stdout:", "--yes", "--checkpoint", checkpoint.toString()))
                    .isEqualTo(1);
            assertThat(command.err()).contains("NOT complete: 0 failed, 1 damaged.");
            Path aside = Files.move(blob, folder.resolve("aside"));
            Path description = blob.resolveSibling(blob.getFileName() + ".persistor");
            assertThat(replay("--to", "stdout:", "--yes", "--checkpoint", checkpoint.toString()))
                    .as("the blob is gone, and nobody has read it")
                    .isEqualTo(1);
            assertThat(command.err()).contains("unreadable earlier                     1\n  orders/");
            Files.delete(aside);
            Files.write(blob, whole);
            assertThat(replay("--to", "stdout:", "--yes", "--checkpoint", checkpoint.toString()))
                    .as(description + " " + command.err())
                    .isZero();
            assertThat(command.err()).endsWith("Complete.\n");
            Files.delete(blob);
            assertThat(replay("--to", "stdout:", "--yes", "--checkpoint", checkpoint.toString()))
                    .as("what was read once is not unreadable")
                    .isZero();
        }

        @Test
        void anAcceptedBlobDoesNotKeepAReplayFromBeingComplete() throws Exception {
            Path blob = largestBlob();
            byte[] whole = Files.readAllBytes(blob);
            Files.write(blob, java.util.Arrays.copyOf(whole, whole.length - 1));
            String[] options = {"--to", "stdout:", "--yes", "--checkpoint", checkpoint.toString()};
            assertThat(replay(options)).isEqualTo(1);
            assertThat(replay("--to", "stdout:", "--yes", "--checkpoint", checkpoint.toString(), "--accept-failures"))
                    .isZero();
            assertThat(replay(options)).isZero();
            assertThat(command.err()).endsWith("Complete, except 1 blob accepted as unreadable.\n");
        }

        @Test
        void aFileThatCannotBeMadeIsNamedWithTheReason() {
            Path nowhere = folder.resolve("nowhere/checkpoint");
            assertThat(replay("--to", "stdout:", "--yes", "--checkpoint", nowhere.toString()))
                    .isEqualTo(1);
            assertThat(command.err())
                    .contains("cannot use the checkpoint " + nowhere)
                    .contains("file or folder not found");
        }
    }

    @Nested
    class Audits {

        @Test
        void aLineATheMessageIsAppendedBehindWhatAKillLeft() throws Exception {
            Path audit = folder.resolve("audit");
            Files.writeString(audit, "{\"time\":\"20");
            assertThat(replay("--to", target.toUri().toString(), "--yes", "--audit", audit.toString(), "--limit", "2"))
                    .isZero();
            assertThat(replay("--to", "stdout:", "--yes", "--audit", audit.toString(), "--limit", "1"))
                    .isZero();
            List<String> all = Files.readAllLines(audit);
            assertThat(all).hasSize(4).first().isEqualTo("{\"time\":\"20");
            Map<String, Object> line = JsonText.object(all.get(1));
            assertThat(line)
                    .containsEntry("time", "2026-01-31T12:00:00Z")
                    .containsEntry("source", "orders")
                    .containsEntry("target", target.toUri().toString())
                    .containsKeys("id", "blob", "index");
            assertThat(String.valueOf(line.get("newId")))
                    .startsWith("orders/2026/01/31/06/orders-")
                    .endsWith("#0");
            assertThat(JsonText.object(all.get(3)))
                    .containsEntry("newId", Optional.empty())
                    .containsEntry("target", "stdout:");
        }

        @Test
        void aFileThatCannotBeWrittenIsNamedBeforeAnythingIsPublished() {
            Path nowhere = folder.resolve("nowhere/audit");
            assertThat(replay("--to", "stdout:", "--yes", "--audit", nowhere.toString()))
                    .isEqualTo(1);
            assertThat(command.err()).contains("cannot write the audit file " + nowhere);
            assertThat(command.bytes()).isEmpty();
        }
    }

    @Test
    void damagesMakeItIncompleteAndTheRestGoesOut() throws Exception {
        Path batch;
        try (var files = Files.walk(folder.resolve("archive/orders"))) {
            batch = files.filter(Files::isRegularFile)
                    .min((a, b) -> Long.compare(size(a), size(b)))
                    .orElseThrow();
        }
        Files.writeString(batch, "torn", StandardOpenOption.APPEND);
        assertThat(replay("--to", "stdout:", "--yes")).isEqualTo(1);
        assertThat(lines()).hasSize(20);
        assertThat(command.err()).contains("NOT complete: 0 failed, 1 damaged.");
        assertThat(replay("--to", "stdout:", "--dry-run")).isEqualTo(1);
    }

    private Path largestBlob() throws Exception {
        try (var files = Files.walk(folder.resolve("archive/orders"))) {
            return files.filter(Files::isRegularFile)
                    .max((a, b) -> Long.compare(size(a), size(b)))
                    .orElseThrow();
        }
    }

    private static long size(Path file) {
        try {
            return Files.size(file);
        } catch (java.io.IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "--yes | Missing required option: '--to=TARGET",
                "--to now --yes | only times were given",
                "--to stdout: --to mem: --yes | option '--to' names 2 targets; a replay has one",
                "--to stdout: --to now --until now --yes | the end of the range is set 2 times",
                "--to nowhere://a/b --yes | Invalid value for option '--to' (TARGET): no module on the class"
                        + " path publishes to",
                "--to orders --yes | an address begins with its scheme, such as pubsub:, https: or file:,"
                        + " unlike orders",
                "--to http://a/{S3CRET} --yes | the address is malformed at character 10",
                "--to stdout: --yes --rate 0/s | Invalid value for option '--rate': '0/s' is not valid; use",
                "--to stdout: --yes --rate fast | 'fast' is not valid",
                "--to stdout: --yes --speed -1x | '-1x' is not valid; use a factor, more than 0: 1x, 2x, 0.5x",
                "--to stdout: --yes --rate 1/s --speed 1x | use --rate or --speed, not both",
                "--to stdout: --yes --speed 1x --order none | --speed cannot be used with --order none",
                "--to stdout: --yes --order id | 'id' is not valid; use one of [key, time, none]",
                "--to stdout: --yes --mark =x | '=x' is not valid; use NAME=VALUE",
                "--to stdout: --yes --limit 0 | Invalid value for option '--limit': '0' is not valid",
                "--to stdout: --yes --under-way many | 'many' is not valid; use a whole number from 1 to 999999",
                "--to stdout: --yes --max-failures -1 | '-1' is not valid",
                "--to stdout: --yes --on-failure ignore | 'ignore' is not valid; use one of [stop-key, continue, stop]",
                "--to stdout: --yes --accept-failures | --accept-failures requires --checkpoint",
                "--to stdout: --yes --exclude-attr kind | 'kind' is not valid; use NAME=VALUE",
                "--to stdout: --yes --failed ab:%zz | Invalid value for option '--failed' (STORE): the address"
                        + " is malformed",
            })
    void aWrongCommandLineIsExplainedAndEndsWith64(String options, String reason) {
        List<String> arguments = new ArrayList<>(List.of("replay", store));
        arguments.addAll(List.of(options.split(" ", -1)));
        assertThat(command.run(arguments.toArray(String[]::new))).isEqualTo(64);
        assertThat(command.err()).contains(reason).doesNotContain("S3CRET");
        assertThat(command.bytes()).isEmpty();
    }
}
