package dev.persistor.standalone;

import static org.assertj.core.api.Assertions.assertThat;

import dev.persistor.core.batch.Batching;
import dev.persistor.core.format.Compression;
import dev.persistor.core.format.MessageFormat;
import dev.persistor.core.format.RawFormat;
import dev.persistor.core.message.Message;
import dev.persistor.core.store.Blob;
import dev.persistor.core.store.BlobMetadata;
import dev.persistor.core.store.BlobName;
import dev.persistor.core.store.BlobStore;
import dev.persistor.core.store.BlobStores;
import dev.persistor.core.store.file.FileDriver;
import dev.persistor.core.write.Persistor;
import dev.persistor.testkit.ArchiveComparison;
import dev.persistor.testkit.GcsServer;
import dev.persistor.testkit.InstalledFormats;
import dev.persistor.testkit.MessageGenerator;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class CompactCommandTest {

    private static final long SEED = 11;

    private CommandRun command = new CommandRun().at(CommandRun.NOW.plus(Duration.ofDays(2)));

    private @TempDir Path folder;
    private Path archive;
    private Path target;

    @BeforeEach
    void place() {
        archive = folder.resolve("archive");
        target = folder.resolve("target");
    }

    private int compact(String... options) {
        List<String> line = new ArrayList<>(List.of("compact", archive.toString(), "--to", target.toString()));
        line.addAll(Arrays.asList(options));
        return command.run(line.toArray(String[]::new));
    }

    private static List<Message> hostile(int count) {
        MessageGenerator generator = new MessageGenerator(SEED);
        return Stream.generate(generator::next).limit(count).toList();
    }

    private static ArchiveComparison compare(List<Message> sent, Path folder) {
        try (BlobStore store = BlobStore.over(FileDriver.open(folder))) {
            return ArchiveComparison.of(sent, store);
        }
    }

    static List<MessageFormat> formats() {
        return InstalledFormats.rawAnd("jsonl", "avro");
    }

    @ParameterizedTest
    @MethodSource("formats")
    void messagesThatAreHardToKeepComeOutAsTheyWere(MessageFormat format) {
        List<Message> messages = hostile(60);
        try (BlobStore store = BlobStore.over(FileDriver.open(archive));
                Persistor persistor = Persistor.builder(store)
                        .format(format)
                        .batching(
                                format.holdsBatches() ? Batching.upTo(7).orAfter(Duration.ofMillis(1)) : Batching.off())
                        .build()) {
            persistor.persistTogether(messages);
        }
        for (String result : List.of("jsonl", "avro")) {
            target = folder.resolve("target-" + result);
            assertThat(compact("--format", result, "--compression", "zstd", "--batch-messages", "50"))
                    .as(command.err() + command.out())
                    .isZero();
            assertThat(compare(messages, target))
                    .satisfies(found -> assertThat(found.isExact())
                            .as("seed %s: %s", SEED, found)
                            .isTrue());
            assertThat(command.run("verify", target.toString())).isZero();
        }
        assertThat(compare(messages, archive).isExact()).as("the originals").isTrue();
    }

    @Test
    void theReportSaysWhatBecameOfEachHour() {
        CommandRun.archive(archive, CommandRun.messages("orders", 3_500, 3_700));
        CommandRun.archive(archive, CommandRun.messages("carts", 0, 10));
        assertThat(compact("--batch-messages", "100")).as(command.err()).isZero();
        String store = archive.toUri().toString();
        assertThat(command.out().replaceAll(" +", " "))
                .contains("originals 210\n", "hours due 3\n", "hours compacted 3\n", "messages read 210\n")
                .contains(" written 210\n", "batches written 3\n", "hours that failed 0\n")
                .contains("expirable prefixes 2\n " + store + "carts/\n " + store + "orders/\n")
                .endsWith("Complete: every message of the hours that were due is in the target.\n");
        assertThat(compact("--json")).isZero();
        assertThat(command.bytesAsText())
                .contains("\"complete\":true", "\"compactedEarlier\":3", "\"written\":0")
                .contains("\"expirable\":[\"carts/\",\"orders/\"]");
        assertThat(command.run("ls", target.toString(), "--source", "orders", "--from", "2026-01-31T07:00:00Z"))
                .isZero();
        assertThat(command.out()).contains("100 messages");
    }

    @Test
    void aDryRunWritesNothing() throws IOException {
        CommandRun.archive(archive, CommandRun.messages("orders", 3_590, 3_610));
        assertThat(compact("--dry-run")).isZero();
        assertThat(command.out().replaceAll(" +", " "))
                .contains("hours to compact 2\n", " messages 20\n", " batches (estimate) 2\n")
                .endsWith("Nothing was written.\n");
        try (Stream<Path> files = Files.walk(target)) {
            assertThat(files.filter(Files::isRegularFile)).isEmpty();
        }
    }

    @Test
    void hoursAreLeftUntilTheyAreOldEnough() {
        CommandRun.archive(archive, CommandRun.messages("orders", 3_590, 3_610));
        command.at(CommandRun.START.plus(Duration.ofHours(25)));
        assertThat(compact()).isZero();
        assertThat(command.out().replaceAll(" +", " ")).contains("hours too recent 1\n", "hours compacted 1\n");
        assertThat(compact("--older-than", "23h")).isZero();
        assertThat(command.out().replaceAll(" +", " "))
                .contains("hours compacted 1\n")
                .doesNotContain("too recent");
        assertThat(compare(CommandRun.messages("orders", 3_590, 3_610), target).isExact())
                .isTrue();
    }

    @Test
    void quarantineAndForeignBlobsStayWhereTheyAre() {
        CommandRun.archive(archive, CommandRun.messages("orders", 0, 10));
        try (BlobStore store = BlobStore.over(FileDriver.open(archive))) {
            store.put(Blob.of(
                    BlobName.of("_quarantine/orders/1.bin"),
                    new byte[1],
                    "text/plain",
                    BlobMetadata.of(Map.of("persistor-format", "quarantine"))));
            store.put(Blob.of(
                    BlobName.of("orders/2026/01/31/05/notes.txt"), new byte[1], "text/plain", BlobMetadata.empty()));
        }
        assertThat(compact("--json")).isZero();
        assertThat(command.bytesAsText())
                .contains("\"complete\":true", "\"expirable\":[\"orders/2026/01/31/06/\"]", "\"originals\":10,");
        assertThat(compare(CommandRun.messages("orders", 0, 10), target).isExact())
                .isTrue();
    }

    @Test
    void aDamagedOriginalIsNamedAndItsHourIsNotDone() throws IOException {
        CommandRun.archive(archive, CommandRun.messages("orders", 0, 10));
        Path damaged = archive.resolve("orders/2026/01/31/06/orders-3.bin");
        byte[] content = Files.readAllBytes(damaged);
        Files.writeString(damaged, "x".repeat(content.length));
        assertThat(compact()).isEqualTo(1);
        assertThat(command.out())
                .contains("orders/2026/01/31/06/orders-3.bin: ", "NOT complete: 1 hour not compacted, 1 damaged.")
                .contains("To continue, run the same command again. Do not expire any prefix of these hours.");
        assertThat(command.out().replaceAll(" +", " ")).contains("expirable prefixes 0\n", " written 9\n");

        Files.write(damaged, content);
        assertThat(compact()).isZero();
        assertThat(compare(CommandRun.messages("orders", 0, 10), target).isExact())
                .isTrue();
    }

    @Test
    void throughTheClientOfCloudStorageASecondRunOnlyLists() throws IOException {
        try (GcsServer gcs = GcsServer.start()) {
            Map<String, String> environment = Map.of("STORAGE_EMULATOR_HOST", gcs.endpoint());
            List<Message> messages = CommandRun.messages("orders", 3_500, 3_700);
            try (BlobStore store = BlobStores.open(URI.create("gs://archive/raw"), environment);
                    Persistor persistor =
                            Persistor.builder(store).format(new RawFormat()).build()) {
                persistor.persistAll(messages);
            }
            String[] line = {"compact", "gs://archive/raw", "--to", "gs://archive/compacted", "--batch-messages", "50"};
            CommandRun run = new CommandRun(false, "", environment).at(CommandRun.NOW.plus(Duration.ofDays(2)));
            assertThat(run.run(line)).as(run.err()).isZero();
            assertThat(run.out()).contains("gs://archive/raw/orders/\n");
            try (BlobStore store = BlobStores.open(URI.create("gs://archive/compacted"), environment)) {
                assertThat(ArchiveComparison.of(messages, store).isExact()).isTrue();
            }
            int before = gcs.requests().size();
            long lists = gcs.listRequests();

            assertThat(run.run(line)).as(run.err()).isZero();

            assertThat(run.out()).contains("gs://archive/raw/orders/\n");
            List<String> requests = gcs.requests();
            assertThat(requests.subList(before, requests.size())).hasSize(Math.toIntExact(gcs.listRequests() - lists));
            assertThat(run.run("verify", "gs://archive/compacted")).isZero();
            assertThat(run.run("replay", "gs://archive/compacted", "--to", "stdout:", "--yes"))
                    .isZero();
            assertThat(run.bytesAsText().lines()).hasSize(200);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "--key k | --id, --key and --attr cannot be used here, because an hour is always compacted whole",
                "--format raw | 'raw' is not valid; use one of [jsonl, avro]",
                "--compression best | use one of [none, gzip, zstd]",
                "--older-than soon | use a duration such as 30m, 24h or 0s",
                "--batch-bytes 0 | use a size such as 8MiB",
                "--batch-messages 0 | use a whole number",
                "--result-path {id | Invalid value for option '--result-path' (TEMPLATE): '{id': ",
                "--shard 4/4 | use I/N",
                "--to gs://other | option '--to' names 2 stores",
                "--to 2026-01-31 --until 2026-01-31 | the end of the range is set 2 times"
            })
    void aWrongCommandLineSaysWhatIsAllowed(String wrong) {
        CommandRun.archive(archive, CommandRun.messages("orders", 0, 1));
        String[] parts = wrong.split(" \\| ", 2);
        assertThat(compact(parts[0].split(" "))).isEqualTo(64);
        assertThat(command.err()).contains(parts[1]);
    }

    @Test
    void aTargetInTheArchiveOrAroundItIsRefused() {
        CommandRun.archive(archive, CommandRun.messages("orders", 0, 1));
        for (Path wrong : List.of(archive, archive.resolve("compacted"), Objects.requireNonNull(archive.getParent()))) {
            target = wrong;
            assertThat(compact()).isEqualTo(64);
            assertThat(command.err())
                    .containsAnyOf("the target is the archive itself", "contain each other")
                    .contains("use another bucket or container, or a folder outside the archive");
        }
    }

    @Test
    void anArchiveOfNothingIsNoSuccess() throws IOException {
        Files.createDirectories(archive);
        assertThat(compact()).isEqualTo(3);
        assertThat(command.out()).endsWith("Nothing matched.\n");
        assertThat(compact("--allow-empty")).isZero();
    }

    @Test
    void processesDivideTheHoursByShards() {
        CommandRun.archive(archive, CommandRun.messages("orders", 3_590, 3_610));
        CommandRun.archive(archive, CommandRun.messages("carts", 0, 10));
        for (String shard : List.of("0/2", "auto")) {
            command = new CommandRun(false, "", Map.of("JOB_COMPLETION_INDEX", "1", "PERSISTOR_SHARDS", "2"))
                    .at(CommandRun.NOW.plus(Duration.ofDays(2)));
            assertThat(compact("--shard", shard, "--json")).as(command.err()).isZero();
            assertThat(command.bytesAsText()).contains("\"complete\":true").doesNotContain("\"otherShards\":0");
        }
        List<Message> all = new ArrayList<>(CommandRun.messages("orders", 3_590, 3_610));
        all.addAll(CommandRun.messages("carts", 0, 10));
        assertThat(compare(all, target).isExact()).isTrue();
    }

    @Test
    void aShardWithoutHoursIsComplete() {
        CommandRun.archive(archive, CommandRun.messages("orders", 0, 10));
        for (String shard : List.of("0/2", "1/2")) {
            assertThat(compact("--shard", shard)).as(command.err()).isZero();
        }
        assertThat(compare(CommandRun.messages("orders", 0, 10), target).isExact())
                .isTrue();
    }

    @Test
    void templatesOfBothSidesAreTheCallers() {
        CommandRun.archive(archive, CommandRun.messages("orders", 0, 10));
        assertThat(compact(
                        "--result-path",
                        "{source}/dt={time:yyyy-MM-dd}/{batch}{ext}",
                        "--compression",
                        Compression.NONE.label()))
                .as(command.err())
                .isZero();
        assertThat(command.run("ls", target.toString(), "--blobs", "--source", "orders"))
                .isZero();
        assertThat(command.out()).contains("orders/dt=2026-01-31/").contains(".jsonl\n");
    }
}
