package dev.persistor.core.archive;

import dev.persistor.core.message.AttributeValue;
import dev.persistor.core.message.BrokerProperties;
import dev.persistor.core.message.Message;
import java.util.Optional;

/**
 * The key within which a replay keeps messages in order: the ordering key, or the key of a record that is no text.
 *
 * <p>Thread-safe.
 */
public final class OrderKey {

    /** No ordering key begins so: the text before the key is for people. */
    static final String BINARY = "\0base64:";

    private OrderKey() {}

    /** Returns the key of a message; none if the message has no order. */
    public static Optional<String> of(Message message) {
        Optional<String> key = message.orderingKey();
        return key.isPresent() ? key : binary(message);
    }

    private static Optional<String> binary(Message message) {
        return message.brokerProperties()
                .first(BrokerProperties.KEY)
                .filter(value -> value.type() == AttributeValue.Type.BYTES)
                .map(value -> BINARY + value.text());
    }
}
