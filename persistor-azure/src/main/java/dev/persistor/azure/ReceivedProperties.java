package dev.persistor.azure;

import com.azure.core.amqp.models.AmqpAddress;
import com.azure.core.amqp.models.AmqpMessageId;
import dev.persistor.core.message.AttributeValue;
import dev.persistor.core.message.Attributes;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.Date;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.UUID;
import org.apache.qpid.proton.amqp.Binary;
import org.apache.qpid.proton.amqp.UnsignedByte;
import org.apache.qpid.proton.amqp.UnsignedInteger;
import org.apache.qpid.proton.amqp.UnsignedLong;
import org.apache.qpid.proton.amqp.UnsignedShort;
import org.jspecify.annotations.Nullable;

/**
 * The properties of a message that was received, as Azure's clients hold them, with their types. AMQP has more of them than
 * attributes: small and unsigned numbers become those that hold them all, and what is of no such type becomes text.
 */
final class ReceivedProperties {

    private ReceivedProperties() {}

    /** Returns all of a map, by names: the clients keep no order. */
    static Attributes of(Map<String, ? extends @Nullable Object> properties) {
        Attributes.Builder attributes = Attributes.builder();
        new TreeMap<>(properties).forEach((name, value) -> attributes.add(name, value(value)));
        return attributes.build();
    }

    /** Returns a value with its type. */
    static AttributeValue value(@Nullable Object value) {
        if (value == null) {
            return AttributeValue.ofNull();
        }
        return number(value)
                .or(() -> time(value))
                .or(() -> bytes(value))
                .orElseGet(() -> value instanceof Boolean is
                        ? AttributeValue.of(is)
                        : value instanceof UUID id ? AttributeValue.of(id) : AttributeValue.of(text(value)));
    }

    private static Optional<AttributeValue> number(Object value) {
        if (value instanceof Byte || value instanceof Short || value instanceof Integer) {
            return Optional.of(AttributeValue.of(((Number) value).intValue()));
        }
        if (value instanceof UnsignedByte || value instanceof UnsignedShort) {
            return Optional.of(AttributeValue.of(((Number) value).intValue()));
        }
        if (value instanceof Long || value instanceof UnsignedInteger) {
            return Optional.of(AttributeValue.of(((Number) value).longValue()));
        }
        if (value instanceof UnsignedLong large) {
            BigInteger number = large.bigIntegerValue();
            return Optional.of(
                    number.bitLength() < Long.SIZE
                            ? AttributeValue.of(number.longValue())
                            : AttributeValue.of(new BigDecimal(number)));
        }
        if (value instanceof Float number) {
            return Optional.of(AttributeValue.of(number));
        }
        if (value instanceof Double number) {
            return Optional.of(AttributeValue.of(number));
        }
        return value instanceof BigDecimal number ? Optional.of(AttributeValue.of(number)) : Optional.empty();
    }

    private static Optional<AttributeValue> time(Object value) {
        if (value instanceof Date date) {
            return Optional.of(AttributeValue.of(date.toInstant()));
        }
        if (value instanceof Instant instant) {
            return Optional.of(AttributeValue.of(instant));
        }
        if (value instanceof OffsetDateTime time) {
            return Optional.of(AttributeValue.of(time.toInstant()));
        }
        return value instanceof Duration span ? Optional.of(AttributeValue.of(span)) : Optional.empty();
    }

    private static Optional<AttributeValue> bytes(Object value) {
        if (value instanceof byte[] bytes) {
            return Optional.of(AttributeValue.of(bytes));
        }
        if (value instanceof Binary binary) {
            return Optional.of(AttributeValue.of(bytes(binary.asByteBuffer())));
        }
        return value instanceof ByteBuffer buffer
                ? Optional.of(AttributeValue.of(bytes(buffer.duplicate())))
                : Optional.empty();
    }

    private static byte[] bytes(ByteBuffer buffer) {
        byte[] bytes = new byte[buffer.remaining()];
        buffer.get(bytes);
        return bytes;
    }

    private static String text(Object value) {
        if (value instanceof AmqpMessageId id) {
            return id.toString();
        }
        return value instanceof AmqpAddress address ? address.toString() : String.valueOf(value);
    }
}
