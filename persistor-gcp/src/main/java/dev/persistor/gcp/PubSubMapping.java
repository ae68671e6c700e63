package dev.persistor.gcp;

import com.google.protobuf.UnsafeByteOperations;
import com.google.pubsub.v1.PublishRequest;
import com.google.pubsub.v1.PubsubMessage;
import dev.persistor.core.message.AttributeValue;
import dev.persistor.core.message.Attributes;
import dev.persistor.core.message.Message;
import dev.persistor.core.replay.CarriedProperties;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What becomes of a message in Pub/Sub, and what is lost.
 *
 * <ul>
 *   <li>The payload and the ordering key stay what they are, whatever broker they are from.
 *   <li>Attributes are a map of texts: of a repeated name the first value is kept, and a typed value becomes its text.
 *       Half of a surrogate pair, which is no Unicode text, becomes U+FFFD.
 *   <li>Attributes whose names begin with {@code goog} are dropped: Pub/Sub and its clients set them, and take none.
 *   <li>A broker property becomes the attribute {@code persistor-broker-} and its name, so that nothing is lost but the
 *       place; it is dropped where the message has such an attribute, or the attribute would be one too many or too
 *       large. What belongs to one delivery is dropped, and is no loss: {@code subscription}, {@code offset},
 *       {@code expiresAt}.
 *   <li>A message over a limit is refused as it is. Nothing of a sender's is cut or left out to make it fit.
 * </ul>
 *
 * <p>Not thread-safe until it is made; then immutable.
 */
final class PubSubMapping {

    // https://cloud.google.com/pubsub/quotas#resource_limits
    static final int REQUEST_BYTES = 10_000_000;
    private static final int ATTRIBUTES = 100;
    private static final int NAME_BYTES = 256;
    private static final int VALUE_BYTES = 1_024;
    private static final int KEY_BYTES = 1_024;
    private static final String RESERVED = "goog";

    private final Map<String, String> attributes = new LinkedHashMap<>();
    private final List<String> losses = new ArrayList<>();
    private final List<String> refusals = new ArrayList<>();
    private final PubsubMessage message;

    private PubSubMapping(Message from, String topic) {
        from.attributes().forEach(this::addAttribute);
        requireAtMost("the message", attributes.size(), ATTRIBUTES, "attributes");
        from.brokerProperties().forEach(this::addBrokerProperty);
        String key = text("ordering key", from.orderingKey().orElse(""));
        requireAtMost("ordering key", bytes(key), KEY_BYTES, "bytes");
        message = PubsubMessage.newBuilder()
                // Not copied, because a message's bytes never change.
                .setData(UnsafeByteOperations.unsafeWrap(from.payload()))
                .putAllAttributes(attributes)
                .setOrderingKey(key)
                .build();
        requireAtMost("the message", requestBytes(topic), REQUEST_BYTES, "bytes");
        if (message.getData().isEmpty() && attributes.isEmpty()) {
            refusals.add("the message has neither payload nor attributes, but Pub/Sub requires one of them");
        }
        refusals.forEach(refusal -> losses.add("cannot be published: " + refusal));
    }

    /** Maps a message that is to be published to a topic with this whole name. */
    static PubSubMapping of(Message message, String topic) {
        return new PubSubMapping(message, topic);
    }

    /** Returns the message as Pub/Sub has it, whether or not it can be published. */
    PubsubMessage message() {
        return message;
    }

    /** Returns why the message cannot be published, if so. */
    Optional<String> refusal() {
        return refusals.stream().findFirst();
    }

    /** Returns what is lost, and why the message cannot be published, if so. */
    List<String> losses() {
        return List.copyOf(losses);
    }

    private int requestBytes(String topic) {
        return PublishRequest.newBuilder()
                .setTopic(topic)
                .addMessages(message)
                .build()
                .getSerializedSize();
    }

    private void addAttribute(Attributes.Entry attribute) {
        String what = "attribute " + attribute.name();
        if (attribute.name().startsWith(RESERVED)) {
            losses.add(what + ": dropped, because names that begin with " + RESERVED + " are reserved by Pub/Sub");
            return;
        }
        String name = text(what + ": its name", attribute.name());
        if (attributes.containsKey(name)) {
            losses.add(what + ": repeated; only the first value is kept");
            return;
        }
        AttributeValue value = attribute.value();
        if (value.type() != AttributeValue.Type.STRING) {
            losses.add(what + ": " + value.type().label() + " becomes text");
        }
        String text = text(what, value.text());
        if (name.isEmpty()) {
            refusals.add("an attribute has no name");
        }
        requireAtMost(what + ": its name", bytes(name), NAME_BYTES, "bytes");
        requireAtMost(what + ": its value", bytes(text), VALUE_BYTES, "bytes");
        attributes.put(name, text);
    }

    private void addBrokerProperty(Attributes.Entry property) {
        if (CarriedProperties.isOfOneDelivery(property)) {
            return;
        }
        String what = "broker property " + property.name();
        String name = text(what + ": its name", CarriedProperties.PREFIX + property.name());
        String value = text(what, property.value().text());
        if (attributes.containsKey(name)) {
            losses.add(what + " is lost: the attribute " + name + " already exists");
        } else if (attributes.size() >= ATTRIBUTES) {
            losses.add(what + " is lost: Pub/Sub allows at most " + ATTRIBUTES + " attributes");
        } else if (bytes(name) > NAME_BYTES || bytes(value) > VALUE_BYTES) {
            losses.add(what + " is lost: it has " + bytes(name) + " and " + bytes(value)
                    + " bytes, but Pub/Sub allows at most " + NAME_BYTES + " and " + VALUE_BYTES);
        } else {
            losses.add(what + " becomes attribute " + name);
            attributes.put(name, value);
        }
    }

    private void requireAtMost(String what, int size, int limit, String unit) {
        if (size > limit) {
            refusals.add(what + " has " + size + " " + unit + ", but Pub/Sub allows at most " + limit);
        }
    }

    private static int bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8).length;
    }

    private String text(String what, String text) {
        String sent = CarriedProperties.wellFormed(text);
        if (!sent.equals(text)) {
            losses.add(what + ": invalid Unicode becomes U+FFFD");
        }
        return sent;
    }
}
