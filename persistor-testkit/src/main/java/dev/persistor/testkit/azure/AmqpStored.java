package dev.persistor.testkit.azure;

import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.Arrays;
import java.util.Collections;
import java.util.Date;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import org.apache.qpid.proton.Proton;
import org.apache.qpid.proton.amqp.Binary;
import org.apache.qpid.proton.amqp.Symbol;
import org.apache.qpid.proton.amqp.messaging.ApplicationProperties;
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

    /** All sections but those of {@code tail}. */
    private final Message message;
    /** The sections of the body and the footer, as they came: there may be many of data or of a sequence. */
    private final ByteBuffer tail;

    private final AmqpMessage view;
    private int deliveries;

    private AmqpStored(Message message, ByteBuffer tail, AmqpMessage view) {
        this.message = message;
        this.tail = tail;
        this.view = view;
    }

    /** Puts what was sent into its place, with the annotations that say where that is. */
    static AmqpStored of(AmqpTransfer.Encoded sent, String entity, String partition, long sequenceNumber, Instant now) {
        byte[] encoded = new byte[sent.sections().remaining()];
        sent.sections().duplicate().get(encoded);
        AmqpTail tail = AmqpTail.of(sent.sections());
        Message message = Proton.message();
        message.decode(encoded, 0, encoded.length);
        message.setBody(null);
        message.setFooter(null);
        Map<Symbol, Object> annotations = new HashMap<>();
        annotations.put(SEQUENCE_NUMBER, sequenceNumber);
        annotations.put(ENQUEUED_TIME, Date.from(now));
        if (!partition.isEmpty()) {
            annotations.put(OFFSET, Long.toString(sequenceNumber));
        }
        if (message.getMessageAnnotations() != null) {
            message.getMessageAnnotations().getValue().forEach((name, value) -> {
                if (sent.isTrusted() || !annotations.containsKey(name)) {
                    annotations.put(name, value);
                }
            });
        }
        message.setMessageAnnotations(new MessageAnnotations(annotations));
        if (message.getHeader() == null) {
            // The clients rely on it, as Azure's brokers always send one.
            message.setHeader(new Header());
        }
        return new AmqpStored(message, tail.encoded(), view(message, tail, entity, partition, sequenceNumber, now));
    }

    private static AmqpMessage view(
            Message message, AmqpTail tail, String entity, String partition, long sequenceNumber, Instant now) {
        Map<String, @Nullable Object> annotations = new LinkedHashMap<>();
        message.getMessageAnnotations()
                .getValue()
                .forEach((name, value) -> annotations.put(name.toString(), own(value)));
        return new AmqpMessage(
                entity,
                partition,
                sequenceNumber,
                now,
                tail.data(),
                tail.body(),
                applicationProperties(message.getApplicationProperties()),
                properties(message.getHeader(), message.getProperties()),
                Collections.unmodifiableMap(annotations));
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
        if (header != null && Boolean.TRUE.equals(header.getDurable())) {
            properties.put("durable", true);
        }
        if (header != null && header.getPriority() != null) {
            properties.put("priority", header.getPriority().intValue());
        }
        if (section != null) {
            put(properties, "user-id", section.getUserId());
            put(properties, "absolute-expiry-time", section.getAbsoluteExpiryTime());
            put(properties, "creation-time", section.getCreationTime());
            put(properties, "group-sequence", section.getGroupSequence());
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

    /** Adds application properties, in place of those of the same names. */
    void addProperties(Map<?, ?> added) {
        Map<String, Object> properties = new HashMap<>();
        ApplicationProperties before = message.getApplicationProperties();
        if (before != null) {
            properties.putAll(before.getValue());
        }
        added.forEach((name, value) -> properties.put(String.valueOf(name), value));
        message.setApplicationProperties(new ApplicationProperties(properties));
    }

    /** Counts a delivery that came to nothing. */
    void countDelivery() {
        message.setDeliveryCount(++deliveries);
    }

    byte[] encode() {
        byte[] head = AmqpEncoding.encode(message, 0);
        byte[] encoded = Arrays.copyOf(head, head.length + tail.remaining());
        tail.duplicate().get(encoded, head.length, tail.remaining());
        return encoded;
    }
}
