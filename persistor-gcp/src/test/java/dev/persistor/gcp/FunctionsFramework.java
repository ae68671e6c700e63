package dev.persistor.gcp;

import dev.persistor.testkit.ReservedPort;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** The real Functions Framework with one of our functions, as a process of its own. */
final class FunctionsFramework implements AutoCloseable {

    private static final Duration STARTS_WITHIN = Duration.ofMinutes(3);
    private static final long ENDS_WITHIN_SECONDS = 10;

    private final Process process;
    private final ReservedPort port;
    private final Path log;
    private final HttpClient http = HttpClient.newHttpClient();

    private FunctionsFramework(Process process, ReservedPort port, Path log) {
        this.process = process;
        this.port = port;
        this.log = log;
    }

    /**
     * Starts a function of this test's class path; or, where the system property {@code persistor.deployment} names the folder
     * of what is deployed, out of that.
     */
    static FunctionsFramework start(Class<?> function, Map<String, String> environment) throws IOException {
        String deployment = System.getProperty("persistor.deployment");
        return deployment == null
                ? startOnTestClassPath(function, environment)
                : startDeployed(Path.of(deployment), function, environment);
    }

    static FunctionsFramework startOnTestClassPath(Class<?> function, Map<String, String> environment)
            throws IOException {
        return start(environment, "--target", function.getName());
    }

    /** Starts a function out of a folder's jar and the jars that its manifest names, in a class loader that sees no others. */
    static FunctionsFramework startDeployed(Path folder, Class<?> function, Map<String, String> environment)
            throws IOException {
        try (DirectoryStream<Path> jars = Files.newDirectoryStream(folder, "persistor-gcp-*.jar")) {
            Path jar = jars.iterator().next();
            return start(environment, "--target", function.getName(), "--classpath", jar.toString());
        }
    }

    private static FunctionsFramework start(Map<String, String> environment, String... arguments) throws IOException {
        FunctionsFramework framework = launch(environment, arguments);
        try {
            framework.awaitAnswer();
            return framework;
        } catch (IOException | IllegalStateException e) {
            String log = framework.log();
            framework.close();
            throw new IllegalStateException("the framework does not start: " + e.getMessage() + "; its log: " + log, e);
        }
    }

    private static FunctionsFramework launch(Map<String, String> environment, String... arguments) throws IOException {
        ReservedPort port = ReservedPort.reserve();
        Path log = Files.createTempFile("function", ".log");
        log.toFile().deleteOnExit();
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-XX:+UseSerialGC",
                "-cp",
                testClassPath(),
                "com.google.cloud.functions.invoker.runner.Invoker",
                "--port",
                Integer.toString(port.number())));
        command.addAll(List.of(arguments));
        ProcessBuilder builder =
                new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(log.toFile());
        builder.environment().putAll(environment);
        return new FunctionsFramework(builder.start(), port, log);
    }

    /** The framework listens before it loads the function; it answers this path by itself as soon as it has. */
    private void awaitAnswer() throws IOException {
        port.awaitServedBy(process, STARTS_WITHIN);
        try {
            int status = http.send(request("favicon.ico").build(), HttpResponse.BodyHandlers.discarding())
                    .statusCode();
            if (status != 404) {
                throw new IllegalStateException("it answers " + status);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted", e);
        }
    }

    private HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port.number() + "/" + path));
    }

    /** Maven's plugins hide the class path of the tests behind one jar. */
    static String testClassPath() {
        return System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
    }

    /** Posts a body with headers, given as names and values in turn. */
    HttpResponse<String> post(byte[] body, String... headers) throws IOException, InterruptedException {
        HttpRequest.Builder request = request("").POST(HttpRequest.BodyPublishers.ofByteArray(body));
        if (headers.length > 0) {
            request.headers(headers);
        }
        return http.send(request.build(), HttpResponse.BodyHandlers.ofString());
    }

    HttpResponse<String> get() throws IOException, InterruptedException {
        return http.send(request("").build(), HttpResponse.BodyHandlers.ofString());
    }

    String log() {
        try {
            return Files.readString(log);
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Ends the process at once, as a platform does with an instance that it takes away. */
    void kill() {
        process.destroyForcibly();
    }

    /** Ends the process, waits until it has ended, and deletes its log. */
    @Override
    public void close() {
        process.destroy();
        try {
            if (!process.waitFor(ENDS_WITHIN_SECONDS, TimeUnit.SECONDS)) {
                process.destroyForcibly();
            }
            Files.deleteIfExists(log);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            process.destroyForcibly();
        } catch (IOException e) {
            throw new IllegalStateException(e);
        } finally {
            port.close();
        }
    }
}
