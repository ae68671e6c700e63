package dev.persistor.azure;

import dev.persistor.core.message.AttributeValue;
import dev.persistor.core.message.Attributes;
import dev.persistor.core.message.BrokerProperties;
import dev.persistor.core.message.Message;
import dev.persistor.core.replay.CarriedProperties;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Date;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.apache.qpid.proton.amqp.Binary;
import org.jspecify.annotations.Nullable;

/**
 * The application properties of a message that is sent, as AMQP and Azure's clients can hold them, and what they cannot
 * hold. Not thread-safe.
 *
 * <p>A property has one value, so of a repeated name the first is sent. AMQP's timestamps have milliseconds; a client of
 * Service Bus sends spans of time to 100 nanoseconds, and one of Event Hubs none. Decimals are left out of the client's
 * encoder. What has no type of its own becomes its text.
 */
final class SentProperties {

    private static final int NANOS_A_TICK = 100;
    private static final Instant FIRST_TIMESTAMP = Instant.ofEpochMilli(Long.MIN_VALUE);
    private static final Instant LAST_TIMESTAMP = Instant.ofEpochMilli(Long.MAX_VALUE);

    private final boolean spans;
    private final Attributes brokerProperties;
    private final Map<String, @Nullable Object> properties = new LinkedHashMap<>();
    private final List<String> losses = new ArrayList<>();

    private SentProperties(boolean spans, Attributes brokerProperties) {
        this.spans = spans;
        this.brokerProperties = brokerProperties;
    }

    /** Takes a message's attributes for a client that sends no spans of time. */
    static SentProperties withoutSpans(Message message) {
        return new SentProperties(false, message.brokerProperties()).addAll(message.attributes());
    }

    /** Takes a message's attributes for a client that sends spans of time. */
    static SentProperties withSpans(Message message) {
        return new SentProperties(true, message.brokerProperties()).addAll(message.attributes());
    }

    private SentProperties addAll(Attributes attributes) {
        for (Attributes.Entry attribute : attributes) {
            String what = "attribute " + attribute.name();
            String name = text(what + ": its name", attribute.name());
            if (properties.containsKey(name)) {
                lose(what + ": repeated; only the first value is kept");
            } else {
                properties.put(name, typed(what, attribute));
            }
        }
        return this;
    }

    /** Gives an attribute the AMQP type back that it was received with. */
    private @Nullable Object typed(String what, Attributes.Entry attribute) {
        Optional<String> type = brokerProperties.text(BrokerProperties.AMQP_TYPE_PREFIX + attribute.name());
        if (type.isEmpty()) {
            return value(what, attribute.value());
        }
        Optional<Object> restored = new AmqpAttribute(attribute.value(), type).restored(spans);
        if (restored.isEmpty()) {
            lose(what + ": the AMQP type " + type.get() + " becomes "
                    + attribute.value().type().label());
        }
        return restored.isPresent() ? restored.get() : value(what, attribute.value());
    }

    /** Tells whether a broker property says the AMQP type of an attribute, which its value has got back. */
    boolean isTypeOfAttribute(Attributes.Entry property) {
        return property.name().startsWith(BrokerProperties.AMQP_TYPE_PREFIX)
                && properties.containsKey(property.name().substring(BrokerProperties.AMQP_TYPE_PREFIX.length()));
    }

    /** Takes a broker property that the target has no place for. */
    void addBroker(String property, AttributeValue value) {
        String name = text("broker property " + property + ": its name", CarriedProperties.PREFIX + property);
        if (properties.containsKey(name)) {
            lose("broker property " + property + " is lost: the attribute " + name + " already exists");
        } else {
            lose("broker property " + property + " becomes attribute " + name);
            properties.put(name, value("broker property " + property, value));
        }
    }

    /** Notes what cannot be held. */
    void lose(String loss) {
        losses.add(loss);
    }

    private @Nullable Object value(String what, AttributeValue value) {
        String text = value.text();
        return switch (value.type()) {
            case NULL -> null;
            case STRING -> text(what, text);
            case BOOLEAN -> Boolean.valueOf(text);
            case INT -> Integer.valueOf(text);
            case LONG -> Long.valueOf(text);
            case FLOAT -> Float.valueOf(text);
            case DOUBLE -> Double.valueOf(text);
            case UUID -> UUID.fromString(text);
            case BYTES -> new Binary(value.bytes());
            case TIMESTAMP -> timestamp(what, value);
            case DURATION -> span(what, value);
            case DECIMAL, JSON -> becomesText(what, value);
        };
    }

    private Object timestamp(String what, AttributeValue value) {
        Instant instant = Instant.parse(value.text());
        boolean exact = instant.equals(instant.truncatedTo(ChronoUnit.MILLIS))
                && !instant.isBefore(FIRST_TIMESTAMP)
                && !instant.isAfter(LAST_TIMESTAMP);
        return exact ? Date.from(instant) : becomesText(what, value);
    }

    private Object span(String what, AttributeValue value) {
        Duration span = Duration.parse(value.text());
        boolean exact = spans
                && span.toNanosPart() % NANOS_A_TICK == 0
                && span.abs().toSeconds() < Long.MAX_VALUE / 1_000_000_000L;
        return exact ? span : becomesText(what, value);
    }

    private String becomesText(String what, AttributeValue value) {
        lose(what + ": " + value.type().label() + " becomes text");
        return text(what, value.text());
    }

    /** AMQP's texts are UTF-8, which has nothing for half of a surrogate pair. */
    String text(String what, String text) {
        String sent = CarriedProperties.wellFormed(text);
        if (!sent.equals(text)) {
            lose(what + ": invalid Unicode becomes U+FFFD");
        }
        return sent;
    }

    Map<String, @Nullable Object> properties() {
        return Collections.unmodifiableMap(properties);
    }

    List<String> losses() {
        return List.copyOf(losses);
    }
}
