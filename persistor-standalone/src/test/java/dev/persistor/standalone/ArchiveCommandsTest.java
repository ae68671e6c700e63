package dev.persistor.standalone;

import static org.assertj.core.api.Assertions.assertThat;

import dev.persistor.core.message.Attributes;
import dev.persistor.core.message.Message;
import dev.persistor.core.message.Position;
import dev.persistor.core.naming.PathTemplate;
import dev.persistor.core.store.Blob;
import dev.persistor.core.store.BlobMetadata;
import dev.persistor.core.store.BlobName;
import dev.persistor.core.store.BlobStore;
import dev.persistor.core.store.file.FileDriver;
import dev.persistor.core.write.Persistor;
import dev.persistor.testkit.MessageGenerator;
import java.io.ByteArrayOutputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What the commands show of an archive that Persistor itself wrote: raw blobs of orders, a batch of invoices. */
class ArchiveCommandsTest {

    private final CommandRun command = new CommandRun();

    private @TempDir Path home;
    private Path folder;
    private String store;

    @BeforeEach
    void archive() {
        folder = home.resolve("archive");
        CommandRun.archive(folder, CommandRun.messages("orders", 0, 10));
        CommandRun.archiveBatches(folder, CommandRun.messages("invoices", 0, 20));
        store = folder.toUri().toString();
    }

    /** The text file of a raw blob of an order. */
    private Path order(int number) {
        return folder.resolve("orders/2026/01/31/06/orders-" + number + ".bin");
    }

    private List<String> ids(String... options) {
        List<String> arguments = new ArrayList<>(List.of("ls", store, "--json"));
        arguments.addAll(List.of(options));
        assertThat(command.run(arguments.toArray(String[]::new)))
                .as(command.err())
                .isZero();
        return JsonText.lines(command.bytesAsText()).stream()
                .map(line -> String.valueOf(line.get("id")))
                .toList();
    }

    @Nested
    class Filters {

        @Test
        void everythingIsListedWithoutAny() {
            assertThat(ids()).hasSize(30).contains("orders-0", "invoices-19");
        }

        @ParameterizedTest
        @CsvSource(
                delimiter = '|',
                quoteCharacter = '`',
                value = {
                    "--from 2026-01-31T06:00:08Z --source orders | orders-8 orders-9",
                    "--from 2026-01-31T07:00:08+01:00 --source orders | orders-8 orders-9",
                    "--to 2026-01-31T06:00:02Z --source orders | orders-0 orders-1",
                    "--until 2026-01-31T06:00:02Z --source orders | orders-0 orders-1",
                    "--from 2026-01-31T06:00:05 --until 2026-01-31T06:00:06 --source orders | orders-5",
                    "--from 2026-01-31 --to 2026-02-01 --id orders-3 | orders-3",
                    "--from 5h59m51s_ago --to now --source orders | orders-9",
                    "--id orders-1 --id invoices-2 | invoices-2 orders-1",
                    "--attr kind=odd --source orders --until 2026-01-31T06:00:04Z | orders-1 orders-3",
                    "--key key-1 --source orders | orders-1 orders-4 orders-7",
                    "--key key-1 --key key-2 --source orders --until 2026-01-31T06:00:04Z | orders-1 orders-2",
                    "--prefix orders/2026/01/31/06/orders-7 | orders-7",
                    "--source orders --source invoices --until 2026-01-31T06:00:01Z | invoices-0 orders-0",
                    "--path {source}/{yyyy}/{MM}/{dd}/{HH}/{id}{ext} --concurrency 1 --id orders-4 | orders-4",
                })
        void eachTakesWhatItSays(String options, String expected) {
            String[] arguments = Stream.of(options.split(" ", -1))
                    .map(option -> option.replace('_', ' '))
                    .toArray(String[]::new);
            assertThat(ids(arguments)).containsExactly(expected.split(" ", -1));
        }

