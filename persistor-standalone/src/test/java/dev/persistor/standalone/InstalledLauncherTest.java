package dev.persistor.standalone;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The launcher of a distribution, with a Java that only says how it was called. DistributionIT runs it with a true one. */
@Timeout(60)
class InstalledLauncherTest {

    private static final Path LAUNCHERS = Path.of("../persistor-dist/src/main/files/bin");
    private static final List<String> TOOLS =
            List.of("cksum", "cmp", "cp", "mkdir", "mv", "readlink", "sed", "sh", "tr");

    private @TempDir Path folder;
    private Path home;
    private Path bin;
    private Path javaHome;

    @BeforeEach
    void install() throws IOException {
        home = Files.createDirectories(folder.resolve("an installation with spaces"));
        bin = Files.createDirectory(folder.resolve("bin"));
        Files.createDirectory(home.resolve("bin"));
        Files.copy(LAUNCHERS.resolve("persistor"), home.resolve("bin/persistor"));
        LauncherRun.makeExecutable(home.resolve("bin/persistor"));
        for (String tool : TOOLS) {
            Files.createSymbolicLink(bin.resolve(tool), LauncherRun.tool(tool));
        }
        javaHome = java(folder.resolve("java"), "17.0.15");
        Files.createSymbolicLink(bin.resolve("java"), javaHome.resolve("bin/java"));
    }

    private static Path java(Path javaHome, String version) throws IOException {
        Files.createDirectories(javaHome.resolve("bin"));
        Files.writeString(javaHome.resolve("release"), "JAVA_VERSION=\"" + version + "\"\n");
        return javaThat(javaHome, version, "echo archived > \"${3#*=}\"");
    }

    private static Path javaThat(Path javaHome, String version, String dump) throws IOException {
        Path program = javaHome.resolve("bin/java");
        Files.writeString(program, """
                #!/bin/sh
                case $1 in
                  -version) echo 'openjdk version "%s" 2025-04-15' >&2 ;;
                  -Xshare:dump) %s ;;
                  *) for argument in "$0" "$@"; do echo "<$argument>"; done ;;
                esac
                """.formatted(version, dump));
        LauncherRun.makeExecutable(program);
        return javaHome;
    }

    private LauncherRun launch(Path launcher, String... arguments) throws Exception {
        return LauncherRun.of(
                launcher,
                folder,
                Map.of("PATH", bin.toString(), "HOME", folder.resolve("user").toString()),
                arguments);
    }

    private LauncherRun launch(String... arguments) throws Exception {
        return launch(home.resolve("bin/persistor"), arguments);
    }

    private String archiveOption(Path cache) throws IOException {
        return "<-XX:SharedArchiveFile=" + cache.toRealPath().resolve("classes.jsa") + ">";
    }

    @Test
    void argumentsReachTheCommandAsTheyAre() throws Exception {
        LauncherRun run = launch("ls", "--prefix", "my runs", "");
        assertThat(run.exitCode()).isZero();
        assertThat(run.err()).isEmpty();
        assertThat(run.out().lines().skip(1))
                .containsExactly(
                        "<-XX:OnOutOfMemoryError=kill -9 %p>",
                        "<-XX:+DisplayVMOutputToStderr>",
                        archiveOption(home.resolve("cache")),
                        "<-cp>",
                        "<" + home.toRealPath().resolve("persistor-standalone.jar") + ">",
                        "<dev.persistor.standalone.PersistorCommand>",
                        "<ls>",
                        "<--prefix>",
                        "<my runs>",
                        "<>");
    }

    @Test
    void commandsThatOnlyPrintATextSkipTheSecondCompiler() throws Exception {
        for (String command : List.of("--version", "--help", "generate-completion")) {
            assertThat(launch(command).out()).contains("<-XX:TieredStopAtLevel=1>\n");
        }
        assertThat(launch().out()).contains("<-XX:TieredStopAtLevel=1>\n");
        assertThat(launch("run", "--version").out()).doesNotContain("TieredStopAtLevel");
    }

    @Test
    void aLinkToItFindsTheInstallation() throws Exception {
        Path link =
                Files.createSymbolicLink(folder.resolve("link"), Path.of("an installation with spaces/bin/persistor"));
        assertThat(launch(link).out()).contains("an installation with spaces/persistor-standalone.jar");
    }

    @Test
    void itsOwnRuntimeIsUsedBeforeAnyOther() throws Exception {
        java(home.resolve("runtime"), "17.0.16");
        assertThat(launch().out()).startsWith("<" + home.toRealPath() + "/runtime/bin/java>");
    }

    @Test
    void theClassArchiveIsMadeOnceForEachJava() throws Exception {
        launch();
        Path archive = home.resolve("cache/classes.jsa");
        Files.writeString(archive, "kept");
        launch();
        assertThat(archive).hasContent("kept");
        Files.writeString(javaHome.resolve("release"), "JAVA_VERSION=\"17.0.16\"\n");
        launch();
        assertThat(archive).hasContent("archived\n");
    }

    @Test
    void anArchiveThatCannotBeMadeIsNotTriedAgain() throws Exception {
        javaThat(javaHome, "17.0.15", "echo tried >> \"$HOME.tries\"; exit 1");
        for (int i = 0; i < 2; i++) {
            LauncherRun run = launch();
            assertThat(run.exitCode()).isZero();
            assertThat(run.out()).doesNotContain("SharedArchiveFile");
        }
        assertThat(folder.resolve("user.tries")).hasContent("tried\n");
    }

    @Test
    void whereTheInstallationIsReadOnlyTheArchiveIsInTheUsersCache() throws Exception {
        // Also to root, who may write to read-only folders.
        Files.createFile(home.resolve("cache"));
        String out = launch().out();
        try (Stream<Path> folders = Files.list(folder.resolve("user/.cache/persistor"))) {
            assertThat(out).contains(archiveOption(folders.toList().get(0)));
        }
    }

    @Test
    void withoutAPlaceToWriteToItRunsWithoutAnArchive() throws Exception {
        Files.createFile(home.resolve("cache"));
        Files.createFile(folder.resolve("user"));
        LauncherRun run = launch("--version");
        assertThat(run.exitCode()).isZero();
        assertThat(run.err()).isEmpty();
        assertThat(run.out()).contains("<--version>").doesNotContain("SharedArchiveFile");
    }

    @Test
    void aJavaThatDoesNotSayWhichItIsHasNoArchive() throws Exception {
        Files.delete(javaHome.resolve("release"));
        assertThat(launch("--version").out()).contains("<--version>").doesNotContain("SharedArchiveFile");
    }

    @Test
    void aMissingJavaIsNamed() throws Exception {
        Files.delete(bin.resolve("java"));
        LauncherRun run = launch();
        assertThat(run.exitCode()).isEqualTo(1);
        assertThat(run.err()).isEqualTo("persistor: Java is missing: install Java 17 or later, or set JAVA_HOME\n");
    }

    @Test
    void anOlderJavaIsRefused() throws Exception {
        javaThat(javaHome, "1.8.0_402", "exit 1");
        LauncherRun run = launch();
        assertThat(run.exitCode()).isEqualTo(1);
        assertThat(run.err())
                .isEqualTo("persistor: " + bin.resolve("java")
                        + " is Java 8; 17 or later is required (JAVA_HOME selects another)\n");
    }
}
