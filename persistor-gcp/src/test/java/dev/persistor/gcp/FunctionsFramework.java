package dev.persistor.gcp;

import java.io.IOException;
import java.net.HttpURLConnection;
import java.net.InetAddress;
import java.net.ServerSocket;
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
import org.awaitility.Awaitility;

/** The real Functions Framework with one of our functions, as a process of its own. */
final class FunctionsFramework implements AutoCloseable {

    /** Who asks for a free port may find it taken when it comes to it. */
    private static final int ATTEMPTS = 3;

    private final Process process;
    private final int port;
    private final Path log;
    private final HttpClient http = HttpClient.newHttpClient();

    private FunctionsFramework(Process process, int port, Path log) {
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
                ? start(environment, "--target", function.getName())
                : startDeployed(Path.of(deployment), function, environment);
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
        for (int attempt = 1; ; attempt++) {
            FunctionsFramework framework = launch(environment, arguments);
            Awaitility.await("the framework answers, or has ended")
                    .atMost(Duration.ofSeconds(30))
                    .until(() -> !framework.process.isAlive() || framework.answers());
            if (framework.process.isAlive()) {
                return framework;
            }
            String log = framework.log();
            if (attempt == ATTEMPTS || !log.contains("Address already in use")) {
                throw new IllegalStateException("the framework ended: " + log);
            }
        }
    }

    private static FunctionsFramework launch(Map<String, String> environment, String... arguments) throws IOException {
        int port;
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            port = socket.getLocalPort();
        }
        Path log = Files.createTempFile("function", ".log");
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-cp",
                testClassPath(),
                "com.google.cloud.functions.invoker.runner.Invoker",
                "--port",
                Integer.toString(port)));
        command.addAll(List.of(arguments));
        ProcessBuilder builder =
                new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(log.toFile());
        builder.environment().putAll(environment);
        return new FunctionsFramework(builder.start(), port, log);
    }

    /** Maven's plugins hide the class path of the tests behind one jar. */
    static String testClassPath() {
        return System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
    }

    /** It, and not somebody else who was given the port in between: it says so once it has it. */
    private boolean answers() {
        if (!log().contains("URL: http://localhost:" + port + "/")) {
            return false;
        }
        try {
            HttpURLConnection connection = (HttpURLConnection) URI.create("http://127.0.0.1:" + port + "/favicon.ico")
                    .toURL()
                    .openConnection();
            return connection.getResponseCode() == 404;
        } catch (IOException e) {
            // Not yet: whoever waits asks again.
            return false;
        }
    }

    /** Posts a body with headers, given as names and values in turn. */
    HttpResponse<String> post(byte[] body, String... headers) throws IOException, InterruptedException {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/"))
                .POST(HttpRequest.BodyPublishers.ofByteArray(body));
        if (headers.length > 0) {
            request.headers(headers);
        }
        return http.send(request.build(), HttpResponse.BodyHandlers.ofString());
    }

    HttpResponse<String> get() throws IOException, InterruptedException {
        HttpRequest request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/"))
                .build();
        return http.send(request, HttpResponse.BodyHandlers.ofString());
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

    @Override
    public void close() {
        process.destroy();
    }
}
