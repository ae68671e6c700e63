package dev.persistor.spark;

import static dev.persistor.core.fixtures.TestMessages.aMessage;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.sun.net.httpserver.HttpServer;
import dev.persistor.core.batch.Batching;
import dev.persistor.core.format.Compression;
import dev.persistor.core.format.MessageFormat;
import dev.persistor.core.format.MessageFormats;
import dev.persistor.core.message.Attributes;
import dev.persistor.core.message.Message;
import dev.persistor.core.naming.PathTemplate;
import dev.persistor.core.store.Blob;
import dev.persistor.core.store.BlobMetadata;
import dev.persistor.core.store.BlobName;
import dev.persistor.core.store.BlobStore;
import dev.persistor.core.store.BlobStores;
import dev.persistor.core.write.Persistor;
import dev.persistor.testkit.GcsServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The jar as it is packed, on a cluster of processes that have Spark's own jars: a fault of the class path shows nowhere else. */
class PackedJarIT {

    private static final Instant START = Instant.parse("2024-01-01T00:00:00Z");
    private static final int MESSAGES = 600;
    /** Those of "payload 0" to "payload 599". */
    private static final int PAYLOAD_BYTES = 600 * "payload ".length() + 10 + 90 * 2 + 500 * 3;

    @TempDir
    private static Path folder;

    private static GcsServer server;
    private static Map<String, String> environment;
    private static SparkCluster cluster;

    @BeforeAll
    static void start() throws IOException {
        server = GcsServer.start();
        environment = Map.of("STORAGE_EMULATOR_HOST", server.endpoint());
        cluster = SparkCluster.start(folder);
        for (String format : List.of("raw", "jsonl", "avro")) {
            persist(URI.create("gs://" + format), MessageFormats.named(format, Compression.NONE));
        }
        persist(URI.create("gs://jsonl-zstd"), MessageFormats.named("jsonl", Compression.ZSTD));
    }

    @AfterAll
    static void stop() {
        cluster.close();
        server.close();
    }

    private static void persist(URI address, MessageFormat format) {
        List<Message> messages = IntStream.range(0, MESSAGES)
                .mapToObj(i -> aMessage("m" + i, "payload " + i)
                        .publishTime(START.plusSeconds(i))
                        .attributes(Attributes.builder().add("n", "" + i).build())
                        .build())
                .toList();
        try (BlobStore store = BlobStores.open(address, environment);
                Persistor persistor = builder(store, format).build()) {
            persistor.persistAll(messages);
        }
    }

    private static Persistor.Builder builder(BlobStore store, MessageFormat format) {
        Persistor.Builder builder = Persistor.builder(store).format(format);
        return format.holdsBatches()
                ? builder.naming(PathTemplate.parse("{source}/{yyyy}/{MM}/{dd}/{HH}/{batch}{ext}"))
                        .batching(Batching.upTo(20).orBytes(1 << 20).orAfter(Duration.ofMillis(10)))
                : builder;
    }

    private static Path jar(String ending) throws IOException {
        try (Stream<Path> jars = Files.list(Path.of("target"))) {
            return jars.filter(jar -> jar.getFileName().toString().matches("persistor-spark-.*SNAPSHOT" + ending))
                    .findFirst()
                    .orElseThrow()
                    .toAbsolutePath();
        }
    }

    private static SparkCluster.Submitted read(String... arguments) throws IOException {
        return cluster.submit(
                environment,
                List.of("--jars", jar("\\.jar").toString(), "--class", TableProgram.class.getName()),
                Stream.concat(Stream.of(jar("-tests\\.jar").toString()), Stream.of(arguments))
                        .toList());
    }

    @Test
    void readsEveryFormatAlthoughALostWorkerTakesItsTasksAlong() throws IOException {
        SparkCluster.Submitted job = read("split-blobs=10", "gs://raw", "gs://jsonl", "gs://avro", "gs://jsonl-zstd");
        job.awaitLog("Finished task 12.0");
        cluster.loseWorker();

        assertThat(job.exitCode()).as(job.errors()).isZero();
        String all = " [" + MESSAGES + "," + MESSAGES + "," + PAYLOAD_BYTES + "," + MESSAGES + ",true]";
        assertThat(job.output().lines())
                .containsExactly("gs://raw" + all, "gs://jsonl" + all, "gs://avro" + all, "gs://jsonl-zstd" + all);
        assertThat(job.errors()).contains("Lost executor");
    }

