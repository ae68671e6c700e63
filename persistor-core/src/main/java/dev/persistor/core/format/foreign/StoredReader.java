package dev.persistor.core.format.foreign;

import com.fasterxml.jackson.core.JsonProcessingException;
import dev.persistor.core.format.FormatException;
import dev.persistor.core.format.LookAheadReader;
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
 * What reading has in common whatever the layout: messages up to the first damage, that damage once, and a failure of the
 * store each time. Not thread-safe.
 */
abstract class StoredReader extends LookAheadReader {

    private final BlobName name;
    private final StoredBytes stored;
    private long messages;

    StoredReader(InputStream in, BlobInfo blob) {
        this.name = blob.name();
        this.stored = new StoredBytes(in, name);
    }

    /**
     * Returns the next message, or null if there is none.
     *
     * @param index how many came before it
     * @throws IOException if what comes next is torn or no message; its text quotes no content
     */
    abstract @Nullable Message advance(long index) throws IOException;

    /** Returns which part of the blob was looked at last, such as {@code line 3, at byte 210}. */
    abstract String place();

    /** Returns the content as it was before somebody compressed the file, to be read to its end. */
    final InputStream decompressed() {
        return new Decompressed(stored);
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

    @Override
    protected final @Nullable Message readNext() {
        try {
            Message message = advance(messages);
            if (message != null) {
                messages++;
                return message;
            }
        } catch (IOException e) {
            throw damaged(place() + ": " + what(e), e);
        }
        BlobStoreException damage = stored.damage();
        if (damage != null) {
            throw damaged("somewhere before its end: " + damage.getMessage(), damage);
        }
        return null;
    }

    /** What the store says of a torn blob tells more than where the reader missed its rest. */
    private String what(IOException e) {
        BlobStoreException damage = stored.damage();
        if (damage != null) {
            return String.valueOf(damage.getMessage());
        }
        // The parser's texts quote the content, which is the sender's.
        return e instanceof JsonProcessingException ? "not the whole JSON of a record" : String.valueOf(e.getMessage());
    }

    private FormatException damaged(String where, Exception reason) {
        BlobStoreException damage = stored.damage();
        Exception quotingNothing = reason instanceof JsonProcessingException ? null : reason;
        return new FormatException(
                name + " is damaged. Whole messages: " + messages + ". Damage: " + where,
                damage == null ? quotingNothing : damage);
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
