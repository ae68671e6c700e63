package dev.persistor.core.format;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;

/** Bytes that grow, and are given away. Not thread-safe. */
final class Content extends ByteArrayOutputStream {

    private static final int MOST = Integer.MAX_VALUE - 64;

    Content(long expected) {
        super((int) Math.max(256, Math.min(expected, MOST)));
    }

    /**
     * Returns what was written; nothing is to be written afterwards. What is much smaller than it was expected to be, as
     * compressed content is, is copied once, so that a blob that waits to be stored does not hold the room for the rest.
     */
    ByteBuffer bytes() {
        return count < buf.length / 2 ? ByteBuffer.wrap(toByteArray()) : ByteBuffer.wrap(buf, 0, count);
    }
}
