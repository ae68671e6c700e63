package dev.persistor.standalone.run.telemetry;

import dev.persistor.core.message.Attributes;
import dev.persistor.core.message.Message;
import io.opentelemetry.context.propagation.TextMapGetter;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Finds a sender's trace context (https://www.w3.org/TR/trace-context/) in the attributes of a message, under the names that senders use:
 * {@code traceparent} with Kafka, CloudEvents and newer clients of Azure, {@code googclient_traceparent} with Pub/Sub's clients, and
 * {@code Diagnostic-Id} with older clients of Azure.
 */
enum SenderContext implements TextMapGetter<Message> {
    /** The only one: it has no state. */
    GETTER;

    private static final Map<String, List<String>> NAMES = Map.of(
            "traceparent", List.of("traceparent", "googclient_traceparent", "Diagnostic-Id"),
            "tracestate", List.of("tracestate", "googclient_tracestate"));

    @Override
    public @Nullable String get(@Nullable Message message, String key) {
        if (message == null) {
            return null;
        }
        Attributes attributes = message.attributes();
        for (String name : NAMES.getOrDefault(key, List.of())) {
            String text = attributes.text(name).orElse(null);
            if (text != null) {
                return text;
            }
        }
        return null;
    }
}
