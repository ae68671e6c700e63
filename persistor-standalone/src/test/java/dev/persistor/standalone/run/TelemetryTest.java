package dev.persistor.standalone.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.persistor.standalone.run.telemetry.OtlpReceiver;
import dev.persistor.testkit.ReservedPort;
import dev.persistor.testkit.kafka.KafkaBroker;
import io.opentelemetry.proto.metrics.v1.Metric;
import io.opentelemetry.proto.metrics.v1.NumberDataPoint;
import io.opentelemetry.proto.trace.v1.Span;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.internals.RecordHeader;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** What a process sends to a collector, which takes it over a real connection. */
@Execution(ExecutionMode.CONCURRENT)
@Timeout(120)
class TelemetryTest {

    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final String TRACE = "4bf92f3577b34da6a3ce929d0e0e4736";
    private static final String PARENT = "00f067aa0ba902b7";
    private static final String SAMPLED = "00-" + TRACE + "-" + PARENT + "-01";
    private static final String NOT_SAMPLED = "00-" + TRACE + "-" + PARENT + "-00";

    private static @TempDir Path shared;
    private static OtlpReceiver collector;
    private static KafkaBroker broker;
    private static RunningService service;

    private @TempDir Path folder;

    @BeforeAll
    static void start() throws Exception {
        collector = OtlpReceiver.start();
        broker = KafkaBroker.start(Files.createDirectory(shared.resolve("broker")));
        broker.create("orders", 1, Map.of());
        service = RunningService.start(
                shared,
                """
                otel-exporter-otlp-endpoint: %s/
                otel-exporter-otlp-headers: {authorization: Bearer%%20t0ken}
                otel-metric-export-interval: 200
                defaults:
                  store: %s
                captures:
                  web:
                    from: http
                  orders:
                    from: kafka
                    format: jsonl
                    batch-messages: 100
                    batch-linger: 50ms
                    kafka-servers: %s
                    kafka-topics: orders
                """.formatted(collector.address(), shared.resolve("archive").toUri(), broker.servers()),
                Map.of(
                        "OTEL_RESOURCE_ATTRIBUTES",
                        "deployment.environment.name=te%20st",
                        "OTEL_TRACES_SAMPLER_ARG",
                        "1"));
    }

    @AfterAll
    static void stop() {
        service.close();
        broker.close();
        collector.close();
    }

    private static int post(RunningService to, String id, String... more) throws Exception {
        String[] headers = new String[more.length + 4];
        List<String> own = List.of("ce-id", id, "ce-time", "2026-01-31T06:00:00Z");
        for (int i = 0; i < headers.length; i++) {
            headers[i] = i < 4 ? own.get(i) : more[i - 4];
        }
        return to.post("/v1/web", "hello".getBytes(StandardCharsets.UTF_8), headers)
                .statusCode();
    }

    private static OtlpReceiver.Received spanOf(String id) {
        return await().atMost(PATIENCE)
                .until(() -> collector.spanOf(id), Optional::isPresent)
                .orElseThrow();
    }

    private static String hex(com.google.protobuf.ByteString bytes) {
        return HexFormat.of().formatHex(bytes.toByteArray());
    }

    @Test
    void metricsArriveWithWhatIsSaidOfTheProcess() throws Exception {
        post(service, "counted");
        await().atMost(PATIENCE)
                .untilAsserted(() -> assertThat(collector.metrics())
                        .filteredOn(metric -> metric.getName().equals("persistor.messages"))
                        .flatExtracting(metric -> metric.getSum().getDataPointsList())
                        .filteredOn(point -> text(point).containsAll(List.of("web", "persisted")))
                        .extracting(NumberDataPoint::getAsDouble)
                        .allMatch(value -> value >= 1)
                        .hasSize(1));
        assertThat(collector.metrics()).extracting(Metric::getName).contains("persistor.ready", "jvm.memory.used");
        assertThat(collector.metricsResource())
                .containsEntry("service.name", "persistor")
                .containsEntry("deployment.environment.name", "te st");
        assertThat(collector.headers())
                .allSatisfy(headers -> assertThat(headers).containsEntry("Authorization", List.of("Bearer t0ken")));
        assertThat(service.get("/metrics").body()).contains("persistor_messages_total{capture=\"web\"");
    }

