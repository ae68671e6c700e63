package dev.persistor.gcp;

import com.google.cloud.storage.BucketInfo;
import com.google.cloud.storage.Storage;
import dev.persistor.core.store.BlobStore;
import dev.persistor.core.store.memory.MemoryDriver;
import dev.persistor.testkit.BlobStoreContract;
import dev.persistor.testkit.EnabledIfDockerAnswers;
import dev.persistor.testkit.FaultyBlobDriver;
import dev.persistor.testkit.StoreCapabilities;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.testcontainers.containers.GenericContainer;
import org.testcontainers.containers.wait.strategy.Wait;
import org.testcontainers.utility.DockerImageName;

/** The contract once more, against a server that we did not write: fake-gcs-server, in a container. */
@EnabledIfDockerAnswers
class FakeGcsServerTest extends BlobStoreContract {

    // Older releases forget the precondition of a resumable upload, and overwrite.
    private static final DockerImageName IMAGE = DockerImageName.parse("fsouza/fake-gcs-server:1.56.1");
    private static final int PORT = 4443;
    private static final AtomicInteger BUCKETS = new AtomicInteger();

    private static GenericContainer<?> server;
    private static Map<String, String> environment;

    private String bucket = "";
    private FaultyBlobDriver driver = FaultyBlobDriver.over(new MemoryDriver());

    @BeforeAll
    static void startServer() throws Exception {
        server = new GenericContainer<>(IMAGE)
                .withCommand("-scheme", "http", "-port", Integer.toString(PORT), "-backend", "memory")
                .withExposedPorts(PORT)
                .waitingFor(Wait.forHttp("/_internal/healthcheck").forPort(PORT));
        server.start();
        String host = server.getHost() + ":" + server.getMappedPort(PORT);
        environment = Map.of("STORAGE_EMULATOR_HOST", "http://" + host);
        tellItsAddress(host);
    }

    /** It hands out addresses for resumable uploads, and only now is known which reach it from here. */
    private static void tellItsAddress(String host) throws Exception {
        String config = "{\"externalUrl\":\"http://" + host + "\",\"publicHost\":\"" + host + "\"}";
        HttpRequest request = HttpRequest.newBuilder(URI.create("http://" + host + "/_internal/config"))
                .PUT(HttpRequest.BodyPublishers.ofString(config))
                .build();
        HttpResponse<String> answer = HttpClient.newHttpClient().send(request, HttpResponse.BodyHandlers.ofString());
        if (answer.statusCode() != 200) {
            throw new IllegalStateException("fake-gcs-server refused its address: " + answer);
        }
    }

    @AfterAll
    static void stopServer() {
        server.stop();
    }

    /** Opens the test's own bucket, which the first opening creates. */
    @Override
    protected BlobStore openStore() {
        Storage client = GcsBlobStoreProvider.client(environment);
        if (bucket.isEmpty()) {
            bucket = "bucket-" + BUCKETS.incrementAndGet();
            client.create(BucketInfo.of(bucket));
        }
        driver = FaultyBlobDriver.over(GcsDriver.over(client, bucket));
        return BlobStore.over(driver, "archive/x/");
    }

    @Override
    protected StoreCapabilities capabilities() {
        return StoreCapabilities.local().failingReads(driver::failReads);
    }
}
