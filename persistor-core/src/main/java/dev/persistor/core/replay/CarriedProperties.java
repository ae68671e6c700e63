package dev.persistor.core.replay;

import dev.persistor.core.archive.ReplayAttributes;
import dev.persistor.core.message.AttributeValue;
import dev.persistor.core.message.Attributes;
import dev.persistor.core.message.BrokerProperties;
import java.util.Set;

/**
 * The rules that all publishers share: how they carry a broker property without a field in the target, which
 * ones are not needed, and how invalid Unicode is replaced.
 *
 * <p>Immutable.
 */
public final class CarriedProperties {

    /** The prefix of attributes that carry a broker property without a field in the target. */
    public static final String PREFIX = ReplayAttributes.CARRIED_PREFIX;

    /** A message that was scheduled goes out at once: its time has come. */
    private static final Set<String> OF_ONE_DELIVERY = Set.of(
            BrokerProperties.OFFSET,
            BrokerProperties.EXPIRES_AT,
            BrokerProperties.SCHEDULED_ENQUEUE_TIME,
            BrokerProperties.PASSED_FROM,
            BrokerProperties.SUBSCRIPTION);

    /** AMQP keeps names with this beginning for the broker's annotations. */
    private static final String ANNOTATION = "x-opt-";

    /** JMS clients keep a message's own type under such names. */
    private static final String JMS_ANNOTATION = "x-opt-jms-";

    private CarriedProperties() {}

    /** Tells whether a broker property tells of a delivery and not of the message: a target makes its own. */
    public static boolean isOfOneDelivery(Attributes.Entry property) {
        return OF_ONE_DELIVERY.contains(property.name())
                || (property.name().startsWith(ANNOTATION) && !property.name().startsWith(JMS_ANNOTATION))
                || property.value().type() == AttributeValue.Type.NULL;
    }

    /** Returns the text with U+FFFD in place of each half of a surrogate pair, for which UTF-8 has no bytes. */
    public static String wellFormed(String text) {
        if (!hasSurrogates(text)) {
            return text;
        }
        StringBuilder sent = new StringBuilder(text.length());
        text.codePoints()
                .map(point -> point >= Character.MIN_SURROGATE && point <= Character.MAX_SURROGATE ? 0xFFFD : point)
                .forEach(sent::appendCodePoint);
        return sent.toString();
    }

    /** A loop, because each name and value of each message is asked: a stream took a twentieth of a replay. */
    private static boolean hasSurrogates(String text) {
        for (int i = 0; i < text.length(); i++) {
            if (Character.isSurrogate(text.charAt(i))) {
                return true;
            }
        }
        return false;
    }
}
