package dev.persistor.spark;

import static dev.persistor.core.fixtures.TestMessages.aMessage;
import static org.assertj.core.api.Assertions.assertThat;

import dev.persistor.core.batch.Batching;
import dev.persistor.core.format.Compression;
import dev.persistor.core.format.MessageFormat;
import dev.persistor.core.format.MessageFormats;
import dev.persistor.core.message.Attributes;
import dev.persistor.core.message.Message;
import dev.persistor.core.naming.PathTemplate;
import dev.persistor.core.store.BlobStore;
import dev.persistor.core.store.BlobStores;
import dev.persistor.core.write.Persistor;
import dev.persistor.testkit.GcsServer;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
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
                .mapToObj(i -> aMessage("m" + i, "payload")
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
        SparkCluster.Submitted job = read("split-blobs=1", "gs://raw", "gs://jsonl", "gs://avro", "gs://jsonl-zstd");
        job.awaitLog("Finished task 30.0");
        cluster.killWorker(0);

        assertThat(job.exitCode()).as(job.errors()).isZero();
        String all = " [" + MESSAGES + "," + MESSAGES + "," + MESSAGES * "payload".length() + "," + MESSAGES + ",true]";
        assertThat(job.output().lines())
                .containsExactly("gs://raw" + all, "gs://jsonl" + all, "gs://avro" + all, "gs://jsonl-zstd" + all);
        assertThat(job.errors()).contains("Lost executor");
    }
}