        @Test
        void aTemplateThatTheStoreNotesIsLookedUnderToo() {
            String template = "{yyyy}/{source}/{MM}/{id}{ext}";
            try (BlobStore blobs = BlobStore.over(FileDriver.open(folder));
                    Persistor persistor = Persistor.builder(blobs)
                            .naming(PathTemplate.parse(template))
                            .build()) {
                persistor.persistAll(List.of(CommandRun.message("returns", 1)));
                String[] range = {"--from", "2026-01-31", "--to", "2026-02-01", "--source", "returns"};
                assertThat(command.run(Stream.concat(Stream.of("ls", store), Stream.of(range))
                                .toArray(String[]::new)))
                        .as("without the note, it is not found")
                        .isEqualTo(3);
                blobs.put(Blob.of(
                        BlobName.of(BlobName.TEMPLATES + "1.json"),
                        ("{\"path\":\"" + template + "\"}").getBytes(StandardCharsets.UTF_8),
                        "application/json",
                        BlobMetadata.builder().build()));
                assertThat(ids(range)).containsExactly("returns-1");
                assertThat(command.err()).doesNotContain("template");
            }
        }

        @Test
        void aTimeWithoutAZoneIsSaidToBeUtc() {
            ids("--from", "2026-01-31T06:00:05");
            assertThat(command.err())
                    .contains("--from '2026-01-31T06:00:05' has no time zone; using UTC: 2026-01-31T06:00:05Z");
        }

        @ParameterizedTest
        @CsvSource(
                delimiter = '|',
                quoteCharacter = '`',
                value = {
                    "--from yesterday | Invalid value for option '--from': 'yesterday' is not valid; use"
                            + " 2026-01-31T07:15:00Z",
                    "--to 31.01.2026 | Invalid value for option '--to': '31.01.2026' is not valid",
                    "--from 2026-02-31 | '2026-02-31' is not valid",
                    "--from 2026-01-31T06:00:00Z --to 2026-01-30 | the range ends at 2026-01-30T00:00:00Z,"
                            + " before its start",
                    "--to now --until now | the end of the range is set twice",
                    "--attr kind | Invalid value for option '--attr' (NAME=VALUE): 'kind' is not valid; use NAME=VALUE",
                    "--path {sauce} | Invalid value for option '--path' (TEMPLATE): '{sauce}'",
                    "--concurrency 0 | Invalid value for option '--concurrency': '0' is not valid; use a whole"
                            + " number from 1 to 9999",
                    "--blobs --id x | --id, --key, --attr and exclusions cannot be used",
                    "--blobs --key x | --id, --key, --attr and exclusions cannot be used",
                })
        void whatIsMalformedIsNamedWithWhatIsAllowed(String options, String reason) {
            List<String> arguments = new ArrayList<>(List.of("ls", store));
            arguments.addAll(List.of(options.split(" ", -1)));
            assertThat(command.run(arguments.toArray(String[]::new))).isEqualTo(64);
            assertThat(command.err()).contains(reason).contains("Try 'persistor ls --help'.");
            assertThat(command.out()).isEmpty();
            assertThat(command.bytes()).isEmpty();
        }
    }

    @Nested
    class Progress {

        @ParameterizedTest
        @ValueSource(strings = {"ls", "cat", "stat", "verify", "replay --to stdout: --dry-run", "replay --yes --to "})
        void bytesOfContentAreShownWhereThereIsNoMessage(String line) throws Exception {
            Path blanks = Files.createDirectory(home.resolve("blanks"));
            byte[] lines = new byte[1 << 20];
            Arrays.fill(lines, (byte) '\n');
            try (OutputStream out = new GZIPOutputStream(Files.newOutputStream(blanks.resolve("a.jsonl.gz")))) {
                for (int mebibyte = 0; mebibyte < 32; mebibyte++) {
                    out.write(lines);
                }
            }
            CommandRun onTerminal = new CommandRun(true, "", Map.of());
            List<String> arguments = new ArrayList<>(List.of(line.split(" ", -1)));
            arguments.add(1, blanks.toString());
            if (line.endsWith(" ")) {
                arguments.set(arguments.size() - 1, home.resolve("copy").toUri().toString());
            }
            onTerminal.run(arguments.toArray(String[]::new));
            assertThat(onTerminal.err()).containsPattern("[0-9]+ MiB of content");
        }
    }

    @Nested
    class Stores {

        @Test
        void aFolderWillDo() {
            assertThat(command.run("ls", folder.toString())).isZero();
            assertThat(command.out()).contains("30 messages");
        }

        @Test
        void theOneOfTheEnvironmentIsTakenWhereNoneIsGiven() {
            CommandRun configured = new CommandRun(false, "", Map.of("PERSISTOR_STORE", store));
            assertThat(configured.run("ls", "--source", "orders")).isZero();
            assertThat(configured.out()).contains("10 messages");
        }

