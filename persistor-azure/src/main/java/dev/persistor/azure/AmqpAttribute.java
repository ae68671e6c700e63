package dev.persistor.azure;

import com.azure.core.amqp.models.AmqpAddress;
import com.azure.core.amqp.models.AmqpMessageId;
import dev.persistor.core.message.AttributeValue;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.net.URI;
import java.nio.ByteBuffer;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.Date;
import java.util.Optional;
import java.util.UUID;
import org.apache.qpid.proton.amqp.Binary;
import org.apache.qpid.proton.amqp.Symbol;
import org.apache.qpid.proton.amqp.UnsignedByte;
import org.apache.qpid.proton.amqp.UnsignedInteger;
import org.apache.qpid.proton.amqp.UnsignedLong;
import org.apache.qpid.proton.amqp.UnsignedShort;
import org.jspecify.annotations.Nullable;

/**
 * A value of AMQP as an attribute, and its AMQP type where the attribute's type is a wider one. Small and unsigned numbers
 * become those that hold them; symbols and characters become texts; what has no attribute type at all (decimals, lists, maps,
 * arrays, described types) becomes the bytes of its AMQP encoding. {@link #restored} gives the value back.
 *
 * @param value the value
 * @param type the AMQP type, empty where the attribute's type says it
 */
record AmqpAttribute(AttributeValue value, Optional<String> type) {

    private static final String ENCODED = "encoded";
    private static final String DATETIME_OFFSET = "datetime-offset";
    private static final String URI_TYPE = "uri";

    private static AmqpAttribute of(AttributeValue value) {
        return new AmqpAttribute(value, Optional.empty());
    }

    private static AmqpAttribute of(AttributeValue value, String type) {
        return new AmqpAttribute(value, Optional.of(type));
    }

    /** Maps a value that Azure's clients give. */
    static AmqpAttribute of(@Nullable Object value) {
        if (value == null) {
            return of(AttributeValue.ofNull());
        }
        return simple(value)
                .map(AmqpAttribute::of)
                .or(() -> number(value))
                .or(() -> text(value))
                .orElseGet(() -> of(AttributeValue.of(AmqpCodec.encode(value)), ENCODED));
    }

    /** Returns what has an attribute type of its own. */
    private static Optional<AttributeValue> simple(Object value) {
        if (value instanceof String text) {
            return Optional.of(AttributeValue.of(text));
        }
        if (value instanceof Boolean is) {
            return Optional.of(AttributeValue.of(is));
        }
        if (value instanceof Integer number) {
            return Optional.of(AttributeValue.of(number));
        }
        if (value instanceof Long number) {
            return Optional.of(AttributeValue.of(number));
        }
        if (value instanceof Float number) {
            return Optional.of(AttributeValue.of(number));
        }
        if (value instanceof Double number) {
            return Optional.of(AttributeValue.of(number));
        }
        if (value instanceof UUID id) {
            return Optional.of(AttributeValue.of(id));
        }
        if (value instanceof Duration span) {
            return Optional.of(AttributeValue.of(span));
        }
        return instant(value)
                .map(AttributeValue::of)
                .or(() -> bytes(value).map(AttributeValue::of))
                .filter(found -> !(value instanceof OffsetDateTime));
    }

    /** Returns an instant, which the clients give in several classes. */
    static Optional<Instant> instant(@Nullable Object value) {
        if (value instanceof Date date) {
            return Optional.of(date.toInstant());
        }
        if (value instanceof OffsetDateTime time) {
            return Optional.of(time.toInstant());
        }
        return value instanceof Instant instant ? Optional.of(instant) : Optional.empty();
    }

    /** Returns bytes, in an array of the caller's own. */
    static Optional<byte[]> bytes(@Nullable Object value) {
        if (value instanceof byte[] bytes) {
            return Optional.of(bytes.clone());
        }
        if (value instanceof Binary binary) {
            ByteBuffer buffer = binary.asByteBuffer();
            byte[] bytes = new byte[buffer.remaining()];
            buffer.get(bytes);
            return Optional.of(bytes);
        }
        return Optional.empty();
    }

    private static Optional<AmqpAttribute> number(Object value) {
        if (value instanceof Byte number) {
            return Optional.of(of(AttributeValue.of(number.intValue()), "byte"));
        }
        if (value instanceof Short number) {
            return Optional.of(of(AttributeValue.of(number.intValue()), "short"));
        }
        if (value instanceof UnsignedByte number) {
            return Optional.of(of(AttributeValue.of(number.intValue()), "ubyte"));
        }
        if (value instanceof UnsignedShort number) {
            return Optional.of(of(AttributeValue.of(number.intValue()), "ushort"));
        }
        if (value instanceof UnsignedInteger number) {
            return Optional.of(of(AttributeValue.of(number.longValue()), "uint"));
        }
        if (value instanceof UnsignedLong number) {
            BigInteger whole = number.bigIntegerValue();
            AttributeValue held = whole.bitLength() < Long.SIZE
                    ? AttributeValue.of(whole.longValue())
                    : AttributeValue.of(new BigDecimal(whole));
            return Optional.of(of(held, "ulong"));
        }
        return Optional.empty();
    }

    private static Optional<AmqpAttribute> text(Object value) {
        if (value instanceof Symbol symbol) {
            return Optional.of(of(AttributeValue.of(symbol.toString()), "symbol"));
        }
        if (value instanceof Character character) {
            return Optional.of(of(AttributeValue.of(character.toString()), "char"));
        }
        if (value instanceof URI address) {
            return Optional.of(of(AttributeValue.of(address.toString()), URI_TYPE));
        }
        if (value instanceof OffsetDateTime time) {
            return Optional.of(of(AttributeValue.of(time.toInstant()), DATETIME_OFFSET));
        }
        return value instanceof AmqpMessageId || value instanceof AmqpAddress
                ? Optional.of(of(AttributeValue.of(value.toString())))
                : Optional.empty();
    }

    /**
     * Returns the value that was received, for a client to send.
     *
     * @param described whether the client sends what .NET's clients describe: addresses and times with an offset
     * @return empty if the value is not of the type, or the client cannot send it
     */
    Optional<Object> restored(boolean described) {
        try {
            return type.map(name -> restored(name, value.text(), described)).filter(AmqpCodec::isSendable);
        } catch (IllegalArgumentException | ArithmeticException | DateTimeException e) {
            return Optional.empty();
        }
    }

    private @Nullable Object restored(String name, String text, boolean described) {
        return switch (name) {
            case "byte" -> Byte.valueOf(text);
            case "short" -> Short.valueOf(text);
            case "ubyte" -> UnsignedByte.valueOf(text);
            case "ushort" -> UnsignedShort.valueOf(text);
            case "uint" -> UnsignedInteger.valueOf(text);
            case "ulong" -> UnsignedLong.valueOf(new BigDecimal(text).toBigIntegerExact());
            case "symbol" -> Symbol.valueOf(text);
            case "char" -> text.length() == 1 ? Character.valueOf(text.charAt(0)) : null;
            case URI_TYPE -> described ? URI.create(text) : null;
            case DATETIME_OFFSET -> described ? Instant.parse(text).atOffset(ZoneOffset.UTC) : null;
            case ENCODED -> value.type() == AttributeValue.Type.BYTES ? AmqpCodec.decode(value.bytes()) : null;
            default -> null;
        };
    }
}
