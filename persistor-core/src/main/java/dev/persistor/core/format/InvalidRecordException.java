package dev.persistor.core.format;

import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** A record holds no message; it has been read to its end, and the next one begins behind it. The message holds no content. */
public final class InvalidRecordException extends IOException {

    private static final long serialVersionUID = 1L;

    /** Says what is wrong with the record. */
    public InvalidRecordException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
