package dev.persistor.standalone.run.telemetry;

import dev.persistor.core.write.PersistorListener;
import dev.persistor.standalone.run.config.TelemetryConfig;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.common.AttributesBuilder;
import io.opentelemetry.api.trace.Tracer;
import io.opentelemetry.exporter.otlp.http.trace.OtlpHttpSpanExporter;
import io.opentelemetry.exporter.otlp.http.trace.OtlpHttpSpanExporterBuilder;
import io.opentelemetry.sdk.resources.Resource;
import io.opentelemetry.sdk.trace.SdkTracerProvider;
import io.opentelemetry.sdk.trace.export.SpanExporter;
import io.opentelemetry.sdk.trace.samplers.Sampler;

/**
 * Sends traces to a collector.
 *
 * <p>Thread-safe.
 */
final class Tracing implements AutoCloseable {

    private final SdkTracerProvider provider;
    private final OpenSpans open;

    private Tracing(SdkTracerProvider provider, OpenSpans open) {
        this.provider = provider;
        this.open = open;
    }

    static Tracing start(TelemetryConfig config, MeterRegistry registry) {
        Counter dropped = Counter.builder("persistor.spans.dropped")
                .description("Spans that were not sent, because too many waited or were open")
                .register(registry);
        ExportLog log = new ExportLog("traces", config.traces().orElseThrow(), registry);
        SdkTracerProvider provider = SdkTracerProvider.builder()
                .setResource(resource(config))
                .setSampler(sampler(config))
                .addSpanProcessor(SpanQueue.start(exporter(config), dropped, log))
                .build();
        return new Tracing(provider, new OpenSpans(dropped));
    }

    private static SpanExporter exporter(TelemetryConfig config) {
        OtlpHttpSpanExporterBuilder exporter = OtlpHttpSpanExporter.builder()
                .setEndpoint(config.traces().orElseThrow().toString());
        config.headers().forEach(exporter::addHeader);
        return exporter.build();
    }

    private static Resource resource(TelemetryConfig config) {
        AttributesBuilder attributes = Attributes.builder();
        config.resource().forEach(attributes::put);
        return Resource.create(attributes.build());
    }

    private static Sampler sampler(TelemetryConfig config) {
        return switch (config.sampler()) {
            case ALWAYS_ON -> Sampler.alwaysOn();
            case ALWAYS_OFF -> Sampler.alwaysOff();
            case TRACEIDRATIO -> Sampler.traceIdRatioBased(config.ratio());
            case PARENTBASED_ALWAYS_ON -> Sampler.parentBased(Sampler.alwaysOn());
            case PARENTBASED_ALWAYS_OFF -> Sampler.parentBased(Sampler.alwaysOff());
            case PARENTBASED_TRACEIDRATIO -> Sampler.parentBased(Sampler.traceIdRatioBased(config.ratio()));
        };
    }

    PersistorListener listener(String kind) {
        Tracer tracer = provider.get("dev.persistor");
        return new MessageTraces(tracer, kind, open);
    }

    /** Ends the spans that are open, and sends what waits. */
    @Override
    public void close() {
        open.close();
        provider.close();
    }
}
