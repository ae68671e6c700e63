package dev.persistor.standalone.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** Every launcher and the image start the same class with the same options of the JVM, apart from the heap of the image. */
class LaunchersTest {

    private static final Path BIN = Path.of("../persistor-dist/src/main/files/bin");
    private static final Path WINDOWS = BIN.resolve("persistor.cmd");
    private static final String MAIN = "dev.persistor.standalone.PersistorCommand";
    private static final Pattern OPTION = Pattern.compile("\"(-X[^\"]*)\"|(-X[^\" ]+)");

    /** Returns the JVM's options in a line that starts with a text. */
    private static List<String> options(Path launcher, String start) throws IOException {
        String line = Files.readAllLines(launcher).stream()
                .filter(text -> text.startsWith(start))
                .findFirst()
                .orElseThrow();
        Matcher options = OPTION.matcher(line);
        return options.results().map(LaunchersTest::unquoted).toList();
    }

    private static String unquoted(MatchResult option) {
        return option.group(1) == null ? option.group(2) : option.group(1);
    }

    private static List<String> installed() throws IOException {
        return options(BIN.resolve("persistor"), "exec ");
    }

    @Test
    void theCheckoutsLauncherHasTheOptionsOfTheInstalledOne() throws IOException {
        assertThat(installed()).contains("-XX:OnOutOfMemoryError=kill -9 %p", "-XX:+DisplayVMOutputToStderr");
        assertThat(options(Path.of("../persistor"), "exec ")).containsExactlyElementsOf(installed());
        assertThat(Files.readString(BIN.resolve("persistor"))).contains("main=" + MAIN + "\n");
    }

    @Test
    void theImageHasThemToo() throws IOException {
        ImageSettings image = ImageSettings.read();
        assertThat(image.entryPoint()).endsWith("-cp", "/app/persistor-standalone.jar", MAIN);
        assertThat(image.entryPoint()).containsAll(installed());
    }

    @Test
    void theLauncherForWindowsHasThemInItsOwnWords() throws IOException {
        List<String> options = options(WINDOWS, "\"%JAVA%\" %MEMORY% \"-XX").stream()
                .map(option -> option.replace("taskkill /F /PID %%p", "kill -9 %p"))
                .toList();
        assertThat(options).containsExactlyElementsOf(installed());
    }

    @Test
    void theExplorerHasTheSameHeapEverywhere() throws IOException {
        String heap = "-XX:MaxRAM=200m";
        assertThat(Files.readString(BIN.resolve("persistor"))).contains("set -- " + heap, "set -- -XX:+UseSerialGC");
        assertThat(options(WINDOWS, "if \"%~1\"==\"explore\"")).containsExactly(heap, "-XX:+UseSerialGC");
    }

    /** It cannot be run here: these are the traps of its language. */
    @Test
    void theLauncherForWindowsPassesArgumentsAndTheExitCodeOn() throws IOException {
        assertThat(Files.readString(WINDOWS))
                .contains("\nsetlocal DisableDelayedExpansion\n")
                .contains(MAIN + " %*\n")
                .endsWith("exit /b %ERRORLEVEL%\n");
        // A path may have spaces, and JAVA_HOME may come with quotes.
        assertThat(Files.readAllLines(WINDOWS))
                .filteredOn(line -> line.contains("%PERSISTOR_DIR%") || line.contains("%JAVA"))
                .allSatisfy(line ->
                        assertThat(line.replaceAll("\"[^\"]*\"", "")).doesNotContain("%PERSISTOR_DIR%", "%JAVA"));
    }
}
