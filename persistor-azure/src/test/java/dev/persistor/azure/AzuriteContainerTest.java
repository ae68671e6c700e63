package dev.persistor.azure;

import com.azure.storage.blob.BlobContainerClient;
import dev.persistor.core.store.BlobStore;
import dev.persistor.core.store.memory.MemoryDriver;
import dev.persistor.testkit.Azurite;
import dev.persistor.testkit.BlobStoreContract;
import dev.persistor.testkit.EnabledIfDockerAnswers;
import dev.persistor.testkit.FaultyBlobDriver;
import dev.persistor.testkit.StoreCapabilities;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.testcontainers.containers.GenericContainer;
import org.testcontainers.utility.DockerImageName;

/** The contract once more, against the emulator as Microsoft ships it: in a container. */
@EnabledIfDockerAnswers
class AzuriteContainerTest extends BlobStoreContract {

    private static final DockerImageName IMAGE =
            DockerImageName.parse("mcr.microsoft.com/azure-storage/azurite:3.35.0");
    private static final int PORT = 10_000;
    private static final AtomicInteger CONTAINERS = new AtomicInteger();

    private static GenericContainer<?> server;

    private String container = "";
    private FaultyBlobDriver driver = FaultyBlobDriver.over(new MemoryDriver());

    @BeforeAll
    static void startServer() {
        server = new GenericContainer<>(IMAGE)
                .withCommand("azurite-blob", "--blobHost", "0.0.0.0", "--inMemoryPersistence", "--skipApiVersionCheck")
                .withExposedPorts(PORT);
        server.start();
    }

    @AfterAll
    static void stopServer() {
        server.stop();
    }

    /** Opens the test's own container, which the first opening creates. */
    @Override
    protected BlobStore openStore() {
        String address = server.getHost() + ":" + server.getMappedPort(PORT);
        BlobContainerClient client = AzureBlobStoreProvider.client(
                        Azurite.endpointAt(address),
                        Map.of("AZURE_STORAGE_CONNECTION_STRING", Azurite.connectionStringAt(address)))
                .getBlobContainerClient(container.isEmpty() ? newName() : container);
        if (container.isEmpty()) {
            client.create();
            container = client.getBlobContainerName();
        }
        driver = FaultyBlobDriver.over(AzureDriver.over(client));
        return BlobStore.over(driver, "archive/x/");
    }

    private static String newName() {
        return "container-" + CONTAINERS.incrementAndGet();
    }

    @Override
    protected StoreCapabilities capabilities() {
        return StoreCapabilities.local().orderedByCodeUnits().failingReads(driver::failReads);
    }
}
