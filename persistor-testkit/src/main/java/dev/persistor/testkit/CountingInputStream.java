package dev.persistor.testkit;

import java.io.ByteArrayInputStream;
import java.io.FilterInputStream;
import java.io.IOException;

/** Bytes that know how many of them were read. Not thread-safe. */
final class CountingInputStream extends FilterInputStream {

    private long count;
    private boolean ended;
    private boolean closed;

    CountingInputStream(byte[] bytes) {
        super(new ByteArrayInputStream(bytes));
    }

    long count() {
        return count;
    }

    /** Tells whether the reader has come to know that there is no more. */
    boolean ended() {
        return ended;
    }

    boolean closed() {
        return closed;
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
    }

    @Override
    public int read(byte[] bytes, int offset, int length) throws IOException {
        int read = in.read(bytes, offset, length);
        count += Math.max(0, read);
        ended |= read < 0;
        return read;
    }

    @Override
    public void close() throws IOException {
        closed = true;
        in.close();
    }
}
