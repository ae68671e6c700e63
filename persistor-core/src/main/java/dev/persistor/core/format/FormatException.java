package dev.persistor.core.format;

import org.jspecify.annotations.Nullable;

/** A blob holds no message, or not all that it should. Its message names the blob and what is wrong, never content. */
public final class FormatException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    /** Says which blob, what is wrong with it, and where. */
    public FormatException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
