package dev.persistor.standalone;

import static org.assertj.core.api.Assertions.assertThat;

import dev.persistor.testkit.hostile.HostileBlob;
import dev.persistor.testkit.hostile.HostileBlob.Outcome;
import dev.persistor.testkit.hostile.HostileBlobs;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Archives that somebody made to break their reader, through the real command with a heap of 256 MiB: no error of memory, no hang,
 * each file by itself as it must come out, and its neighbours read. {@code -Dpersistor.hostile.seed} takes another seed;
 * {@code -Dpersistor.hostile.table=FILE} writes what each file gave and took, one after another.
 */
@Timeout(600)
class HostileArchiveTest {

    private static final long SEED = Long.getLong("persistor.hostile.seed", 23);
    private static final String HEAP = "-Xmx256m";
    private static final long SECONDS = 280;

    private @TempDir Path folder;

    /** What a run of the command gave. */
    private record Run(int exitCode, String out, String err, long millis, long peakKib) {

        Map<String, Object> json() {
            return JsonText.object(out);
        }

        List<?> findings(String kind) {
            return ((List<?>) Objects.requireNonNull(json().get("findings")))
                    .stream()
                            .filter(finding -> kind.equals(((Map<?, ?>) finding).get("kind")))
                            .map(finding -> ((Map<?, ?>) finding).get("blob"))
                            .toList();
        }
    }

    private Run verify(Path archive, List<String> layouts) throws Exception {
        Path out = folder.resolve("out");
        Path err = folder.resolve("err");
        List<String> line = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                HEAP,
                "-XX:TieredStopAtLevel=1",
                "-XX:+UseSerialGC",
                "-cp",
                System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")),
                PersistorCommand.class.getName(),
                "verify",
                archive.toString(),
                "--json"));
        layouts.forEach(layout -> line.addAll(List.of("--layout", layout)));
        long begun = System.nanoTime();
        Process process = new ProcessBuilder(line)
                .redirectOutput(out.toFile())
                .redirectError(err.toFile())
                .start();
        try {
            long peak = 0;
            while (!process.waitFor(50, TimeUnit.MILLISECONDS)) {
                peak = Math.max(peak, peakKib(process));
                assertThat(TimeUnit.NANOSECONDS.toSeconds(System.nanoTime() - begun))
                        .as("seconds of the run")
                        .isLessThan(SECONDS);
            }
            long millis = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - begun);
            return new Run(process.exitValue(), Files.readString(out), Files.readString(err), millis, peak);
        } finally {
            process.destroyForcibly();
        }
    }

    /** The most memory that the process has had; 0 where the system does not tell. */
    private static long peakKib(Process process) {
        try (var lines = Files.lines(Path.of("/proc", Long.toString(process.pid()), "status"))) {
            return lines.filter(each -> each.startsWith("VmHWM:"))
                    .mapToLong(each -> Long.parseLong(each.replaceAll("\\D", "")))
                    .findFirst()
                    .orElse(0);
        } catch (IOException | java.io.UncheckedIOException e) {
            return 0;
        }
    }

    private static void write(HostileBlob blob, Path archive) throws IOException {
        Path file = archive.resolve(blob.name());
        Files.createDirectories(Objects.requireNonNull(file.getParent()));
        try (OutputStream out = Files.newOutputStream(file)) {
            blob.content().writeTo(out);
        }
    }

    private static List<String> named(List<HostileBlob> blobs, Outcome outcome) {
        return blobs.stream()
                .filter(blob -> blob.outcome() == outcome)
                .map(HostileBlob::name)
                .toList();
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void eachHostileBlobCostsOnlyItself(boolean ofOtherPrograms) throws Exception {
        List<HostileBlob> blobs = HostileBlobs.of(SEED).stream()
                .filter(blob -> ofOtherPrograms != blob.layout().isEmpty())
                .toList();
        Path archive = folder.resolve("archive");
        for (HostileBlob blob : blobs) {
            write(blob, archive);
        }
        List<String> layouts = blobs.stream()
                .map(HostileBlob::layout)
                .filter(layout -> !layout.isEmpty())
                .toList();

        Run run = verify(archive, layouts);

        assertThat(run.exitCode()).as(run.err()).isEqualTo(2);
        assertThat(run.findings("damaged")).as(run.out()).isEqualTo(sorted(named(blobs, Outcome.DAMAGED)));
        assertThat(run.findings("foreign")).as(run.out()).isEqualTo(sorted(named(blobs, Outcome.FOREIGN)));
        assertThat(run.findings("unreadable")).as(run.out()).isEmpty();
        long messages = blobs.stream().mapToLong(HostileBlob::messages).sum();
        assertThat(((Number) Objects.requireNonNull(run.json().get("messages"))).longValue())
                .as(run.out())
                .isEqualTo(messages);
        assertThat(run.peakKib()).as("KiB of the whole process").isLessThan(600 * 1024);
    }

    private static List<String> sorted(List<String> names) {
        return names.stream().sorted().toList();
    }

    @Test
    void thereAre40AndTheSameSeedMakesTheSame() {
        assertThat(HostileBlobs.of(SEED)).hasSize(40);
        assertThat(HostileBlobs.of(SEED).stream().map(HostileBlob::name).toList())
                .isEqualTo(HostileBlobs.of(SEED).stream().map(HostileBlob::name).toList());
    }

    /** By hand, to see which of them is expensive. */
    @Test
    @EnabledIfSystemProperty(named = "persistor.hostile.table", matches = ".+")
    void eachByItselfIsReadWithinTheLimits() throws Exception {
        Path table = Path.of(System.getProperty("persistor.hostile.table"));
        List<String> rows = new ArrayList<>();
        for (HostileBlob blob : HostileBlobs.of(SEED)) {
            Path archive = Files.createTempDirectory(folder, "one");
            write(blob, archive);
            Run run = verify(archive, blob.layout().isEmpty() ? List.of() : List.of(blob.layout()));
            Map<String, Long> kinds =
                    new TreeMap<>(((List<?>) Objects.requireNonNull(run.json().get("findings")))
                            .stream()
                                    .map(finding -> String.valueOf(((Map<?, ?>) finding).get("kind")))
                                    .collect(Collectors.groupingBy(kind -> kind, Collectors.counting())));
            rows.add(String.format(
                    "| %s | %d | %s | %s | %d | %d |",
                    blob.attack(),
                    Files.size(archive.resolve(blob.name())),
                    kinds.isEmpty() ? "whole" : String.join(", ", kinds.keySet()),
                    run.json().get("messages"),
                    run.peakKib() / 1024,
                    run.millis()));
            Files.write(table, rows);
            assertThat(run.json().get("messages")).as(blob.name()).hasToString(Long.toString(blob.messages()));
        }
    }
}
