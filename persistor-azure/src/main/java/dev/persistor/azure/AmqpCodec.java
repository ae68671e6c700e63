package dev.persistor.azure;

import java.nio.BufferOverflowException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Map;
import org.apache.qpid.proton.amqp.DescribedType;
import org.apache.qpid.proton.codec.AMQPDefinedTypes;
import org.apache.qpid.proton.codec.DecoderImpl;
import org.apache.qpid.proton.codec.EncoderImpl;
import org.jspecify.annotations.Nullable;

/**
 * Values and sections in AMQP's own encoding: the form that keeps what has no other form here. Decoding what was encoded
 * gives an equal value.
 */
final class AmqpCodec {

    private static final int FIRST_BYTES = 1_024;

    private AmqpCodec() {}

    /** Encodes a value, or a section of a message with its descriptor. */
    static byte[] encode(@Nullable Object value) {
        DecoderImpl decoder = new DecoderImpl();
        EncoderImpl encoder = new EncoderImpl(decoder);
        AMQPDefinedTypes.registerAllTypes(decoder, encoder);
        return encode(encoder, new byte[FIRST_BYTES], value);
    }

    /** The encoder does not say how much room a value needs. */
    private static byte[] encode(EncoderImpl encoder, byte[] room, @Nullable Object value) {
        ByteBuffer buffer = ByteBuffer.wrap(room);
        try {
            encoder.setByteBuffer(buffer);
            encoder.writeObject(value);
            return Arrays.copyOf(room, buffer.position());
        } catch (BufferOverflowException | IndexOutOfBoundsException tooSmall) {
            return encode(encoder, new byte[Math.multiplyExact(room.length, 4)], value);
        }
    }

    /**
     * Decodes one value or section.
     *
     * @throws IllegalArgumentException if the bytes are not the encoding of exactly one
     */
    static @Nullable Object decode(byte[] bytes) {
        DecoderImpl decoder = new DecoderImpl();
        AMQPDefinedTypes.registerAllTypes(decoder, new EncoderImpl(decoder));
        ByteBuffer buffer = ByteBuffer.wrap(bytes);
        decoder.setByteBuffer(buffer);
        try {
            Object value = decoder.readObject();
            if (buffer.hasRemaining()) {
                throw new IllegalArgumentException(buffer.remaining() + " bytes follow the AMQP value");
            }
            return value;
        } catch (IllegalArgumentException e) {
            throw e;
        } catch (RuntimeException e) {
            throw new IllegalArgumentException("not the encoding of an AMQP value", e);
        }
    }

    /** Tells whether Azure's clients can send a value: they refuse the types that a sender describes itself. */
    static boolean isSendable(@Nullable Object value) {
        if (value instanceof Map<?, ?> map) {
            return map.keySet().stream().allMatch(AmqpCodec::isSendable)
                    && map.values().stream().allMatch(AmqpCodec::isSendable);
        }
        if (value instanceof Iterable<?> list) {
            for (Object element : list) {
                if (!isSendable(element)) {
                    return false;
                }
            }
            return true;
        }
        return value instanceof Object[] array
                ? Arrays.stream(array).allMatch(AmqpCodec::isSendable)
                : !(value instanceof DescribedType);
    }
}
