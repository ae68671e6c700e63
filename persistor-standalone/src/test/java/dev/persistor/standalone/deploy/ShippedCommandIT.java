package dev.persistor.standalone.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.lang.module.ModuleFinder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.jar.Attributes.Name;
import java.util.jar.JarFile;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The command as it is packed has no jars that only tests and the demo need. */
@Timeout(120)
class ShippedCommandIT {

    private static final Path JAR = Path.of("target/persistor-standalone.jar");
    private static final Path LIB = Path.of("target/lib");

    /** docs/dependencies.md has the size of each. */
    private static final long MOST_BYTES = 90_000_000;

    private static final Pattern ONLY_FOR_TESTS =
            Pattern.compile("(persistor-(testkit|demo|benchmarks)|junit|opentest4j|apiguardian"
                    + "|assertj|byte-buddy|awaitility|archunit|testcontainers|java-function-invoker|functions-framework"
                    + "|kafka_|duckdb|grpc-google-cloud-pubsub|json-schema|helm-java|client-java|jna-jpms).*");

    private @TempDir Path folder;

    private record Run(int exitCode, String out, String err) {}

    private static List<String> classPath() throws IOException {
        try (JarFile jar = new JarFile(JAR.toFile())) {
            return List.of(jar.getManifest()
                    .getMainAttributes()
                    .getValue(Name.CLASS_PATH)
                    .split(" "));
        }
    }

    private Run run(String... arguments) throws Exception {
        Path out = folder.resolve("out");
        Path err = folder.resolve("err");
        String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
        List<String> command = Stream.concat(Stream.of(java, "-jar", JAR.toString()), Stream.of(arguments))
                .toList();
        Process process = new ProcessBuilder(command)
                .redirectOutput(out.toFile())
                .redirectError(err.toFile())
                .start();
        assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
        return new Run(
                process.exitValue(),
                Files.readString(out, StandardCharsets.UTF_8),
                Files.readString(err, StandardCharsets.UTF_8));
    }

    @Test
    void theClassPathHasNothingThatOnlyTestsNeed() throws IOException {
        assertThat(classPath())
                .contains("lib/persistor-core-0.1.0-SNAPSHOT.jar")
                .noneMatch(
                        jar -> ONLY_FOR_TESTS.matcher(jar.replace("lib/", "")).matches());
    }

    @Test
    void theLibraryThatIsShippedIsTheClassPath() throws IOException {
        try (Stream<Path> jars = Files.list(LIB)) {
            assertThat(jars.map(jar -> "lib/" + jar.getFileName())).containsExactlyInAnyOrderElementsOf(classPath());
        }
    }

    @Test
    void theLibraryIsSmall() throws IOException {
        long bytes = 0;
        try (Stream<Path> jars = Files.list(LIB)) {
            for (Path jar : jars.toList()) {
                bytes += Files.size(jar);
            }
        }
        assertThat(bytes).isLessThan(MOST_BYTES);
    }

    @Test
    void eachModuleHasANameAndItsLicence() throws IOException {
        List<Path> modules = new ArrayList<>(List.of(JAR));
        try (Stream<Path> jars = Files.list(LIB)) {
            jars.filter(jar -> jar.getFileName().toString().startsWith("persistor-"))
                    .forEach(modules::add);
        }
        assertThat(ModuleFinder.of(modules.toArray(Path[]::new)).findAll())
                .extracting(module -> module.descriptor().name())
                .containsExactlyInAnyOrder(
                        "dev.persistor.avro",
                        "dev.persistor.azure",
                        "dev.persistor.core",
                        "dev.persistor.gcp",
                        "dev.persistor.kafka",
                        "dev.persistor.standalone");
        for (Path module : modules) {
            try (JarFile jar = new JarFile(module.toFile())) {
                assertThat(jar.getManifest().getMainAttributes().getValue("Automatic-Module-Name"))
                        .as(module.toString())
                        .isNotNull();
                for (String text : List.of("LICENSE", "NOTICE")) {
                    assertThat(jar.getInputStream(jar.getEntry("META-INF/" + text)))
                            .as("%s in %s", text, module)
                            .hasSameContentAs(Files.newInputStream(Path.of("..", text)));
                }
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"mem:///", "faulty:file:///tmp"})
    void storesForTestsAreNotOffered(String store) throws Exception {
        Run run = run("ls", store);
        assertThat(run.exitCode()).isEqualTo(64);
        assertThat(run.err())
                .contains("no module on the class path opens the store " + store)
                .contains("file:///folder, gs://")
                .doesNotContain("mem:///,", ", mem:", "faulty:file:///folder,");
    }

    @Test
    void theDemoIsNotOffered() throws Exception {
        Run run = run("demo");
        assertThat(run.exitCode()).isEqualTo(64);
        assertThat(run.err()).contains("Unmatched argument at index 0: 'demo'");
        assertThat(run("--help").out()).contains("replay").doesNotContain("demo");
    }
}
