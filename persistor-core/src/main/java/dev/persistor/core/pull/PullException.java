package dev.persistor.core.pull;

import dev.persistor.core.log.SafeText;
import org.jspecify.annotations.Nullable;

/** A broker could not be asked for messages, or be told of them. */
public final class PullException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final boolean retryable;

    /**
     * Says what failed.
     *
     * @param message what, on what, why, and what to do; no payload and no secret
     * @param retryable whether trying again can help
     * @param cause what showed it, or null
     */
    public PullException(String message, boolean retryable, @Nullable Throwable cause) {
        super(SafeText.withoutSecrets(message), SafeText.withoutSecrets(cause));
        this.retryable = retryable;
    }

    /** Tells whether trying again can help. */
    public boolean isRetryable() {
        return retryable;
    }
}
