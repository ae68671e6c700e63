package dev.persistor.core.format;

import dev.persistor.core.message.Message;
import java.util.NoSuchElementException;
import org.jspecify.annotations.Nullable;

/**
 * A reader that holds the message after the last one it gave, so that {@link #hasNext} can answer. It keeps the contract of a {@link
 * MessageReader} on failures: damage is thrown once and ends the messages; any other failure is thrown each time.
 *
 * <p>Not thread-safe.
 */
public abstract class LookAheadReader implements MessageReader {

    private @Nullable Message next;
    private @Nullable RuntimeException failure;
    private boolean ended;

    /** For subclasses. */
    protected LookAheadReader() {}

    /**
     * Reads the next message. It is not called again after it has returned null or thrown, or after {@link #close}.
     *
     * @return null if there is no message left
     * @throws FormatException if what comes next is torn or damaged
     * @throws dev.persistor.core.store.BlobStoreException if the store fails
     */
    protected abstract @Nullable Message readNext();

    @Override
    public final boolean hasNext() {
        if (failure != null) {
            throw failure;
        }
        if (next == null && !ended) {
            next = readOrEnd();
        }
        return next != null;
    }

    private @Nullable Message readOrEnd() {
        ended = true;
        try {
            Message message = readNext();
            ended = message == null;
            return message;
        } catch (FormatException e) {
            throw e;
        } catch (RuntimeException e) {
            failure = e;
            throw e;
        }
    }

    @Override
    public final Message next() {
        if (!hasNext() || next == null) {
            throw new NoSuchElementException("all messages of the blob are read");
        }
        Message message = next;
        next = null;
        return message;
    }

    /** Ends the messages. A subclass that holds something releases it, too. */
    @Override
    public void close() {
        ended = true;
        next = null;
    }
}
