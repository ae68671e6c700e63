package dev.persistor.core.format;

import java.io.IOException;

/** A message has more attributes than it may have. Reading ended before they were read. */
public final class TooManyAttributesException extends IOException {

    private static final long serialVersionUID = 1L;

    /** Says how many are allowed. */
    public TooManyAttributesException(int most) {
        super("a message has more than " + most + " attributes");
    }
}
