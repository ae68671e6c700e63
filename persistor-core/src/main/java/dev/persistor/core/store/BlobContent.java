package dev.persistor.core.store;

import java.io.IOException;
import java.io.InputStream;
import java.io.PushbackInputStream;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The content of a blob. When the driver fails, the blob is opened again and read on after the last byte.
 *
 * <p>Not thread-safe.
 */
final class BlobContent extends BulkInputStream {

    private final StoreRetries retries;
    private final Supplier<OpenBlob> opening;
    private final Function<Exception, BlobStoreException> failed;
    private final BlobInfo info;
    private @Nullable InputStream open;
    private long count;

    /**
     * Makes the content of a blob that is open.
     *
     * @param opening opens the blob again
     * @param failed translates a failure of reading
     */
    BlobContent(
            StoreRetries retries,
            OpenBlob opened,
            Supplier<OpenBlob> opening,
            Function<Exception, BlobStoreException> failed) {
        this.retries = retries;
        this.info = opened.info();
        this.open = opened.content();
        this.opening = opening;
        this.failed = failed;
    }

    /** Reads the first byte ahead, since some clients ask the service for the blob only then. Closes the stream if that fails. */
    static InputStream begun(InputStream in) throws IOException {
        PushbackInputStream begun = new PushbackInputStream(in);
        byte[] first = new byte[1];
        try {
            if (readSome(in, first, 0, 1) > 0) {
                begun.unread(first);
            }
            return begun;
        } catch (IOException | RuntimeException e) {
            closeAfter(e, in);
            throw e;
        }
    }

    /** Some clients return 0 bytes now and then, also before they return the end. */
    private static int readSome(InputStream in, byte[] bytes, int offset, int length) throws IOException {
        int read = in.read(bytes, offset, length);
        while (read == 0 && length > 0) {
            read = in.read(bytes, offset, length);
        }
        return read;
    }

    @Override
    public int read(byte[] bytes, int offset, int length) {
        int read = retries.call(() -> "read " + info.name(), () -> readOnce(bytes, offset, length));
        count += Math.max(0, read);
        return read;
    }

    private int readOnce(byte[] bytes, int offset, int length) {
        try {
            return readSome(opened(), bytes, offset, length);
        } catch (IOException | RuntimeException e) {
            InputStream broken = open;
            open = null;
            if (broken != null) {
                closeAfter(e, broken);
            }
            throw failed.apply(e);
        }
    }

    private InputStream opened() throws IOException {
        InputStream in = open;
        if (in == null) {
            OpenBlob again = opening.get();
            in = again.content();
            open = in;
            if (!again.info().equals(info)) {
                throw BlobStoreException.permanent("read " + info.name() + ": another blob now has this name");
            }
            in.skipNBytes(count);
        }
        return in;
    }

    /** The connection is broken already, so closing it may fail as well. */
    private static void closeAfter(Exception failure, InputStream in) {
        try {
            in.close();
        } catch (IOException | RuntimeException e) {
            failure.addSuppressed(e);
        }
    }

    @Override
    public int available() throws IOException {
        return open == null ? 0 : open.available();
    }

    @Override
    public void close() throws IOException {
        if (open != null) {
            open.close();
        }
    }
}
