package dev.persistor.testkit.azure;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.Arrays;
import org.apache.qpid.proton.amqp.Binary;
import org.apache.qpid.proton.amqp.messaging.AmqpSequence;
import org.apache.qpid.proton.amqp.messaging.AmqpValue;
import org.apache.qpid.proton.amqp.messaging.Data;
import org.apache.qpid.proton.amqp.messaging.Footer;
import org.apache.qpid.proton.codec.AMQPDefinedTypes;
import org.apache.qpid.proton.codec.DecoderImpl;
import org.apache.qpid.proton.codec.EncoderImpl;

/**
 * The body and the footer of an encoded message. The library's own message holds one section of a body and forgets the others.
 *
 * @param encoded the sections as they came, read-only
 * @param body those of the body alone, read-only
 * @param data the bytes of all data sections, read-only
 */
record AmqpTail(ByteBuffer encoded, ByteBuffer body, ByteBuffer data) {

    static AmqpTail of(byte[] message) {
        DecoderImpl decoder = new DecoderImpl();
        AMQPDefinedTypes.registerAllTypes(decoder, new EncoderImpl(decoder));
        ByteBuffer sections = ByteBuffer.wrap(message);
        decoder.setByteBuffer(sections);
        ByteArrayOutputStream tail = new ByteArrayOutputStream();
        ByteArrayOutputStream body = new ByteArrayOutputStream();
        ByteArrayOutputStream data = new ByteArrayOutputStream();
        while (sections.hasRemaining()) {
            int start = sections.position();
            Object section = decoder.readObject();
            if (section instanceof Data bytes && bytes.getValue() != null) {
                Binary binary = bytes.getValue();
                data.write(binary.getArray(), binary.getArrayOffset(), binary.getLength());
            }
            byte[] encoded = Arrays.copyOfRange(message, start, sections.position());
            if (isOfBody(section)) {
                body.writeBytes(encoded);
            }
            if (isOfBody(section) || section instanceof Footer) {
                tail.writeBytes(encoded);
            }
        }
        return new AmqpTail(readOnly(tail), readOnly(body), readOnly(data));
    }

    private static ByteBuffer readOnly(ByteArrayOutputStream bytes) {
        return ByteBuffer.wrap(bytes.toByteArray()).asReadOnlyBuffer();
    }

    private static boolean isOfBody(Object section) {
        return section instanceof Data || section instanceof AmqpValue || section instanceof AmqpSequence;
    }
}
