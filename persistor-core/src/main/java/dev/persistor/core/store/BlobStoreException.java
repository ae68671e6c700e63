package dev.persistor.core.store;

import dev.persistor.core.log.FailureText;
import dev.persistor.core.log.SafeText;
import java.nio.channels.ClosedByInterruptException;
import org.jspecify.annotations.Nullable;

/**
 * A store could not do what it was asked to.
 *
 * <p>Its message is verb, name and reason, and holds no content and no secret: credentials that a client's own texts quote are
 * taken out of it and of its causes.
 */
public class BlobStoreException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final boolean retryable;

    /** For the kinds of failure that have a class of their own. */
    protected BlobStoreException(String message, @Nullable Throwable cause, boolean retryable) {
        super(SafeText.withoutSecrets(message), SafeText.withoutSecrets(cause));
        this.retryable = retryable;
    }

    /** Returns a failure after which another attempt may succeed: a time-out, a broken connection, a busy store. */
    public static BlobStoreException retryable(String message, Throwable cause) {
        return new BlobStoreException(message + because(cause), cause, true);
    }

    /** Returns a failure after which another attempt may succeed, found by Persistor itself. */
    public static BlobStoreException retryable(String message) {
        return new BlobStoreException(message, null, true);
    }

    /** Returns a failure that remains until its cause is corrected: no permission, no such bucket. */
    public static BlobStoreException permanent(String message, Throwable cause) {
        return new BlobStoreException(message + because(cause), cause, false);
    }

    /** Returns a failure that remains until its cause is corrected, found by Persistor itself. */
    public static BlobStoreException permanent(String message) {
        return new BlobStoreException(message, null, false);
    }

    /** Returns a failure whose text says all there is to say, so that the cause's, which may be long, stays out of it. */
    public static BlobStoreException translated(String message, Throwable cause, boolean retryable) {
        return new BlobStoreException(message, cause, retryable);
    }

    /**
     * Returns the failure of a driver.
     *
     * @param what the verb, the name and the place
     * @param reason why it failed, in one line
     */
    public static BlobStoreException of(String what, String reason, FailureKind kind, Exception cause) {
        restoreInterrupt(cause);
        return translated(what + ": " + reason, cause, kind == FailureKind.RETRYABLE || kind == FailureKind.THROTTLED);
    }

    private static String because(Throwable cause) {
        return ": " + reason(cause);
    }

    /** Returns a failure's reason in one line, for people. */
    public static String reason(Throwable cause) {
        return FailureText.of(cause);
    }

    /** Returns the first line of a failure's message, and no more than 300 characters: clients quote whole answers. */
    public static String firstLine(Throwable failure) {
        return FailureText.firstLine(failure);
    }

    /**
     * Interrupts the calling thread again where a client was interrupted and said so by its failure only, so that nothing waits
     * on after it.
     */
    public static void restoreInterrupt(Throwable failure) {
        for (Throwable each = failure; each != null; each = each.getCause()) {
            if (each instanceof InterruptedException || each instanceof ClosedByInterruptException) {
                Thread.currentThread().interrupt();
                return;
            }
        }
    }

    /** Tells whether trying again can help. */
    public final boolean isRetryable() {
        return retryable;
    }
}
