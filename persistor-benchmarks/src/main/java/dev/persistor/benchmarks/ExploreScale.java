package dev.persistor.benchmarks;

import com.sun.management.OperatingSystemMXBean;
import dev.persistor.core.store.BlobStore;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.lang.ProcessBuilder.Redirect;
import java.lang.management.ManagementFactory;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * How long the explorer's views take on archives in a Cloud Storage that is 30 ms away: the whole command with the options of its launcher,
 * asked over HTTP as its page asks it. The command, the server and the proxy before it are processes of their own, on the same machine.
 */
public final class ExploreScale {

    private static final Duration FAR = Duration.ofMillis(30);
    private static final int IN_BATCHES = 1_000_000;
    private static final int RAW = 100_000;
    /** As the launcher bin/persistor of the distribution has them. */
    private static final List<String> LAUNCHER_OPTIONS = List.of("-XX:+UseSerialGC", "-XX:MaxRAM=200m");

    private static final String COMMAND = "dev.persistor.standalone.PersistorCommand";
    /** The payload of one message of 1,000 has this text. */
    private static final String RARE = "text=%22order%22%3A777%2C";

    private static final String HOUR = "from=2026-01-30T01:00:00Z&to=2026-01-30T02:00:00Z";

    private final PrintStream table;
    private final String classPath;
    private final String command;
    private final Path logs;
    private final HttpClient http = HttpClient.newHttpClient();

    /**
     * Makes a comparison.
     *
     * @param classPath the class path of the command
     * @param command the class of the command
     * @param logs a folder for what the processes print
     */
    ExploreScale(PrintStream table, String classPath, String command, Path logs) {
        this.table = table;
        this.classPath = classPath;
        this.command = command;
        this.logs = logs;
    }

    /**
     * Prints the tables.
     *
     * @param arguments the class path of the command, and a folder for logs
     */
    public static void main(String[] arguments) throws Exception {
        ExploreScale scale = new ExploreScale(
                new PrintStream(System.out, true, StandardCharsets.UTF_8),
                arguments[0],
                COMMAND,
                Path.of(arguments[1]));
        scale.batches(IN_BATCHES);
        scale.raw(RAW);
    }

    /** Measures an archive of batches of 1,000 messages. */
    void batches(int messages) throws Exception {
        try (ServerProcess server = ServerProcess.start(Duration.ZERO)) {
            try (BlobStore store = server.store()) {
                ArchiveScale.fill(store, "jsonl", messages);
            }
            measure(String.format(Locale.ROOT, "%,d messages in batches of 1,000", messages), server);
        }
    }

    /** Measures an archive with an object a message. */
    void raw(int messages) throws Exception {
        try (ServerProcess server = ServerProcess.filled(messages)) {
            measure(String.format(Locale.ROOT, "%,d messages, an object each", messages), server);
        }
    }

    private void measure(String what, ServerProcess server) throws Exception {
        table.printf(
                Locale.ROOT,
                "%n| %s, %d ms away | seconds to the first result | seconds to the end | load |%n",
                what,
                FAR.toMillis());
        table.println("|---|---|---|---|");
        try (ServerProcess proxy = ServerProcess.before(server.port(), FAR)) {
            Process process = start(proxy.endpoint());
            try (BufferedReader out = process.inputReader(StandardCharsets.UTF_8)) {
                URI address = address(out);
                row("overview, as the first request of all", address, "overview?seconds=600", "\"overview\"");
                row("overview", address, "overview?seconds=600", "\"overview\"");
                row("overview of an hour", address, "overview?" + HOUR, "\"overview\"");
                row("1,000 rows", address, "messages", "\"rows\"");
                row("1,000 rows with an attribute", address, "messages?attr=schemaVersion%3D3", "\"rows\"");
                row(
                        "10 rows with a text that one payload of 1,000 has",
                        address,
                        "messages?limit=10&" + RARE,
                        "\"rows\"");
                row("10 such rows of an hour", address, "messages?limit=10&" + RARE + "&" + HOUR, "\"rows\"");
                row("shape of an hour", address, "shape?" + HOUR, "\"shape\"");
                table.printf(
                        Locale.ROOT, "%nThe process had %,d MiB of resident memory at most.%n", peakMebibytes(process));
            } finally {
                process.destroy();
                process.waitFor();
            }
        }
    }

    private Process start(String endpoint) throws IOException {
        List<String> words = new ArrayList<>(List.of(Child.java()));
        words.addAll(LAUNCHER_OPTIONS);
        words.addAll(List.of("-cp", classPath, command, "explore", "gs://" + ServerProcess.BUCKET));
        ProcessBuilder builder = new ProcessBuilder(words);
        builder.environment().put("MALLOC_ARENA_MAX", "2");
        builder.environment().put("STORAGE_EMULATOR_HOST", endpoint);
        return builder.redirectError(Redirect.to(logs.resolve("explore.log").toFile()))
                .start();
    }

    /** Reads the address with the token, which is the first thing that the command prints. */
    private URI address(BufferedReader out) throws IOException {
        String line = out.readLine();
        if (line == null) {
            throw new IOException("the command has ended; see " + logs);
        }
        return URI.create(line.substring(line.lastIndexOf(" at ") + 4));
    }

    private void row(String what, URI address, String resource, String result) throws Exception {
        long start = System.nanoTime();
        HttpRequest request = HttpRequest.newBuilder(address.resolve("/api/" + resource))
                .header("Authorization", "Bearer " + address.getQuery().substring("token=".length()))
                .build();
        double first = 0;
        boolean isEnded = false;
        InputStream body = http.send(request, BodyHandlers.ofInputStream()).body();
        try (BufferedReader lines = new BufferedReader(new InputStreamReader(body, StandardCharsets.UTF_8))) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                first = first == 0 && line.contains(result) ? seconds(start) : first;
                isEnded |= line.contains("\"reason\":\"done\"") || line.contains("\"reason\":\"limit\"");
            }
        }
        if (!isEnded || first == 0) {
            throw new IllegalStateException(resource + " did not end; see " + logs);
        }
        table.printf(
                Locale.ROOT,
                "| %s | %.2f | %.2f | %.1f |%n",
                what,
                first,
                seconds(start),
                ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class).getSystemLoadAverage());
    }

    private static double seconds(long start) {
        return (System.nanoTime() - start) / 1e9;
    }

    /** Asks Linux; elsewhere 0. */
    private static long peakMebibytes(Process process) {
        Path status = Path.of("/proc/" + process.pid() + "/status");
        if (!Files.exists(status)) {
            return 0;
        }
        try {
            return Files.readAllLines(status).stream()
                    .filter(line -> line.startsWith("VmHWM:"))
                    .mapToLong(line -> Long.parseLong(line.replaceAll("[^0-9]", "")) >> 10)
                    .findFirst()
                    .orElse(0);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read " + status, e);
        }
    }
}
