package dev.persistor.testkit;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpTimeoutException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Queue;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * An HTTP proxy before an emulator that cannot fail by itself, on a free port of 127.0.0.1: what is written through it
 * fails by script or by chance, and everything else is passed on. A write that does not tell its length is answered 411.
 *
 * <p>Thread-safe.
 */
public final class FaultProxy implements AutoCloseable {

    /** What happens to a request in place of what it asks for. */
    public enum Fault {
        /** Answers 429, too many requests; nothing is passed on. */
        TOO_MANY_REQUESTS(429, false),
        /** Answers 503, unavailable; nothing is passed on. */
        UNAVAILABLE(503, false),
        /** Answers 403, forbidden; nothing is passed on. */
        FORBIDDEN(403, false),
        /** Breaks the connection in place of an answer; nothing is passed on. */
        RESET(0, false),
        /** Passes the write on and breaks the connection in place of the answer. */
        LOST_ANSWER(0, true);

        private final int status;
        private final boolean passedOn;

        Fault(int status, boolean passedOn) {
            this.status = status;
            this.passedOn = passedOn;
        }
    }

    private static final Set<String> NOT_PASSED_ON =
            Set.of("connection", "content-length", "expect", "host", "http2-settings", "transfer-encoding", "upgrade");
    private static final List<Fault> BY_CHANCE = List.of(Fault.UNAVAILABLE, Fault.RESET, Fault.LOST_ANSWER);
    private static final Duration TIMEOUT = Duration.ofSeconds(60);
    private static final int LENGTH_REQUIRED = 411;

    private final HttpServer server;
    private final int port;
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final HttpClient http =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private final Deque<Fault> script = new ArrayDeque<>();
    private final Deque<Fault> readScript = new ArrayDeque<>();
    private int readsBeforeFaults;
    private final double probability;
    private final Random random;
    private final AtomicLong faults = new AtomicLong();
    private final Queue<String> requests = new ConcurrentLinkedQueue<>();

    private FaultProxy(HttpServer server, int port, double probability, long seed) {
        this.server = server;
        this.port = port;
        this.probability = probability;
        this.random = new Random(seed);
    }

    /**
     * Starts a proxy that fails by {@linkplain #failWrites script} only.
     *
     * @param port where the emulator listens on 127.0.0.1
     * @throws IOException if no port can be had
     */
    public static FaultProxy before(int port) throws IOException {
        return random(port, 0, 0);
    }

