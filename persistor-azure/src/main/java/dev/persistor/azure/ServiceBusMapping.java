package dev.persistor.azure;

import com.azure.core.amqp.models.AmqpMessageBody;
import com.azure.core.util.BinaryData;
import com.azure.messaging.servicebus.ServiceBusMessage;
import dev.persistor.core.message.AttributeValue;
import dev.persistor.core.message.Attributes;
import dev.persistor.core.message.BrokerProperties;
import dev.persistor.core.message.Message;
import dev.persistor.core.replay.CarriedProperties;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.DateTimeException;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;

/**
 * Maps a message to Service Bus: payload, attributes, the ordering key as session id, and the broker properties of
 * its own. The others become attributes.
 *
 * <p>Every message has a message id, so that a queue with duplicate detection sees a message that is published twice: the
 * sender's own, or else the message's id in the archive.
 *
 * @param sent the message
 * @param losses what it does not hold
 */
record ServiceBusMapping(ServiceBusMessage sent, List<String> losses) {

    private static final int MAX_MESSAGE_ID = 128;

    /** AMQP counts milliseconds in 32 bits. */
    private static final Duration LONGEST_LIFE = Duration.ofMillis(0xFFFF_FFFFL);

    private static final Duration SHORTEST_LIFE = Duration.ofMillis(1);

    static ServiceBusMapping of(Message message) {
        SentProperties properties = SentProperties.withSpans(message);
        ServiceBusMessage sent = withBody(message, properties);
        MessageKey session = MessageKey.ofServiceBus(message);
        session.refusal().ifPresent(properties::lose);
        if (session.refusal().isEmpty()) {
            session.value().ifPresent(sent::setSessionId);
        }
        sent.setMessageId(messageId(properties, message));
        for (Attributes.Entry property : message.brokerProperties()) {
            if (!CarriedProperties.isOfOneDelivery(property)
                    && !properties.isTypeOfAttribute(property)
                    && !AmqpSections.set(sent.getRawAmqpMessage(), property, properties)
                    && !set(sent, property, session, properties)) {
                properties.addBroker(property.name(), property.value());
            }
        }
        sent.getApplicationProperties().putAll(properties.properties());
        return new ServiceBusMapping(sent, properties.losses());
    }

    /** The body is a value or a sequence again where it was one. */
    private static ServiceBusMessage withBody(Message message, SentProperties properties) {
        Optional<String> type = AmqpBody.type(message);
        if (type.isPresent()) {
            Optional<AmqpMessageBody> body = AmqpBody.restored(message, type.get());
            if (body.isPresent()) {
                return new ServiceBusMessage(body.get());
            }
            properties.lose("body: an AMQP body of kind " + type.get() + " becomes a data section with the payload");
        }
        return new ServiceBusMessage(BinaryData.fromByteBuffer(message.payload()));
    }

    /** Tells whether Service Bus has a place for a property. */
    private static boolean set(
            ServiceBusMessage sent, Attributes.Entry property, MessageKey session, SentProperties properties) {
        String what = "broker property " + property.name();
        String text = property.value().text();
        switch (property.name()) {
            case BrokerProperties.CONTENT_TYPE -> sent.setContentType(properties.text(what, text));
            case BrokerProperties.CORRELATION_ID -> sent.setCorrelationId(properties.text(what, text));
            case BrokerProperties.SUBJECT -> sent.setSubject(properties.text(what, text));
            case BrokerProperties.REPLY_TO -> sent.setReplyTo(properties.text(what, text));
            case BrokerProperties.REPLY_TO_SESSION_ID -> sent.setReplyToSessionId(properties.text(what, text));
            case BrokerProperties.TO -> sent.setTo(properties.text(what, text));
            case BrokerProperties.MESSAGE_ID, BrokerProperties.AMQP_BODY -> {
                return true;
            }
            case BrokerProperties.SESSION_ID -> {
                return session.value().equals(Optional.of(text));
            }
            case BrokerProperties.PARTITION_KEY -> {
                return setPartitionKey(sent, text, session);
            }
            case BrokerProperties.TIME_TO_LIVE -> {
                return setTimeToLive(sent, property.value());
            }
            default -> {
                return false;
            }
        }
        return true;
    }

    /** A message of a session has no other partition key than the session's id. */
    private static boolean setPartitionKey(ServiceBusMessage sent, String key, MessageKey session) {
        boolean allowed = session.value().isEmpty() || session.value().get().equals(key);
        if (!allowed
                || new MessageKey("partition key", Optional.of(key)).refusal().isPresent()) {
            return false;
        }
        sent.setPartitionKey(key);
        return true;
    }

    private static boolean setTimeToLive(ServiceBusMessage sent, AttributeValue value) {
        try {
            Duration life = Duration.parse(value.text());
            boolean held = life.compareTo(SHORTEST_LIFE) >= 0 && life.compareTo(LONGEST_LIFE) <= 0;
            if (held) {
                sent.setTimeToLive(life);
            }
            return held;
        } catch (DateTimeException e) {
            return false;
        }
    }

    /** An id that is too long is sent as a digest, which is the same for each time that the message is published. */
    private static String messageId(SentProperties properties, Message message) {
        String id = message.brokerProperties()
                .text(BrokerProperties.MESSAGE_ID)
                .filter(own -> !own.isEmpty())
                .orElse(message.id());
        if (id.length() <= MAX_MESSAGE_ID && CarriedProperties.wellFormed(id).equals(id)) {
            return id;
        }
        properties.lose("message id: becomes its SHA-256, because a message id is Unicode text of at most "
                + MAX_MESSAGE_ID + " characters");
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(id.getBytes(StandardCharsets.UTF_16BE));
            return HexFormat.of().formatHex(digest);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }
}
