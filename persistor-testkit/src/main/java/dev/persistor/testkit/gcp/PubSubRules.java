package dev.persistor.testkit.gcp;

import com.google.pubsub.v1.PubsubMessage;
import io.grpc.Status;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** The limits of <a href="https://cloud.google.com/pubsub/quotas#resource_limits">Pub/Sub's messages</a>. */
final class PubSubRules {

    private static final int MAX_REQUEST_BYTES = 10_000_000;
    private static final int MAX_MESSAGES = 1_000;
    private static final int MAX_ATTRIBUTES = 100;
    private static final int MAX_NAME_BYTES = 256;
    private static final int MAX_VALUE_BYTES = 1_024;
    private static final int MAX_ORDERING_KEY_BYTES = 1_024;

    private PubSubRules() {}

    /** Refuses what the service refuses: a request goes as a whole. */
    static void check(List<PubsubMessage> messages) {
        require(!messages.isEmpty(), "The request has no messages.");
        require(messages.size() <= MAX_MESSAGES, "The request has more than 1,000 messages.");
        long bytes = 0;
        for (PubsubMessage message : messages) {
            check(message);
            bytes += message.getSerializedSize();
        }
        require(bytes <= MAX_REQUEST_BYTES, "The request is larger than 10 MB.");
    }

    private static void check(PubsubMessage message) {
        require(
                !message.getData().isEmpty() || !message.getAttributesMap().isEmpty(),
                "A message must have data or an attribute.");
        require(message.getAttributesCount() <= MAX_ATTRIBUTES, "A message has more than 100 attributes.");
        message.getAttributesMap().forEach((name, value) -> {
            require(!name.isEmpty(), "An attribute has no name.");
            require(bytes(name) <= MAX_NAME_BYTES, "An attribute's name is longer than 256 bytes.");
            require(!name.startsWith("goog"), "An attribute's name begins with goog.");
            require(bytes(value) <= MAX_VALUE_BYTES, "An attribute's value is longer than 1,024 bytes.");
        });
        require(
                bytes(message.getOrderingKey()) <= MAX_ORDERING_KEY_BYTES,
                "An ordering key is longer than 1,024 bytes.");
    }

    private static int bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8).length;
    }

    private static void require(boolean holds, String otherwise) {
        if (!holds) {
            throw Status.INVALID_ARGUMENT.withDescription(otherwise).asRuntimeException();
        }
    }
}