        @Test
        void noneAtAllIsRefused() {
            assertThat(command.run("stat")).isEqualTo(64);
            assertThat(command.err())
                    .contains("Missing required parameter: 'STORE'; PERSISTOR_STORE is not set either");
        }

        @Test
        void aFolderThatIsNotThereIsNotMade() {
            Path mistyped = folder.resolve("mistyped");
            assertThat(command.run("verify", mistyped.toString())).isEqualTo(64);
            assertThat(command.err()).contains("folder not found: " + mistyped);
            assertThat(mistyped).doesNotExist();
        }

        @ParameterizedTest
        @ValueSource(strings = {"gs://bucket?key=S3CRET", "https://user:S3CRET@a.blob.core.windows.net/c"})
        void aSecretInAnAddressIsRefusedAndNotRepeated(String address) {
            assertThat(command.run("ls", address)).isEqualTo(64);
            assertThat(command.err()).contains("credentials").doesNotContain("S3CRET");
        }

        @Test
        void theTemplateOfTheEnvironmentIsNamedWhenItIsWrong() {
            CommandRun configured = new CommandRun(false, "", Map.of("PERSISTOR_PATH", "{sauce}"));
            assertThat(configured.run("ls", store)).isEqualTo(64);
            assertThat(configured.err()).contains("PERSISTOR_PATH: '{sauce}'");
        }
    }

    @Nested
    class Ls {

        @Test
        void aLineTellsTheMessageAndItsPlace() {
            assertThat(command.run("ls", store, "--id", "orders-1")).isZero();
            assertThat(command.out())
                    .isEqualTo(
                            "2026-01-31T06:00:01Z      orders            orders-1                       9  key-1       "
                                    + "  orders/2026/01/31/06/orders-1.bin#0\n1 message, 9 payload bytes, in 2"
                                    + " blobs\n");
        }

        @Test
        void jsonHasAnObjectALineAndTheTotalsBesideIt() {
            assertThat(command.run("ls", store, "--id", "orders-1", "--json")).isZero();
            assertThat(JsonText.lines(command.bytesAsText()))
                    .containsExactly(Map.of(
                            "publishTime", "2026-01-31T06:00:01Z",
                            "source", "orders",
                            "id", "orders-1",
                            "payloadBytes", 9L,
                            "orderingKey", "key-1",
                            "blob", "orders/2026/01/31/06/orders-1.bin",
                            "index", 0L));
            assertThat(command.err()).contains("1 message,");
        }

        @Test
        void blobsTellWhatTheirMetadataSays() {
            assertThat(command.run("ls", store, "--blobs", "--source", "invoices"))
                    .isZero();
            assertThat(command.out())
                    .contains("      20  2026-01-31T06:00:00Z      2026-01-31T06:00:19Z      application/x-ndjson")
                    .contains("1 blob, ", "with 20 messages by their metadata");
            assertThat(command.run("ls", store, "--blobs", "--json")).isZero();
            assertThat(JsonText.lines(command.bytesAsText()))
                    .hasSize(11)
                    .anySatisfy(blob -> assertThat(blob)
                            .containsEntry("blob", "orders/2026/01/31/06/orders-1.bin")
                            .containsEntry("bytes", 9L)
                            .containsEntry("messages", 1L)
                            .containsEntry("first", "2026-01-31T06:00:01Z"));
        }

        @Test
        void whatASenderWroteCannotMoveTheCursor() {
            CommandRun.archive(
                    folder,
                    List.of(CommandRun.message("orders", 1).toBuilder()
                            .id("bad\u001b[2J\nid")
                            .build()));
            assertThat(command.run("ls", store)).isZero();
            assertThat(command.out()).contains("bad\\u001b[2J\\u000aid").doesNotContain("\u001b");
        }

        @Test
        void aDamagedBlobIsNamedAndEndsWith1() throws Exception {
            Files.writeString(order(3), "other");
            assertThat(command.run("ls", store)).isEqualTo(1);
            assertThat(command.err()).contains("damaged: orders/2026/01/31/06/orders-3.bin: ");
            assertThat(command.out()).contains("29 messages");
        }
    }

    @Nested
    class Cat {

