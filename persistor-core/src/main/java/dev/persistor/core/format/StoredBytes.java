package dev.persistor.core.format;

import dev.persistor.core.store.BlobDamagedException;
import dev.persistor.core.store.BlobName;
import dev.persistor.core.store.BlobStoreException;
import dev.persistor.core.store.BulkInputStream;
import java.io.IOException;
import java.io.InputStream;
import org.jspecify.annotations.Nullable;

/**
 * A blob's content, as its store sends it, for readers. Its reads throw nothing but {@link BlobStoreException}. Damage is not
 * thrown but ends the stream, so that all that came before it can be read.
 *
 * <p>Not thread-safe.
 */
public final class StoredBytes extends BulkInputStream {

    private final InputStream in;
    private final BlobName name;
    private boolean ended;
    private @Nullable BlobDamagedException damage;

    /**
     * Begins to read.
     *
     * @param in the content, which stays its owner's to close
     * @param name the blob's name, for error messages
     */
    public StoredBytes(InputStream in, BlobName name) {
        this.in = in;
        this.name = name;
    }

    @Override
    public int read(byte[] bytes, int offset, int length) {
        if (ended) {
            return -1;
        }
        try {
            int read = in.read(bytes, offset, length);
            ended = read < 0;
            return read;
        } catch (IOException e) {
            throw BlobStoreException.retryable("read " + name, e);
        } catch (BlobDamagedException e) {
            damage = e;
            ended = true;
            return -1;
        }
    }

    /** Tells whether the content has been read to its end. */
    public boolean ended() {
        return ended;
    }

    /** Returns what the store says is wrong with what was read, or null. */
    public @Nullable BlobDamagedException damage() {
        return damage;
    }
}
