package dev.persistor.core.format;

import java.io.IOException;

/** A content is beyond a {@link ReadLimit}. The message names the limit's setting and value, and holds no content. */
public final class ReadLimitException extends IOException {

    private static final long serialVersionUID = 1L;

    ReadLimitException(String message) {
        super(message);
    }
}