        @Test
        void payloadsAreExactAndNothingIsBetweenThem() throws Exception {
            MessageGenerator generator = new MessageGenerator(11);
            Path own = home.resolve("own");
            ByteArrayOutputStream expected = new ByteArrayOutputStream();
            List<Message> messages = new ArrayList<>();
            for (int number = 0; number < 20; number++) {
                byte[] payload = generator.payload();
                expected.write(payload);
                messages.add(CommandRun.message("orders", number).toBuilder()
                        .id(String.valueOf(100 + number))
                        .payload(payload)
                        .build());
            }
            CommandRun.archive(own, messages);
            assertThat(command.run("cat", own.toString())).isZero();
            assertThat(command.bytes()).isEqualTo(expected.toByteArray());
        }

        @Test
        void newlinesComeOnDemand() {
            assertThat(command.run(
                            "cat",
                            store,
                            "--separator",
                            "newline",
                            "--source",
                            "orders",
                            "--until",
                            "2026-01-31T06:00:02Z"))
                    .isZero();
            assertThat(command.bytesAsText()).isEqualTo("payload 0\npayload 1\n");
        }

        @Test
        void attributesComeOnDemand() {
            assertThat(command.run("cat", store, "--as", "raw", "--attributes", "--id", "orders-1"))
                    .isZero();
            assertThat(command.bytesAsText()).isEqualTo("kind: odd\n\npayload 1");
        }

        @Test
        void jsonlHoldsWholeMessages() {
            assertThat(command.run("cat", store, "--as", "jsonl", "--source", "invoices"))
                    .isZero();
            assertThat(JsonText.lines(command.bytesAsText()))
                    .hasSize(20)
                    .first()
                    .satisfies(line -> assertThat(line)
                            .containsEntry("id", "invoices-0")
                            .containsEntry("data", "payload 0")
                            .containsEntry("attributes", Map.of("kind", "even")));
        }

        @ParameterizedTest
        @CsvSource(
                delimiter = '|',
                quoteCharacter = '`',
                value = {
                    "--as xml | Invalid value for option '--as': 'xml' is not valid; use one of [raw, jsonl]",
                    "--separator tab | 'tab' is not valid; use one of [newline, none]",
                    "--as jsonl --separator newline | --separator works only with --as raw",
                })
        void wrongOptionsAreRefused(String options, String reason) {
            List<String> arguments = new ArrayList<>(List.of("cat", store));
            arguments.addAll(List.of(options.split(" ", -1)));
            assertThat(command.run(arguments.toArray(String[]::new))).isEqualTo(64);
            assertThat(command.err()).contains(reason);
        }

        @Test
        void aDamagedBlobIsNamedAndEndsWith1() throws Exception {
            Files.writeString(order(3), "other");
            assertThat(command.run("cat", store, "--source", "orders")).isEqualTo(1);
            assertThat(command.err()).contains("damaged: orders/2026/01/31/06/orders-3.bin: ");
            assertThat(command.bytesAsText()).doesNotContain("other").contains("payload 4");
        }
    }

    @Nested
    class Stat {

        private Path gap;

        @BeforeEach
        void archiveWithAGap() {
            gap = home.resolve("gap");
            List<Message> messages = new ArrayList<>(CommandRun.messages("orders", 0, 20));
            messages.addAll(CommandRun.messages("orders", 40, 59));
            messages.addAll(CommandRun.messages("invoices", 10, 60));
            CommandRun.archiveBatches(gap, messages);
        }

        @Test
        void aGapIsBlankAndNamed() {
            assertThat(command.run("stat", gap.toString())).isZero();
            assertThat(command.out().lines().skip(9))
                    .containsExactly(
                            "invoices: 50 messages, 500 payload bytes, from 2026-01-31T06:00:10Z to"
                                    + " 2026-01-31T06:00:59Z",
                            "  2026-01-31T06:00:00Z |" + " ".repeat(10) + "@".repeat(50) + "|",
                            "  column width: 1s; the highest count is 1 message",
                            "  no messages from 2026-01-31T06:00:00Z to 2026-01-31T06:00:10Z (10s)",
                            "",
                            "orders: 39 messages, 380 payload bytes, from 2026-01-31T06:00:00Z to 2026-01-31T06:00:58Z",
                            "  2026-01-31T06:00:00Z |" + "@".repeat(20) + " ".repeat(20) + "@".repeat(19) + " |",
                            "  column width: 1s; the highest count is 1 message",
                            "  no messages from 2026-01-31T06:00:20Z to 2026-01-31T06:00:40Z (20s)",
                            "  no messages from 2026-01-31T06:00:59Z to 2026-01-31T06:01:00Z (1s)");
        }

