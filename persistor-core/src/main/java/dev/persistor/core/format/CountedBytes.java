package dev.persistor.core.format;

import dev.persistor.core.store.BulkInputStream;
import java.io.IOException;
import java.io.InputStream;

/** Counts what is read. Not thread-safe. */
final class CountedBytes extends BulkInputStream {

    private final InputStream in;
    private long count;

    CountedBytes(InputStream in) {
        this.in = in;
    }

    long count() {
        return count;
    }

    @Override
    public int read(byte[] bytes, int offset, int length) throws IOException {
        int read = in.read(bytes, offset, length);
        count += Math.max(0, read);
        return read;
    }

    @Override
    public int available() throws IOException {
        return in.available();
    }

    @Override
    public void close() throws IOException {
        in.close();
    }
}
