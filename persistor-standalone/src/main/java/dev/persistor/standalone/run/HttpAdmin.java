package dev.persistor.standalone.run;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BooleanSupplier;

/**
 * Answers {@code /health/live}, {@code /health/ready} and {@code /metrics}.
 *
 * <p>Thread-safe.
 */
final class HttpAdmin {

    private static final JsonFactory JSON = new JsonFactory();
    private static final String LIVE = "/health/live";
    private static final String READY = "/health/ready";
    private static final String METRICS = "/metrics";

    /** All that it answers. */
    static final List<String> PATHS = List.of(LIVE, READY, METRICS);

    private final List<RunningCapture> captures;
    private final PrometheusMeterRegistry registry;
    private final BooleanSupplier stops;

    HttpAdmin(List<RunningCapture> captures, PrometheusMeterRegistry registry, BooleanSupplier stops) {
        this.captures = List.copyOf(captures);
        this.registry = registry;
        this.stops = stops;
    }

    /** Returns the answer to a request for one of the paths. */
    HttpAnswer answer(String method, String path) {
        if (!method.equals("GET")) {
            return HttpAnswer.text(405, "only GET is allowed", "Allow", "GET");
        }
        return switch (path) {
            case LIVE -> HttpAnswer.text(200, "live");
            case READY -> ready();
            default -> new HttpAnswer(200, "text/plain; version=0.0.4; charset=utf-8", registry.scrape(), Map.of());
        };
    }

    private HttpAnswer ready() {
        boolean isStopping = stops.getAsBoolean();
        boolean isReady = !isStopping;
        StringWriter out = new StringWriter();
        try (JsonGenerator json = JSON.createGenerator(out)) {
            json.writeStartObject();
            json.writeObjectFieldStart("captures");
            for (RunningCapture capture : captures) {
                Optional<String> problem = capture.problem();
                isReady &= problem.isEmpty();
                json.writeStringField(capture.name(), problem.orElse("ready"));
            }
            json.writeEndObject();
            json.writeStringField("status", isStopping ? "stopping" : isReady ? "ready" : "not ready");
            json.writeEndObject();
        } catch (IOException e) {
            throw new UncheckedIOException("writing to memory failed", e);
        }
        return HttpAnswer.json(isReady ? 200 : 503, out.toString());
    }
}
