package dev.persistor.azure;

import com.azure.core.amqp.models.AmqpAnnotatedMessage;
import com.azure.core.amqp.models.AmqpMessageHeader;
import com.azure.core.amqp.models.AmqpMessageProperties;
import dev.persistor.core.capture.MalformedEventException;
import dev.persistor.core.message.AttributeValue;
import dev.persistor.core.message.Attributes;
import dev.persistor.core.message.BrokerProperties;
import dev.persistor.core.write.RejectedEvent;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The archived content of a complete AMQP message from Event Hubs or Service Bus: all sections except
 * what one delivery adds (its lock, its count).
 *
 * @param payload the bytes of all data sections or of a binary value, the UTF-8 of a text value, or else the body's sections in
 *     AMQP's encoding; the broker property {@link BrokerProperties#AMQP_BODY} says which
 * @param attributes the application properties, by names: the clients keep no order
 * @param brokerProperties all else, under the names of {@link BrokerProperties} or AMQP's own
 */
record AmqpContent(ByteBuffer payload, Attributes attributes, Attributes brokerProperties) {

    private static final String SEQUENCE_NUMBER = "x-opt-sequence-number";
    private static final String ENQUEUED_TIME = "x-opt-enqueued-time";
    private static final String PARTITION_KEY = "x-opt-partition-key";
    private static final short DEFAULT_PRIORITY = 4;

    static AmqpContent of(AmqpAnnotatedMessage message) {
        Attributes.Builder types = Attributes.builder();
        Attributes attributes = attributes(message.getApplicationProperties(), types);
        Attributes.Builder kept = Attributes.builder();
        addProperties(kept, message.getProperties());
        addHeader(kept, message.getHeader());
        sorted(message.getMessageAnnotations()).forEach((name, value) -> addAnnotation(kept, name, value));
        sorted(message.getDeliveryAnnotations()).forEach((name, value) -> addDeliveryAnnotation(kept, name, value));
        sorted(message.getFooter()).forEach((name, value) -> add(kept, "footer." + name, value));
        ReceivedBody body = ReceivedBody.of(message.getBody());
        body.type().ifPresent(type -> kept.add(BrokerProperties.AMQP_BODY, type));
        types.build().forEach(type -> kept.add(type.name(), type.value()));
        return new AmqpContent(ByteBuffer.wrap(body.payload()), attributes, kept.build());
    }

    /** Names may be of any type on the wire. */
    private static Map<String, @Nullable Object> sorted(Map<?, ? extends @Nullable Object> section) {
        Map<String, @Nullable Object> sorted = new TreeMap<>();
        section.forEach((name, value) -> sorted.put(String.valueOf(name), value));
        return sorted;
    }

    private static Attributes attributes(Map<?, ? extends @Nullable Object> properties, Attributes.Builder types) {
        Attributes.Builder attributes = Attributes.builder();
        sorted(properties).forEach((name, value) -> {
            AmqpAttribute attribute = AmqpAttribute.of(value);
            attributes.add(name, attribute.value());
            attribute.type().ifPresent(type -> types.add(BrokerProperties.AMQP_TYPE_PREFIX + name, type));
        });
        return attributes.build();
    }

    private static void add(Attributes.Builder kept, String name, @Nullable Object value) {
        if (value != null) {
            kept.add(name, AmqpAttribute.of(value).value());
        }
    }

    private static void addProperties(Attributes.Builder kept, AmqpMessageProperties properties) {
        add(kept, BrokerProperties.MESSAGE_ID, properties.getMessageId());
        byte[] user = properties.getUserId();
        add(kept, AmqpNames.USER_ID, user == null || user.length == 0 ? null : user);
        add(kept, BrokerProperties.TO, properties.getTo());
        add(kept, BrokerProperties.SUBJECT, properties.getSubject());
        add(kept, BrokerProperties.REPLY_TO, properties.getReplyTo());
        add(kept, BrokerProperties.CORRELATION_ID, properties.getCorrelationId());
        add(kept, BrokerProperties.CONTENT_TYPE, properties.getContentType());
        add(kept, BrokerProperties.CONTENT_ENCODING, properties.getContentEncoding());
        add(kept, AmqpNames.ABSOLUTE_EXPIRY_TIME, time(properties.getAbsoluteExpiryTime()));
        add(kept, AmqpNames.CREATION_TIME, time(properties.getCreationTime()));
        add(kept, BrokerProperties.SESSION_ID, properties.getGroupId());
        add(kept, AmqpNames.GROUP_SEQUENCE, groupSequence(properties.getGroupSequence()));
        add(kept, BrokerProperties.REPLY_TO_SESSION_ID, properties.getReplyToGroupId());
    }

