package dev.persistor.gcp;

import com.google.cloud.storage.StorageException;
import dev.persistor.core.store.BlobStoreException;

/**
 * Translates the client's failures. What may be tried again follows
 * <a href="https://cloud.google.com/storage/docs/retry-strategy">Google's retry strategy</a>: 408, 429, all 5xx, and
 * failures of the connection, which the client gives the code 0. So it does for a token that could not be fetched and an
 * answer that could not be read; trying these again is safe too, as no name is ever written twice.
 */
final class GcsErrors {

    private static final int FORBIDDEN = 403;
    private static final int NOT_FOUND = 404;
    private static final int PRECONDITION_FAILED = 412;

    private GcsErrors() {}

    static BlobStoreException translate(String what, StorageException failure) {
        return isRetryable(failure.getCode())
                ? BlobStoreException.retryable(what, failure)
                : BlobStoreException.permanent(what + ": Cloud Storage answers " + failure.getCode(), failure);
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
        return code == 0 || code == 408 || code == 429 || code >= 500;
    }
}