        @Test
        void aRangeIsDrawnFromEndToEnd() {
            assertThat(command.run(
                            "stat",
                            gap.toString(),
                            "--from",
                            "2026-01-31T05:50:00Z",
                            "--to",
                            "2026-01-31T06:10:00Z",
                            "--source",
                            "orders"))
                    .isZero();
            assertThat(command.out())
                    .contains("  2026-01-31T05:50:00Z |" + " ".repeat(30) + "@ @" + " ".repeat(27) + "|")
                    .contains("column width: 20s; the highest count is 20 messages")
                    .contains("no messages from 2026-01-31T05:50:00Z to 2026-01-31T06:00:00Z (10m)")
                    .contains("no messages from 2026-01-31T06:00:20Z to 2026-01-31T06:00:40Z (20s)");
        }

        @Test
        void bucketsMayBeChosenAndGoOnInTheNextRow() {
            assertThat(command.run("stat", gap.toString(), "--bucket", "10s", "--source", "orders"))
                    .isZero();
            assertThat(command.out()).contains("  2026-01-31T06:00:00Z |@@  @@|");
            assertThat(command.run(
                            "stat",
                            gap.toString(),
                            "--bucket",
                            "1s",
                            "--from",
                            "2026-01-31T05:59:30Z",
                            "--source",
                            "orders"))
                    .isZero();
            assertThat(command.out())
                    .contains(
                            "  2026-01-31T05:59:30Z |" + " ".repeat(30) + "@".repeat(20) + " ".repeat(10) + "|",
                            "  2026-01-31T06:00:30Z |" + " ".repeat(10) + "@".repeat(19) + "|");
        }

        @Test
        void aTerminalThatHasBlocksGetsThem() {
            CommandRun terminal = new CommandRun(true, "", Map.of());
            assertThat(terminal.run("stat", gap.toString(), "--bucket", "20s")).isZero();
            boolean hasBlocks =
                    java.nio.charset.Charset.defaultCharset().newEncoder().canEncode('█');
            assertThat(terminal.out()).contains(hasBlocks ? "│█ █│" : "|@ @|");
        }

        @Test
        void anArchiveOfNothingIsCounted() {
            assertThat(command.run("stat", gap.toString(), "--source", "nobody"))
                    .isEqualTo(3);
            assertThat(command.out()).contains("messages").doesNotContain("no messages from");
            assertThat(command.run("stat", gap.toString(), "--source", "nobody", "--json"))
                    .isEqualTo(3);
            assertThat(JsonText.object(command.bytesAsText())).containsEntry("sources", List.of());
        }

        @Test
        void jsonHasEachBucketAndEachGap() {
            assertThat(command.run("stat", gap.toString(), "--bucket", "20s", "--source", "orders", "--json"))
                    .isZero();
            assertThat(JsonText.object(command.bytesAsText()))
                    .containsEntry("messages", 39L)
                    .containsEntry("payloadBytes", 380L)
                    .containsEntry("bucketSeconds", 20L)
                    .containsEntry("findings", List.of())
                    .containsEntry(
                            "sources",
                            List.of(Map.of(
                                    "source",
                                    "orders",
                                    "messages",
                                    39L,
                                    "payloadBytes",
                                    380L,
                                    "first",
                                    "2026-01-31T06:00:00Z",
                                    "last",
                                    "2026-01-31T06:00:58Z",
                                    "counts",
                                    List.of(
                                            Map.of("from", "2026-01-31T06:00:00Z", "messages", 20L),
                                            Map.of("from", "2026-01-31T06:00:20Z", "messages", 0L),
                                            Map.of("from", "2026-01-31T06:00:40Z", "messages", 19L)),
                                    "empty",
                                    List.of(Map.of("from", "2026-01-31T06:00:20Z", "to", "2026-01-31T06:00:40Z")))));
        }

