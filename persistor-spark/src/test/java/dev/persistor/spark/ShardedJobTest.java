package dev.persistor.spark;

import static dev.persistor.core.fixtures.TestMessages.aMessage;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpServer;
import dev.persistor.core.store.BlobInfo;
import dev.persistor.core.store.BlobStore;
import dev.persistor.core.store.BlobStores;
import dev.persistor.core.write.Persistor;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.spark.SparkConf;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ShardedJobTest {

    private static final int MESSAGES = 90;

    @TempDir
    private Path folder;

    private final Map<String, Integer> received = new ConcurrentHashMap<>();
    private final Set<String> refused = ConcurrentHashMap.newKeySet();
    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();
    private HttpServer target;

    @BeforeEach
    void start() throws IOException {
        target = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 64);
        target.createContext("/", exchange -> {
            String payload = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
            if (refused.contains(payload)) {
                exchange.sendResponseHeaders(400, -1);
            } else {
                received.merge(payload, 1, Integer::sum);
                exchange.sendResponseHeaders(204, -1);
            }
            exchange.close();
        });
        target.start();
        try (BlobStore store = BlobStores.open(archive().toUri(), Map.of());
                Persistor persistor = Persistor.builder(store).build()) {
            persistor.persistAll(IntStream.range(0, MESSAGES)
                    .mapToObj(i -> aMessage("m" + i, "payload " + i)
                            .publishTime(Instant.EPOCH.plusSeconds(i * 60L))
                            .build())
                    .toList());
        }
    }

    @AfterEach
    void stop() {
        target.stop(0);
    }

    private Path archive() throws IOException {
        return Files.createDirectories(folder.resolve("archive"));
    }

    private int run(JobCommand command, String... arguments) throws IOException {
        List<String> all = Stream.concat(Stream.of(archive().toUri().toString()), Stream.of(arguments))
                .toList();
        return ShardedJob.run(
                command,
                new JobArguments(all),
                LocalSpark.session(),
                new PrintStream(out, true, StandardCharsets.UTF_8),
                new PrintStream(err, true, StandardCharsets.UTF_8));
    }

    private int replay(String... more) throws IOException {
        return run(
                JobCommand.REPLAY,
                Stream.concat(
                                Stream.of(
                                        "--to=http://127.0.0.1:"
                                                + target.getAddress().getPort() + "/",
                                        "--checkpoint",
                                        folder.resolve("notes").toString(),
                                        "--failed",
                                        folder.resolve("failed").toString(),
                                        "--shards",
                                        "3"),
                                Stream.of(more))
                        .toArray(String[]::new));
    }

    @Test
    void publishesEachMessageOnceAndPrintsOneReport() throws IOException {
        assertThat(replay("--yes")).as(err::toString).isZero();

        assertThat(received)
                .hasSize(MESSAGES)
                .allSatisfy((payload, times) -> assertThat(times).isEqualTo(1));
        assertThat(out.toString(StandardCharsets.UTF_8)).contains("Complete: all 3 shards.");

        assertThat(replay("--yes")).isZero();
        assertThat(received.values()).containsOnly(1);
    }

    @Test
    void endsWithTheExitCodeOfTheCommandAndSaysWhatEachShardMet() throws IOException {
        refused.add("payload 7");
        assertThat(replay("--yes", "--json")).isEqualTo(1);
        assertThat(received).hasSize(MESSAGES - 1);
        assertThat(out.toString(StandardCharsets.UTF_8)).startsWith("{\"complete\":false");

        refused.clear();
        assertThat(replay("--yes")).as(err::toString).isZero();
        assertThat(received).hasSize(MESSAGES);
    }

    @Test
    void tellsAWrongCommandLineOfTheTasks() throws IOException {
        assertThat(replay()).isEqualTo(64);
        assertThat(err.toString(StandardCharsets.UTF_8)).contains("shard 0/3: there is no terminal for the question");
        assertThat(replay("--yes", "--order=sideways")).isEqualTo(64);
        assertThat(err.toString(StandardCharsets.UTF_8)).contains("'--order'");
        assertThat(replay("--shards=many")).isEqualTo(64);
        assertThat(received).isEmpty();
    }

    @Test
    void verifies() throws IOException {
        assertThat(run(
                        JobCommand.VERIFY,
                        "--report",
                        folder.resolve("v").toUri().toString(),
                        "--shards=2"))
                .as(err::toString)
                .isZero();
        assertThat(out.toString(StandardCharsets.UTF_8)).contains("Nothing is damaged");
    }

    private int compact(String... more) throws IOException {
        Path target = Files.createDirectories(folder.resolve("compacted"));
        return run(
                JobCommand.COMPACT,
                Stream.concat(Stream.of("--to", target.toUri().toString(), "--shards", "3"), Stream.of(more))
                        .toArray(String[]::new));
    }

    private long batches() throws IOException {
        try (BlobStore store = BlobStores.open(folder.resolve("compacted").toUri(), Map.of());
                Stream<BlobInfo> blobs = store.list("orders/")) {
            return blobs.count();
        }
    }

    @Test
    void compactsEachHourOnceAndNamesWhatMayExpire() throws IOException {
        assertThat(compact()).as(err::toString).isZero();
        assertThat(batches()).isEqualTo(2);
        assertThat(out.toString(StandardCharsets.UTF_8)).contains("orders/");

        out.reset();
        assertThat(compact("--json")).as(err::toString).isZero();
        assertThat(batches()).isEqualTo(2);
        assertThat(out.toString(StandardCharsets.UTF_8)).startsWith("{").contains("\"complete\":true");
    }

    @Test
    void aCompactionTakesTheEndOfTheRangeByItsOtherName() throws IOException {
        assertThat(compact("--to", "1970-01-01T01:00:00Z")).isEqualTo(64);
        assertThat(err.toString(StandardCharsets.UTF_8)).contains("the end of the range with --until");
        assertThat(compact("--until", "1970-01-01T01:00:00Z")).as(err::toString).isZero();
        assertThat(batches()).isEqualTo(1);
    }

    @Test
    void refusesSpeculation() {
        assertThatThrownBy(() ->
                        ShardedJob.requireOneAttemptAtATime(new SparkConf(false).set("spark.speculation", "true")))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("--conf spark.speculation=false");
    }
}
