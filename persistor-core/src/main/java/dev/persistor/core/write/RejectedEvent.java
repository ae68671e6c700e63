package dev.persistor.core.write;

import dev.persistor.core.message.AttributeValue;
import dev.persistor.core.message.Attributes;
import dev.persistor.core.message.Message;
import java.nio.ByteBuffer;
import java.util.Objects;

/**
 * An event or request that cannot be understood, or a message that cannot be encoded, as it came.
 *
 * <p>Immutable.
 *
 * @param source where it came from, as a short name
 * @param content its bytes; the caller must not change them afterwards
 * @param contentType its MIME type, or {@code application/octet-stream}
 * @param headers what came beside the content, credentials left out
 * @param reason what cannot be understood: the field, its value, what is allowed
 */
public record RejectedEvent(String source, ByteBuffer content, String contentType, Attributes headers, String reason) {

    /** Refuses null. */
    public RejectedEvent {
        Objects.requireNonNull(source, "source");
        Objects.requireNonNull(contentType, "contentType");
        Objects.requireNonNull(headers, "headers");
        Objects.requireNonNull(reason, "reason");
        content = content.slice().asReadOnlyBuffer();
    }

    /** Returns an event that came as an array, which is not copied and must not be changed from now on. */
    public static RejectedEvent of(
            String source, byte[] content, String contentType, Attributes headers, String reason) {
        return new RejectedEvent(source, ByteBuffer.wrap(content), contentType, headers, reason);
    }

    /** Returns a message that cannot be kept as one: its payload, with all else that it holds as headers. */
    public static RejectedEvent of(Message message, String reason) {
        Attributes.Builder headers = Attributes.builder()
                .add("persistor-id", message.id())
                .add("persistor-publish-time", message.publishTime().toString());
        message.orderingKey().ifPresent(key -> headers.add("persistor-ordering-key", key));
        message.position().ifPresent(position -> {
            if (!position.log().isEmpty()) {
                headers.add("persistor-log", position.log());
            }
            headers.add("persistor-partition", position.partition())
                    .add("persistor-offset", AttributeValue.of(position.offset()));
        });
        message.brokerProperties()
                .forEach(entry -> headers.add("persistor-broker-property-" + entry.name(), entry.value()));
        message.attributes().forEach(entry -> headers.add(entry.name(), entry.value()));
        return new RejectedEvent(
                message.source(), message.payload(), "application/octet-stream", headers.build(), reason);
    }

    /** Returns the bytes: a read-only view of its own position and limit. */
    @Override
    public ByteBuffer content() {
        return content.duplicate();
    }
}
