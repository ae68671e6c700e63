package dev.persistor.azure;

/**
 * An invocation of a function failed, in Persistor's words.
 *
 * <p>It has no cause: the Java worker tells the host the text of the root cause alone ({@code MessageHandler.java} of
 * Azure/azure-functions-java-worker), which would be a client's and name no message. What failed is among the suppressed,
 * for the stack trace.
 */
final class InvocationFailedException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    InvocationFailedException(RuntimeException failure) {
        super(failure.getMessage());
        addSuppressed(failure);
    }
}
