package dev.persistor.testkit.azure;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/**
 * The part of Service Bus's management endpoint that describes a queue, over HTTP on a free port of 127.0.0.1: whether it detects
 * duplicates. Azure's own client reads it. It takes every credential unless it is told to refuse all.
 *
 * <p>Thread-safe.
 */
public final class ServiceBusManagement implements AutoCloseable {

    private static final int OK = 200;

    private final AmqpServer server;
    private final HttpServer http;
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private volatile int status = OK;

    private ServiceBusManagement(AmqpServer server, HttpServer http) {
        this.server = server;
        this.http = http;
    }

    /**
     * Describes the queues of a server.
     *
     * @throws IOException if no port can be had
     */
    public static ServiceBusManagement of(AmqpServer server) throws IOException {
        HttpServer http = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        ServiceBusManagement management = new ServiceBusManagement(server, http);
        http.setExecutor(management.threads);
        http.createContext("/", management::answer);
        http.start();
        return management;
    }

    /** Returns where it is served. */
    public URI address() {
        return URI.create("http://127.0.0.1:" + http.getAddress().getPort());
    }

    /** Answers every request with a status from now on, such as 401. */
    public void refuseWith(int answer) {
        status = answer;
    }

    private void answer(HttpExchange exchange) throws IOException {
        try (exchange) {
            exchange.getRequestBody().readAllBytes();
            String queue = exchange.getRequestURI().getPath().substring(1);
            if (status == OK) {
                send(exchange, OK, described(queue));
            } else {
                send(exchange, status, "<Error><Code>" + status + "</Code><Detail>refused</Detail></Error>");
            }
        }
    }

    private String described(String queue) {
        try {
            return description(queue, server.duplicateWindow(queue));
        } catch (AmqpRefusal e) {
            // As Service Bus answers for what does not exist.
            return "<feed xmlns=\"http://www.w3.org/2005/Atom\"><title type=\"text\">Services</title></feed>";
        }
    }

    private static String description(String queue, Optional<Duration> window) {
        return "<entry xmlns=\"http://www.w3.org/2005/Atom\"><id>http://127.0.0.1/" + queue
                + "</id><title type=\"text\">"
                + queue + "</title><content type=\"application/xml\"><QueueDescription"
                + " xmlns=\"http://schemas.microsoft.com/netservices/2010/10/servicebus/connect\""
                + " xmlns:i=\"http://www.w3.org/2001/XMLSchema-instance\"><RequiresDuplicateDetection>"
                + window.isPresent() + "</RequiresDuplicateDetection><RequiresSession>false</RequiresSession>"
                + "<DuplicateDetectionHistoryTimeWindow>" + window.orElse(Duration.ofMinutes(10))
                + "</DuplicateDetectionHistoryTimeWindow></QueueDescription></content></entry>";
    }

    private static void send(HttpExchange exchange, int code, String xml) throws IOException {
        byte[] body = xml.getBytes(StandardCharsets.UTF_8);
        exchange.getResponseHeaders().set("Content-Type", "application/atom+xml;type=entry;charset=utf-8");
        exchange.sendResponseHeaders(code, body.length);
        exchange.getResponseBody().write(body);
    }

    /** Serves no more. */
    @Override
    public void close() {
        http.stop(0);
        threads.shutdownNow();
    }
}
