package dev.persistor.testkit.azure;

import com.fasterxml.jackson.core.JsonFactory;
import com.google.gson.Gson;
import com.microsoft.azure.functions.ExecutionContext;
import com.microsoft.azure.functions.annotation.FunctionName;
import java.io.File;
import java.io.IOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Runs the functions of a staging folder, as the build packs them, as the host of Azure Functions and its Java worker do:
 * in a process of their own, with the classes of that folder behind the worker's own libraries, an environment of their own
 * without a {@code LANG}, and with the parameters that the worker makes of what the host sends. The process ends with
 * {@link #close}, or with this one.
 *
 * <p>It stands in for the boundary between host and function and for nothing else: it does not scale, keep checkpoints,
 * retry or route. It needs {@code azure-functions-java-library} on the class path.
 *
 * <p>Thread-safe.
 */
public final class AzureFunctionsHost implements AutoCloseable {

    /**
     * What a function answered.
     *
     * <p>Immutable.
     *
     * @param status the status, such as 200
     * @param headers the headers that the function set, under the names that it gave
     * @param body the body, as UTF-8 where it is bytes; empty if there is none
     */
    public record Response(int status, Map<String, String> headers, String body) {

        /** Keeps its own copy of the headers. */
        public Response {
            headers = Map.copyOf(headers);
        }
    }

    private static final int STARTS_WITHIN_SECONDS = 60;
    private static final int ENDS_WITHIN_SECONDS = 10;
    // The host's own default on the plan with the shortest.
    private static final Duration FUNCTION_TIMEOUT = Duration.ofMinutes(5);

    private final Process process;
    private final Path log;
    private final CompletableFuture<Integer> port;
    private final HttpClient http =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

    private AzureFunctionsHost(Process process, Path log) {
        this.process = process;
        this.log = log;
        this.port = CompletableFuture.supplyAsync(
                this::readPort, task -> new Thread(task, "azure-functions-start").start());
    }

    /**
     * Starts the process and waits until all functions are loaded, a minute at most.
     *
     * @param functionApp the staging folder: host.json, a folder a function with its function.json, and the jars
     * @param environment all of the process's environment variables. The host sets no {@code LANG}, and without it Java 17
     *     decodes them, and all else that has no charset of its own, as ASCII
     * @throws IllegalStateException if it does not start, as when a function's bindings and its parameters do not fit;
     *     the message holds the log
     */
    public static AzureFunctionsHost start(Path functionApp, Map<String, String> environment) {
        return launch(functionApp, environment);
    }

    /**
     * Starts a process without settings and gives them to it after all functions are loaded, as a placeholder of the
     * Consumption plan gets them when it becomes an instance of an app.
     *
     * @param environment all of the environment variables that the functions see
     * @throws IllegalStateException if the process does not start, as with {@link #start}
     */
    public static AzureFunctionsHost startPlaceholder(Path functionApp, Map<String, String> environment) {
        AzureFunctionsHost host = launch(functionApp, Map.of());
        host.post(FunctionWorker.ENVIRONMENT_PATH, HostJson.compact(environment));
        return host;
    }

    private static AzureFunctionsHost launch(Path functionApp, Map<String, String> environment) {
        ProcessBuilder builder = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-XX:TieredStopAtLevel=1",
                        "-XX:+UseSerialGC",
                        "-Dsun.net.httpserver.nodelay=true",
                        WorkerEnvironment.JVM_OPTION,
                        "-cp",
                        workerClassPath(),
                        FunctionWorker.class.getName(),
                        functionApp.toAbsolutePath().toString())
                .directory(functionApp.toFile());
        builder.environment().clear();
        builder.environment().putAll(environment);
        try {
            // A file, and no pipe: what a function wrote before it returned is there to be read.
            Path log = Files.createTempFile("azure-functions", ".log");
            log.toFile().deleteOnExit();
            AzureFunctionsHost host =
                    new AzureFunctionsHost(builder.redirectError(log.toFile()).start(), log);
            host.awaitStart();
            return host;
        } catch (IOException e) {
            throw new IllegalStateException("the functions' process does not start in " + functionApp, e);
        }
    }

    /** This package, its JSON parser, and the libraries that the worker has: {@link FunctionApp} shows only the latter. */
    private static String workerClassPath() {
        return Stream.of(
                        AzureFunctionsHost.class,
                        JsonFactory.class,
                        FunctionName.class,
                        ExecutionContext.class,
                        Gson.class)
                .map(AzureFunctionsHost::location)
                .distinct()
                .collect(Collectors.joining(File.pathSeparator));
    }

    private static String location(Class<?> type) {
        try {
            return Path.of(type.getProtectionDomain()
                            .getCodeSource()
                            .getLocation()
                            .toURI())
                    .toString();
        } catch (URISyntaxException e) {
            throw new IllegalStateException(e);
        }
    }

    private void awaitStart() {
        try {
            port.get(STARTS_WITHIN_SECONDS, TimeUnit.SECONDS);
        } catch (ExecutionException | TimeoutException e) {
            close();
            throw new IllegalStateException("the functions do not start: " + log(), e);
        } catch (InterruptedException e) {
            close();
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while the functions start", e);
        }
    }

    private int readPort() {
        try {
            String line = process.inputReader(StandardCharsets.UTF_8).readLine();
            if (line == null) {
                throw new IllegalStateException("the functions' process ended");
            }
            return Integer.parseInt(line);
        } catch (IOException e) {
            throw new IllegalStateException("the functions' process does not answer", e);
        }
    }

    /**
     * Calls a function as its trigger would. Calls from many threads run at the same time.
     *
     * @throws FunctionFailedException if the host would see the invocation fail; it has the exception's text
     * @throws IllegalArgumentException if there is no such function
     */
    public void invoke(String function, HostedInvocation invocation) {
        send(function, invocation).failure().ifPresent(failure -> {
            throw new FunctionFailedException(function + " failed: " + failure);
        });
    }

    /**
     * Sends a request to a function with an HTTP trigger. A function that throws is answered with status 500 and no
     * body, as the host does; its text is in the {@link #log}.
     *
     * @param function the function's name, with a query behind it if there is one: {@code Pull?messages=10}
     * @param method the method, such as GET
     * @param headers the headers; the function sees their names in lower case
     * @param body the body as UTF-8; none if it is empty
     * @throws FunctionFailedException if the process ends, or answers nothing for five minutes
     * @throws IllegalArgumentException if there is no such function
     */
    public Response request(String function, String method, Map<String, String> headers, String body) {
        return request(function, method, headers, body.getBytes(StandardCharsets.UTF_8));
    }

    /**
     * Sends a request to a function with an HTTP trigger, as {@link #request(String, String, Map, String)} does.
     *
     * @param headers the headers; {@code Content-Length} is added, unless it or {@code Transfer-Encoding} is among them. With
     *     the latter the function gets no body, as the host has it
     * @param body the body, which the host hands over as bytes if the content type is {@code application/octet-stream} or
     *     {@code multipart/...}, and else decodes as UTF-8; none if it is empty
     */
    public Response request(String function, String method, Map<String, String> headers, byte[] body) {
        TypedData.Http request = HostedRequest.of(function, method, headers, body);
        Wire.Answer answer = send(function.replaceAll("\\?.*", ""), HostedInvocation.of(request, Map.of()));
        if (answer.failure().isPresent()) {
            return new Response(500, Map.of(), "");
        }
        return answer.response().orElseThrow(() -> new FunctionFailedException(function + " answered nothing"));
    }

    private Wire.Answer send(String function, HostedInvocation invocation) {
        HttpResponse<String> response = post("/" + function, Wire.write(invocation));
        if (response.statusCode() == 404) {
            throw new IllegalArgumentException(response.body());
        }
        try {
            return Wire.readAnswer(response.body());
        } catch (IOException e) {
            throw new FunctionFailedException(function + " failed: its answer is no JSON", e);
        }
    }

    private HttpResponse<String> post(String path, String body) {
        HttpRequest request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port.join() + path))
                .timeout(FUNCTION_TIMEOUT)
                .POST(HttpRequest.BodyPublishers.ofString(body))
                .build();
        try {
            return http.send(request, HttpResponse.BodyHandlers.ofString());
        } catch (IOException e) {
            throw new FunctionFailedException(path.substring(1) + " failed: the process ended, or answered nothing", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new FunctionFailedException("interrupted while waiting for " + path.substring(1), e);
        }
    }

    /** Returns what the functions wrote so far: their log, their output, and the failures. */
    public String log() {
        try {
            return new String(Files.readAllBytes(log), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new IllegalStateException("read " + log, e);
        }
    }

    /** Returns the id of the functions' process. */
    public long pid() {
        return process.pid();
    }

    /**
     * Asks the process to end, as the host does when it scales in, waits until it has, and ends it by force after ten
     * seconds.
     */
    @Override
    public void close() {
        // By its handle: Process.destroy also closes the input, and the process would take that for our death.
        process.toHandle().destroy();
        try {
            if (!process.waitFor(ENDS_WITHIN_SECONDS, TimeUnit.SECONDS)) {
                process.destroyForcibly().waitFor(ENDS_WITHIN_SECONDS, TimeUnit.SECONDS);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            process.destroyForcibly();
        }
    }
}
