package dev.persistor.core.replay;

import dev.persistor.core.log.SafeText;
import org.jspecify.annotations.Nullable;

/**
 * A target did not take a message, or its answer was lost.
 *
 * <p>Its message is verb, target and reason, and holds no payload and no secret.
 */
public final class PublishException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final boolean retryable;

    /** Makes a failure; {@code retryable} tells whether handing over the same message again can help. */
    public PublishException(String message, boolean retryable, @Nullable Throwable cause) {
        super(SafeText.withoutSecrets(message), SafeText.withoutSecrets(cause));
        this.retryable = retryable;
    }

    /** Returns the failure of a message whose predecessor of the same ordering key failed. */
    public static PublishException afterFailureOf(String orderingKey) {
        return new PublishException(
                "not published, because an earlier message of the ordering key " + orderingKey + " failed", true, null);
    }

    /** Tells whether handing over the same message again can help. */
    public boolean isRetryable() {
        return retryable;
    }
}