    private static @Nullable Instant time(@Nullable Object value) {
        return AmqpAttribute.instant(value).orElse(null);
    }

    /** The clients read AMQP's unsigned number as a signed one, and Service Bus's gives 0 where there is none. */
    private static @Nullable Long groupSequence(@Nullable Long sequence) {
        return sequence == null || sequence == 0 ? null : Long.valueOf(sequence & 0xFFFF_FFFFL);
    }

    /** The clients give AMQP's defaults where the sender set nothing. */
    private static void addHeader(Attributes.Builder kept, AmqpMessageHeader header) {
        if (Boolean.TRUE.equals(header.isDurable())) {
            kept.add(AmqpNames.DURABLE, AttributeValue.of(true));
        }
        Short priority = header.getPriority();
        if (priority != null && priority != DEFAULT_PRIORITY) {
            kept.add(AmqpNames.PRIORITY, AttributeValue.of(priority.intValue()));
        }
        timeToLive(header).ifPresent(life -> kept.add(BrokerProperties.TIME_TO_LIVE, AttributeValue.of(life)));
    }

    static Optional<Duration> timeToLive(AmqpMessageHeader header) {
        return Optional.ofNullable(header.getTimeToLive()).filter(life -> !life.isZero());
    }

    private static void addAnnotation(Attributes.Builder kept, String name, @Nullable Object value) {
        if (!AmqpNames.isOfOneDelivery(name) && !AmqpNames.isKeptElsewhere(name)) {
            add(kept, AmqpNames.ofAnnotation(name), value);
        }
    }

    private static void addDeliveryAnnotation(Attributes.Builder kept, String name, @Nullable Object value) {
        if (!AmqpNames.isOfOneDelivery(name)) {
            add(kept, "delivery-annotation." + name, value);
        }
    }

    /**
     * Returns the number that the broker gave a message.
     *
     * @throws MalformedEventException if there is none, or it is negative
     */
    static long sequenceNumber(AmqpAnnotatedMessage message) throws MalformedEventException {
        Object number = message.getMessageAnnotations().get(SEQUENCE_NUMBER);
        if (number instanceof Long whole && whole >= 0) {
            return whole;
        }
        throw new MalformedEventException(SEQUENCE_NUMBER + " must be a number of 0 or more, and is " + number);
    }

    /**
     * Returns when the broker took a message in.
     *
     * @throws MalformedEventException if that is no time of the calendar
     */
    static Instant enqueuedTime(AmqpAnnotatedMessage message) throws MalformedEventException {
        Object time = message.getMessageAnnotations().get(ENQUEUED_TIME);
        return HostJson.ofCalendar(
                ENQUEUED_TIME,
                AmqpAttribute.instant(time)
                        .orElseThrow(() -> new MalformedEventException(ENQUEUED_TIME + " must be a time, and is "
                                + (time == null ? "missing" : time.getClass().getSimpleName()))));
    }

    /** Returns the key by which a message was put into its partition, if it is a text, as it has to be. */
    static Optional<String> partitionKey(AmqpAnnotatedMessage message) {
        return Optional.ofNullable(message.getMessageAnnotations().get(PARTITION_KEY))
                .filter(String.class::isInstance)
                .map(String.class::cast);
    }

    /** Returns a message that cannot be kept as one, with all that it holds. */
    static RejectedEvent rejected(
            String source, AmqpAnnotatedMessage message, Attributes.Builder headers, MalformedEventException reason) {
        AmqpContent content = of(message);
        content.brokerProperties()
                .forEach(entry -> headers.add("persistor-broker-property-" + entry.name(), entry.value()));
        content.attributes().forEach(entry -> headers.add(entry.name(), entry.value()));
        return new RejectedEvent(
                source, content.payload(), "application/octet-stream", headers.build(), reason.reason());
    }
}
