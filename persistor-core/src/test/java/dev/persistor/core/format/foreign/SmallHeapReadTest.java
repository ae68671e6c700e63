package dev.persistor.core.format.foreign;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Memory does not grow with the blob. */
@Timeout(120)
class SmallHeapReadTest {

    private static final int HEAP_MIB = 24;
    private static final int TEN_HEAPS = 10 * HEAP_MIB * 1024 * 1024;

    private @TempDir Path folder;

    /** Reads ten times the heap of a record, and returns what the process printed. */
    private String read(String layout, String name, String entry) throws IOException, InterruptedException {
        Path log = folder.resolve("log");
        Process process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xmx" + HEAP_MIB + "m",
                        "-XX:+UseSerialGC",
                        "-XX:+ExitOnOutOfMemoryError",
                        "-cp",
                        System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")),
                        SmallHeapReadProbe.class.getName(),
                        layout,
                        name,
                        entry,
                        Integer.toString(TEN_HEAPS / entry.length()))
                .redirectErrorStream(true)
                .redirectOutput(log.toFile())
                .start();
        try {
            process.waitFor();
            return Files.readString(log).strip();
        } finally {
            process.destroyForcibly();
        }
    }

    @Test
    void tenTimesTheHeapIsReadLineByLine() throws Exception {
        String entry = "x".repeat(20_000) + "LF";
        assertThat(read("pubsub-text", "2026-01-31T02:10:00Z_a1b2c3", entry))
                .isEqualTo(Integer.toString(TEN_HEAPS / entry.length()));
    }

    @Test
    void tenTimesTheHeapIsReadRecordByRecordAlthoughNothingIsBetweenThem() throws Exception {
        String entry = "{\"DATA\": {\"a\": [\"" + "x".repeat(20_000) + "\"]}, \"METADATA\": {\"k\": 1}}";
        assertThat(read("persistor-azure", "ORDERS/2020/3/1/9-5.txt", entry))
                .isEqualTo(Integer.toString(TEN_HEAPS / entry.length()));
    }
}
