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
record AmqpTransfer(List<byte[]> messages, Optional<String> partitionKey) {

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
        List<byte[]> messages = new ArrayList<>();
        Optional<String> partitionKey = Optional.empty();
        while (sections.hasRemaining()) {
            Object section = decoder.readObject();
            if (section instanceof MessageAnnotations annotations) {
                partitionKey = Optional.ofNullable(annotations.getValue().get(PARTITION_KEY))
                        .map(Object::toString);
            } else if (section instanceof Data data && format == BATCH) {
                messages.add(copy(data.getValue()));
            }
        }
        return new AmqpTransfer(format == BATCH ? messages : List.of(bytes), partitionKey);
    }

    private static byte[] copy(Binary binary) {
        byte[] bytes = new byte[binary.getLength()];
        binary.asByteBuffer().get(bytes);
        return bytes;
    }
}
