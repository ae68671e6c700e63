package dev.persistor.gcp;

import com.google.cloud.storage.StorageException;
import dev.persistor.core.store.BlobName;
import dev.persistor.core.store.BlobNotFoundException;
import dev.persistor.core.store.BlobStoreException;
import org.jspecify.annotations.Nullable;

/**
 * Translates the client's failures. What may be tried again follows
 * <a href="https://cloud.google.com/storage/docs/retry-strategy">Google's retry strategy</a>: 408, 429, all 5xx, and
 * failures of the connection, which the client gives the code 0, and of its own checks, which it gives the code of a success. So it does for a token that could not be fetched and an
 * answer that could not be read; trying these again is safe too, as no name is ever written twice.
 */
final class GcsErrors {

    private static final int FORBIDDEN = 403;
    private static final int NOT_FOUND = 404;
    private static final int GONE = 410;
    private static final int PRECONDITION_FAILED = 412;

    private GcsErrors() {}

    /** Translates whatever a call of the client ended with. */
    static BlobStoreException translate(String what, Exception failure) {
        BlobStoreException.restoreInterrupt(failure);
        StorageException answered = answered(failure);
        if (answered == null || answered.getCode() <= 0) {
            return BlobStoreException.retryable(what, failure);
        }
        return BlobStoreException.translated(
                what + ": Cloud Storage answers " + answered.getCode() + ": " + BlobStoreException.firstLine(answered),
                failure,
                isRetryable(answered.getCode()));
    }

    /** Translates a failure of a reading, which finds out whether the object exists. */
    static BlobStoreException translateRead(BlobName name, String what, Exception failure) {
        StorageException answered = answered(failure);
        return answered != null && isNotThere(answered) ? new BlobNotFoundException(name) : translate(what, failure);
    }

    /** Returns the failure with the status: channels wrap it. */
    static @Nullable StorageException answered(Exception failure) {
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

    /** Tells whether the name is taken, perhaps by an earlier attempt of the same write. */
    static boolean isTaken(StorageException failure) {
        return failure.getCode() == PRECONDITION_FAILED;
    }

    /** Tells whether there is no such object. */
    static boolean isNotThere(StorageException failure) {
        return failure.getCode() == NOT_FOUND;
    }

    /** Tells whether the identity may not do this: write at all, or only replace what is there. */
    static boolean isForbidden(StorageException failure) {
        return failure.getCode() == FORBIDDEN;
    }

    private static boolean isRetryable(int code) {
        return code < 400 || code == 408 || code == 429 || code >= 500;
    }
}
