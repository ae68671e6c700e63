package dev.persistor.gcp;

import com.google.protobuf.Timestamp;
import com.google.pubsub.v1.PubsubMessage;
import dev.persistor.core.capture.Capture;
import dev.persistor.core.message.Attributes;
import dev.persistor.core.message.Message;
import dev.persistor.core.pull.Received;
import dev.persistor.core.write.RejectedEvent;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.TreeMap;

/**
 * What a message of Pub/Sub becomes that was pulled: the same as one that was pushed, so that both find the same blob.
 *
 * @param source what messages are filed under
 * @param properties what is known of each delivery
 */
record PubSubDelivery(String source, Attributes properties) {

    /** Files messages of a subscription, given by its full name, under the source of the settings, else under its short name. */
    static PubSubDelivery of(Capture capture, String subscription) {
        return of(subscription, PubSubEvent.source(capture, PubSubEvent.shortName(subscription)));
    }

    /** Files messages of a subscription, given by its full name, under a source. */
    static PubSubDelivery of(String subscription, String source) {
        return new PubSubDelivery(source, PubSubEvent.brokerProperties(subscription));
    }

    /**
     * Returns a delivery of the message, or of an event that is rejected, where what came cannot be a message.
     *
     * @param delivery what names the delivery
     * @param attempt how many times it was delivered, this time included; 0 where Pub/Sub does not tell
     */
    <H> Received<H> pulled(H delivery, PubsubMessage message, int attempt) {
        try {
            return Received.of(delivery, toMessage(message, attempt));
        } catch (IllegalArgumentException | DateTimeException e) {
            return Received.of(delivery, rejected(message, String.valueOf(e.getMessage())));
        }
    }

    private RejectedEvent rejected(PubsubMessage message, String reason) {
        Attributes.Builder headers = Attributes.builder()
                .add("x-goog-pubsub-message-id", message.getMessageId())
                .add("x-goog-pubsub-publish-time", seconds(message.getPublishTime()))
                .add("x-goog-pubsub-ordering-key", message.getOrderingKey());
        properties.forEach(property -> headers.add(property.name(), property.value()));
        new TreeMap<>(message.getAttributesMap()).forEach(headers::add);
        return RejectedEvent.of(
                source, message.getData().toByteArray(), "application/octet-stream", headers.build(), reason);
    }

    /** A time that may be none of the calendar. */
    private static String seconds(Timestamp time) {
        return time.getSeconds() + " s and " + time.getNanos() + " ns since 1970";
    }

    private Message toMessage(PubsubMessage message, int attempt) {
        Message.Builder builder = Message.builder()
                .id(message.getMessageId())
                .source(source)
                .publishTime(time(message.getPublishTime()))
                .payload(message.getData().toByteArray())
                .attributes(Attributes.ofUnordered(message.getAttributesMap()))
                .brokerProperties(properties)
                .orderingKey(message.getOrderingKey());
        return attempt > 0 ? builder.deliveryAttempt(attempt).build() : builder.build();
    }

    private static Instant time(Timestamp time) {
        return Instant.ofEpochSecond(time.getSeconds(), time.getNanos());
    }
}
