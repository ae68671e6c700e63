package dev.persistor.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.persistor.core.format.MessageFormats;
import dev.persistor.core.format.MessageReader;
import dev.persistor.core.message.Message;
import dev.persistor.core.store.BlobInfo;
import dev.persistor.core.store.BlobStore;
import dev.persistor.core.store.OpenBlob;
import dev.persistor.core.store.file.FileDriver;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.BitSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What is held in memory is bounded, however long the store does not answer and however much comes in. */
@Timeout(120)
class SmallHeapTest {

    private static final int HEAP_MIB = 24;
    private static final int MESSAGES = 10 * HEAP_MIB * 1024 * 1024 / SmallHeapProbe.PAYLOAD;
    private static final int OUT_OF_MEMORY = 3;

    private @TempDir Path folder;

    private int run(long held) throws IOException, InterruptedException {
        Path log = folder.resolve("log");
        Process process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xmx" + HEAP_MIB + "m",
                        "-XX:+UseSerialGC",
                        "-XX:+ExitOnOutOfMemoryError",
                        "-cp",
                        System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")),
                        SmallHeapProbe.class.getName(),
                        folder.resolve("archive").toString(),
                        Integer.toString(MESSAGES),
                        Long.toString(held))
                .redirectErrorStream(true)
                .redirectOutput(log.toFile())
                .start();
        try {
            int exit = process.waitFor();
            System.out.println("held " + held + ": exit code " + exit + "; "
                    + Files.readString(log).strip());
            return exit;
        } finally {
            process.destroyForcibly();
        }
    }

    @Test
    void tenTimesTheHeapIsArchivedThroughAStoreThatDidNotAnswer() throws Exception {
        assertThat(run(4L * 1024 * 1024)).isZero();
        BitSet seen = new BitSet();
        try (BlobStore store = BlobStore.over(FileDriver.open(folder.resolve("archive")))) {
            for (BlobInfo info : store.list("").toList()) {
                try (OpenBlob blob = store.open(info.name());
                        MessageReader messages = MessageFormats.installed().read(blob, store)) {
                    while (messages.hasNext()) {
                        Message message = messages.next();
                        int number = Integer.parseInt(message.id().substring(1));
                        assertThat(message).isEqualTo(SmallHeapProbe.message(number));
                        assertThat(seen.get(number)).as("%s is twice", message).isFalse();
                        seen.set(number);
                    }
                }
            }
        }
        assertThat(seen.cardinality()).isEqualTo(MESSAGES);
    }

    @Test
    void withoutTheBoundTheSameHeapIsNotEnough() throws Exception {
        assertThat(run(1L << 40)).isEqualTo(OUT_OF_MEMORY);
    }
}
