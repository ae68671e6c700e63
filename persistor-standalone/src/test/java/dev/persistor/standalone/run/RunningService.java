package dev.persistor.standalone.run;

import dev.persistor.standalone.run.config.RunConfig;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

/** The process in this process, from a configuration's text, and what it answers. Thread-safe. */
public final class RunningService implements AutoCloseable {

    private final Service service;
    private final HttpClient http = HttpClient.newHttpClient();

    private RunningService(Service service) {
        this.service = service;
    }

    /** Starts what a text of YAML says, on a free port unless that says otherwise. */
    public static RunningService start(Path folder, String yaml, Map<String, String> environment) throws IOException {
        return new RunningService(Service.start(config(folder, yaml, environment)));
    }

    /** Starts it with limits of its own for clients. */
    static RunningService start(Path folder, String yaml, HttpLimits limits) throws IOException {
        return new RunningService(Service.start(config(folder, yaml, Map.of()), limits));
    }

    private static RunConfig config(Path folder, String yaml, Map<String, String> environment) throws IOException {
        Path file = Files.createTempFile(folder, "persistor", ".yaml");
        Files.writeString(file, (yaml.contains("http-address") ? "" : "http-address: 127.0.0.1:0\n") + yaml);
        return RunConfig.read(file, environment);
    }

    /** Returns the port that messages are sent to. */
    public int port() {
        return service.port();
    }

    /** Returns the port of health and metrics. */
    public int adminPort() {
        return service.adminPort();
    }

    /** Returns the answer to a GET. */
    public HttpResponse<String> get(String path) throws IOException, InterruptedException {
        int port = path.startsWith("/v1/") ? service.port() : service.adminPort();
        return http.send(HttpRequest.newBuilder(uri(port, path)).build(), BodyHandlers.ofString());
    }

    /** Returns the answer to a POST with headers, names and values in turn. */
    public HttpResponse<String> post(String path, byte[] body, String... headers)
            throws IOException, InterruptedException {
        HttpRequest.Builder request =
                HttpRequest.newBuilder(uri(service.port(), path)).POST(HttpRequest.BodyPublishers.ofByteArray(body));
        if (headers.length > 0) {
            request.headers(headers);
        }
        return http.send(request.build(), BodyHandlers.ofString());
    }

    private static URI uri(int port, String path) {
        return URI.create("http://127.0.0.1:" + port + path);
    }

    /** Tells whether it says that it is ready. */
    public boolean isReady() {
        try {
            return get("/health/ready").statusCode() == 200;
        } catch (IOException e) {
            return false;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    /** Returns the value of a meter, as it begins a line. */
    public double meter(String name) throws IOException, InterruptedException {
        return Meters.sum(get("/metrics").body(), name);
    }

    @Override
    public void close() {
        service.close();
    }
}
