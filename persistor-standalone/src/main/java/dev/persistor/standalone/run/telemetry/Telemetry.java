package dev.persistor.standalone.run.telemetry;

import dev.persistor.core.thread.DaemonThreads;
import dev.persistor.core.write.PersistorListener;
import dev.persistor.standalone.run.config.TelemetryConfig;
import io.micrometer.core.instrument.Clock;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.composite.CompositeMeterRegistry;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What a process tells of itself: metrics for Prometheus and, where the configuration says so, metrics and traces for an OpenTelemetry
 * collector.
 *
 * <p>Thread-safe.
 */
public final class Telemetry {

    private static final Logger LOG = LoggerFactory.getLogger(Telemetry.class);

    private final MeterRegistry registry;
    private final Optional<OtlpMetrics> metrics;
    private final Optional<Tracing> tracing;

    private Telemetry(MeterRegistry registry, Optional<OtlpMetrics> metrics, Optional<Tracing> tracing) {
        this.registry = registry;
        this.metrics = metrics;
        this.tracing = tracing;
    }

    /**
     * Begins to send what the configuration says.
     *
     * @param prometheus has all metrics in any case
     */
    public static Telemetry start(TelemetryConfig config, PrometheusMeterRegistry prometheus) {
        Optional<OtlpMetrics> metrics = config.metrics()
                .map(address -> OtlpMetrics.start(config, new ExportLog("metrics", address, prometheus)));
        MeterRegistry registry = metrics.isEmpty()
                ? prometheus
                : new CompositeMeterRegistry(
                        Clock.SYSTEM, List.of(prometheus, metrics.get().registry()));
        Optional<Tracing> tracing = config.traces().map(address -> Tracing.start(config, registry));
        return new Telemetry(registry, metrics, tracing);
    }

    /** Returns what sends nothing, and has metrics of its own. */
    public static Telemetry none() {
        return new Telemetry(new PrometheusMeterRegistry(PrometheusConfig.DEFAULT), Optional.empty(), Optional.empty());
    }

    /** Returns where meters are registered. */
    public MeterRegistry registry() {
        return registry;
    }

    /**
     * Returns what is to be told of the messages of a capture.
     *
     * @param kind what it captures from, as settings call it, such as {@code kafka}
     */
    public List<PersistorListener> listeners(String kind) {
        return tracing.map(on -> List.<PersistorListener>of(on.listener(kind))).orElse(List.of());
    }

    /** Sends what is left, no longer than this. */
    public void close(Duration limit) {
        if (metrics.isEmpty() && tracing.isEmpty()) {
            return;
        }
        Thread closing = DaemonThreads.of("persistor-telemetry-close", this::closeAll);
        closing.start();
        try {
            closing.join(Math.max(1, limit.toMillis()));
            if (closing.isAlive()) {
                LOG.warn("The collector did not receive the last metrics and traces within {} ms", limit.toMillis());
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void closeAll() {
        metrics.ifPresent(OtlpMetrics::close);
        tracing.ifPresent(Tracing::close);
    }
}
