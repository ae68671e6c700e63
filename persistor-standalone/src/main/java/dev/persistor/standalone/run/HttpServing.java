package dev.persistor.standalone.run;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpHandler;
import com.sun.net.httpserver.HttpServer;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What is served over HTTP: {@code /health/live}, {@code /health/ready}, {@code /metrics}, and {@code /v1/SOURCE} for each capture that
 * is sent to.
 *
 * <p>Thread-safe.
 */
final class HttpServing {

    private static final Logger LOG = LoggerFactory.getLogger(HttpServing.class);
    private static final JsonFactory JSON = new JsonFactory();
    /** Beside those that send: whoever asks how things are gets an answer also when all of these wait for a store. */
    private static final int QUESTIONS = 16;

    private static final int IDLE_SECONDS = 30;

    private final HttpServer server;
    private final ThreadPoolExecutor threads;
    private final List<RunningCapture> captures;
    /** How many requests are under way. Guarded by this, as is the next. */
    private int underWay;

    private boolean closing;

    private HttpServing(HttpServer server, ThreadPoolExecutor threads, List<RunningCapture> captures) {
        this.server = server;
        this.threads = threads;
        this.captures = captures;
    }

    /**
     * Begins to serve.
     *
     * @throws IOException if the address cannot be served at; the message names it
     */
    static HttpServing start(InetSocketAddress address, List<RunningCapture> captures, PrometheusMeterRegistry registry)
            throws IOException {
        HttpServer server;
        try {
            server = HttpServer.create(new InetSocketAddress(address.getHostString(), address.getPort()), 0);
        } catch (IOException | RuntimeException e) {
            throw new IOException(
                    "HTTP cannot be served at " + address.getHostString() + ":" + address.getPort() + ": "
                            + e.getMessage(),
                    e);
        }
        AtomicInteger number = new AtomicInteger();
        int most = HttpIntake.MOST + QUESTIONS;
        ThreadPoolExecutor threads = new ThreadPoolExecutor(
                most, most, IDLE_SECONDS, TimeUnit.SECONDS, new LinkedBlockingQueue<>(), task -> {
                    Thread thread = new Thread(task, "persistor-http-" + number.incrementAndGet());
                    thread.setDaemon(true);
                    return thread;
                });
        threads.allowCoreThreadTimeOut(true);
        HttpServing serving = new HttpServing(server, threads, captures);
        server.setExecutor(threads);
        serving.serve(
                "/",
                exchange -> answer(
                        exchange,
                        404,
                        "there is nothing here; there are /health/live, /health/ready, /metrics and /v1/SOURCE"));
        serving.serve("/health/live", get(exchange -> answer(exchange, 200, "live")));
        serving.serve("/health/ready", get(serving::ready));
        serving.serve(
                "/metrics",
                get(exchange -> answer(
                        exchange,
                        200,
                        "text/plain; version=0.0.4; charset=utf-8",
                        registry.scrape().getBytes(StandardCharsets.UTF_8))));
        serving.serve("/v1/", serving.unlessClosing(new HttpIntake(captures)));
        server.start();
        LOG.info("Serves HTTP at {}:{}", address.getHostString(), serving.port());
        return serving;
    }

    /** Whatever goes wrong is answered, so that nobody waits for ever. */
    private void serve(String path, HttpHandler handler) {
        server.createContext(path, exchange -> {
            begin();
            try (exchange) {
                handler.handle(exchange);
            } catch (RuntimeException e) {
                LOG.error("Cannot answer {} {}", exchange.getRequestMethod(), path, e);
                answer(exchange, 500, "this failed; the log says why");
            } finally {
                end();
            }
        });
    }

    private synchronized void begin() {
        underWay++;
    }

    private synchronized void end() {
        underWay--;
        notifyAll();
    }

    private HttpHandler unlessClosing(HttpHandler handler) {
        return exchange -> {
            if (isClosing()) {
                exchange.getResponseHeaders().set("Connection", "close");
                answer(exchange, 503, "this process stops; send it to another");
            } else {
                handler.handle(exchange);
            }
        };
    }

    private synchronized boolean isClosing() {
        return closing;
    }

    private static HttpHandler get(HttpHandler handler) {
        return exchange -> {
            if (exchange.getRequestMethod().equals("GET")) {
                handler.handle(exchange);
            } else {
                exchange.getResponseHeaders().set("Allow", "GET");
                answer(exchange, 405, "only GET is allowed");
            }
        };
    }

    private void ready(HttpExchange exchange) throws IOException {
        boolean stops = isClosing();
        boolean isReady = !stops;
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (JsonGenerator json = JSON.createGenerator(out)) {
            json.writeStartObject();
            json.writeObjectFieldStart("captures");
            for (RunningCapture capture : captures) {
                Optional<String> problem = capture.problem();
                isReady &= problem.isEmpty();
                json.writeStringField(capture.name(), problem.orElse("ready"));
            }
            json.writeEndObject();
            json.writeStringField("status", stops ? "stopping" : isReady ? "ready" : "not ready");
            json.writeEndObject();
        }
        answer(exchange, isReady ? 200 : 503, "application/json", out.toByteArray());
    }

    int port() {
        return server.getAddress().getPort();
    }

    /** Takes no more messages, and lets requests under way end within this time. */
    synchronized void close(Duration limit) {
        closing = true;
        long until = System.nanoTime() + limit.toNanos();
        try {
            for (long left = limit.toNanos(); left > 0 && underWay > 0; left = until - System.nanoTime()) {
                TimeUnit.NANOSECONDS.timedWait(this, left);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        // The server's own way to wait would wait for the whole time, whether anything is under way or not.
        server.stop(0);
        threads.shutdownNow();
    }

    static void answer(HttpExchange exchange, int status, String text) throws IOException {
        answer(exchange, status, "text/plain; charset=utf-8", (text + "\n").getBytes(StandardCharsets.UTF_8));
    }

    static void answer(HttpExchange exchange, int status, String contentType, byte[] body) throws IOException {
        exchange.getResponseHeaders().set("Content-Type", contentType);
        exchange.sendResponseHeaders(status, body.length == 0 ? -1 : body.length);
        exchange.getResponseBody().write(body);
    }
}
