package dev.persistor.spark;

import static org.awaitility.Awaitility.await;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * A standalone cluster of Spark on 127.0.0.1: a master, workers with a core each, and what is submitted, all of them processes of
 * their own that run Spark's own jars and the packed jar of this module.
 */
final class SparkCluster implements AutoCloseable {

    private static final Duration PATIENCE = Duration.ofMinutes(3);
    private static final Pattern ADDRESS = Pattern.compile("(spark://127\\.0\\.0\\.1:\\d+)");

    /** A process that was submitted, and what it printed. */
    record Submitted(Process process, Path out, Path err) {

        /** Waits until the driver logs something. */
        Submitted awaitLog(String text) {
            await().atMost(PATIENCE).until(() -> Files.readString(err).contains(text) || !process.isAlive());
            return this;
        }

        /** Waits for the end, and returns the exit code. */
        int exitCode() {
            try {
                return process.waitFor();
            } catch (InterruptedException e) {
                throw new IllegalStateException("interrupted while a job runs", e);
            }
        }

        String output() throws IOException {
            return Files.readString(out);
        }

        String errors() throws IOException {
            return Files.readString(err);
        }
    }

    private final Path home;
    private final Path folder;
    private final List<Process> workers = new ArrayList<>();
    private final List<Process> others = new ArrayList<>();
    private final Path masterLog;
    private final String address;
    private int submitted;

    private SparkCluster(Path home, Path folder) throws IOException {
        this.home = home;
        this.folder = folder;
        this.masterLog = folder.resolve("master.log");
        others.add(start(
                masterLog,
                masterLog,
                Map.of(),
                List.of("-Xmx256m"),
                List.of(
                        "org.apache.spark.deploy.master.Master",
                        "--host",
                        "127.0.0.1",
                        "--port",
                        "0",
                        "--webui-port",
                        "0")));
        this.address = awaitAddress();
    }

    /** Starts a cluster of two workers. */
    static SparkCluster start(Path folder) throws IOException {
        SparkCluster cluster = new SparkCluster(home(), folder);
        cluster.addWorker();
        cluster.addWorker();
        cluster.awaitWorkers();
        return cluster;
    }

    private void awaitWorkers() {
        await().atMost(PATIENCE)
                .until(() -> Files.readAllLines(masterLog).stream()
                                .filter(line -> line.contains("Registering worker"))
                                .count()
                        == workers.size());
    }

    /** The one installation that the module beside this one made. */
    private static Path home() throws IOException {
        try (Stream<Path> homes = Files.list(Path.of("cluster/target"))) {
            String version = System.getProperty("persistor.spark.version", "");
            return homes.filter(home -> home.getFileName().toString().equals("spark-" + version))
                    .findFirst()
                    .orElseThrow()
                    .toAbsolutePath();
        }
    }

    private String awaitAddress() {
        await().atMost(PATIENCE)
                .until(() -> ADDRESS.matcher(Files.readString(masterLog)).find());
        try {
            Matcher matcher = ADDRESS.matcher(Files.readString(masterLog));
            return matcher.find() ? matcher.group(1) : "";
        } catch (IOException e) {
            throw new IllegalStateException("the log of the master cannot be read", e);
        }
    }

    private void addWorker() throws IOException {
        Path log = folder.resolve("worker" + workers.size() + ".log");
        workers.add(start(
                log,
                log,
                Map.of(),
                List.of("-Xmx256m"),
                List.of(
                        "org.apache.spark.deploy.worker.Worker",
                        "--host",
                        "127.0.0.1",
                        "--port",
                        "0",
                        "--webui-port",
                        "0",
                        "--cores",
                        "1",
                        "--memory",
                        "1g",
                        "--work-dir",
                        folder.resolve("work").toString(),
                        address)));
    }

    /** Kills a worker with its executors, as a machine is lost, and adds another one. */
    void loseWorker() throws IOException {
        Process worker = workers.stream().filter(Process::isAlive).findFirst().orElseThrow();
        List<ProcessHandle> executors = worker.descendants().toList();
        worker.destroyForcibly();
        executors.forEach(ProcessHandle::destroyForcibly);
        addWorker();
    }

    /**
     * Runs {@code spark-submit} with the packed jar.
     *
     * @param environment what the driver and the executors have in their environment
     * @param options of spark-submit
     * @param arguments the jar of the program, and its arguments
     */
    Submitted submit(Map<String, String> environment, List<String> options, List<String> arguments) throws IOException {
        awaitWorkers();
        List<String> command = new ArrayList<>(List.of(
                "org.apache.spark.deploy.SparkSubmit",
                "--master",
                address,
                "--conf",
                "spark.ui.enabled=false",
                "--conf",
                "spark.driver.host=127.0.0.1",
                "--conf",
                "spark.cores.max=2",
                "--conf",
                "spark.executor.memory=512m",
                "--conf",
                "spark.executor.extraJavaOptions=-XX:TieredStopAtLevel=1 -XX:+UseSerialGC"));
        environment.forEach(
                (name, value) -> command.addAll(List.of("--conf", "spark.executorEnv." + name + "=" + value)));
        command.addAll(options);
        command.addAll(arguments);
        String name = "job" + submitted++;
        Path out = folder.resolve(name + ".out");
        Path err = folder.resolve(name + ".err");
        List<String> opens = new ArrayList<>(List.of("-Xmx512m"));
        opens.addAll(
                List.of(System.getProperty("persistor.spark.opens", "").strip().split("\\s+")));
        Process process = start(out, err, environment, opens, command);
        others.add(process);
        return new Submitted(process, out, err);
    }

    private Process start(Path out, Path err, Map<String, String> environment, List<String> jvm, List<String> arguments)
            throws IOException {
        List<String> command = new ArrayList<>(List.of(
                ProcessHandle.current().info().command().orElseThrow(),
                "-XX:TieredStopAtLevel=1",
                "-XX:+UseSerialGC",
                "-cp",
                home.resolve("jars") + File.separator + "*"));
        command.addAll(jvm);
        command.addAll(arguments);
        ProcessBuilder builder = new ProcessBuilder(command).redirectOutput(out.toFile());
        if (out.equals(err)) {
            builder.redirectErrorStream(true);
        } else {
            builder.redirectError(err.toFile());
        }
        builder.environment().put("SPARK_HOME", home.toString());
        builder.environment().put("SPARK_SCALA_VERSION", "2.13");
        builder.environment().put("SPARK_LOCAL_IP", "127.0.0.1");
        builder.environment().put("JAVA_HOME", System.getProperty("java.home"));
        builder.environment().putAll(environment);
        return builder.start();
    }

    @Override
    public void close() {
        workers.forEach(worker -> worker.descendants().forEach(ProcessHandle::destroyForcibly));
        Stream.concat(workers.stream(), others.stream()).forEach(Process::destroyForcibly);
    }
}
