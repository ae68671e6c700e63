package dev.persistor.core.replay;

import dev.persistor.core.archive.ArchivedMessage;
import dev.persistor.core.archive.MessageKey;
import dev.persistor.core.message.Attributes;
import dev.persistor.core.message.BrokerProperties;
import dev.persistor.core.message.Message;
import dev.persistor.core.store.Digest;

/**
 * Gives messages ids that a target has not seen. The id of a message is the same for each try of one replay, also when it goes on after
 * a kill, and another one in another replay. The id that the message had is kept as an attribute.
 *
 * <p>Immutable.
 *
 * @param run what tells this replay from all others
 */
record NewIds(String run) {

    private static final String OLD_ID = CarriedProperties.PREFIX + BrokerProperties.MESSAGE_ID;
    private static final int ID_BYTES = 16;

    Message on(Message message, MessageKey key) {
        return on(message, key, "");
    }

    /** Gives each copy of a message an id of its own. */
    Message onCopy(Message message, MessageKey key, ArchivedMessage archived) {
        return on(message, key, archived.place());
    }

    private Message on(Message message, MessageKey key, String place) {
        Attributes.Builder properties = Attributes.builder();
        message.brokerProperties().forEach(entry -> {
            if (!entry.name().equals(BrokerProperties.MESSAGE_ID)) {
                properties.add(entry.name(), entry.value());
            }
        });
        return message.toBuilder()
                .id(new Digest()
                        .add(run)
                        .add(key.digest())
                        .add(key.identity().log())
                        .add(place)
                        .hex(ID_BYTES))
                .attributes(withOldId(message))
                .brokerProperties(properties.build())
                .build();
    }

    private static Attributes withOldId(Message message) {
        if (message.attributes().first(OLD_ID).isPresent()) {
            return message.attributes();
        }
        Attributes.Builder attributes = Attributes.builder();
        message.attributes().forEach(entry -> attributes.add(entry.name(), entry.value()));
        return attributes
                .add(
                        OLD_ID,
                        message.brokerProperties()
                                .text(BrokerProperties.MESSAGE_ID)
                                .orElse(message.id()))
                .build();
    }
}
