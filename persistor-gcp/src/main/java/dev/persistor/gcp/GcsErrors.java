package dev.persistor.gcp;

import com.google.cloud.storage.StorageException;
import dev.persistor.core.store.BlobStoreException;
import dev.persistor.core.store.FailureKind;
import java.io.IOException;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Says what the client's failures mean. What may be tried again follows
 * <a href="https://cloud.google.com/storage/docs/retry-strategy">Google's retry strategy</a>: 408, 429, all 5xx, and
 * failures of the connection, which the client gives the code 0, and of its own checks, which it gives the code of a success. So it does for a token that could not be fetched and an
 * answer that could not be read; trying these again is safe too, as no name is ever written twice.
 */
final class GcsErrors {

    private static final int UNAUTHORIZED = 401;
    private static final int FORBIDDEN = 403;
    private static final int NOT_FOUND = 404;
    private static final int GONE = 410;
    private static final int PRECONDITION_FAILED = 412;
    private static final int TOO_MANY_REQUESTS = 429;
    private static final int UNAVAILABLE = 503;

    private GcsErrors() {}

    /** The session of a resumable upload has ended; another attempt begins a new one. */
    static final class SessionEndedException extends IOException {
        private static final long serialVersionUID = 1L;

        SessionEndedException(StorageException answered) {
            super(
                    "Cloud Storage answers " + answered.getCode()
                            + " to a part of the upload: its session has ended; another attempt starts a new one",
                    answered);
        }
    }

    /** Returns what a failure of the client means. */
    static FailureKind kindOf(Exception failure) {
        StorageException answered = answered(failure);
        if (answered == null) {
            return FailureKind.RETRYABLE;
        }
        return switch (answered.getCode()) {
            case FORBIDDEN -> FailureKind.REFUSED;
            case NOT_FOUND -> FailureKind.NOT_FOUND;
            case PRECONDITION_FAILED -> FailureKind.EXISTS;
            case TOO_MANY_REQUESTS, UNAVAILABLE -> FailureKind.THROTTLED;
            default -> isRetryable(answered.getCode()) ? FailureKind.RETRYABLE : FailureKind.PERMANENT;
        };
    }

    /** Returns the status and the first line of the service's answer, or the client's own message if the service did not answer. */
    static String reasonOf(Exception failure) {
        StorageException answered = answered(failure);
        return answered == null || answered.getCode() <= 0
                ? BlobStoreException.reason(failure)
                : "Cloud Storage answers " + answered.getCode() + ": " + BlobStoreException.firstLine(answered);
    }

    /** Returns the action that resolves a failure, if known. */
    static Optional<String> remedyOf(Exception failure, String bucket) {
        StorageException answered = answered(failure);
        int code = answered == null ? 0 : answered.getCode();
        if (code == FORBIDDEN) {
            return Optional.of("grant roles/storage.objectViewer on the bucket " + bucket
                    + " to the identity for reading, or roles/storage.objectCreator for writing");
        }
        return code == UNAUTHORIZED
                ? Optional.of("renew the credentials, such as with 'gcloud auth application-default login'")
                : Optional.empty();
    }

    /** Returns the failure with the status: channels wrap it. */
    static @Nullable StorageException answered(Exception failure) {
        if (failure instanceof SessionEndedException) {
            return null;
        }
        if (failure instanceof StorageException answered) {
            return answered;
        }
        return failure.getCause() instanceof StorageException cause ? cause : null;
    }

    /**
     * Tells whether the session of a resumable upload may not exist any more:
     * <a href="https://cloud.google.com/storage/docs/performing-resumable-uploads#handling_errors">404 or 410 on a chunk</a> ask
     * for a new session. A bucket that does not exist is 404, too.
     */
    static boolean mayBeSessionGone(StorageException failure) {
        return failure.getCode() == NOT_FOUND || failure.getCode() == GONE;
    }

    private static boolean isRetryable(int code) {
        return code < 400 || code == 408 || code >= 500;
    }
}
