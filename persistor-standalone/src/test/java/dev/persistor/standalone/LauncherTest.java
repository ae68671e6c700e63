package dev.persistor.standalone;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The launcher at the root, in a checkout of its own with a Java and a Maven that only say how they were called. */
@Timeout(60)
class LauncherTest {

    private static final List<String> TOOLS =
            List.of("cmp", "cp", "dirname", "readlink", "sed", "find", "head", "mkdir", "mv", "touch");

    private @TempDir Path folder;
    private Path checkout;
    private Path bin;

    @BeforeEach
    void makeCheckout() throws IOException {
        checkout = Files.createDirectories(folder.resolve("a checkout with spaces"));
        bin = Files.createDirectory(folder.resolve("bin"));
        Files.createFile(checkout.resolve("pom.xml"));
        Path source = Files.createDirectories(checkout.resolve("persistor-core/src/main"));
        Files.createFile(source.resolve("A.java"));
        Files.createFile(checkout.resolve("persistor-core/pom.xml"));
        Path azurite = Files.createDirectories(checkout.resolve("persistor-testkit/azurite"));
        Files.writeString(azurite.resolve("package-lock.json"), "version 1");
        Files.copy(Path.of("../persistor"), checkout.resolve("persistor"));
        LauncherRun.makeExecutable(checkout.resolve("persistor"));
        for (String tool : TOOLS) {
            install(tool, "exec " + LauncherRun.tool(tool) + " \"$@\"\n");
        }
        install("java", """
                if [ "$1" = -version ]; then echo 'openjdk version "17.0.15" 2025-04-15' >&2; exit; fi
                for argument in "$@"; do echo "java <$argument>"; done
                """);
        install("mvn", """
                echo "mvn $*"
                for module in persistor-standalone persistor-demo; do
                  case " $* " in *" $module "*) mkdir -p $module/target; touch $module/target/$module.jar ;; esac
                done
                """);
    }

    private void install(String tool, String script) throws IOException {
        Files.writeString(bin.resolve(tool), "#!/bin/sh\n" + script);
        LauncherRun.makeExecutable(bin.resolve(tool));
    }

    private LauncherRun launch(Path launcher, String... arguments) throws Exception {
        return LauncherRun.of(launcher, folder, Map.of("PATH", bin.toString()), arguments);
    }

    private LauncherRun launch() throws Exception {
        return launch(checkout.resolve("persistor"));
    }

    @Test
    void argumentsReachTheCommandAsTheyAre() throws Exception {
        LauncherRun run = launch(checkout.resolve("persistor"), "ls", "--prefix", "my runs", "");
        assertThat(run.exitCode()).isZero();
        assertThat(run.out().lines())
                .containsExactly(
                        "java <-XX:OnOutOfMemoryError=kill -9 %p>",
                        "java <-XX:+DisplayVMOutputToStderr>",
                        "java <-cp>",
                        "java <" + checkout.toRealPath().resolve("persistor-standalone/target/persistor-standalone.jar")
                                + ">",
                        "java <dev.persistor.standalone.PersistorCommand>",
                        "java <ls>",
                        "java <--prefix>",
                        "java <my runs>",
                        "java <>");
    }

    @Test
    void theDemoIsAModuleOfItsOwn() throws Exception {
        LauncherRun run = launch(checkout.resolve("persistor"), "demo", "--folder", "my runs");
        assertThat(run.exitCode()).isZero();
        assertThat(run.err()).contains("mvn -B -q package -pl persistor-demo -am");
        assertThat(run.out().lines())
                .containsExactly(
                        "java <-XX:OnOutOfMemoryError=kill -9 %p>",
                        "java <-XX:+DisplayVMOutputToStderr>",
                        "java <-Dpersistor.azurite.home=" + checkout.toRealPath() + "/persistor-testkit/azurite>",
                        "java <-Dpersistor.functions.home=" + checkout.toRealPath()
                                + "/persistor-azure/target/azure-functions/persistor>",
                        "java <-cp>",
                        "java <" + checkout.toRealPath().resolve("persistor-demo/target/persistor-demo.jar") + ">",
                        "java <dev.persistor.demo.DemoCommand>",
                        "java <--folder>",
                        "java <my runs>");
    }

