package dev.persistor.core.format;

/** The sent data is not a message. The text states the reason for the sender: line or header, value, and what is allowed. */
public final class ReceivedMessageException extends Exception {

    private static final long serialVersionUID = 1L;

    private final boolean tooLarge;

    /** Makes an exception with the reason; see {@link #isTooLarge}. */
    public ReceivedMessageException(String message, boolean tooLarge) {
        super(message);
        this.tooLarge = tooLarge;
    }

    /** Tells whether the message is well formed as far as it was read, and has more than is allowed. */
    public boolean isTooLarge() {
        return tooLarge;
    }

    /** Returns why. */
    public String reason() {
        return String.valueOf(getMessage());
    }
}
