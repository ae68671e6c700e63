package dev.persistor.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;

import dev.persistor.benchmarks.StartTime.Flags;
import java.io.ByteArrayOutputStream;
import java.io.File;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The comparison still runs; what it measures here is of no use. */
class StartTimeTest {

    private static final List<Path> ALL = Stream.of(
                    System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"))
                            .split(File.pathSeparator))
            .map(Path::of)
            .toList();

    @Test
    void eachProgramArchivesItsMessageAndHasItsRow(@TempDir Path work) throws Exception {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        StartTime start = new StartTime(1, List.of(Flags.C1), new PrintStream(out, true, StandardCharsets.UTF_8), work);
        start.onCloudStorage(ALL, ALL);
        start.onBlobStorage(Path.of(System.getProperty("persistor.azurite.home")), ALL, ALL);

        assertThat(out.toString(StandardCharsets.UTF_8).lines())
                .filteredOn(row -> row.matches("\\| (bare SDK|Persistor) \\| [\\d,]+ \\|"))
                .hasSize(4);
        assertThat(out.toString(StandardCharsets.UTF_8).lines())
                .filteredOn(row -> row.matches("\\| Persistor, of the bare SDK .* \\| \\d+\\.\\d\\d \\|"))
                .hasSize(4);
    }

    @Test
    void aCopyWithoutSignaturesHasAllElse(@TempDir Path folder) throws Exception {
        Path signed = folder.resolve("signed.jar");
        try (ZipOutputStream jar = new ZipOutputStream(Files.newOutputStream(signed))) {
            for (String name : List.of("META-INF/MANIFEST.MF", "META-INF/A.SF", "META-INF/A.RSA", "a/B.class")) {
                jar.putNextEntry(new ZipEntry(name));
            }
        }
        Path copy = UnsignedJars.copy(List.of(signed), folder.resolve("copies")).get(0);
        try (ZipFile jar = new ZipFile(copy.toFile())) {
            assertThat(jar.stream().map(ZipEntry::getName))
                    .filteredOn(name -> !name.endsWith("/"))
                    .containsExactlyInAnyOrder("META-INF/MANIFEST.MF", "a/B.class");
        }
    }
}
