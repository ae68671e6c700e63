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

    /** The known state of the message. */
    private enum Fate {
        REFUSED,
        UNKNOWN,
        HELD_BACK
    }

    private final boolean retryable;
    private final Fate fate;

    /**
     * Makes a failure.
     *
     * @param retryable whether handing over the same message again can help. Then it is not known whether the target has it; otherwise
     *     the target has refused it
     */
    public PublishException(String message, boolean retryable, @Nullable Throwable cause) {
        this(message, retryable, retryable ? Fate.UNKNOWN : Fate.REFUSED, cause);
    }

    private PublishException(String message, boolean retryable, Fate fate, @Nullable Throwable cause) {
        super(SafeText.withoutSecrets(message), SafeText.withoutSecrets(cause));
        this.retryable = retryable;
        this.fate = fate;
    }

    /** Returns the failure of a message whose predecessor of the same ordering key failed. */
    public static PublishException afterFailureOf(String orderingKey) {
        return heldBack("an earlier message of the ordering key " + orderingKey + " failed");
    }

    /** Returns the failure of a message that is not published: an earlier one of its ordering key failed. */
    static PublishException heldBack(String reason) {
        return new PublishException("not published: " + reason, true, Fate.HELD_BACK, null);
    }

    /** Returns the failure of a message of which nothing is known: the publisher has a fault. */
    static PublishException unknown(String message, @Nullable Throwable cause) {
        return new PublishException(message, false, Fate.UNKNOWN, cause);
    }

    /** Tells whether handing over the same message again can help. */
    public boolean isRetryable() {
        return retryable;
    }

    /** Tells whether the message was not sent, because an earlier one of its ordering key failed. */
    public boolean isHeldBack() {
        return fate == Fate.HELD_BACK;
    }

    /** Tells whether the target may have the message all the same. */
    public boolean mayHaveArrived() {
        return fate == Fate.UNKNOWN;
    }
}
