package dev.persistor.gcp;

import dev.persistor.core.format.Compression;
import dev.persistor.core.format.MessageFormat;
import dev.persistor.core.format.MessageFormats;
import dev.persistor.core.store.BlobStore;
import dev.persistor.core.store.BlobStores;
import dev.persistor.testkit.GcsServer;
import dev.persistor.testkit.MessageFormatContract;
import java.io.IOException;
import java.net.URI;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;

/** Every format, each in another compression, through the real client. The tests of the formats have all compressions. */
class GcsMessageFormatContractTest extends MessageFormatContract {

    private static final AtomicInteger BUCKETS = new AtomicInteger();

    private static GcsServer gcs;

    @BeforeAll
    static void startServer() throws IOException {
        gcs = GcsServer.start();
    }

    @AfterAll
    static void stopServer() {
        gcs.close();
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
        return BlobStores.open(
                URI.create("gs://archive-" + BUCKETS.incrementAndGet()),
                Map.of("STORAGE_EMULATOR_HOST", gcs.endpoint()));
    }
}
