package dev.persistor.core.format.foreign;

import dev.persistor.core.format.FormatException;
import dev.persistor.core.format.InvalidRecordException;
import dev.persistor.core.format.LookAheadReader;
import dev.persistor.core.format.ReadContext;
import dev.persistor.core.format.StoredBytes;
import dev.persistor.core.message.Message;
import dev.persistor.core.store.BlobInfo;
import dev.persistor.core.store.BlobName;
import dev.persistor.core.store.BlobStoreException;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import org.jspecify.annotations.Nullable;

/**
 * The common part of reading all layouts: whole messages first, then once what is damaged, and a failure of the
 * store each time. Not thread-safe.
 */
abstract class StoredReader extends LookAheadReader {

    /** The first damage: where it is, and what. */
    private record Damage(String what, @Nullable Throwable cause) {}

    private final BlobName name;
    private final StoredBytes stored;
    private final ReadContext context;
    private @Nullable Damage first;
    private long damaged;
    private long messages;
    private long index;

    StoredReader(InputStream in, BlobInfo blob, ReadContext context) {
        this.name = blob.name();
        this.stored = new StoredBytes(in, name);
        this.context = context;
    }

    /**
     * Returns the next message, or null if there is none.
     *
     * @param index how many records came before it
     * @throws InvalidRecordException if what comes next is no message; it is passed over
     * @throws IOException if nothing behind it can be read; its text quotes no content
     */
    abstract @Nullable Message advance(long index) throws IOException;

    /** Returns which part of the blob was looked at last, such as {@code line 3, at byte 210}. */
    abstract String place();

    /** Returns the content as it was before compression, to be read to its end. */
    final InputStream decompressed() {
        return new Decompressed(stored, context);
    }

    /** Returns the content as it is, to be read to its end. */
    final InputStream content() {
        return stored;
    }

    /** Tells whether what the store sent was found to be damaged. */
    final boolean isDamaged() {
        return stored.damage() != null;
    }

    final BlobName blob() {
        return name;
    }

    final ReadContext context() {
        return context;
    }

    @Override
    protected final @Nullable Message readNext() {
        Message message = null;
        boolean more = true;
        while (message == null && more) {
            try {
                message = advance(index);
                more = message != null;
                messages += more ? 1 : 0;
            } catch (IOException e) {
                more = e instanceof InvalidRecordException;
                note(place() + ": " + what(e), more ? e.getCause() : e);
            }
            index++;
        }
        if (message == null) {
            verify();
        }
        return message;
    }

    private void note(String what, @Nullable Throwable cause) {
        damaged++;
        if (first == null) {
            first = new Damage(what, cause);
        }
    }

    private void verify() {
        BlobStoreException storeDamage = stored.damage();
        if (storeDamage != null && first == null) {
            note("somewhere before its end: " + storeDamage.getMessage(), storeDamage);
        }
        if (first != null) {
            throw new FormatException(
                    name + " is damaged. Whole messages: " + messages
                            + (damaged > 1 ? ". Damaged places: " + damaged + ". First damage: " : ". Damage: ")
                            + first.what,
                    storeDamage == null ? first.cause : storeDamage);
        }
    }

    /** The store's report of a truncated blob is more precise than the place where the reader missed its rest. */
    private String what(IOException e) {
        BlobStoreException damage = stored.damage();
        return String.valueOf(damage == null ? e.getMessage() : damage.getMessage());
    }

    /** Closes something that reads the content. */
    final void close(Closeable reader) {
        try {
            reader.close();
        } catch (IOException e) {
            throw new UncheckedIOException("closing what reads " + name + " failed", e);
        }
    }
}
