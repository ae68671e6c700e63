package dev.persistor.core.log;

import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;

/** Finds the cause of a failed future. */
public final class Causes {

    private Causes() {}

    /** Returns the failure of the call behind a future, without the exception in which futures wrap it. */
    public static Throwable unwrapped(Throwable failure) {
        boolean isWrapper = failure instanceof CompletionException || failure instanceof ExecutionException;
        Throwable cause = failure.getCause();
        return isWrapper && cause != null ? cause : failure;
    }

    /**
     * Returns the failure of the call behind a future, for the caller to throw. The call must not throw checked exceptions.
     *
     * @param failure what the future threw: an {@link ExecutionException} or a {@link CompletionException}
     * @throws Error if the call failed with one
     */
    public static RuntimeException thrown(Throwable failure) {
        Throwable cause = unwrapped(failure);
        if (cause instanceof Error error) {
            throw error;
        }
        return (RuntimeException) cause;
    }
}