    @Test
    void aMissingJarIsBuiltAndSaidSoBefore() throws Exception {
        assertThat(launch().err().lines())
                .first()
                .asString()
                .isEqualTo("persistor: building persistor-standalone with Maven; the first time takes a minute or two");
        assertThat(launch().err()).isEmpty();
    }

    @Test
    void aNewerSourceIsBuiltAndThenNoMore() throws Exception {
        launch();
        FileTime later = FileTime.from(Instant.now().plus(Duration.ofHours(1)));
        Files.setLastModifiedTime(checkout.resolve("persistor-core/src/main/A.java"), later);
        assertThat(launch().err()).contains("mvn -B -q package -pl persistor-standalone -am");
        Files.setLastModifiedTime(checkout.resolve("persistor-core/src/main/A.java"), FileTime.from(Instant.EPOCH));
        assertThat(launch().err()).isEmpty();
    }

    @Test
    void aLinkToItFindsTheCheckout() throws Exception {
        Path link = Files.createSymbolicLink(folder.resolve("link"), Path.of("a checkout with spaces/persistor"));
        assertThat(launch(link).out()).contains("a checkout with spaces/persistor-standalone");
    }

    @Test
    void aBuildThatFailsEndsWith1AndIsTriedAgain() throws Exception {
        install("mvn", "echo broken; exit 1\n");
        for (int i = 0; i < 2; i++) {
            LauncherRun run = launch();
            assertThat(run.exitCode()).isEqualTo(1);
            assertThat(run.err()).contains("broken").contains("persistor: the build failed");
            assertThat(run.out()).isEmpty();
        }
    }

    @Test
    void aMissingMavenIsNamed() throws Exception {
        Files.delete(bin.resolve("mvn"));
        LauncherRun run = launch();
        assertThat(run.exitCode()).isEqualTo(1);
        assertThat(run.err()).contains("mvn not found").contains("install Maven, version 3.8 or later");
    }

    @Test
    void azuriteIsInstalledForTheDemoOfAzureAloneAndOnceForEachLockFile() throws Exception {
        install("npm", """
                echo "npm $*"
                mkdir -p "$3/node_modules"
                """);
        Path launcher = checkout.resolve("persistor");
        launch(launcher, "demo");
        assertThat(launch(launcher, "demo").err()).isEmpty();
        assertThat(launch(launcher, "ls", "azure").err()).doesNotContain("Azurite");
        assertThat(launch(launcher, "demo", "--cloud", "azure").err())
                .startsWith("persistor: installing Azurite with npm")
                .contains("npm ci --prefix " + checkout.toRealPath() + "/persistor-testkit/azurite");
        assertThat(launch(launcher, "demo", "--cloud=azure").err()).isEmpty();

        Files.writeString(checkout.resolve("persistor-testkit/azurite/package-lock.json"), "version 2");
        assertThat(launch(launcher, "demo", "--cloud=azure").err())
                .startsWith("persistor: installing Azurite with npm");
    }

    @Test
    void aMissingNpmIsNamed() throws Exception {
        LauncherRun run = launch(checkout.resolve("persistor"), "demo", "--cloud", "azure");
        assertThat(run.exitCode()).isEqualTo(1);
        assertThat(run.err()).contains("npm not found").contains("install Node 20");
    }

    @Test
    void aMissingJavaIsNamed() throws Exception {
        Files.delete(bin.resolve("java"));
        LauncherRun run = launch();
        assertThat(run.exitCode()).isEqualTo(1);
        assertThat(run.err()).contains("java not found").contains("install a JDK, version 17 or later");
    }

    @Test
    void anOlderJavaIsRefused() throws Exception {
        install("java", "echo 'java version \"1.8.0_402\"' >&2\n");
        LauncherRun run = launch();
        assertThat(run.exitCode()).isEqualTo(1);
        assertThat(run.err()).contains("java is version 8; version 17 or later is required");
    }
}
