package dev.persistor.core.format;

import org.jspecify.annotations.Nullable;

/** A blob holds no message, or not all that it should. Its message names the blob and what is wrong, never content. */
public final class FormatException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final boolean foreign;

    /** Says which blob, what is wrong with it, and where. */
    public FormatException(String message, @Nullable Throwable cause) {
        this(message, cause, false);
    }

    private FormatException(String message, @Nullable Throwable cause, boolean foreign) {
        super(message, cause);
        this.foreign = foreign;
    }

    /** Returns the exception for a blob that is whole, and that another program wrote for a purpose of its own. */
    public static FormatException foreign(String message) {
        return new FormatException(message, null, true);
    }

    /** Tells whether the blob is another program's, and not damaged. */
    public boolean isForeign() {
        return foreign;
    }
}
