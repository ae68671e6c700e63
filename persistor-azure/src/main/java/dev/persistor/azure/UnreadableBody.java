package dev.persistor.azure;

import com.azure.core.amqp.models.AmqpMessageBody;
import com.azure.core.amqp.models.AmqpMessageBodyType;
import dev.persistor.core.RejectedEvent;
import dev.persistor.core.message.Attributes;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A body that is made of AMQP's values and not of bytes, so that nobody can say which bytes to archive. */
final class UnreadableBody {

    private UnreadableBody() {}

    static boolean is(AmqpMessageBody body) {
        return body.getBodyType() != AmqpMessageBodyType.DATA;
    }

    /**
     * Returns what is rejected.
     *
     * @param headers where the broker has it, to which the properties of its sender are added
     */
    static RejectedEvent rejected(
            String source,
            AmqpMessageBody body,
            Attributes.Builder headers,
            Map<String, ? extends @Nullable Object> properties) {
        ReceivedProperties.of(properties).forEach(property -> headers.add(property.name(), property.value()));
        Object content = body.getBodyType() == AmqpMessageBodyType.VALUE ? body.getValue() : body.getSequence();
        return RejectedEvent.of(
                source,
                String.valueOf(content).getBytes(StandardCharsets.UTF_8),
                "text/plain",
                headers.build(),
                "the body must be made of bytes, and is an AMQP "
                        + body.getBodyType().toString().toLowerCase(Locale.ROOT));
    }
}
