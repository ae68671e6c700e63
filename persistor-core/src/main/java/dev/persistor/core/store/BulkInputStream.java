package dev.persistor.core.store;

import java.io.IOException;
import java.io.InputStream;

/**
 * A stream that reads many bytes at a time. A subclass implements only {@link #read(byte[], int, int)}.
 *
 * <p>Not thread-safe.
 */
public abstract class BulkInputStream extends InputStream {

    /** For subclasses. */
    protected BulkInputStream() {}

    @Override
    public final int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
    }

    @Override
    public abstract int read(byte[] bytes, int offset, int length) throws IOException;
}
