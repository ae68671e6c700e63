package dev.persistor.gcp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.persistor.core.store.BlobInfo;
import dev.persistor.core.store.BlobName;
import dev.persistor.core.store.BlobStore;
import dev.persistor.core.store.BlobStores;
import dev.persistor.core.store.OpenBlob;
import dev.persistor.testkit.DeployedTests;
import dev.persistor.testkit.GcsServer;
import dev.persistor.testkit.GcsServer.Fault;
import dev.persistor.testkit.MessageGenerator;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What is deployed suffices: the jars that are left out of the client's dependencies are not missed. */
@Execution(ExecutionMode.CONCURRENT)
@Timeout(300)
class DeploymentIT {

    /** Each adds to the start of a function. Whoever adds one measures what it costs. */
    private static final List<String> DEPLOYED = List.of(
            "api-common",
            "error_prone_annotations",
            "failsafe",
            "failureaccess",
            "gax",
            "gax-httpjson",
            "google-api-client",
            "google-api-services-storage",
            "google-auth-library-credentials",
            "google-auth-library-oauth2-http",
            "google-cloud-core",
            "google-cloud-core-http",
            "google-cloud-storage",
            "google-http-client",
            "google-http-client-appengine",
            "google-http-client-gson",
            "google-http-client-jackson2",
            "grpc-api",
            "gson",
            "guava",
            "jackson-core",
            "jspecify",
            "jsr305",
            "opencensus-api",
            "opencensus-contrib-http-util",
            "opentelemetry-api",
            "opentelemetry-common",
            "opentelemetry-context",
            "persistor-core",
            "persistor-gcp",
            "protobuf-java",
            "slf4j-api",
            "slf4j-jdk14");

    /** The whole closure of google-cloud-storage 2.63.0 has 50.9 MB. */
    private static final long MOST_BYTES = 12_000_000;

    /** From the hyphen that begins the version. */
    private static final Pattern VERSION = Pattern.compile("-(v1-rev)?[0-9].*");

    private static final int LARGE = 9 << 20;
    private static final Path DEPLOYMENT = Path.of("target/deployment").toAbsolutePath();

    private GcsServer gcs;

    @BeforeEach
    void startServer() throws IOException {
        gcs = GcsServer.start();
    }

    @AfterEach
    void stopServer() {
        gcs.close();
    }

    private static List<Path> jars() throws IOException {
        try (Stream<Path> files = Files.walk(DEPLOYMENT)) {
            return files.filter(file -> file.toString().endsWith(".jar"))
                    .sorted()
                    .toList();
        }
    }

    private static String artifact(Path jar) {
        return VERSION.matcher(jar.getFileName().toString()).replaceFirst("");
    }

    private FunctionsFramework start() throws IOException {
        Map<String, String> environment =
                Map.of("PERSISTOR_STORE", "gs://archive", "STORAGE_EMULATOR_HOST", gcs.endpoint());
        return FunctionsFramework.startDeployed(DEPLOYMENT, PubSubPushEndpoint.class, environment);
    }

    private static int push(FunctionsFramework function, int id, byte[] payload) throws Exception {
        String body = "{\"message\":{\"data\":\"" + Base64.getEncoder().encodeToString(payload)
                + "\",\"messageId\":\"" + id + "\",\"publishTime\":\"2026-01-31T02:10:00Z\"},"
                + "\"subscription\":\"projects/p/subscriptions/orders\"}";
        return function.post(body.getBytes(StandardCharsets.UTF_8)).statusCode();
    }

    private List<Long> sizes() {
        try (BlobStore store = open()) {
            return store.list("").map(BlobInfo::size).toList();
        }
    }

    private byte[] archived(int id) {
        try (BlobStore store = open();
                OpenBlob blob = store.open(BlobName.of("orders/2026/01/31/02/" + id + ".bin"))) {
            return blob.readVerified();
        }
    }

    private BlobStore open() {
        return BlobStores.open(URI.create("gs://archive"), Map.of("STORAGE_EMULATOR_HOST", gcs.endpoint()));
    }

    @Test
    void theDeploymentHasTheListedJarsAndNoOthers() throws IOException {
        assertThat(jars()).extracting(DeploymentIT::artifact).containsExactlyInAnyOrderElementsOf(DEPLOYED);
    }

    @Test
    void theDeploymentIsAQuarterOfTheClientsClosure() throws IOException {
        long bytes = 0;
        for (Path jar : jars()) {
            bytes += Files.size(jar);
        }
        assertThat(bytes).isLessThan(MOST_BYTES);
    }

    @Test
    void messagesOfAllSizesAreArchivedOnce() throws Exception {
        List<byte[]> payloads = List.of(MessageGenerator.allBytes(), new byte[0], new MessageGenerator(1).bytes(LARGE));
        try (FunctionsFramework function = start()) {
            for (int delivery = 0; delivery < 2; delivery++) {
                for (int id = 0; id < payloads.size(); id++) {
                    assertThat(push(function, id, payloads.get(id)))
                            .as(function::log)
                            .isEqualTo(204);
                }
            }
        }
        assertThat(sizes()).containsExactly(256L, 0L, (long) LARGE);
        for (int id = 0; id < payloads.size(); id++) {
            assertThat(archived(id)).isEqualTo(payloads.get(id));
        }
        assertThat(gcs.requests()).anyMatch(request -> request.contains("uploadType=resumable"));
    }

    @ParameterizedTest
    @EnumSource(names = {"UNAVAILABLE", "RESET", "LOST_ANSWER"})
    void aFaultOfTheServiceIsOvercome(Fault fault) throws Exception {
        byte[] large = new MessageGenerator(2).bytes(LARGE);
        try (FunctionsFramework function = start()) {
            gcs.failUploads(fault);
            assertThat(push(function, 1, new byte[] {1})).as(function::log).isEqualTo(204);
            gcs.failUploads(fault);
            assertThat(push(function, 2, large)).as(function::log).isEqualTo(204);
        }
        assertThat(sizes()).containsExactly(1L, (long) LARGE);
        assertThat(archived(2)).isEqualTo(large);
    }

    @Test
    void theStoreKeepsItsContractWithWhatIsDeployedAlone() throws Exception {
        assertThat(DeployedTests.in(DEPLOYMENT).run(GcsBlobStoreTest.class)).isPositive();
    }

    @Test
    void aJarThatIsMissedFailsTheContract(@TempDir Path folder) throws Exception {
        for (Path jar : jars()) {
            if (!jar.getFileName().toString().startsWith("google-http-client-gson")) {
                Files.copy(jar, folder.resolve(jar.getFileName()));
            }
        }
        assertThatThrownBy(() -> DeployedTests.in(folder).run(GcsBlobStoreTest.class))
                .isInstanceOf(AssertionError.class)
                .hasMessageContaining("NoClassDefFoundError");
    }
}
