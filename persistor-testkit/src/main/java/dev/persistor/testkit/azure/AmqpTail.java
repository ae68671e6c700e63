package dev.persistor.testkit.azure;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
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

    /** Reads a message, which must not be changed from now on: large bodies are not copied. */
    static AmqpTail of(ByteBuffer message) {
        DecoderImpl decoder = new DecoderImpl();
        AMQPDefinedTypes.registerAllTypes(decoder, new EncoderImpl(decoder));
        ByteBuffer sections = message.duplicate();
        decoder.setByteBuffer(sections);
        int bodyStart = sections.limit();
        int bodyEnd = sections.limit();
        List<ByteBuffer> data = new ArrayList<>();
        while (sections.hasRemaining()) {
            int start = sections.position();
            Object section = decoder.readObject();
            if (isOfBody(section)) {
                bodyStart = Math.min(bodyStart, start);
            }
            if (section instanceof Data bytes && bytes.getValue() != null) {
                // The bytes are the last part of the section.
                int length = bytes.getValue().getLength();
                data.add(slice(message, sections.position() - length, sections.position()));
            }
            if (section instanceof Footer) {
                bodyStart = Math.min(bodyStart, start);
                bodyEnd = start;
            }
        }
        return new AmqpTail(
                slice(message, bodyStart, sections.limit()), slice(message, bodyStart, bodyEnd), joined(data));
    }

    private static ByteBuffer slice(ByteBuffer message, int from, int to) {
        return message.duplicate().position(from).limit(to).slice().asReadOnlyBuffer();
    }

    private static ByteBuffer joined(List<ByteBuffer> data) {
        if (data.size() == 1) {
            return data.get(0);
        }
        ByteBuffer all = ByteBuffer.allocate(
                data.stream().mapToInt(ByteBuffer::remaining).sum());
        data.forEach(part -> all.put(part.duplicate()));
        return all.flip().asReadOnlyBuffer();
    }

    private static boolean isOfBody(Object section) {
        return section instanceof Data || section instanceof AmqpValue || section instanceof AmqpSequence;
    }
}
