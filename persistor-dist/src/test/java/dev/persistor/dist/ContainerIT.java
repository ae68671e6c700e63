package dev.persistor.dist;

import static org.assertj.core.api.Assertions.assertThat;

import dev.persistor.testkit.ReservedPort;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;

/** The image for containers, as the build writes it. No engine is needed: its layers are unpacked, and its command runs in them. */
@EnabledIfSystemProperty(
        named = "persistor.container",
        matches = ".+",
        disabledReason = "only -Dcontainer makes an image")
@Timeout(120)
class ContainerIT {

    private static @TempDir Path unpacked;
    private static ContainerImage image;

    private @TempDir Path folder;

    @BeforeAll
    static void unpack() throws Exception {
        image = ContainerImage.unpack(Path.of(System.getProperty("persistor.container")), unpacked);
    }

    private static Stream<String> jars(Path folder) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.map(file -> file.getFileName().toString()).toList().stream();
        }
    }

    @Test
    void hasTheFilesOfTheDistributionAndNoOthers() throws Exception {
        Path app = image.root().resolve("app");
        assertThat(jars(app.resolve("lib")))
                .containsExactlyInAnyOrderElementsOf(
                        jars(Path.of("../persistor-standalone/target/lib")).toList())
                .noneMatch(jar -> jar.matches("(junit|assertj|awaitility|java-function-invoker|persistor-testkit).*"));
        assertThat(jars(app))
                .containsExactlyInAnyOrder(
                        "LICENSE", "NOTICE", "THIRD-PARTY.txt", "collector.options", "lib", "persistor-standalone.jar");
        assertThat(app.resolve("persistor-standalone.jar"))
                .hasSameBinaryContentAs(Path.of("../persistor-standalone/target/persistor-standalone.jar"));
        assertThat(app.resolve("LICENSE")).hasSameTextualContentAs(Path.of("../LICENSE"));
    }

    @Test
    void itsUserMayNotWriteToItsFiles() throws Exception {
        assertThat(image.settings("/config/User")).containsExactly("65532:65532");
        assertThat(image.files())
                .allSatisfy(file -> assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                        .isEqualTo(Files.isDirectory(file) ? "rwxr-xr-x" : "rw-r--r--"));
    }

    @Test
    void saysHowToRunItAndWhatItIs() throws Exception {
        assertThat(image.settings("/config/Entrypoint"))
                .startsWith("java", "@/app/collector.options")
                .endsWith("-cp", "/app/persistor-standalone.jar", "dev.persistor.standalone.PersistorCommand");
        assertThat(image.settings("/config/Cmd")).containsExactly("run", "--config", "/etc/persistor/persistor.yaml");
        assertThat(image.settings("/config/Env")).contains("PERSISTOR_HTTP_ADDRESS=0.0.0.0:8080");
        assertThat(image.config()).contains("\"ExposedPorts\":{\"8080/tcp\":{}}");
        assertThat(image.settings("/config/Labels/org.opencontainers.image.version"))
                .containsExactly(System.getProperty("persistor.version"));
        assertThat(image.settings("/config/Labels/org.opencontainers.image.licenses"))
                .containsExactly("Apache-2.0");
    }

    @Test
    void capturesOnAReadOnlyFileSystem() throws Exception {
        Path archive = Files.createDirectory(folder.resolve("archive"));
        Files.setPosixFilePermissions(archive, PosixFilePermissions.fromString("rwxrwxrwx"));
        try (ReservedPort port = ReservedPort.reserve()) {
            Path config = image.root().resolve("etc/persistor/persistor.yaml");
            Files.createDirectories(config.getParent());
            Files.writeString(
                    config,
                    "http-address: 127.0.0.1:" + port.number() + "\ncaptures:\n  web: {from: http, store: \""
                            + archive.toUri() + "\"}\n");
            ProcessBuilder builder = isRoot() ? image.confined(archive) : image.unconfined();
            Path log = folder.resolve("log");
            Process process = builder.redirectErrorStream(true)
                    .redirectOutput(log.toFile())
                    .start();
            HttpCapture.captureAndStop(process, port, "message-1", log);
        }
        try (Stream<Path> blobs = Files.walk(archive)) {
            assertThat(blobs.filter(Files::isRegularFile).map(Path::toString))
                    .anyMatch(blob -> blob.contains("message-1"));
        }
    }

    private static boolean isRoot() {
        return "root".equals(System.getProperty("user.name"));
    }
}
