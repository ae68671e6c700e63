package dev.persistor.azure;

import dev.persistor.core.message.Attributes;
import dev.persistor.core.message.BrokerProperties;
import dev.persistor.core.message.Message;
import java.util.Locale;
import java.util.Map;

/**
 * The dead-letter queue that each queue and subscription of Service Bus has: a queue without sessions, which nothing can be sent to.
 * The broker adds to each message there why it is there.
 */
final class DeadLetters {

    private static final String QUEUE = "/$deadletterqueue";
    /** For messages that could not be forwarded; it ends with the name of the other. */
    private static final String TRANSFER = "/$transfer";

    /** The names under which the broker keeps its reasons among the sender's own properties. */
    private static final Map<String, String> REASONS = Map.of(
            "DeadLetterReason", BrokerProperties.DEAD_LETTER_REASON,
            "DeadLetterErrorDescription", BrokerProperties.DEAD_LETTER_ERROR_DESCRIPTION);

    private DeadLetters() {}

    /** Tells whether a queue or subscription is the dead-letter queue of another. */
    static boolean isQueue(String name) {
        return name.toLowerCase(Locale.ROOT).endsWith(QUEUE);
    }

    /** Returns the queue or subscription that a dead-letter queue belongs to; any other name as it is. */
    static String entityOf(String name) {
        if (!isQueue(name)) {
            return name;
        }
        String entity = name.substring(0, name.length() - QUEUE.length());
        return entity.toLowerCase(Locale.ROOT).endsWith(TRANSFER)
                ? entity.substring(0, entity.length() - TRANSFER.length())
                : entity;
    }

    /** Returns a dead letter with its sender's attributes only; the broker's reasons become broker properties. */
    static Message withReasons(Message message) {
        Attributes.Builder attributes = Attributes.builder();
        Attributes.Builder properties = Attributes.builder();
        message.brokerProperties().forEach(entry -> properties.add(entry.name(), entry.value()));
        message.attributes().forEach(entry -> {
            String reason = REASONS.get(entry.name());
            if (reason == null) {
                attributes.add(entry.name(), entry.value());
            } else {
                properties.add(reason, entry.value());
            }
        });
        return message.toBuilder()
                .attributes(attributes.build())
                .brokerProperties(properties.build())
                .build();
    }
}
