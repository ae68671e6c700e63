package dev.persistor.standalone.run.telemetry;

import dev.persistor.core.log.FailureText;
import dev.persistor.standalone.run.config.TelemetryConfig;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.registry.otlp.CompressionMode;
import io.micrometer.registry.otlp.OtlpConfig;
import io.micrometer.registry.otlp.OtlpMeterRegistry;
import io.micrometer.registry.otlp.OtlpMetricsSender;
import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Sends metrics to a collector at regular times.
 *
 * <p>Thread-safe.
 */
final class OtlpMetrics implements OtlpMetricsSender, AutoCloseable {

    private static final Duration LONGEST = Duration.ofSeconds(10);

    private final HttpClient http =
            HttpClient.newBuilder().connectTimeout(LONGEST).build();
    private final ExportLog log;
    private final OtlpMeterRegistry registry;

    private OtlpMetrics(TelemetryConfig config, ExportLog log) {
        this.log = log;
        this.registry = OtlpMeterRegistry.builder(
                        new Config(config, log.address().toString()))
                .metricsSender(this)
                .build();
    }

    static OtlpMetrics start(TelemetryConfig config, ExportLog log) {
        return new OtlpMetrics(config, log);
    }

    MeterRegistry registry() {
        return registry;
    }

    /** Never throws: what fails is sent again with what is counted until the next time. */
    @Override
    public void send(Request request) {
        HttpRequest.Builder post = HttpRequest.newBuilder(log.address())
                .timeout(LONGEST)
                .header("Content-Type", "application/x-protobuf")
                .POST(HttpRequest.BodyPublishers.ofByteArray(request.getMetricsData()));
        request.getHeaders().forEach(post::header);
        try {
            int status = http.send(post.build(), HttpResponse.BodyHandlers.discarding())
                    .statusCode();
            if (status / 100 == 2) {
                log.succeeded();
            } else {
                log.failed("status " + status, "the collector answered with status " + status);
            }
        } catch (IOException e) {
            log.failed(e.getClass().getSimpleName(), FailureText.of(e));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Sends the last values. */
    @Override
    public void close() {
        registry.close();
        log.close();
    }

    /** The configuration in Micrometer's words; it reads no variables itself. */
    private record Config(TelemetryConfig config, String url) implements OtlpConfig {

        @Override
        public @Nullable String get(String key) {
            return null;
        }

        @Override
        public Duration step() {
            return config.interval();
        }

        @Override
        public Map<String, String> headers() {
            return config.headers();
        }

        @Override
        public Map<String, String> resourceAttributes() {
            return config.resource();
        }

        @Override
        public CompressionMode compressionMode() {
            return CompressionMode.NONE;
        }
    }
}
