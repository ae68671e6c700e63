package dev.persistor.standalone.run.telemetry;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.opentelemetry.proto.collector.metrics.v1.ExportMetricsServiceRequest;
import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceRequest;
import io.opentelemetry.proto.common.v1.KeyValue;
import io.opentelemetry.proto.metrics.v1.Metric;
import io.opentelemetry.proto.trace.v1.Span;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;

/** Receives metrics and traces as a collector does, by HTTP, and keeps them. Thread-safe. */
public final class OtlpReceiver implements AutoCloseable {

    /** A span and what is said of its process. */
    public record Received(Map<String, String> resource, Span span) {

        /** Returns its attributes as texts. */
        public Map<String, String> attributes() {
            return texts(span.getAttributesList());
        }

        /** Returns the names of its events, in their order. */
        public List<String> events() {
            return span.getEventsList().stream().map(Span.Event::getName).toList();
        }
    }

    private final HttpServer server;
    private final List<Received> spans = new CopyOnWriteArrayList<>();
    private final List<Map<String, List<String>>> headers = new CopyOnWriteArrayList<>();
    private volatile List<Metric> metrics = List.of();
    private volatile Map<String, String> metricsResource = Map.of();
    private volatile int status = 200;

    private OtlpReceiver(HttpServer server) {
        this.server = server;
    }

    /** Starts it at a free port. */
    public static OtlpReceiver start() {
        try {
            HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
            OtlpReceiver receiver = new OtlpReceiver(server);
            server.createContext("/v1/metrics", receiver::takeMetrics);
            server.createContext("/v1/traces", receiver::takeSpans);
            server.setExecutor(Executors.newCachedThreadPool(task -> {
                Thread thread = new Thread(task, "otlp-receiver");
                thread.setDaemon(true);
                return thread;
            }));
            server.start();
            return receiver;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void takeMetrics(HttpExchange exchange) throws IOException {
        ExportMetricsServiceRequest request = ExportMetricsServiceRequest.parseFrom(exchange.getRequestBody());
        headers.add(Map.copyOf(exchange.getRequestHeaders()));
        List<Metric> taken = new ArrayList<>();
        request.getResourceMetricsList().forEach(resource -> {
            metricsResource = texts(resource.getResource().getAttributesList());
            resource.getScopeMetricsList().forEach(scope -> taken.addAll(scope.getMetricsList()));
        });
        metrics = taken;
        answer(exchange);
    }

    private void takeSpans(HttpExchange exchange) throws IOException {
        ExportTraceServiceRequest request = ExportTraceServiceRequest.parseFrom(exchange.getRequestBody());
        headers.add(Map.copyOf(exchange.getRequestHeaders()));
        request.getResourceSpansList()
                .forEach(resource -> resource.getScopeSpansList()
                        .forEach(scope -> scope.getSpansList()
                                .forEach(span -> spans.add(new Received(
                                        texts(resource.getResource().getAttributesList()), span)))));
        answer(exchange);
    }

    private void answer(HttpExchange exchange) throws IOException {
        exchange.sendResponseHeaders(status, -1);
        exchange.close();
    }

    private static Map<String, String> texts(List<KeyValue> attributes) {
        Map<String, String> texts = new TreeMap<>();
        attributes.forEach(each -> texts.put(
                each.getKey(),
                each.getValue().hasIntValue()
                        ? Long.toString(each.getValue().getIntValue())
                        : each.getValue().getStringValue()));
        return texts;
    }

    /** Sets with what it answers from now on. */
    public void answerWith(int status) {
        this.status = status;
    }

    /** Returns its address, without a path. */
    public String address() {
        return "http://127.0.0.1:" + server.getAddress().getPort();
    }

    /** Returns the metrics that came last. */
    public List<Metric> metrics() {
        return metrics;
    }

    /** Returns what the metrics say of their process. */
    public Map<String, String> metricsResource() {
        return metricsResource;
    }

    /** Returns the headers of all requests. */
    public List<Map<String, List<String>>> headers() {
        return headers;
    }

    /** Returns the span of a message. */
    public Optional<Received> spanOf(String id) {
        return spans.stream()
                .filter(each -> id.equals(each.attributes().get("messaging.message.id")))
                .findFirst();
    }

    @Override
    public void close() {
        server.stop(0);
    }
}
