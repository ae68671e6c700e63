package dev.persistor.azure;

import dev.persistor.core.message.BrokerProperties;
import dev.persistor.core.message.Message;
import dev.persistor.core.replay.CarriedProperties;
import java.util.Optional;

/**
 * The key by which a target keeps messages in order.
 *
 * @param name what the target calls it
 * @param value the key, empty if there is none
 */
record MessageKey(String name, Optional<String> value) {

    /** Of partition keys and of session ids. */
    static final int MAX_CHARACTERS = 128;

    static MessageKey ofEventHubs(Message message) {
        return new MessageKey("partition key", message.orderingKey());
    }

    static MessageKey ofServiceBus(Message message) {
        Optional<String> session = message.orderingKey()
                .or(() -> message.brokerProperties().text(BrokerProperties.SESSION_ID))
                .filter(id -> !id.isEmpty());
        return new MessageKey("session id", session);
    }

    /** Says why no message can have this key, if so. */
    Optional<String> refusal() {
        return value.flatMap(key -> {
            if (key.length() > MAX_CHARACTERS) {
                return Optional.of("ordering key: has " + key.length() + " characters, but a " + name + " has at most "
                        + MAX_CHARACTERS + ", so the message cannot be published");
            }
            return CarriedProperties.wellFormed(key).equals(key)
                    ? Optional.empty()
                    : Optional.of("ordering key: not valid Unicode, but a " + name
                            + " must be, so the message cannot be published");
        });
    }
}
