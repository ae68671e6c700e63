package dev.persistor.core.format;

/** A line that was sent is not a message. The message says why for its sender: line, field, value and what is allowed. */
public final class ReceivedLineException extends Exception {

    private static final long serialVersionUID = 1L;

    private final boolean tooLarge;

    /** Makes an exception with the reason; see {@link #isTooLarge}. */
    public ReceivedLineException(String message, boolean tooLarge) {
        super(message);
        this.tooLarge = tooLarge;
    }

    /** Tells whether the line is well formed as far as it was read, and has more than is allowed. */
    public boolean isTooLarge() {
        return tooLarge;
    }

    /** Returns why. */
    public String reason() {
        return String.valueOf(getMessage());
    }
}
