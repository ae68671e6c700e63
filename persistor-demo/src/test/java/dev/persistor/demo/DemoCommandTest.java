package dev.persistor.demo;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The whole demo, through the real Functions Framework. */
@Timeout(120)
class DemoCommandTest {

    /** With this seed a burst of faults begins within the first 60 writes, whatever threads do. */
    private static final String SEED_WITH_A_BURST = "16";

    private @TempDir Path folder;
    private final StringWriter printed = new StringWriter();

    private int run(PrintWriter out, String messages) {
        return Contexts.commandLine(out)
                .execute("--messages", messages, "--seed", SEED_WITH_A_BURST, "--folder", folder.toString());
    }

    private long row(String label) {
        Matcher row = Pattern.compile("(?m)^" + label + " +([0-9,]+)$").matcher(printed.toString());
        assertThat(row.find()).as("row %s in %s", label, printed).isTrue();
        return Long.parseLong(row.group(1).replace(",", ""));
    }

    @Test
    void everyMessageIsArchivedOnceAndUnalteredThoughStorageFails() throws Exception {
        assertThat(run(new PrintWriter(printed), "60")).as("%s", printed).isZero();

        assertThat(row("delivered")).isEqualTo(60);
        assertThat(row("redelivered")).isPositive();
        assertThat(row("storage faults")).isPositive();
        assertThat(row("failed and delivered again")).isPositive();
        assertThat(row("blobs")).isEqualTo(60);
        assertThat(row("bytes")).isGreaterThan(DemoMessages.LARGE);
        assertThat(row("lost")).isZero();
        assertThat(row("altered")).isZero();
        assertThat(row("duplicates")).isZero();
        assertThat(row("unexpected")).isZero();
        assertThat(row("messages a second")).isPositive();
        assertThat(printed.toString())
                .contains("run-1/archive", "run-1/function.log", "Every message is archived once, unaltered.")
                .endsWith("  ./persistor explore '" + folder.toRealPath().resolve("run-1/archive") + "'\n");
        assertThat(Files.readString(folder.resolve("run-1/function.log"))).contains("injected fault");
    }

    @Test
    void onAzureTooEveryMessageIsArchivedOnceAndUnalteredThoughStorageFails() {
        int exitCode = Contexts.commandLine(new PrintWriter(printed))
                .execute("--cloud", "azure", "--messages", "200", "--folder", folder.toString());
        assertThat(exitCode).as("%s", printed).isZero();

        assertThat(row("delivered")).isEqualTo(200);
        assertThat(row("redelivered")).isPositive();
        assertThat(row("storage faults")).isPositive();
        assertThat(row("failed and delivered again")).isPositive();
        assertThat(row("blobs")).isEqualTo(200);
        assertThat(row("lost")).isZero();
        assertThat(row("altered")).isZero();
        assertThat(row("duplicates")).isZero();
        assertThat(row("unexpected")).isZero();
        for (String source : List.of("orders-hub", "orders-topic", "orders-grid")) {
            assertThat(folder.resolve("run-1/archive/" + source + "/2026/01/31"))
                    .isDirectory();
        }
        assertThat(folder.resolve("run-1/function.log")).content().contains("Write failed");
    }

    @Test
    void aBlobThatIsRemovedBeforeTheCheckIsLostAndEndsWith1() {
        assertThat(run(before("Reading the archive", () -> delete(someBlob())), "10"))
                .isEqualTo(1);
        assertThat(row("lost")).isEqualTo(1);
        assertThat(printed.toString()).contains("The archive is NOT identical to what was sent.");
    }

    @Test
    void aBlobThatIsAlteredBeforeTheCheckIsFoundAndEndsWith1() {
        assertThat(run(before("Reading the archive", () -> append(someBlob())), "10"))
                .isEqualTo(1);
        assertThat(row("altered")).isEqualTo(1);
        assertThat(printed.toString()).contains("The archive is NOT identical to what was sent.");
    }

    /** Prints, and does something as soon as a line is to be printed. */
    private PrintWriter before(String line, Runnable then) {
        return new PrintWriter(printed) {
            @Override
            public void println(String text) {
                if (text.equals(line)) {
                    then.run();
                }
                super.println(text);
            }
        };
    }

    private Path someBlob() {
        try (Stream<Path> files = Files.walk(folder.resolve("run-1/archive/orders"))) {
            return files.filter(Files::isRegularFile).sorted().toList().get(4);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void delete(Path blob) {
        try {
            Files.delete(blob);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void append(Path blob) {
        try {
            Files.write(blob, new byte[] {1}, StandardOpenOption.APPEND);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Test
    void eachRunHasAFolderOfItsOwn() throws IOException {
        List<Path> runs =
                List.of(RunFolder.next(folder).path(), RunFolder.next(folder).path());
        assertThat(runs).extracting(run -> run.getFileName().toString()).containsExactly("run-1", "run-2");
        assertThat(runs).allMatch(Files::isDirectory);
    }
}
