package dev.persistor.standalone;

import static org.assertj.core.api.Assertions.assertThat;

import dev.persistor.core.message.Message;
import dev.persistor.core.store.BlobStore;
import dev.persistor.core.store.file.FileDriver;
import dev.persistor.core.write.Persistor;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A command whose heap is too small says so and exits. */
@Timeout(180)
class SmallHeapCommandTest {

    private static final int PAYLOAD_BYTES = 48 << 20;

    private @TempDir Path folder;

    private record Run(int exitCode, String out, String err) {}

    private Run verify(String... jvm) throws Exception {
        Path archive = folder.resolve("archive");
        try (BlobStore store = BlobStore.over(FileDriver.open(archive));
                Persistor persistor = Persistor.builder(store).build()) {
            persistor.persistAll(List.of(Message.builder()
                    .id("1")
                    .source("orders")
                    .publishTime(Instant.EPOCH)
                    .payload(new byte[PAYLOAD_BYTES])
                    .build()));
        }
        Path out = folder.resolve("out");
        Path err = folder.resolve("err");
        List<String> line = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-Xmx24m", "-XX:+UseSerialGC"));
        line.addAll(List.of(jvm));
        line.addAll(List.of(
                "-cp",
                System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")),
                PersistorCommand.class.getName(),
                "verify",
                archive.toString()));
        ProcessBuilder builder =
                new ProcessBuilder(line).redirectOutput(out.toFile()).redirectError(err.toFile());
        // By default such a payload is beyond the limit of so small a heap.
        builder.environment().put("PERSISTOR_READ_PAYLOAD", "1GiB");
        Process process = builder.start();
        try {
            assertThat(process.waitFor(90, TimeUnit.SECONDS)).as("it exits").isTrue();
            return new Run(process.exitValue(), Files.readString(out), Files.readString(err));
        } finally {
            process.destroyForcibly();
        }
    }

    @Test
    void verifyWithATooSmallHeapSaysSoAndExitsWith70() throws Exception {
        Run run = verify();
        assertThat(run.exitCode()).as(run.err()).isEqualTo(70);
        assertThat(run.err())
                .contains(
                        "persistor verify failed: java.lang.OutOfMemoryError: Java heap space; give the JVM more memory");
        assertThat(run.out()).isEmpty();
    }

    @Test
    void asTheLauncherStartsItTheJvmSaysSoAndIsKilled() throws Exception {
        Run run = verify("-XX:OnOutOfMemoryError=kill -9 %p", "-XX:+DisplayVMOutputToStderr");
        assertThat(run.exitCode()).as(run.err()).isEqualTo(137);
        assertThat(run.err()).contains("java.lang.OutOfMemoryError: Java heap space");
        assertThat(run.out()).isEmpty();
    }
}
