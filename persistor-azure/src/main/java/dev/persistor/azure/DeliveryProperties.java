package dev.persistor.azure;

import dev.persistor.core.message.AttributeValue;
import dev.persistor.core.message.Attributes;
import dev.persistor.core.message.BrokerProperties;
import java.util.Set;

/** Broker properties that tell of a delivery and not of the message: the target makes its own, and nobody misses them. */
final class DeliveryProperties {

    /** A message that was scheduled goes out at once: its time has come. */
    private static final Set<String> NAMES = Set.of(
            BrokerProperties.OFFSET,
            BrokerProperties.EXPIRES_AT,
            BrokerProperties.SCHEDULED_ENQUEUE_TIME,
            BrokerProperties.SUBSCRIPTION);

    /** AMQP keeps names with this beginning for the broker's annotations. */
    private static final String ANNOTATION = "x-opt-";

    private DeliveryProperties() {}

    static boolean isOne(Attributes.Entry property) {
        return NAMES.contains(property.name())
                || property.name().startsWith(ANNOTATION)
                || property.value().type() == AttributeValue.Type.NULL;
    }
}
