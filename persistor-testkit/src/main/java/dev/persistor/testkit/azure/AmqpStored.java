package dev.persistor.testkit.azure;

import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.Collections;
import java.util.Date;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import org.apache.qpid.proton.Proton;
import org.apache.qpid.proton.amqp.Binary;
import org.apache.qpid.proton.amqp.Symbol;
import org.apache.qpid.proton.amqp.messaging.ApplicationProperties;
import org.apache.qpid.proton.amqp.messaging.Data;
import org.apache.qpid.proton.amqp.messaging.Header;
import org.apache.qpid.proton.amqp.messaging.MessageAnnotations;
import org.apache.qpid.proton.amqp.messaging.Properties;
import org.apache.qpid.proton.message.Message;
import org.jspecify.annotations.Nullable;

/** A message in its place, as it is given out. Only the number of its deliveries changes. Not thread-safe. */
final class AmqpStored {

    private static final Symbol SEQUENCE_NUMBER = Symbol.valueOf("x-opt-sequence-number");
    private static final Symbol OFFSET = Symbol.valueOf("x-opt-offset");
    private static final Symbol ENQUEUED_TIME = Symbol.valueOf("x-opt-enqueued-time");

    private final Message message;
    private final AmqpMessage view;
    private int deliveries;

    private AmqpStored(Message message, AmqpMessage view) {
        this.message = message;
        this.view = view;
    }

    /** Puts what was sent into its place, with the annotations that say where that is. */
    static AmqpStored of(byte[] encoded, String entity, String partition, long sequenceNumber, Instant now) {
        Message message = Proton.message();
        message.decode(encoded, 0, encoded.length);
        Map<Symbol, Object> annotations = new HashMap<>();
        if (message.getMessageAnnotations() != null) {
            annotations.putAll(message.getMessageAnnotations().getValue());
        }
        annotations.put(SEQUENCE_NUMBER, sequenceNumber);
        annotations.put(ENQUEUED_TIME, Date.from(now));
        if (!partition.isEmpty()) {
            annotations.put(OFFSET, Long.toString(sequenceNumber));
        }
        message.setMessageAnnotations(new MessageAnnotations(annotations));
        if (message.getHeader() == null) {
            // The clients rely on it, as Azure's brokers always send one.
            message.setHeader(new Header());
        }
        return new AmqpStored(message, view(message, entity, partition, sequenceNumber, now));
    }

    private static AmqpMessage view(
            Message message, String entity, String partition, long sequenceNumber, Instant now) {
        Map<String, @Nullable Object> annotations = new LinkedHashMap<>();
        message.getMessageAnnotations()
                .getValue()
                .forEach((name, value) -> annotations.put(name.toString(), own(value)));
        return new AmqpMessage(
                entity,
                partition,
                sequenceNumber,
                now,
                body(message),
                applicationProperties(message.getApplicationProperties()),
                properties(message.getHeader(), message.getProperties()),
                Collections.unmodifiableMap(annotations));
    }

    private static ByteBuffer body(Message message) {
        return message.getBody() instanceof Data data
                ? data.getValue().asByteBuffer().asReadOnlyBuffer()
                : ByteBuffer.allocate(0).asReadOnlyBuffer();
    }

    private static Map<String, @Nullable Object> applicationProperties(@Nullable ApplicationProperties section) {
        Map<String, @Nullable Object> properties = new LinkedHashMap<>();
        if (section != null) {
            section.getValue().forEach((name, value) -> properties.put(name, own(value)));
        }
        return Collections.unmodifiableMap(properties);
    }

    private static Map<String, @Nullable Object> properties(@Nullable Header header, @Nullable Properties section) {
        Map<String, @Nullable Object> properties = new LinkedHashMap<>();
        if (header != null && header.getTtl() != null) {
            properties.put("ttl", header.getTtl().longValue());
        }
        if (section != null) {
            put(properties, "message-id", section.getMessageId());
            put(properties, "correlation-id", section.getCorrelationId());
            put(properties, "content-type", section.getContentType());
            put(properties, "content-encoding", section.getContentEncoding());
            put(properties, "subject", section.getSubject());
            put(properties, "to", section.getTo());
            put(properties, "reply-to", section.getReplyTo());
            put(properties, "group-id", section.getGroupId());
            put(properties, "reply-to-group-id", section.getReplyToGroupId());
        }
        return Collections.unmodifiableMap(properties);
    }

    private static void put(Map<String, @Nullable Object> properties, String name, @Nullable Object value) {
        if (value != null) {
            properties.put(name, own(value));
        }
    }

    private static @Nullable Object own(@Nullable Object value) {
        if (value instanceof Symbol symbol) {
            return symbol.toString();
        }
        if (value instanceof Binary binary) {
            return binary.asByteBuffer().asReadOnlyBuffer();
        }
        return value instanceof Date date ? date.toInstant() : value;
    }

    AmqpMessage view() {
        return view;
    }

    /** Returns the session, or null. */
    @Nullable
    String session() {
        return message.getGroupId();
    }

    /** Counts a delivery that came to nothing. */
    void countDelivery() {
        message.setDeliveryCount(++deliveries);
    }

    byte[] encode() {
        return AmqpEncoding.encode(message, view.body().remaining());
    }
}
