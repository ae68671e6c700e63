package dev.persistor.standalone.run.telemetry;

import static dev.persistor.core.fixtures.TestMessages.message;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.persistor.core.message.Attributes;
import dev.persistor.core.message.Message;
import dev.persistor.core.naming.PathTemplate;
import dev.persistor.core.retry.RetryBudget;
import dev.persistor.core.store.BlobStore;
import dev.persistor.core.store.memory.MemoryDriver;
import dev.persistor.core.write.PersistException;
import dev.persistor.core.write.Persistor;
import dev.persistor.testkit.FaultyBlobDriver;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.opentelemetry.api.trace.StatusCode;
import io.opentelemetry.sdk.common.CompletableResultCode;
import io.opentelemetry.sdk.trace.SdkTracerProvider;
import io.opentelemetry.sdk.trace.data.SpanData;
import io.opentelemetry.sdk.trace.export.SpanExporter;
import java.net.URI;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class MessageTracesTest {

    private static final String TRACE = "4bf92f3577b34da6a3ce929d0e0e4736";

    /** Keeps what is sent, as soon as it may. */
    private static final class Kept implements SpanExporter {

        private final List<SpanData> spans = new CopyOnWriteArrayList<>();
        private final CountDownLatch gate;

        Kept(int closedGates) {
            this.gate = new CountDownLatch(closedGates);
        }

        @Override
        public CompletableResultCode export(Collection<SpanData> sent) {
            try {
                gate.await();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
            spans.addAll(sent);
            return CompletableResultCode.ofSuccess();
        }

        @Override
        public CompletableResultCode flush() {
            return CompletableResultCode.ofSuccess();
        }

        @Override
        public CompletableResultCode shutdown() {
            return CompletableResultCode.ofSuccess();
        }
    }

    private final MeterRegistry registry = new SimpleMeterRegistry();
    private final Counter dropped = registry.counter("dropped");
    private final Kept kept = new Kept(0);
    private final SdkTracerProvider provider = provider(kept);
    private final OpenSpans open = new OpenSpans(dropped);
    private final MessageTraces traces = new MessageTraces(provider.get("test"), "service-bus", open);

    private SdkTracerProvider provider(SpanExporter exporter) {
        ExportLog log = new ExportLog("traces", URI.create("http://127.0.0.1:1"), registry);
        return SdkTracerProvider.builder()
                .addSpanProcessor(SpanQueue.start(exporter, dropped, log))
                .build();
    }

    @AfterEach
    void close() {
        provider.close();
    }

    private SpanData only() {
        await().until(() -> kept.spans.size() == 1);
        return kept.spans.get(0);
    }

    @Test
    void aMessageThatIsNotDurableEndsItsSpanWithTheReason() {
        FaultyBlobDriver store = FaultyBlobDriver.over(new MemoryDriver());
        try (Persistor persistor = Persistor.builder(BlobStore.over(store).withRetries(RetryBudget.none()))
                .naming(PathTemplate.parse("{id}"))
                .listener(traces)
                .build()) {
            store.setDown(true);
            assertThatThrownBy(() -> persistor.persistAll(List.of(message("1", "x"))))
                    .isInstanceOf(PersistException.class);
        }
        SpanData span = only();
        assertThat(span.getStatus().getStatusCode()).isEqualTo(StatusCode.ERROR);
        assertThat(span.getStatus().getDescription()).isNotBlank();
        assertThat(span.getAttributes().asMap().toString())
                .contains("error.type")
                .contains("servicebus");
        assertThat(span.getEvents()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({"traceparent", "googclient_traceparent", "Diagnostic-Id"})
    void theSendersContextIsFoundUnderTheNamesThatClientsUse(String name) {
        Message message = message("1", "x").toBuilder()
                .attributes(Attributes.builder()
                        .add(name, "00-" + TRACE + "-00f067aa0ba902b7-01")
                        .build())
                .build();
        traces.received(message);
        traces.acknowledged(message);
        assertThat(only().getTraceId()).isEqualTo(TRACE);
    }

    @ParameterizedTest
    @CsvSource({
        "traceparent,nonsense",
        "traceparent,00-00000000000000000000000000000000-00f067aa0ba902b7-01",
        "Diagnostic-Id,|a.b."
    })
    void aContextThatCannotBeReadIsLeftAlone(String name, String value) {
        Message message = message("1", "x").toBuilder()
                .attributes(Attributes.builder().add(name, value).build())
                .build();
        traces.received(message);
        traces.acknowledged(message);
        assertThat(only().getParentSpanContext().isValid()).isFalse();
    }

    @Test
    void equalMessagesHaveASpanEach() {
        Message first = message("1", "x");
        Message second = message("1", "x");
        traces.received(first);
        traces.received(second);
        traces.acknowledged(first);
        traces.acknowledged(second);
        await().until(() -> kept.spans.size() == 2);
        assertThat(kept.spans.get(0).getSpanId()).isNotEqualTo(kept.spans.get(1).getSpanId());
    }

    @Test
    void spansBeyondTheQueueAndBeyondThoseThatMayBeOpenAreCountedAndHoldNothingUp() {
        Kept stuck = new Kept(1);
        SdkTracerProvider slow = provider(stuck);
        MessageTraces many = new MessageTraces(slow.get("test"), "kafka", open);
        List<Message> messages = java.util.stream.IntStream.range(0, 10_001)
                .mapToObj(i -> message("m" + i, "x"))
                .toList();
        messages.forEach(many::received);
        assertThat(dropped.count()).isEqualTo(1);
        messages.forEach(many::acknowledged);
        assertThat(dropped.count()).isBetween(10_000.0 - 4_096 - 512, 10_000.0);
        stuck.gate.countDown();
        await().until(() -> stuck.spans.size() + dropped.count() == 10_001);
        slow.close();
    }

    @Test
    void spansThatAreOpenAtTheEndAreSent() {
        traces.received(message("1", "x"));
        open.close();
        assertThat(only().getName()).startsWith("archive ");
    }
}
