package dev.persistor.azure;

import com.azure.storage.blob.BlobServiceClientBuilder;
import dev.persistor.core.format.Compression;
import dev.persistor.core.format.MessageFormat;
import dev.persistor.core.format.MessageFormats;
import dev.persistor.core.store.BlobStore;
import dev.persistor.core.store.BlobStores;
import dev.persistor.testkit.Azurite;
import dev.persistor.testkit.MessageFormatContract;
import java.net.URI;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;

/** Every format, each in another compression, through the real client into the real emulator. The tests of the formats have all compressions. */
class AzureMessageFormatContractTest extends MessageFormatContract {

    private static final AtomicInteger CONTAINERS = new AtomicInteger();

    private static Azurite azurite;

    @BeforeAll
    static void startAzurite() {
        azurite = Azurite.start();
    }

    @AfterAll
    static void stopAzurite() {
        azurite.close();
    }

    @Override
    protected List<MessageFormat> formats() {
        return List.of(
                MessageFormats.named("raw", Compression.NONE),
                MessageFormats.named("jsonl", Compression.GZIP),
                MessageFormats.named("avro", Compression.ZSTD));
    }

    @Override
    protected BlobStore openStore() {
        String container = "formats-" + CONTAINERS.incrementAndGet();
        new BlobServiceClientBuilder()
                .connectionString(azurite.connectionString())
                .buildClient()
                .createBlobContainer(container);
        return BlobStores.open(
                URI.create(azurite.endpoint() + "/" + container),
                Map.of("AZURE_STORAGE_CONNECTION_STRING", azurite.connectionString()));
    }
}
