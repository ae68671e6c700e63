package dev.persistor.core.format;

import dev.persistor.core.message.Message;
import dev.persistor.core.store.BlobDamagedException;
import dev.persistor.core.store.BlobName;
import dev.persistor.core.store.BlobStoreException;
import java.util.NoSuchElementException;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** The message of a blob that holds one. Not thread-safe. */
final class SingleMessageReader implements MessageReader {

    private final BlobName name;
    private final Supplier<Message> message;
    private @Nullable Message read;
    private @Nullable BlobStoreException failure;
    private boolean ended;

    SingleMessageReader(BlobName name, Supplier<Message> message) {
        this.name = name;
        this.message = message;
    }

    @Override
    public boolean hasNext() {
        if (failure != null) {
            throw failure;
        }
        if (read == null && !ended) {
            ended = true;
            read = readOne();
        }
        return read != null;
    }

    private Message readOne() {
        try {
            return message.get();
        } catch (BlobDamagedException e) {
            throw new FormatException(name + " is damaged. Whole messages: 0. " + e.getMessage(), e);
        } catch (BlobStoreException e) {
            failure = e;
            throw e;
        }
    }

    @Override
    public Message next() {
        if (!hasNext() || read == null) {
            throw new NoSuchElementException("all messages of the blob are read");
        }
        Message next = read;
        read = null;
        return next;
    }

    @Override
    public void close() {}
}
