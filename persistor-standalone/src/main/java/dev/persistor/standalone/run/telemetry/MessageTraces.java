package dev.persistor.standalone.run.telemetry;

import dev.persistor.core.log.FailureText;
import dev.persistor.core.log.SafeText;
import dev.persistor.core.message.Message;
import dev.persistor.core.store.BlobName;
import dev.persistor.core.write.PersistorListener;
import dev.persistor.core.write.Receipt;
import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.common.AttributesBuilder;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.api.trace.StatusCode;
import io.opentelemetry.api.trace.Tracer;
import io.opentelemetry.api.trace.propagation.W3CTraceContextPropagator;
import io.opentelemetry.context.Context;
import java.util.Locale;

/**
 * Traces the path of each message of a capture as one span, from its reception to its acknowledgement, with the events {@code batched},
 * {@code stored} and {@code acknowledged}. Its parent is the span that the message names in its attributes. The names are those of
 * OpenTelemetry's conventions for messaging (https://opentelemetry.io/docs/specs/semconv/messaging/messaging-spans/).
 *
 * <p>Thread-safe.
 */
final class MessageTraces implements PersistorListener {

    private static final String OPERATION = "archive";

    private static final AttributeKey<String> SYSTEM = AttributeKey.stringKey("messaging.system");
    private static final AttributeKey<String> OPERATION_NAME = AttributeKey.stringKey("messaging.operation.name");
    private static final AttributeKey<String> OPERATION_TYPE = AttributeKey.stringKey("messaging.operation.type");
    private static final AttributeKey<String> DESTINATION = AttributeKey.stringKey("messaging.destination.name");
    private static final AttributeKey<String> PARTITION = AttributeKey.stringKey("messaging.destination.partition.id");
    private static final AttributeKey<String> MESSAGE_ID = AttributeKey.stringKey("messaging.message.id");
    private static final AttributeKey<Long> BODY_SIZE = AttributeKey.longKey("messaging.message.body.size");
    private static final AttributeKey<Long> KAFKA_OFFSET = AttributeKey.longKey("messaging.kafka.offset");
    private static final AttributeKey<String> ERROR_TYPE = AttributeKey.stringKey("error.type");
    private static final AttributeKey<String> BLOB = AttributeKey.stringKey("persistor.blob");
    private static final AttributeKey<String> OUTCOME = AttributeKey.stringKey("persistor.outcome");
    private static final AttributeKey<Long> BATCH_MESSAGES = AttributeKey.longKey("persistor.batch.messages");
    private static final AttributeKey<Long> BATCH_BYTES = AttributeKey.longKey("persistor.batch.bytes");
    private static final AttributeKey<String> BATCH_CAUSE = AttributeKey.stringKey("persistor.batch.cause");

    private final Tracer tracer;
    private final String system;
    private final OpenSpans open;

    /**
     * Traces with a tracer.
     *
     * @param kind what the capture is from, as settings call it
     * @param open holds the spans of all captures
     */
    MessageTraces(Tracer tracer, String kind, OpenSpans open) {
        this.tracer = tracer;
        this.system = switch (kind) {
            case "pubsub" -> "gcp_pubsub";
            case "event-hubs" -> "eventhubs";
            case "service-bus" -> "servicebus";
            default -> kind;
        };
        this.open = open;
    }

    @Override
    public void received(Message message) {
        Context sender = W3CTraceContextPropagator.getInstance().extract(Context.root(), message, SenderContext.GETTER);
        Span span = tracer.spanBuilder(OPERATION + " " + message.source())
                .setSpanKind(SpanKind.CONSUMER)
                .setParent(sender)
                .startSpan();
        if (span.isRecording()) {
            span.setAllAttributes(attributes(message));
            open.put(message, span);
        }
    }

    private Attributes attributes(Message message) {
        AttributesBuilder attributes = Attributes.builder()
                .put(SYSTEM, system)
                .put(OPERATION_NAME, OPERATION)
                .put(OPERATION_TYPE, "process")
                .put(DESTINATION, message.source())
                .put(MESSAGE_ID, message.id())
                .put(BODY_SIZE, (long) message.payloadSize());
        message.position().ifPresent(position -> {
            attributes.put(PARTITION, position.partition());
            if (system.equals("kafka")) {
                attributes.put(KAFKA_OFFSET, position.offset());
            }
        });
        return attributes.build();
    }

    @Override
    public void flushed(Flush flush) {
        Attributes batch = Attributes.of(
                BATCH_MESSAGES,
                (long) flush.messages().size(),
                BATCH_BYTES,
                flush.bytes(),
                BATCH_CAUSE,
                flush.cause().name().toLowerCase(Locale.ROOT));
        for (Message message : flush.messages()) {
            open.find(message).ifPresent(span -> span.addEvent("batched", batch));
        }
    }

    @Override
    public void persisted(Message message, Receipt receipt) {
        stored(message, receipt.blob(), "persisted");
    }

    @Override
    public void alreadyThere(Message message, Receipt receipt) {
        stored(message, receipt.blob(), "already_there");
    }

    @Override
    public void skippedReplayed(Message message, BlobName original) {
        stored(message, original, "skipped_replayed");
    }

    private void stored(Message message, BlobName blob, String outcome) {
        open.find(message)
                .ifPresent(span -> span.setAttribute(BLOB, blob.toString())
                        .setAttribute(OUTCOME, outcome)
                        .addEvent("stored"));
    }

    @Override
    public void failed(Message message, Throwable cause) {
        open.remove(message)
                .ifPresent(
                        span -> span.setAttribute(ERROR_TYPE, cause.getClass().getName())
                                .setStatus(StatusCode.ERROR, SafeText.withoutSecrets(FailureText.of(cause)))
                                .end());
    }

    @Override
    public void acknowledged(Message message) {
        open.remove(message).ifPresent(span -> span.addEvent("acknowledged").end());
    }
}
