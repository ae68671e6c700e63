package dev.persistor.core.format;

import dev.persistor.core.message.Message;
import java.io.IOException;

/**
 * Writes messages to a stream, one after another: memory does not grow with what is written.
 *
 * <p>Not thread-safe.
 */
public interface MessageEncoder extends AutoCloseable {

    /**
     * Writes one message.
     *
     * @throws UnencodableMessageException if the format cannot hold it; the stream is not to be used any more
     * @throws IOException if the stream fails
     */
    void write(Message message) throws IOException;

    /**
     * Ends what was begun. The stream stays open.
     *
     * @throws IOException if the stream fails
     */
    @Override
    void close() throws IOException;
}
