package dev.persistor.gcp;

import com.google.protobuf.ByteString;
import com.google.pubsub.v1.PubsubMessage;
import dev.persistor.core.message.AttributeValue;
import dev.persistor.core.message.Attributes;
import dev.persistor.core.message.Message;
import dev.persistor.core.replay.CarriedProperties;
import dev.persistor.core.replay.PublishException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Makes a message one of Pub/Sub, whose attributes are a map of texts: values of other types become their texts, and of a
 * repeated name the first value goes out. What a broker said of the message goes into attributes
 * {@code persistor-broker-NAME}, unless it is of one delivery only.
 *
 * <p>Limits are those of <a href="https://cloud.google.com/pubsub/quotas#resource_limits">Pub/Sub's quotas</a>.
 */
final class PubSubMapping {

    private static final int MAX_BYTES = 10_000_000;
    private static final int MAX_ATTRIBUTES = 100;
    private static final int MAX_NAME_BYTES = 256;
    private static final int MAX_VALUE_BYTES = 1_024;
    private static final int MAX_KEY_BYTES = 1_024;

    private final Map<String, String> attributes = new LinkedHashMap<>();
    private final List<String> losses = new ArrayList<>();

    private PubSubMapping() {}

    /** Returns what the message loses. */
    static List<String> losses(Message message) {
        PubSubMapping mapping = new PubSubMapping();
        mapping.add(message);
        problem(message, mapping.attributes).ifPresent(mapping.losses::add);
        return mapping.losses;
    }

    /**
     * Makes the message.
     *
     * @throws PublishException if Pub/Sub takes no such message; it says why, and holds no value
     */
    static PubsubMessage map(Message message) {
        PubSubMapping mapping = new PubSubMapping();
        mapping.add(message);
        problem(message, mapping.attributes).ifPresent(problem -> {
            throw new PublishException("publish to Pub/Sub: " + problem, false, null);
        });
        return PubsubMessage.newBuilder()
                .setData(ByteString.copyFrom(message.payload()))
                .putAllAttributes(mapping.attributes)
                .setOrderingKey(message.orderingKey().orElse(""))
                .build();
    }

    private void add(Message message) {
        for (Attributes.Entry entry : message.attributes()) {
            String what = "attribute " + entry.name();
            String name = text(what + ": its name", entry.name());
            if (attributes.putIfAbsent(name, text(what, entry.value().text())) != null) {
                losses.add(what + ": only the first value of a repeated name is kept");
            } else if (entry.value().type() != AttributeValue.Type.STRING) {
                losses.add(what + ": " + entry.value().type().label() + " becomes text");
            }
        }
        for (Attributes.Entry entry : message.brokerProperties()) {
            if (!CarriedProperties.isOfOneDelivery(entry)) {
                addBroker(entry.name(), entry.value().text());
            }
        }
    }

    private void addBroker(String property, String value) {
        String name = CarriedProperties.PREFIX + property;
        if (attributes.putIfAbsent(name, text("broker property " + property, value)) == null) {
            losses.add("broker property " + property + " becomes attribute " + name);
        } else {
            losses.add("broker property " + property + " is lost: the attribute " + name + " is taken");
        }
    }

    private String text(String what, String text) {
        String sent = CarriedProperties.wellFormed(text);
        if (!sent.equals(text)) {
            losses.add(what + ": U+FFFD takes the place of what is no Unicode text");
        }
        return sent;
    }

    private static Optional<String> problem(Message message, Map<String, String> attributes) {
        if (message.payloadSize() == 0 && attributes.isEmpty()) {
            return Optional.of("a message needs a payload or an attribute");
        }
        if (attributes.size() > MAX_ATTRIBUTES) {
            return tooMuch("attributes", attributes.size(), MAX_ATTRIBUTES, "");
        }
        long bytes = message.payloadSize();
        for (Map.Entry<String, String> attribute : attributes.entrySet()) {
            String name = attribute.getKey();
            int nameBytes = bytes(name);
            int valueBytes = bytes(attribute.getValue());
            if (name.isEmpty() || name.startsWith("goog")) {
                return Optional.of("attribute \"" + name + "\": names are not empty and do not begin with goog");
            }
            if (nameBytes > MAX_NAME_BYTES) {
                return tooMuch(
                        "name of attribute " + name.substring(0, 20) + "...", nameBytes, MAX_NAME_BYTES, " bytes");
            }
            if (valueBytes > MAX_VALUE_BYTES) {
                return tooMuch("attribute " + name, valueBytes, MAX_VALUE_BYTES, " bytes");
            }
            bytes += nameBytes + valueBytes;
        }
        int keyBytes = bytes(message.orderingKey().orElse(""));
        if (keyBytes > MAX_KEY_BYTES) {
            return tooMuch("ordering key", keyBytes, MAX_KEY_BYTES, " bytes");
        }
        if (message.orderingKey()
                .filter(key -> !CarriedProperties.wellFormed(key).equals(key))
                .isPresent()) {
            return Optional.of("ordering key: is no Unicode text");
        }
        return bytes > MAX_BYTES ? tooMuch("message", bytes, MAX_BYTES, " bytes") : Optional.empty();
    }

    private static Optional<String> tooMuch(String what, long actual, long most, String unit) {
        return Optional.of(what + ": " + actual + unit + ", and at most " + most + " are allowed");
    }

    private static int bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8).length;
    }
}