    private static SparkCluster.Submitted job(Class<?> job, List<String> options, String... arguments)
            throws IOException {
        return cluster.submit(
                environment,
                Stream.concat(Stream.of("--class", job.getName()), options.stream())
                        .toList(),
                Stream.concat(Stream.of(jar("\\.jar").toString()), Stream.of(arguments))
                        .toList());
    }

    @Test
    void replaysEachMessageAlthoughALostWorkerTakesItsShardAlong() throws IOException {
        Map<String, Integer> received = new ConcurrentHashMap<>();
        HttpServer target = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 64);
        target.createContext("/", exchange -> {
            received.merge(
                    new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8), 1, Integer::sum);
            exchange.sendResponseHeaders(204, -1);
            exchange.close();
        });
        target.start();
        try {
            SparkCluster.Submitted job = job(
                    Replay.class,
                    List.of(),
                    "gs://jsonl",
                    "--to=http://127.0.0.1:" + target.getAddress().getPort() + "/",
                    "--checkpoint",
                    "gs://notes/replay",
                    "--failed=gs://notes/failed",
                    "--shards=4",
                    "--under-way=5",
                    "--rate=60/s",
                    "--yes");
            await().atMost(Duration.ofMinutes(3))
                    .until(() -> received.size() >= 60 || !job.process().isAlive());
            cluster.loseWorker();

            assertThat(job.exitCode()).as(job.errors()).isZero();
            assertThat(job.output()).contains("Complete: all 4 shards.");
            assertThat(job.errors()).contains("Lost executor");
            assertThat(received).hasSize(MESSAGES);
            assertThat(received.values().stream().filter(times -> times > 1).count())
                    .isLessThanOrEqualTo(5);
        } finally {
            target.stop(0);
        }
    }

    /** The 600 messages are read, too. That an exit code of 0 comes through, the other jobs show. */
    @Test
    void verifiesAndEndsWithTheExitCodeOfTheCommand() throws IOException {
        persist(URI.create("gs://damaged"), MessageFormats.named("avro", Compression.NONE));
        try (BlobStore store = BlobStores.open(URI.create("gs://damaged"), environment)) {
            store.put(Blob.of(
                    BlobName.of("orders/2024/01/01/00/x.jsonl"),
                    "{\"id\":".getBytes(StandardCharsets.UTF_8),
                    "application/jsonl",
                    BlobMetadata.empty()));
        }
        SparkCluster.Submitted damaged =
                job(Verify.class, List.of(), "gs://damaged", "--report", "gs://notes/damaged", "--shards", "2");
        assertThat(damaged.exitCode()).as(damaged.errors()).isEqualTo(2);
        assertThat(damaged.output())
                .containsPattern("messages +600\n")
                .contains("The archive is NOT complete.")
                .contains("x.jsonl");
    }

    @Test
    void refusesWhatWouldPublishMessagesTwice() throws IOException {
        SparkCluster.Submitted twice = job(
                Replay.class,
                List.of("--conf", "spark.speculation=true"),
                "gs://raw",
                "--to=http://127.0.0.1:9/",
                "--checkpoint=gs://notes/x",
                "--failed=gs://notes/failed",
                "--yes");
        assertThat(twice.exitCode()).isEqualTo(64);
        assertThat(twice.errors()).contains("spark.speculation is true");

        SparkCluster.Submitted local = job(
                Replay.class,
                List.of(),
                "gs://raw",
                "--to=http://127.0.0.1:9/",
                "--checkpoint=" + folder.resolve("checkpoint"),
                "--failed=gs://notes/failed",
                "--yes");
        assertThat(local.exitCode()).isEqualTo(64);
        assertThat(local.errors())
                .contains("Invalid value for option '--checkpoint'")
                .contains("machine of one task");
    }
}
