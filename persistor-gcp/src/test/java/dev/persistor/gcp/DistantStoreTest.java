package dev.persistor.gcp;

import static org.assertj.core.api.Assertions.assertThat;

import dev.persistor.core.archive.Archive;
import dev.persistor.core.archive.ArchiveReader;
import dev.persistor.core.archive.MessageFilter;
import dev.persistor.core.archive.ReadOrder;
import dev.persistor.core.message.Message;
import dev.persistor.core.store.Blob;
import dev.persistor.core.store.BlobInfo;
import dev.persistor.core.store.BlobStore;
import dev.persistor.core.store.BlobStores;
import dev.persistor.core.store.OpenBlob;
import dev.persistor.core.store.memory.MemoryDriver;
import dev.persistor.core.write.Persistor;
import dev.persistor.testkit.DistantProxy;
import dev.persistor.testkit.GcsServer;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** An archive with an object a message in a Cloud Storage that is 30 ms away, read by a process of its own with a small heap. */
@Timeout(180)
class DistantStoreTest {

    private static final int MESSAGES = 2_000;
    private static final int HEAP_MIB = 64;
    private static final Duration FAR = Duration.ofMillis(30);

    /** Reads the archive, and prints how many messages it has. The JVM sets how many connections are kept only once. */
    static final class Reader {

        public static void main(String[] arguments) {
            Map<String, String> environment = Map.of("STORAGE_EMULATOR_HOST", arguments[0]);
            try (BlobStore store = BlobStores.open(URI.create("gs://archive"), environment);
                    ArchiveReader reader = Archive.on(store).build().read(MessageFilter.ALL, ReadOrder.NONE)) {
                long count = 0;
                for (; reader.hasNext(); count++) {
                    reader.next();
                }
                System.out.println(count + " messages, " + reader.findings().size() + " findings");
            }
        }
    }

    private static void fill(GcsServer server) {
        try (BlobStore memory = BlobStore.over(new MemoryDriver());
                Persistor persistor = Persistor.builder(memory).build()) {
            persistor.persistAll(IntStream.range(0, MESSAGES)
                    .mapToObj(number -> Message.builder()
                            .id(Integer.toString(number))
                            .source("orders")
                            .publishTime(Instant.EPOCH.plusSeconds(number))
                            .payload("x".repeat(1_000).getBytes(StandardCharsets.US_ASCII))
                            .build())
                    .toList());
            memory.list("").forEach(blob -> server.put("archive", blobOf(memory, blob)));
        }
    }

    private static Blob blobOf(BlobStore store, BlobInfo info) {
        try (OpenBlob open = store.open(info)) {
            return Blob.of(info.name(), open.readVerified(), info.contentType(), info.metadata());
        }
    }

    private static String read(DistantProxy proxy) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(List.of(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xmx" + HEAP_MIB + "m",
                        "-XX:TieredStopAtLevel=1",
                        "-XX:+UseSerialGC",
                        "-cp",
                        System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")),
                        Reader.class.getName(),
                        "http://127.0.0.1:" + proxy.port()))
                .redirectErrorStream(true)
                .start();
        try {
            String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            assertThat(process.waitFor()).as(output).isZero();
            return output.strip();
        } finally {
            process.destroyForcibly();
        }
    }

    private static int port(GcsServer server) {
        return URI.create(server.endpoint()).getPort();
    }

    @Test
    void connectionsAreUsedAgainHoweverManyRequestsAreUnderWay() throws Exception {
        try (GcsServer server = GcsServer.start();
                DistantProxy proxy = DistantProxy.before(port(server), FAR)) {
            fill(server);
            assertThat(read(proxy)).endsWith(MESSAGES + " messages, 0 findings");
            assertThat(proxy.requests()).isBetween((long) MESSAGES, MESSAGES + 10L);
            // One for each MiB of the heap, and one for the listing; some more where the server closed one.
            assertThat(proxy.connections()).isLessThan(2 * HEAP_MIB);
        }
    }

    @Test
    void allIsReadFromAServiceThatThrottles() throws Exception {
        try (GcsServer server = GcsServer.start();
                DistantProxy proxy = DistantProxy.before(port(server), FAR)) {
            fill(server);
            proxy.allow(400);
            assertThat(read(proxy)).endsWith(MESSAGES + " messages, 0 findings");
            assertThat(proxy.throttled()).isPositive().isLessThan(MESSAGES / 5);
        }
    }
}
