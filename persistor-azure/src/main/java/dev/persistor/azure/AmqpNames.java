package dev.persistor.azure;

import dev.persistor.core.message.BrokerProperties;
import java.util.Set;

/** Under which names an archive keeps what AMQP and Azure's brokers say of a message. */
final class AmqpNames {

    static final String USER_ID = "user-id";
    static final String ABSOLUTE_EXPIRY_TIME = "absolute-expiry-time";
    static final String CREATION_TIME = "creation-time";
    static final String GROUP_SEQUENCE = "group-sequence";
    static final String DURABLE = "durable";
    static final String PRIORITY = "priority";

    /** Names with this beginning are the brokers' and the clients' own. */
    private static final String RESERVED = "x-opt-";

    /** Kept as the position and as the publish time. */
    private static final Set<String> ELSEWHERE = Set.of("x-opt-sequence-number", "x-opt-enqueued-time");

    /** Names whose values change between deliveries, and which are therefore not part of the message. */
    private static final Set<String> OF_ONE_DELIVERY = Set.of(
            "x-opt-lock-token",
            "x-opt-locked-until",
            "x-opt-message-state",
            "last_enqueued_sequence_number",
            "last_enqueued_offset",
            "last_enqueued_time_utc",
            "last_enqueued_sequence_number_epoch",
            "runtime_info_retrieval_time_utc");

    private AmqpNames() {}

    static boolean isKeptElsewhere(String annotation) {
        return ELSEWHERE.contains(annotation);
    }

    static boolean isOfOneDelivery(String annotation) {
        return OF_ONE_DELIVERY.contains(annotation);
    }

    /** Returns the name for a message annotation: one that a replay looks for, or its own. */
    static String ofAnnotation(String name) {
        return switch (name) {
            case "x-opt-offset" -> BrokerProperties.OFFSET;
            case "x-opt-partition-key" -> BrokerProperties.PARTITION_KEY;
            case "x-opt-scheduled-enqueue-time" -> BrokerProperties.SCHEDULED_ENQUEUE_TIME;
            case "x-opt-deadletter-source" -> BrokerProperties.DEAD_LETTER_SOURCE;
            // A sender's own annotation must not be taken for a property of the same name.
            default -> name.startsWith(RESERVED) ? name : "annotation." + name;
        };
    }
}
