package dev.persistor.core.format;

import dev.persistor.core.message.Message;
import java.util.Optional;

/**
 * Messages in lines that a sender sends; see {@code JsonLinesFormat.received}.
 *
 * <p>Not thread-safe.
 */
public interface ReceivedLines {

    /**
     * Returns the next message, or nothing after the last; blank lines are skipped.
     *
     * @throws ReceivedMessageException if the next line is not a message; the reading ends there
     */
    Optional<Message> next() throws ReceivedMessageException;
}
