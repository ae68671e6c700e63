package dev.persistor.standalone;

import static org.assertj.core.api.Assertions.assertThat;

import dev.persistor.core.message.Message;
import dev.persistor.core.store.BlobStore;
import dev.persistor.core.store.file.FileDriver;
import dev.persistor.testkit.ArchiveComparison;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileVisitOption;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The real command, in a process of its own, killed again and again while it writes. */
@Timeout(180)
class KilledCompactionTest {

    private static final int KILLS = 5;
    private static final int MOST_FILES_A_RUN = 15;
    private static final long SEED = 5;

    private @TempDir Path folder;

    private Process compact(Path target, Path log) throws IOException {
        return new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-XX:TieredStopAtLevel=1",
                        "-XX:+UseSerialGC",
                        "-Xmx64m",
                        "-cp",
                        System.getProperty("java.class.path"),
                        PersistorCommand.class.getName(),
                        "compact",
                        folder.resolve("archive").toString(),
                        "--to",
                        target.toString(),
                        "--older-than",
                        "0s",
                        "--batch-messages",
                        "5")
                .redirectErrorStream(true)
                .redirectOutput(log.toFile())
                .start();
    }

    private static long files(Path target) {
        if (!Files.exists(target)) {
            return 0;
        }
        try (Stream<Path> files = Files.walk(target, new FileVisitOption[0])) {
            return files.filter(file -> file.toString().endsWith(".jsonl.gz")
                            && !file.toString().contains(".persistor"))
                    .count();
        } catch (IOException | UncheckedIOException e) {
            // A temporary file was removed just now.
            return 0;
        }
    }

    private static List<String> names(Path target) {
        try (BlobStore store = BlobStore.over(FileDriver.open(target));
                Stream<String> names = store.list("").map(blob -> blob.name().value())) {
            return names.toList();
        }
    }

    @Test
    void nothingIsMissingNothingIsTwiceAndTheBatchesAreThoseOfARunThatWasNotKilled() throws Exception {
        List<Message> messages = new ArrayList<>(CommandRun.messages("orders", 3_400, 3_800));
        messages.addAll(CommandRun.messages("carts", 0, 100));
        CommandRun.archive(folder.resolve("archive"), messages);
        Path target = folder.resolve("target");
        Path log = folder.resolve("log");
        Random random = new Random(SEED);
        for (int kill = 0; kill < KILLS; kill++) {
            Process process = compact(target, log);
            long enough = files(target) + 1 + random.nextInt(MOST_FILES_A_RUN);
            while (files(target) < enough && process.isAlive()) {
                assertThat(process.waitFor(1, TimeUnit.MILLISECONDS) && files(target) < enough)
                        .as("seed %s: %s", SEED, Files.readString(log))
                        .isFalse();
            }
            process.destroyForcibly().waitFor();
        }
        Process last = compact(target, log);
        assertThat(last.waitFor())
                .as("seed %s: %s", SEED, Files.readString(log))
                .isZero();
        assertThat(Files.readString(log)).contains("Complete: ", "/archive/carts/\n", "/archive/orders/\n");

        try (BlobStore store = BlobStore.over(FileDriver.open(target))) {
            ArchiveComparison found = ArchiveComparison.of(messages, store);
            assertThat(found.isExact()).as("seed %s: %s", SEED, found).isTrue();
        }
        Path undisturbed = folder.resolve("undisturbed");
        assertThat(compact(undisturbed, log).waitFor()).isZero();
        assertThat(names(target)).isEqualTo(names(undisturbed));
    }
}
