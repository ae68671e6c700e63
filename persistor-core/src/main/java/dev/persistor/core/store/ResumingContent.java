package dev.persistor.core.store;

import java.io.IOException;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** A content that, when the store fails, is opened again and read on after the last byte. Not thread-safe. */
final class ResumingContent extends BulkInputStream {

    private final RetryingBlobStore store;
    private final BlobInfo info;
    private final Supplier<OpenBlob> opening;
    private @Nullable OpenBlob opened;
    private long count;

    ResumingContent(RetryingBlobStore store, OpenBlob opened, Supplier<OpenBlob> opening) {
        this.store = store;
        this.info = opened.info();
        this.opened = opened;
        this.opening = opening;
    }

    @Override
    public int read(byte[] bytes, int offset, int length) {
        int read = store.retry("read " + info.name(), () -> readOnce(bytes, offset, length));
        count += Math.max(0, read);
        return read;
    }

    private int readOnce(byte[] bytes, int offset, int length) {
        try {
            return opened().content().read(bytes, offset, length);
        } catch (IOException e) {
            closeQuietly(e);
            throw failed(e);
        } catch (BlobStoreException e) {
            closeQuietly(e);
            throw e;
        }
    }

    private BlobStoreException failed(IOException failure) {
        return failure.getCause() instanceof BlobStoreException cause
                ? cause
                : BlobStoreException.retryable("read " + info.name(), failure);
    }

    private OpenBlob opened() throws IOException {
        OpenBlob open = opened;
        if (open == null) {
            open = opening.get();
            opened = open;
            if (!open.info().equals(info)) {
                throw BlobStoreException.permanent("read " + info.name() + ": another blob has the name now");
            }
            open.content().skipNBytes(count);
        }
        return open;
    }

    /** The connection is broken already, so closing it may fail as well. */
    private void closeQuietly(Exception failure) {
        OpenBlob open = opened;
        opened = null;
        if (open != null) {
            try {
                open.close();
            } catch (BlobStoreException e) {
                failure.addSuppressed(e);
            }
        }
    }

    @Override
    public int available() throws IOException {
        return opened == null ? 0 : opened.content().available();
    }

    @Override
    public void close() {
        if (opened != null) {
            opened.close();
            opened = null;
        }
    }
}
