package dev.persistor.gcp;

/** An event or request that cannot be understood. Its message names the field, what it is and what is allowed. */
final class MalformedEventException extends Exception {

    private static final long serialVersionUID = 1L;

    MalformedEventException(String message) {
        super(message);
    }

    MalformedEventException(String message, Throwable cause) {
        super(message, cause);
    }
}
