package dev.persistor.benchmarks;

import dev.persistor.core.store.BlobStore;
import dev.persistor.core.store.file.FileDriver;
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
import java.util.Map;

/**
 * Archives as tables and jobs of Spark with two workers of a core each: read and filtered beside Spark's own JSON on the same blobs, and
 * verified and published again beside the command. Batches are in a folder; single messages are in a Cloud Storage that is 30 ms away.
 */
public final class SparkScale {

    private static final Duration ROUND_TRIP = Duration.ofMillis(30);
    private static final int DEFAULT_MESSAGES = 1_000_000;
    private static final int ROUNDS = 3;
    /** A round of requests takes minutes, beside which the start of Spark does not count. */
    private static final int ROUNDS_FAR_AWAY = 1;

    private static final List<String> OPENS = List.of(
            "java.base/java.lang",
            "java.base/java.lang.invoke",
            "java.base/java.lang.reflect",
            "java.base/java.io",
            "java.base/java.net",
            "java.base/java.nio",
            "java.base/java.util",
            "java.base/java.util.concurrent",
            "java.base/java.util.concurrent.atomic",
            "java.base/sun.nio.ch",
            "java.base/sun.nio.cs",
            "java.base/sun.security.action",
            "java.base/sun.util.calendar");

    private final PrintStream table;
    private final Path home;
    private final Path packed;
    private final Path queries;
    private final Path command;
    private final Path folder;

    private SparkScale(PrintStream table, String... places) {
        this.table = table;
        this.home = Path.of(places[0]);
        this.packed = Path.of(places[1]);
        this.queries = Path.of(places[2]);
        this.command = Path.of(places[3]);
        this.folder = Path.of(places[4]);
    }

    /**
     * Prints the tables.
     *
     * @param arguments a Spark installation, the packed jar of persistor-spark, the jar of the queries, the jar of the command, a folder
     *     for archives and logs, how many messages in batches, a million if that is missing, and how many single ones, as many if that is
     *     missing
     */
    public static void main(String[] arguments) throws Exception {
        int messages = arguments.length < 6 ? DEFAULT_MESSAGES : Integer.parseInt(arguments[5]);
        SparkScale scale = new SparkScale(new PrintStream(System.out, true, StandardCharsets.UTF_8), arguments);
        scale.batches(messages);
        scale.singleMessages(arguments.length < 7 ? messages : Integer.parseInt(arguments[6]));
    }

    private void batches(int messages) throws Exception {
        Path archive = Files.createDirectories(folder.resolve("jsonl"));
        try (BlobStore store = BlobStore.over(FileDriver.open(archive))) {
            ArchiveScale.fill(store, "jsonl", messages);
        }
        head("jsonl in a folder, batches of 1,000", messages, "rows", "seconds", "Spark's JSON, seconds");
        query("jsonl", archive.toUri().toString(), ROUNDS, Map.of());
        jobs(archive.toUri().toString(), Map.of());
    }

    private void singleMessages(int messages) throws Exception {
        try (ServerProcess storage = ServerProcess.filled(messages);
                ServerProcess proxy = ServerProcess.before(storage.port(), ROUND_TRIP)) {
            Map<String, String> environment = Map.of("STORAGE_EMULATOR_HOST", "http://127.0.0.1:" + proxy.port());
            head("raw, " + ROUND_TRIP.toMillis() + " ms away", messages, "rows", "seconds");
            query("raw", "gs://" + ServerProcess.BUCKET, ROUNDS_FAR_AWAY, environment);
            jobs("gs://" + ServerProcess.BUCKET, environment);
        }
    }

    private void head(String what, int messages, String... columns) {
        table.printf(Locale.ROOT, "%n| %s: %,d messages | %s |%n", what, messages, String.join(" | ", columns));
        table.println("|---".repeat(columns.length + 1) + "|");
    }

    private void query(String kind, String archive, int rounds, Map<String, String> environment) throws Exception {
        Path out = folder.resolve("queries-" + kind + ".out");
        List<String> submit = submit("dev.persistor.benchmarks.spark.Queries", "--jars", packed.toString());
        submit.addAll(List.of(queries.toString(), kind, archive, Integer.toString(rounds)));
        run(submit, environment, out);
        Files.readAllLines(out).forEach(table::println);
    }

    private void jobs(String archive, Map<String, String> environment) throws Exception {
        table.println();
        table.println("| whole processes, from start to end | job with two workers, seconds | command, seconds |");
        table.println("|---|---|---|");
        pair("verify", List.of(archive), List.of("--report", "gs://notes/verify"), environment);
        if (!environment.isEmpty()) {
            pair(
                    "replay",
                    List.of(
                            archive,
                            "--to",
                            "gs://copy/%s",
                            "--failed",
                            "gs://failed/%s",
                            "--yes",
                            "--checkpoint",
                            "gs://notes/replay-%s"),
                    List.of(),
                    environment);
        }
    }

    /** Of an archive in a folder there is no store that tasks share, so it is not a job. */
    private void pair(String what, List<String> arguments, List<String> ofJob, Map<String, String> environment)
            throws Exception {
        String job = "";
        if (!environment.isEmpty()) {
            String name = what.equals("verify") ? "Verify" : "Replay";
            List<String> submit = submit("dev.persistor.spark." + name);
            submit.add(packed.toString());
            submit.addAll(named(arguments, "job"));
            submit.addAll(ofJob);
            submit.addAll(List.of("--shards", "2"));
            job = String.format(Locale.ROOT, "%.1f", run(submit, environment, folder.resolve(what + "-job.out")));
        }
        List<String> alone = new ArrayList<>(List.of(Child.java(), "-jar", command.toString(), what));
        alone.addAll(named(arguments, "command"));
        table.printf(
                Locale.ROOT,
                "| %s | %s | %.1f |%n",
                what,
                job,
                run(alone, environment, folder.resolve(what + "-command.out")));
    }

    private static List<String> named(List<String> arguments, String name) {
        return arguments.stream().map(argument -> argument.replace("%s", name)).toList();
    }

    private List<String> submit(String program, String... options) {
        List<String> submit = new ArrayList<>(List.of(Child.java(), "-Xmx1g"));
        OPENS.forEach(each -> submit.add("--add-opens=" + each + "=ALL-UNNAMED"));
        submit.addAll(List.of(
                "-cp",
                home.resolve("jars") + "/*",
                "org.apache.spark.deploy.SparkSubmit",
                "--master",
                "local-cluster[2,1,1024]",
                "--conf",
                "spark.ui.enabled=false",
                "--conf",
                "spark.driver.host=127.0.0.1",
                "--class",
                program));
        submit.addAll(List.of(options));
        return submit;
    }

    /** Runs a process, and returns how many seconds it took. */
    private double run(List<String> arguments, Map<String, String> environment, Path out)
            throws IOException, InterruptedException {
        Path err = out.resolveSibling(out.getFileName() + ".err");
        ProcessBuilder builder =
                new ProcessBuilder(arguments).redirectOutput(out.toFile()).redirectError(Redirect.to(err.toFile()));
        builder.environment().put("SPARK_HOME", home.toString());
        builder.environment().put("SPARK_SCALA_VERSION", "2.13");
        builder.environment().put("SPARK_LOCAL_IP", "127.0.0.1");
        builder.environment().putAll(environment);
        long start = System.nanoTime();
        int code = builder.start().waitFor();
        if (code != 0) {
            throw new IllegalStateException("exit code " + code + "; see " + err);
        }
        return (System.nanoTime() - start) / 1e9;
    }
}
