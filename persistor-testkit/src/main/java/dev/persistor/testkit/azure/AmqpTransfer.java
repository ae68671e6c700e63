package dev.persistor.testkit.azure;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.qpid.proton.amqp.Binary;
import org.apache.qpid.proton.amqp.Symbol;
import org.apache.qpid.proton.amqp.messaging.Data;
import org.apache.qpid.proton.amqp.messaging.MessageAnnotations;
import org.apache.qpid.proton.codec.AMQPDefinedTypes;
import org.apache.qpid.proton.codec.DecoderImpl;
import org.apache.qpid.proton.codec.EncoderImpl;

/**
 * What one transfer brings: a message, or a batch of them, which is a message of many data sections that are encoded
 * messages themselves.
 *
 * @param messages each message, encoded
 * @param partitionKey the annotation of the whole
 */
record AmqpTransfer(List<Encoded> messages, Optional<String> partitionKey) {

    /**
     * An encoded message.
     *
     * @param sections all its sections
     * @param isTrusted whether its annotations are taken for the broker's own
     */
    record Encoded(ByteBuffer sections, boolean isTrusted) {}

    /** The message format by which Azure's brokers know a batch. */
    private static final int BATCH = 0x80013700;

    private static final Symbol PARTITION_KEY = Symbol.valueOf("x-opt-partition-key");

    static AmqpTransfer decode(byte[] bytes, int format) {
        DecoderImpl decoder = new DecoderImpl();
        EncoderImpl encoder = new EncoderImpl(decoder);
        AMQPDefinedTypes.registerAllTypes(decoder, encoder);
        ByteBuffer sections = ByteBuffer.wrap(bytes);
        decoder.setByteBuffer(sections);
        encoder.setByteBuffer(ByteBuffer.allocate(0));
        List<Encoded> messages = new ArrayList<>();
        Optional<String> partitionKey = Optional.empty();
        while (sections.hasRemaining()) {
            Object section = decoder.readObject();
            if (section instanceof MessageAnnotations annotations) {
                partitionKey = Optional.ofNullable(annotations.getValue().get(PARTITION_KEY))
                        .map(Object::toString);
            } else if (section instanceof Data data && format == BATCH) {
                messages.add(new Encoded(ByteBuffer.wrap(copy(data.getValue())), false));
            }
        }
        return new AmqpTransfer(
                format == BATCH ? messages : List.of(new Encoded(ByteBuffer.wrap(bytes), false)), partitionKey);
    }

    /** Returns a message that nobody sent. */
    static AmqpTransfer placed(byte[] message) {
        return new AmqpTransfer(List.of(new Encoded(ByteBuffer.wrap(message), true)), Optional.empty());
    }

    private static byte[] copy(Binary binary) {
        byte[] bytes = new byte[binary.getLength()];
        binary.asByteBuffer().get(bytes);
        return bytes;
    }
}
