package com.azure.messaging.eventhubs;

import com.azure.core.amqp.implementation.MessageSerializer;
import com.azure.core.amqp.models.AmqpAnnotatedMessage;
import com.azure.core.amqp.models.AmqpMessageBody;
import com.azure.core.util.Context;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.apache.qpid.proton.amqp.Symbol;
import org.apache.qpid.proton.amqp.messaging.AmqpSequence;
import org.apache.qpid.proton.amqp.messaging.AmqpValue;
import org.apache.qpid.proton.amqp.messaging.MessageAnnotations;
import org.apache.qpid.proton.amqp.messaging.Section;
import org.apache.qpid.proton.message.Message;

/**
 * Reads events as Azure's serializer does, and then gives those their bodies back which it empties: values and sequences.
 * A partition key that is not a text stays among the annotations.
 *
 * <p>Thread-safe.
 */
final class UnalteredEvents implements MessageSerializer {

    private static final Symbol PARTITION_KEY = Symbol.valueOf("x-opt-partition-key");

    private final MessageSerializer azures;

    UnalteredEvents(MessageSerializer azures) {
        this.azures = azures;
    }

    @Override
    public int getSize(Message message) {
        return azures.getSize(message);
    }

    @Override
    public <T> Message serialize(T object) {
        return azures.serialize(object);
    }

    @Override
    public <T> T deserialize(Message message, Class<T> type) {
        // Azure's serializer clears the message.
        Section body = message.getBody();
        Optional<Object> key = takeKeyThatIsNoText(message);
        T read = azures.deserialize(message, type);
        if (read instanceof EventData event) {
            key.ifPresent(
                    taken -> event.getRawAmqpMessage().getMessageAnnotations().put(PARTITION_KEY.toString(), taken));
        }
        boolean emptied = body instanceof AmqpValue || body instanceof AmqpSequence;
        return emptied && read instanceof EventData event ? type.cast(withBody(event, body)) : read;
    }

    @Override
    public <T> List<T> deserializeList(Message message, Class<T> type) {
        return List.of(deserialize(message, type));
    }

    /** Azure's serializer fails on such a key. Read again and again, the event would block its partition. */
    private static Optional<Object> takeKeyThatIsNoText(Message message) {
        MessageAnnotations annotations = message.getMessageAnnotations();
        if (annotations == null || annotations.getValue() == null) {
            return Optional.empty();
        }
        return Optional.ofNullable(annotations.getValue().get(PARTITION_KEY))
                .filter(key -> !(key instanceof String))
                .map(key -> annotations.getValue().remove(PARTITION_KEY));
    }

    private static EventData withBody(EventData event, Section body) {
        AmqpAnnotatedMessage whole = new AmqpAnnotatedMessage(of(body));
        copy(event.getRawAmqpMessage(), whole);
        SystemProperties system = new SystemProperties(
                whole,
                event.getOffsetString(),
                event.getEnqueuedTime(),
                event.getSequenceNumber(),
                event.getPartitionKey());
        return new EventData(whole, system, Context.NONE);
    }

    @SuppressWarnings("unchecked") // AMQP's sequences are of anything.
    private static AmqpMessageBody of(Section body) {
        if (body instanceof AmqpSequence sequence) {
            return AmqpMessageBody.fromSequence(sequence.getValue());
        }
        // Azure's class holds no null, so the section itself stands for it.
        return AmqpMessageBody.fromValue(Objects.requireNonNullElse(((AmqpValue) body).getValue(), body));
    }

    private static void copy(AmqpAnnotatedMessage from, AmqpAnnotatedMessage to) {
        to.getApplicationProperties().putAll(from.getApplicationProperties());
        to.getDeliveryAnnotations().putAll(from.getDeliveryAnnotations());
        to.getMessageAnnotations().putAll(from.getMessageAnnotations());
        to.getFooter().putAll(from.getFooter());
        to.getHeader()
                .setDeliveryCount(from.getHeader().getDeliveryCount())
                .setDurable(from.getHeader().isDurable())
                .setFirstAcquirer(from.getHeader().isFirstAcquirer())
                .setPriority(from.getHeader().getPriority())
                .setTimeToLive(from.getHeader().getTimeToLive());
        to.getProperties()
                .setAbsoluteExpiryTime(from.getProperties().getAbsoluteExpiryTime())
                .setContentEncoding(from.getProperties().getContentEncoding())
                .setContentType(from.getProperties().getContentType())
                .setCorrelationId(from.getProperties().getCorrelationId())
                .setCreationTime(from.getProperties().getCreationTime())
                .setGroupId(from.getProperties().getGroupId())
                .setGroupSequence(from.getProperties().getGroupSequence())
                .setMessageId(from.getProperties().getMessageId())
                .setReplyTo(from.getProperties().getReplyTo())
                .setReplyToGroupId(from.getProperties().getReplyToGroupId())
                .setSubject(from.getProperties().getSubject())
                .setTo(from.getProperties().getTo())
                .setUserId(from.getProperties().getUserId());
    }
}