    /**
     * Starts a proxy in which writes fail by chance: not carried out, broken off, or carried out with the answer lost.
     *
     * @param port where the emulator listens on 127.0.0.1
     * @param probability how likely a write fails, from 0 to 1
     * @param seed the same seed gives the same faults to the same sequence of writes
     * @throws IOException if no port can be had
     */
    public static FaultProxy random(int port, double probability, long seed) throws IOException {
        HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 256);
        FaultProxy proxy = new FaultProxy(server, port, probability, seed);
        server.createContext("/", proxy::handle);
        server.setExecutor(proxy.threads);
        server.start();
        return proxy;
    }

    /** Returns the port on 127.0.0.1 where the proxy listens. */
    public int port() {
        return server.getAddress().getPort();
    }

    /** Says what happens to the next writes, one each. */
    public void failWrites(Fault... next) {
        synchronized (script) {
            script.addAll(Arrays.asList(next));
        }
    }

    /**
     * Says what happens to requests that read, {@code GET} and {@code HEAD}: pages of listings, look-ups and contents.
     *
     * @param after how many are passed on before
     * @param next one for each request after these
     */
    public void failReads(int after, Fault... next) {
        synchronized (script) {
            readsBeforeFaults = after;
            readScript.addAll(Arrays.asList(next));
        }
    }

    /** Forgets the faults of the script that have not happened yet. */
    public void clearFaults() {
        synchronized (script) {
            script.clear();
            readScript.clear();
        }
    }

    /** Returns how many faults there were. */
    public long faults() {
        return faults.get();
    }

    /** Returns the requests so far, each as method and address. */
    public List<String> requests() {
        return List.copyOf(requests);
    }

    private void handle(HttpExchange exchange) throws IOException {
        // Closing without an answer breaks the connection.
        try (exchange) {
            requests.add(exchange.getRequestMethod() + " " + exchange.getRequestURI());
            byte[] body = exchange.getRequestBody().readAllBytes();
            if (exchange.getRequestMethod().equals("PUT") && !tellsItsLength(exchange)) {
                exchange.sendResponseHeaders(LENGTH_REQUIRED, -1);
                return;
            }
            Fault fault = exchange.getRequestMethod().equals("PUT") ? nextFault() : nextReadFault();
            if (fault == null) {
                answer(exchange, pass(exchange, body));
                return;
            }
            faults.incrementAndGet();
            if (fault.passedOn) {
                pass(exchange, body);
            }
            if (fault.status > 0) {
                exchange.sendResponseHeaders(fault.status, -1);
            }
        }
    }

    /** What is passed on has a length, whatever came in: so a chunked write must be refused here, as the service does. */
    private static boolean tellsItsLength(HttpExchange exchange) {
        return exchange.getRequestHeaders().containsKey("Content-Length");
    }

    private @Nullable Fault nextReadFault() {
        synchronized (script) {
            return !readScript.isEmpty() && readsBeforeFaults-- <= 0 ? readScript.poll() : null;
        }
    }

    private @Nullable Fault nextFault() {
        synchronized (script) {
            Fault scripted = script.poll();
            if (scripted != null || random.nextDouble() >= probability) {
                return scripted;
            }
            return BY_CHANCE.get(random.nextInt(BY_CHANCE.size()));
        }
    }

    private HttpResponse<byte[]> pass(HttpExchange exchange, byte[] body) throws IOException {
        HttpRequest.Builder request = HttpRequest.newBuilder(
                        URI.create("http://127.0.0.1:" + port + exchange.getRequestURI()))
                .timeout(TIMEOUT)
                .method(exchange.getRequestMethod(), HttpRequest.BodyPublishers.ofByteArray(body));
        for (Map.Entry<String, List<String>> header :
                exchange.getRequestHeaders().entrySet()) {
            if (!NOT_PASSED_ON.contains(header.getKey().toLowerCase(Locale.ROOT))) {
                header.getValue().forEach(value -> request.header(header.getKey(), value));
            }
        }
        try {
            return send(request.build());
        } catch (HttpTimeoutException e) {
            throw e;
        } catch (IOException e) {
            // An emulator closes idle connections, also at the moment at which one is used again. Only scripts and
            // chance may fail here.
            return send(request.build());
        }
    }

    private HttpResponse<byte[]> send(HttpRequest request) throws IOException {
        try {
            return http.send(request, HttpResponse.BodyHandlers.ofByteArray());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        }
    }

    private static void answer(HttpExchange exchange, HttpResponse<byte[]> answer) throws IOException {
        answer.headers().map().forEach((name, values) -> {
            if (!NOT_PASSED_ON.contains(name.toLowerCase(Locale.ROOT))) {
                exchange.getResponseHeaders().put(name, values);
            }
        });
        if (exchange.getRequestMethod().equals("HEAD")) {
            // A HEAD's answer tells the length of a body that it does not have.
            answer.headers()
                    .firstValue("content-length")
                    .ifPresent(length -> exchange.getResponseHeaders().set("Content-Length", length));
            exchange.sendResponseHeaders(answer.statusCode(), -1);
            return;
        }
        byte[] body = answer.body();
        exchange.sendResponseHeaders(answer.statusCode(), body.length == 0 ? -1 : body.length);
        exchange.getResponseBody().write(body);
    }

    @Override
    public void close() {
        server.stop(0);
        threads.shutdownNow();
    }
}