        @ParameterizedTest
        @CsvSource(
                delimiter = '|',
                quoteCharacter = '`',
                value = {
                    "--bucket 0s | Invalid value for option '--bucket': '0s' is not valid; use a span such as",
                    "--bucket 250ms | '250ms' is not valid",
                    "--bucket 1s --from 2020-01-01 | use a wider column or a shorter range",
                })
        void wrongOptionsAreRefused(String options, String reason) {
            List<String> arguments = new ArrayList<>(List.of("stat", gap.toString()));
            arguments.addAll(List.of(options.split(" ", -1)));
            assertThat(command.run(arguments.toArray(String[]::new))).isEqualTo(64);
            assertThat(command.err()).contains(reason);
        }

        @Test
        void damagesAreNamedAndEndWith1() throws Exception {
            Files.writeString(order(3), "other");
            assertThat(command.run("stat", store, "--id", "orders-3")).isEqualTo(1);
            assertThat(command.out()).contains("  orders/2026/01/31/06/orders-3.bin: ");
        }
    }

    @Nested
    class Verify {

        @Test
        void aWholeArchiveIsGood() {
            assertThat(command.run("verify", store)).isZero();
            assertThat(command.out())
                    .contains("messages                              30", "Nothing is damaged. No source has offsets");
        }

        @Test
        void whatIsWrongIsNamedAndEndsWith2() throws Exception {
            Files.writeString(order(3), "other");
            Files.writeString(folder.resolve("orders/notes.txt"), "mine");
            CommandRun.archiveBatches(folder, CommandRun.messages("orders", 4, 6));
            archivePositions(1, 2, 5, 7);

            assertThat(command.run("verify", store)).isEqualTo(2);
            assertThat(command.out())
                    .contains("damaged                                1\n  orders/2026/01/31/06/orders-3.bin: ")
                    .contains(
                            "duplicates                             2\n",
                            "  orders-4 of orders at orders/",
                            "#0 is a copy of the one at orders/")
                    .contains("gaps in offsets                        2\n")
                    .contains("  hub, partition 3: offsets 3 to 4\n  hub, partition 3: offset 6\n")
                    .contains("foreign blobs                          1\n  orders/notes.txt\n")
                    .contains("in quarantine                          0\n")
                    .endsWith("The archive is NOT complete.\n");

            assertThat(command.run("verify", store, "--json")).isEqualTo(2);
            Map<String, Object> json = JsonText.object(command.bytesAsText());
            assertThat(json)
                    .containsEntry("good", false)
                    .containsEntry("duplicateCount", 2L)
                    .containsEntry("foreign", List.of("orders/notes.txt"))
                    .containsEntry("quarantined", 0L)
                    .containsEntry("missing", List.of())
                    .containsEntry(
                            "gaps",
                            List.of(
                                    Map.of("source", "hub", "partition", "3", "first", 3L, "last", 4L),
                                    Map.of("source", "hub", "partition", "3", "first", 6L, "last", 6L)));
            assertThat(String.valueOf(json.get("findings"))).contains("orders-3");
        }

        private void archivePositions(int... offsets) {
            try (BlobStore opened = BlobStore.over(FileDriver.open(folder));
                    Persistor persistor = Persistor.builder(opened).build()) {
                for (int offset : offsets) {
                    persistor.persistAll(List.of(CommandRun.message("hub", offset).toBuilder()
                            .attributes(Attributes.empty())
                            .position(new Position("3", offset))
                            .build()));
                }
            }
        }

        @Test
        void idsOfTheManifestThatAreNotThereAreNamed() throws Exception {
            Path manifest = home.resolve("manifest.txt");
            Files.writeString(manifest, "orders-1\r\n\n  orders-99  \ninvoices-3\n", StandardCharsets.UTF_8);
            assertThat(command.run("verify", store, "--manifest", manifest.toString()))
                    .isEqualTo(2);
            assertThat(command.out()).contains("missing from the manifest              1\n  orders-99\n");
            Files.writeString(manifest, "orders-1\n");
            assertThat(command.run("verify", store, "--manifest", manifest.toString()))
                    .isZero();
        }

        @Test
        void aManifestThatIsNotThereIsNamed() {
            assertThat(command.run("verify", store, "--manifest", "nowhere.txt"))
                    .isEqualTo(64);
            assertThat(command.err()).contains("'--manifest' (FILE): file not found: nowhere.txt");
        }
    }
}
