package dev.persistor.standalone.deploy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.persistor.testkit.ReservedPort;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The commands of the container's file run here on what they are given there: no engine is needed for that. */
@Timeout(120)
class ContainerIT {

    private static final Path TARGET = Path.of("target");

    private final ReservedPort port = ReservedPort.reserve();
    private @TempDir Path root;
    private Dockerfile dockerfile;

    @BeforeEach
    void copy() throws IOException {
        dockerfile = Dockerfile.read();
        Path lib = Files.createDirectories(root.resolve("app/lib"));
        Files.createDirectory(root.resolve("tmp"));
        Files.copy(TARGET.resolve("persistor-standalone.jar"), root.resolve("app/persistor-standalone.jar"));
        Files.copy(Dockerfile.PATH.resolveSibling("collector.options"), root.resolve("app/collector.options"));
        try (Stream<Path> jars = Files.list(TARGET.resolve("lib"))) {
            for (Path jar : jars.toList()) {
                Files.copy(jar, lib.resolve(jar.getFileName()));
            }
        }
    }

    @AfterEach
    void releasePort() {
        port.close();
    }

    private String here(String text) {
        String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
        return text.replaceAll("(?<![\\w.-])/(app|tmp)/", root + "/$1/").replaceAll("^java\\b", java);
    }

    private void build() throws IOException, InterruptedException {
        for (String run : dockerfile.all("RUN")) {
            Process process = new ProcessBuilder("sh", "-c", here(run))
                    .redirectErrorStream(true)
                    .redirectOutput(root.resolve("tmp/build.log").toFile())
                    .start();
            assertThat(process.waitFor(60, TimeUnit.SECONDS)).as(run).isTrue();
            assertThat(process.exitValue())
                    .as("%s: %s", run, Files.readString(root.resolve("tmp/build.log")))
                    .isZero();
        }
    }

    @Test
    void whatIsBuiltRunsWithTheClassesOfItsArchive() throws Exception {
        build();
        assertThat(root.resolve("app/persistor.jsa")).isNotEmptyFile();
        Path config = root.resolve("tmp/persistor.yaml");
        Files.writeString(
                config,
                "http-address: 127.0.0.1:" + port.number() + "\ncaptures:\n  web: {from: http, store: \""
                        + root.resolve("tmp/archive").toUri() + "\"}\n");
        List<String> line = new ArrayList<>();
        for (String word : dockerfile.words("ENTRYPOINT")) {
            line.add(here(word));
        }
        for (String word : dockerfile.words("CMD")) {
            line.add(word.equals("/etc/persistor/persistor.yaml") ? config.toString() : word);
        }
        assertThat(line).contains(config.toString());
        ProcessBuilder builder = new ProcessBuilder(line)
                .redirectErrorStream(true)
                .redirectOutput(root.resolve("tmp/run.log").toFile());
        // Without it a JVM that cannot use the archive goes on without a word.
        builder.environment().put("JAVA_TOOL_OPTIONS", "-Xshare:on");
        Process process = builder.start();
        try {
            await().atMost(Duration.ofSeconds(60)).until(() -> {
                assertThat(process.isAlive())
                        .as(Files.readString(root.resolve("tmp/run.log")))
                        .isTrue();
                return isReady(process);
            });
            process.destroy();
            assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
            assertThat(process.exitValue()).isEqualTo(143);
        } finally {
            process.destroyForcibly();
        }
    }

    private boolean isReady(Process process) throws InterruptedException {
        try {
            return port.isServedBy(process)
                    && HttpClient.newHttpClient()
                                    .send(
                                            HttpRequest.newBuilder(URI.create(
                                                            "http://127.0.0.1:" + port.number() + "/health/ready"))
                                                    .build(),
                                            BodyHandlers.discarding())
                                    .statusCode()
                            == 200;
        } catch (IOException e) {
            return false;
        }
    }
}
