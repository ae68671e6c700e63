package dev.persistor.azure;

import dev.persistor.core.message.AttributeValue;
import dev.persistor.core.message.Attributes;
import dev.persistor.core.replay.CarriedProperties;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Date;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
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
    private static final int NANOS_A_MILLI = 1_000_000;

    private final boolean spans;
    private final Map<String, @Nullable Object> properties = new LinkedHashMap<>();
    private final List<String> losses = new ArrayList<>();

    private SentProperties(boolean spans) {
        this.spans = spans;
    }

    /** Takes attributes for a client that sends no spans of time. */
    static SentProperties withoutSpans(Attributes attributes) {
        return new SentProperties(false).addAll(attributes);
    }

    /** Takes attributes for a client that sends spans of time. */
    static SentProperties withSpans(Attributes attributes) {
        return new SentProperties(true).addAll(attributes);
    }

    private SentProperties addAll(Attributes attributes) {
        for (Attributes.Entry attribute : attributes) {
            String what = "attribute " + attribute.name();
            String name = text(what + ": its name", attribute.name());
            if (properties.containsKey(name)) {
                lose(what + ": only the first value of a repeated name is kept");
            } else {
                properties.put(name, value(what, attribute.value()));
            }
        }
        return this;
    }

    /** Takes a broker property that the target has no place for. */
    void addBroker(String property, AttributeValue value) {
        String name = text("broker property " + property + ": its name", CarriedProperties.PREFIX + property);
        if (properties.containsKey(name)) {
            lose("broker property " + property + " is lost: the attribute " + name + " is taken");
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
        boolean exact =
                instant.getNano() % NANOS_A_MILLI == 0 && Math.abs(instant.getEpochSecond()) < Long.MAX_VALUE / 1_000;
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
            lose(what + ": U+FFFD takes the place of what is no Unicode text");
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
