package dev.persistor.standalone.run.telemetry;

import dev.persistor.core.log.OutageLog;
import dev.persistor.core.log.SafeText;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import java.net.URI;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;

/**
 * Counts and logs what could not be sent to a collector, without a line for each attempt.
 *
 * <p>Thread-safe.
 */
final class ExportLog implements AutoCloseable {

    private final OutageLog outages = new OutageLog(LoggerFactory.getLogger(Telemetry.class));
    private final String signal;
    private final URI address;
    private final Counter failures;

    /**
     * Registers the counter.
     *
     * @param signal what is sent: metrics or traces
     */
    ExportLog(String signal, URI address, MeterRegistry registry) {
        this.signal = signal;
        this.address = address;
        this.failures = Counter.builder("persistor.otlp.failures")
                .description("Requests to the OpenTelemetry collector that failed")
                .tag("signal", signal)
                .register(registry);
    }

    URI address() {
        return address;
    }

    void succeeded() {
        outages.succeeded(operation());
    }

    void failed(String kind, String reason) {
        failures.increment();
        outages.failed(
                Level.WARN,
                operation(),
                kind,
                () -> operation() + " failed: " + SafeText.withoutSecrets(reason)
                        + ". Messages are archived all the same; check the collector and the OTEL_EXPORTER_OTLP settings");
    }

    private String operation() {
        return "Sending " + signal + " to " + SafeText.address(address);
    }

    @Override
    public void close() {
        outages.close();
    }
}
