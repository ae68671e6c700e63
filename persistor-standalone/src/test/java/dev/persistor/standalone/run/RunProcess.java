package dev.persistor.standalone.run;

import dev.persistor.standalone.PersistorCommand;
import dev.persistor.testkit.ReservedPort;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** {@code persistor run} in a process of its own. Not thread-safe. */
final class RunProcess implements AutoCloseable {

    private final Process process;
    private final Path log;
    private final ReservedPort port;

    private RunProcess(Process process, Path log, ReservedPort port) {
        this.process = process;
        this.log = log;
        this.port = port;
    }

    /** Starts it with a configuration that serves HTTP at this port; its log is appended to a file. */
    static RunProcess start(Path config, Path log, ReservedPort port, Map<String, String> environment, String... jvm)
            throws IOException {
        List<String> line = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-XX:+UseSerialGC"));
        line.addAll(List.of(jvm));
        line.addAll(List.of(
                "-cp",
                System.getProperty("java.class.path"),
                PersistorCommand.class.getName(),
                "run",
                "--config",
                config.toString()));
        ProcessBuilder builder = new ProcessBuilder(line)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()));
        builder.environment().putAll(environment);
        return new RunProcess(builder.start(), log, port);
    }

    /** Returns the answer to a GET, or nothing when there is none. */
    String get(String path) throws InterruptedException {
        if (!port.isServedBy(process)) {
            return "";
        }
        try {
            return HttpClient.newHttpClient()
                    .send(
                            HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port.number() + path))
                                    .build(),
                            BodyHandlers.ofString())
                    .body();
        } catch (IOException e) {
            return "";
        }
    }

    /** Returns the sum of a meter over all captures; 0 when there is no answer. */
    double meter(String name) throws InterruptedException {
        return Meters.sum(get("/metrics"), name);
    }

    boolean isAlive() {
        return process.isAlive();
    }

    /** Ends it as the kernel does when memory is out: nothing of it has a say. */
    void kill() throws InterruptedException {
        process.destroyForcibly().waitFor();
    }

    /** Tells it to stop, and returns its exit code. */
    int terminate() throws InterruptedException {
        process.destroy();
        if (!process.waitFor(60, TimeUnit.SECONDS)) {
            throw new IllegalStateException("it does not stop");
        }
        return process.exitValue();
    }

    /** Waits until it exits by itself, and returns its exit code. */
    int exitCode() throws InterruptedException {
        if (!process.waitFor(60, TimeUnit.SECONDS)) {
            throw new IllegalStateException("it does not exit");
        }
        return process.exitValue();
    }

    String log() throws IOException {
        return Files.readString(log);
    }

    @Override
    public void close() {
        process.destroyForcibly();
    }
}
