package dev.persistor.core;

/**
 * An event or request cannot be understood. The message names the field, what it is and what is allowed, and becomes the
 * reason of a {@link RejectedEvent}.
 */
public final class MalformedEventException extends Exception {

    private static final long serialVersionUID = 1L;

    /** Says what cannot be understood. */
    public MalformedEventException(String message) {
        super(message);
    }

    /** Says what cannot be understood, and keeps what showed it. */
    public MalformedEventException(String message, Throwable cause) {
        super(message, cause);
    }

    /** Returns what cannot be understood, as a {@link RejectedEvent} wants it. */
    public String reason() {
        return String.valueOf(getMessage());
    }
}