    @Test
    void theReferenceListsEachMetric() throws Exception {
        String metrics = service.get("/metrics").body();
        String types =
                metrics.lines().filter(line -> line.startsWith("# TYPE ")).collect(Collectors.joining("\n"));
        assertThat(MetricsReference.in(types)).isEqualTo(MetricsReference.names());
        assertThat(types.lines().map(line -> line.split(" ", -1)[2]))
                .allMatch(name -> name.matches("(persistor|jvm|process|system)_.*"));
    }

    private static List<String> text(NumberDataPoint point) {
        return point.getAttributesList().stream()
                .map(each -> each.getValue().getStringValue())
                .toList();
    }

    @Test
    void aMessageOfHttpIsTracedUnderItsSendersSpan() throws Exception {
        assertThat(post(service, "unseen", "ce-traceparent", NOT_SAMPLED)).isEqualTo(200);
        assertThat(post(service, "traced", "ce-traceparent", SAMPLED)).isEqualTo(200);

        OtlpReceiver.Received received = spanOf("traced");
        Span span = received.span();
        assertThat(span.getName()).isEqualTo("archive web");
        assertThat(span.getKind()).isEqualTo(Span.SpanKind.SPAN_KIND_CONSUMER);
        assertThat(hex(span.getTraceId())).isEqualTo(TRACE);
        assertThat(hex(span.getParentSpanId())).isEqualTo(PARENT);
        assertThat(received.events()).containsExactly("stored", "acknowledged");
        assertThat(received.resource()).containsEntry("service.name", "persistor");
        assertThat(received.attributes())
                .containsEntry("messaging.system", "http")
                .containsEntry("messaging.operation.name", "archive")
                .containsEntry("messaging.operation.type", "process")
                .containsEntry("messaging.destination.name", "web")
                .containsEntry("messaging.message.body.size", "5")
                .containsEntry("persistor.outcome", "persisted")
                .hasEntrySatisfying("persistor.blob", blob -> assertThat(blob).startsWith("web/2026/01/31/06/traced"));
        assertThat(collector.spanOf("unseen")).isEmpty();

        post(service, "root");
        assertThat(spanOf("root").span().getParentSpanId().isEmpty()).isTrue();
    }

    @Test
    void aRecordOfKafkaIsTracedFromItsReceptionToItsAcknowledgement() throws Exception {
        try (KafkaProducer<byte[], byte[]> producer = broker.producer(Map.of())) {
            producer.send(new ProducerRecord<>(
                            "orders",
                            0,
                            new byte[] {1},
                            new byte[] {2},
                            List.of(new RecordHeader("traceparent", SAMPLED.getBytes(StandardCharsets.UTF_8)))))
                    .get();
        }
        OtlpReceiver.Received received = spanOf("0-0");
        assertThat(received.span().getName()).isEqualTo("archive orders");
        assertThat(hex(received.span().getTraceId())).isEqualTo(TRACE);
        assertThat(hex(received.span().getParentSpanId())).isEqualTo(PARENT);
        assertThat(received.events()).containsExactly("batched", "stored", "acknowledged");
        assertThat(received.attributes())
                .containsEntry("messaging.system", "kafka")
                .containsEntry("messaging.destination.name", "orders")
                .containsEntry("messaging.destination.partition.id", "0")
                .containsEntry("messaging.kafka.offset", "0");
        long last = received.span().getStartTimeUnixNano();
        for (Span.Event event : received.span().getEventsList()) {
            assertThat(event.getTimeUnixNano()).isGreaterThanOrEqualTo(last);
            last = event.getTimeUnixNano();
        }
        assertThat(received.span().getEndTimeUnixNano()).isGreaterThanOrEqualTo(last);
    }

    @Test
    void aCollectorThatDoesNotAnswerIsCountedAndDisturbsNothing() throws Exception {
        try (ReservedPort nobody = ReservedPort.reserve();
                RunningService alone = RunningService.start(folder, """
                        shutdown: 2s
                        otel-exporter-otlp-endpoint: http://127.0.0.1:%d
                        otel-metric-export-interval: 100
                        captures: {web: {from: http, store: mem:///}}
                        """.formatted(nobody.number()), Map.of())) {
            assertThat(post(alone, "1")).isEqualTo(200);
            await().atMost(PATIENCE).until(() -> alone.meter("persistor_otlp_failures_total{signal=\"metrics\"}") > 0);
            assertThat(post(alone, "2")).isEqualTo(200);
            assertThat(alone.isReady()).isTrue();
        }
    }
}
