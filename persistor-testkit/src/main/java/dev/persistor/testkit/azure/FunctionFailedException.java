package dev.persistor.testkit.azure;

/**
 * An invocation failed: the function threw, a parameter could not be made, or the worker ended. The host would not
 * regard the event as processed.
 */
public final class FunctionFailedException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    FunctionFailedException(String message) {
        super(message);
    }

    FunctionFailedException(String message, Throwable cause) {
        super(message, cause);
    }
}
