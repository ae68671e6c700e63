package dev.persistor.testkit.azure;

import java.nio.BufferOverflowException;
import java.util.Arrays;
import org.apache.qpid.proton.message.Message;

/** Messages as bytes. */
final class AmqpEncoding {

    private static final int FIRST_SIZE = 4 * 1024;

    private AmqpEncoding() {}

    /** The library's own measure of a message is too small for some, so larger buffers are tried until one will do. */
    static byte[] encode(Message message, int bodySize) {
        return encodeInto(new byte[FIRST_SIZE + bodySize], message);
    }

    private static byte[] encodeInto(byte[] buffer, Message message) {
        try {
            return Arrays.copyOf(buffer, message.encode(buffer, 0, buffer.length));
        } catch (BufferOverflowException tooSmall) {
            return encodeInto(new byte[2 * buffer.length], message);
        }
    }
}
