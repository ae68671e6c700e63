package dev.persistor.benchmarks;

import dev.persistor.core.store.BlobStore;
import dev.persistor.core.write.Persistor;
import java.io.IOException;
import java.io.PrintStream;
import java.lang.ProcessBuilder.Redirect;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * What several processes gain that divide a replay by {@code --shard}: whole processes, from their start until the last has ended. The
 * archive has a blob a message, in a Cloud Storage that is far away, and each process reads a few at a time, so that one process is bound
 * by the latency and not by the machine. The checkpoints are in the same store.
 */
public final class ShardScale {

    private static final Duration ROUND_TRIP = Duration.ofMillis(200);
    private static final int CONCURRENCY = 2;
    private static final int DEFAULT_MESSAGES = 4_000;
    private static final int[] SHARDS = {1, 4};
    private static final String COMMAND = "dev.persistor.standalone.PersistorCommand";

    private final PrintStream table;
    private final String classPath;
    private final String command;
    private final Path logs;
    private final int messages;
    private double aloneSeconds;

    /**
     * Makes a comparison.
     *
     * @param classPath the class path of the command
     * @param command the class of the command
     * @param logs a folder for what the processes print
     */
    ShardScale(PrintStream table, String classPath, String command, Path logs, int messages) {
        this.table = table;
        this.classPath = classPath;
        this.command = command;
        this.logs = logs;
        this.messages = messages;
    }

    /**
     * Prints the table.
     *
     * @param arguments the class path of the command, a folder for logs, and how many messages, 4,000 if that is missing
     */
    public static void main(String[] arguments) throws Exception {
        new ShardScale(
                        new PrintStream(System.out, true, StandardCharsets.UTF_8),
                        arguments[0],
                        COMMAND,
                        Path.of(arguments[1]),
                        arguments.length < 3 ? DEFAULT_MESSAGES : Integer.parseInt(arguments[2]))
                .measure();
    }

    void measure() throws Exception {
        table.printf(
                Locale.ROOT,
                "%n| %,d messages, %d ms away, --concurrency %d | seconds | messages a second | of one process |%n",
                messages,
                ROUND_TRIP.toMillis(),
                CONCURRENCY);
        table.println("|---|---|---|---|");
        try (ServerProcess storage = ServerProcess.start(Duration.ZERO);
                ServerProcess proxy = ServerProcess.before(storage.port(), ROUND_TRIP)) {
            try (BlobStore store = storage.store();
                    Persistor persistor =
                            Persistor.builder(store).concurrency(16).build()) {
                persistor.persistAll(SampleMessages.of(messages));
            }
            for (int count : SHARDS) {
                row(count, proxy.endpoint());
            }
        }
    }

    private void row(int count, String endpoint) throws Exception {
        long start = System.nanoTime();
        List<Process> shards = new ArrayList<>();
        for (int index = 0; index < count; index++) {
            shards.add(start(index, count, endpoint));
        }
        for (Process shard : shards) {
            if (shard.waitFor() != 0) {
                throw new IllegalStateException("a shard of " + count + " failed; see " + logs);
            }
        }
        double seconds = (System.nanoTime() - start) / 1e9;
        requireAll(count);
        aloneSeconds = aloneSeconds == 0 ? seconds : aloneSeconds;
        table.printf(
                Locale.ROOT,
                "| %d %s | %.1f | %,.0f | %.2f |%n",
                count,
                count == 1 ? "process" : "processes",
                seconds,
                messages / seconds,
                aloneSeconds / seconds);
    }

    private Process start(int index, int count, String endpoint) throws IOException {
        ProcessBuilder builder = new ProcessBuilder(
                Child.java(),
                "-XX:TieredStopAtLevel=1",
                "-XX:+UseSerialGC",
                "-cp",
                classPath,
                command,
                "replay",
                "gs://" + ServerProcess.BUCKET,
                "--to",
                "stdout:",
                "--yes",
                "--order",
                "none",
                "--concurrency",
                Integer.toString(CONCURRENCY),
                "--shard",
                index + "/" + count,
                "--checkpoint",
                "gs://checkpoints/" + count);
        builder.environment().put("STORAGE_EMULATOR_HOST", endpoint);
        return builder.redirectOutput(out(index, count).toFile())
                .redirectError(Redirect.to(
                        logs.resolve("shard-" + index + "-of-" + count + ".log").toFile()))
                .start();
    }

    private Path out(int index, int count) {
        return logs.resolve("shard-" + index + "-of-" + count + ".jsonl");
    }

    private void requireAll(int count) throws IOException {
        long lines = 0;
        for (int index = 0; index < count; index++) {
            lines += Files.readAllLines(out(index, count)).size();
        }
        if (lines != messages) {
            throw new IllegalStateException(count + " shards published " + lines + " messages of " + messages);
        }
    }
}
