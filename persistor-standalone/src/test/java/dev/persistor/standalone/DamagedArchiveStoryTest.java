package dev.persistor.standalone;

import static org.assertj.core.api.Assertions.assertThat;

import dev.persistor.core.archive.Archive;
import dev.persistor.core.archive.ArchiveReader;
import dev.persistor.core.archive.MessageFilter;
import dev.persistor.core.archive.ReadOrder;
import dev.persistor.core.batch.Batching;
import dev.persistor.core.format.Compression;
import dev.persistor.core.format.MessageFormats;
import dev.persistor.core.message.Attributes;
import dev.persistor.core.message.Message;
import dev.persistor.core.store.BlobStore;
import dev.persistor.core.store.file.FileDriver;
import dev.persistor.core.write.Persistor;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * What happens to an archive in years: a torn file, flipped bits, a lost sidecar, and files of others in between. The
 * commands say what is damaged, and bring back all the rest, each message as it was.
 */
class DamagedArchiveStoryTest {

    /** More metadata than the store has room for beside a blob. */
    private static final String LONG = "x".repeat(1_100_000);

    private final CommandRun command = new CommandRun();
    private final List<Message> archived = new ArrayList<>();

    private @TempDir Path folder;
    private Path archive;

    @BeforeEach
    void makeArchive() {
        archive = folder.resolve("archive");
        try (BlobStore store = BlobStore.over(FileDriver.open(archive))) {
            persist(store, "raw", "raw", Compression.NONE);
            for (Compression compression : Compression.values()) {
                persist(store, "jsonl-" + compression.label(), "jsonl", compression);
                persist(store, "avro-" + compression.label(), "avro", compression);
            }
        }
    }

    /** Archives 60 messages, 20 a blob where the format holds as many. */
    private void persist(BlobStore store, String source, String format, Compression compression) {
        boolean raw = format.equals("raw");
        List<Message> messages = IntStream.range(0, 60)
                .mapToObj(number -> CommandRun.message(source, number).toBuilder()
                        .attributes(Attributes.builder()
                                .add("note", raw && number % 20 == 7 ? LONG : "short")
                                .build())
                        .build())
                .toList();
        try (Persistor persistor = Persistor.builder(store)
                .format(MessageFormats.named(format, compression))
                .batching(raw ? Batching.off() : Batching.upTo(20).orAfter(Duration.ofMillis(5)))
                .build()) {
            persistor.persistTogether(messages);
        }
        archived.addAll(messages);
    }

    private List<String> files(String source, String suffix) throws IOException {
        try (Stream<Path> files = Files.walk(archive.resolve(source))) {
            return files.filter(Files::isRegularFile)
                    .map(file -> archive.relativize(file).toString())
                    .filter(name -> name.endsWith(suffix))
                    .sorted()
                    .toList();
        }
    }

    private String tear(String name) throws IOException {
        byte[] bytes = Files.readAllBytes(archive.resolve(name));
        Files.write(archive.resolve(name), Arrays.copyOf(bytes, bytes.length * 2 / 3));
        return name;
    }

    private String flipABit(String name) throws IOException {
        byte[] bytes = Files.readAllBytes(archive.resolve(name));
        bytes[bytes.length / 2] ^= 1;
        Files.write(archive.resolve(name), bytes);
        return name;
    }

    private String loseSidecar(String name) throws IOException {
        Files.delete(archive.resolve(name));
        return name.replace(".attributes.json", "");
    }

    private List<String> writeForeignFiles() throws IOException {
        Files.writeString(archive.resolve("README.txt"), "Do not delete.\n");
        Files.createFile(archive.resolve("raw/_SUCCESS"));
        Files.write(archive.resolve("raw/part-0.parquet"), new byte[] {'P', 'A', 'R', '1', 0, 1, 2});
        return List.of("README.txt", "raw/_SUCCESS", "raw/part-0.parquet");
    }

    private List<Message> copied() {
        try (BlobStore store = BlobStore.over(FileDriver.open(folder.resolve("copy")));
                ArchiveReader reader = Archive.on(store).build().read(MessageFilter.ALL, ReadOrder.NONE)) {
            List<Message> messages = new ArrayList<>();
            reader.forEachRemaining(each -> messages.add(each.message()));
            assertThat(reader.findings()).isEmpty();
            return messages;
        }
    }

    private String said() {
        return command.out() + command.err();
    }

    private int replay() {
        return command.run(
                "replay",
                archive.toString(),
                "--to",
                folder.resolve("copy").toUri().toString(),
                "--yes",
                "--failed",
                folder.resolve("failed").toString());
    }

    @Test
    void aWholeArchiveComesBackWhole() {
        assertThat(command.run("verify", archive.toString())).as(command.out()).isZero();
        assertThat(replay()).as(command.err()).isZero();
        assertThat(copied()).containsExactlyInAnyOrderElementsOf(archived);
    }

    @Test
    void eachDamageIsNamedAndTheRestComesBack() throws IOException {
        Set<String> damaged = new HashSet<>();
        Set<Message> mayBeMissing = new HashSet<>();
        damaged.add(flipABit(files("raw", "raw-3.bin").get(0)));
        damaged.add(loseSidecar(files("raw", "raw-27.bin.attributes.json").get(0)));
        List<String> sources = archived.stream()
                .map(Message::source)
                .filter(source -> !source.equals("raw"))
                .distinct()
                .toList();
        for (String source : sources) {
            List<String> blobs = files(source, "");
            assertThat(blobs).hasSize(3);
            damaged.add(tear(blobs.get(0)));
            damaged.add(flipABit(blobs.get(1)));
        }
        archived.stream()
                .filter(message -> message.source().equals("raw")
                        ? Set.of("raw-3", "raw-27").contains(message.id())
                        : !message.publishTime().isAfter(CommandRun.START.plusSeconds(39)))
                .forEach(mayBeMissing::add);
        List<String> foreign = writeForeignFiles();

        assertThat(command.run("verify", archive.toString())).isEqualTo(2);
        assertThat(said()).contains(damaged).contains(foreign);

        assertThat(replay()).isEqualTo(1);
        assertThat(said()).contains(damaged).contains("NOT complete: 0 failed, " + damaged.size() + " damaged.");
        List<Message> copied = copied();
        assertThat(copied).doesNotHaveDuplicates();
        assertThat(archived).as("nothing comes back altered").containsAll(copied);
        Set<Message> whole = new HashSet<>(archived);
        whole.removeAll(mayBeMissing);
        assertThat(copied).containsAll(whole);
        assertThat(copied.size() - whole.size())
                .as("what is whole before the tears, and nothing of altered blobs")
                .isBetween(1, sources.size() * 19);
    }
}
