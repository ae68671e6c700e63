package dev.persistor.gcp;

import com.google.protobuf.Timestamp;
import com.google.pubsub.v1.PubsubMessage;
import dev.persistor.core.message.Attributes;
import dev.persistor.core.message.Message;
import java.time.Instant;

/**
 * What a message of Pub/Sub becomes that was pulled: the same as one that was pushed, so that both find the same blob.
 *
 * @param source what messages are filed under
 * @param properties what is known of each delivery
 */
record PubSubDelivery(String source, Attributes properties) {

    /** Files messages of a subscription, given by its full name, under a source. */
    static PubSubDelivery of(String subscription, String source) {
        return new PubSubDelivery(source, PubSubEvent.brokerProperties(subscription));
    }

    /**
     * Returns the message.
     *
     * @param attempt how many times it was delivered, this time included; 0 where Pub/Sub does not tell
     */
    Message toMessage(PubsubMessage message, int attempt) {
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
