package dev.persistor.core.format;

import java.io.IOException;

/** A message has more attributes than it may have. Reading ended before they were read. */
final class TooManyAttributesException extends IOException {

    private static final long serialVersionUID = 1L;

    TooManyAttributesException(int most) {
        super("a message has more than " + most + " attributes");
    }
}
