package dev.persistor.spark;

import org.jspecify.annotations.Nullable;

/** Fails a query, because its table would not be what is archived. */
final class ArchiveReadException extends RuntimeException {

    private static final long serialVersionUID = 1;

    ArchiveReadException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
