package dev.persistor.core.store;

import java.io.IOException;
import java.io.InputStream;
import java.io.PushbackInputStream;
import java.util.function.Function;

/** A driver's content whose failures are translated. Not thread-safe. */
final class DriverContent extends BulkInputStream {

    private final InputStream in;
    private final Function<Exception, BlobStoreException> failed;

    DriverContent(InputStream in, Function<Exception, BlobStoreException> failed) {
        this.in = in;
        this.failed = failed;
    }

    /** Reads the first byte ahead, since some clients ask the service for the blob only then. */
    InputStream begin() {
        PushbackInputStream begun = new PushbackInputStream(this);
        try {
            int first = read();
            if (first >= 0) {
                begun.unread(first);
            }
            return begun;
        } catch (IOException | RuntimeException e) {
            closeAfter(e);
            throw failed.apply(e);
        }
    }

    private void closeAfter(Exception failure) {
        try {
            in.close();
        } catch (IOException | RuntimeException e) {
            failure.addSuppressed(e);
        }
    }

    /** Some clients return 0 bytes now and then, also before they return the end. */
    @Override
    public int read(byte[] bytes, int offset, int length) {
        try {
            int read = in.read(bytes, offset, length);
            while (read == 0 && length > 0) {
                read = in.read(bytes, offset, length);
            }
            return read;
        } catch (IOException | RuntimeException e) {
            throw failed.apply(e);
        }
    }

    /** Some clients skip without fetching the bytes. */
    @Override
    public long skip(long count) {
        try {
            return in.skip(count);
        } catch (IOException | RuntimeException e) {
            throw failed.apply(e);
        }
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
