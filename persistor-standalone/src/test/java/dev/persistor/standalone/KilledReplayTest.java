package dev.persistor.standalone;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The real command, in a process of its own, killed again and again on its way to a target that counts what arrives. */
@Timeout(180)
class KilledReplayTest {

    private static final int MESSAGES = 2_000;
    private static final int KILLS = 4;
    private static final int SHARDS = 3;
    private static final int UNDER_WAY = 20;
    private static final int MOST_ARRIVALS_A_RUN = 100;
    private static final long SEED = 4;

    private final ScheduledExecutorService answers = Executors.newScheduledThreadPool(2);
    /** How often each id arrived. Guarded by itself. */
    private final Map<String, Integer> arrivals = new HashMap<>();

    private @TempDir Path folder;
    private HttpServer server;
    private long arrived;

    @BeforeEach
    void start() throws IOException {
        CommandRun.archiveBatches(folder.resolve("archive"), CommandRun.messages("orders", 0, MESSAGES));
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", this::take);
        server.start();
    }

    @AfterEach
    void stop() {
        server.stop(0);
        answers.shutdownNow();
    }

    /** Counts at once, and answers a moment later: a kill in between leaves a message that arrived and was not noted. */
    private void take(HttpExchange exchange) throws IOException {
        exchange.getRequestBody().readAllBytes();
        synchronized (arrivals) {
            arrivals.merge(exchange.getRequestHeaders().getFirst("persistor-id"), 1, Integer::sum);
            arrived++;
            arrivals.notifyAll();
        }
        Future<?> unused = answers.schedule(() -> answer(exchange), 5, TimeUnit.MILLISECONDS);
    }

    private static void answer(HttpExchange exchange) {
        try {
            exchange.sendResponseHeaders(204, -1);
        } catch (IOException e) {
            // Whoever asked was killed.
            exchange.close();
        }
    }

    private Process replay(Path log) {
        return replay(log, folder.resolve("checkpoint").toString());
    }

    private Process replay(Path log, String checkpoint, String... more) {
        List<String> line = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-XX:+UseSerialGC",
                "-cp",
                System.getProperty("java.class.path"),
                PersistorCommand.class.getName(),
                "replay",
                folder.resolve("archive").toString(),
                "--to",
                "http://127.0.0.1:" + server.getAddress().getPort() + "/in",
                "--yes",
                "--checkpoint",
                checkpoint,
                "--audit",
                folder.resolve("audit").toString(),
                "--failed",
                folder.resolve("failed").toString(),
                "--under-way",
                Integer.toString(UNDER_WAY)));
        line.addAll(List.of(more));
        try {
            return new ProcessBuilder(line)
                    .redirectErrorStream(true)
                    .redirectOutput(log.toFile())
                    .start();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Waits until so many more have arrived, or the process has ended by itself. */
    private void awaitArrivals(int more, Process process) throws InterruptedException {
        synchronized (arrivals) {
            long enough = arrived + more;
            while (arrived < enough && process.isAlive()) {
                arrivals.wait(100);
            }
        }
    }

    @Test
    void nothingIsMissingAndFewWentOutTwice() throws Exception {
        Random random = new Random(SEED);
        Path log = folder.resolve("log");
        for (int kill = 0; kill < KILLS; kill++) {
            Process process = replay(log);
            awaitArrivals(1 + random.nextInt(MOST_ARRIVALS_A_RUN), process);
            assertThat(process.isAlive()).as(Files.readString(log)).isTrue();
            process.destroyForcibly().waitFor();
        }
        Process last = replay(log);
        assertThat(last.waitFor()).as(Files.readString(log)).isZero();

        assertThat(arrivals).as("seed " + SEED).hasSize(MESSAGES);
        int twice = arrivals.values().stream().mapToInt(times -> times - 1).sum();
        assertThat(twice).as("seed " + SEED).isLessThanOrEqualTo(UNDER_WAY * KILLS);
        assertThat(Files.readString(log)).contains("Complete.");
        // A kill between the answer and the line loses that line.
        assertThat(Files.readAllLines(folder.resolve("audit"))).hasSizeBetween(MESSAGES - KILLS, MESSAGES + KILLS);
    }

    /** SIGTERM, which Ctrl-C resembles. */
    @Test
    void aSignalStopsTheReplayInOrderAndTheSameCommandPublishesTheOthers() throws Exception {
        Path log = folder.resolve("log");
        Process process = replay(log);
        awaitArrivals(MOST_ARRIVALS_A_RUN, process);
        process.destroy();
        assertThat(process.waitFor()).isEqualTo(128 + 15);
        assertThat(Files.readString(log))
                .contains("Stopping. Waiting up to 10 s")
                .contains("NOT complete: 0 failed, 0 damaged. It stopped because it was asked to stop.")
                .contains("To continue, run the same command again. The checkpoint " + folder.resolve("checkpoint"))
                .doesNotContain("has not answered");

        Process last = replay(log);
        assertThat(last.waitFor()).as(Files.readString(log)).isZero();
        assertThat(Files.readString(log))
                .contains("possibly published twice               0\n")
                .endsWith("Complete.\n");
        assertThat(arrivals)
                .hasSize(MESSAGES)
                .allSatisfy((id, times) -> assertThat(times).as(id).isEqualTo(1));
    }

    /** Each has its checkpoint in a store, where lines are written together. */
    @Test
    void shardsThatAreKilledAtRandomLoseNothingAndOnlyWhatWasUnderWayGoesOutTwice() throws Exception {
        Random random = new Random(SEED);
        String checkpoints = folder.resolve("checkpoints").toUri().toString();
        List<Process> shards = new ArrayList<>();
        for (int index = 0; index < SHARDS; index++) {
            shards.add(shard(index, checkpoints));
        }
        for (int kill = 0; kill < KILLS; kill++) {
            int index = random.nextInt(SHARDS);
            awaitArrivals(1 + random.nextInt(MOST_ARRIVALS_A_RUN), shards.get(index));
            shards.get(index).destroyForcibly().waitFor();
            shards.set(index, shard(index, checkpoints));
        }
        for (int index = 0; index < SHARDS; index++) {
            assertThat(shards.get(index).waitFor())
                    .as(Files.readString(folder.resolve("log-" + index)))
                    .isZero();
        }
        assertThat(arrivals).as("seed " + SEED).hasSize(MESSAGES);
        int twice = arrivals.values().stream().mapToInt(times -> times - 1).sum();
        assertThat(twice).as("seed " + SEED).isLessThanOrEqualTo(UNDER_WAY * KILLS);
        CommandRun report = new CommandRun();
        assertThat(report.run("report", checkpoints)).as(report.out()).isZero();
        assertThat(report.out()).contains("matched                            2,000\n");
    }

    private Process shard(int index, String checkpoints) {
        return replay(folder.resolve("log-" + index), checkpoints, "--shard", index + "/" + SHARDS);
    }
}
