package dev.persistor.testkit;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;

/** Bytes of a connection that breaks after them. Not thread-safe. */
final class BreakingInputStream extends InputStream {

    private final ByteArrayInputStream bytes;

    BreakingInputStream(byte[] bytes) {
        this.bytes = new ByteArrayInputStream(bytes);
    }

    @Override
    public int read() throws IOException {
        return orBreak(bytes.read());
    }

    @Override
    public int read(byte[] to, int offset, int length) throws IOException {
        return orBreak(bytes.read(to, offset, length));
    }

    private static int orBreak(int read) throws IOException {
        if (read < 0) {
            throw new IOException("the connection broke");
        }
        return read;
    }
}
