package dev.persistor.azure;

import com.azure.core.exception.HttpResponseException;
import com.azure.storage.blob.BlobContainerClient;
import com.azure.storage.blob.models.BlobErrorCode;
import com.azure.storage.blob.models.BlobStorageException;
import dev.persistor.core.store.BlobStoreException;
import dev.persistor.core.store.FailureKind;
import java.io.IOException;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;

/**
 * Translates the client's failures. What may be tried again follows the
 * <a href="https://learn.microsoft.com/rest/api/storageservices/common-rest-api-error-codes">error codes of the storage
 * services</a>: 408, 429, all 5xx, a checksum that the way damaged, and a container that is on its way out. A failure
 * without an answer is one of the connection or of fetching a token; trying again is safe there too, as no name is ever
 * written twice.
 *
 * <p>The client's own texts hold the whole answer over several lines; here is only its code.
 */
final class AzureErrors {

    private static final int FORBIDDEN = 403;
    private static final int NOT_FOUND = 404;
    private static final int CONFLICT = 409;
    private static final int PRECONDITION_FAILED = 412;
    private static final int TOO_MANY_REQUESTS = 429;
    private static final int UNAVAILABLE = 503;

    private static final Set<BlobErrorCode> MENDED_BY_ANOTHER_TRY =
            Set.of(BlobErrorCode.MD5MISMATCH, BlobErrorCode.CONTAINER_BEING_DELETED);

    /** Codes of 409 that say that a blob is there; the last one under an immutability policy. */
    private static final Set<BlobErrorCode> TAKEN =
            Set.of(BlobErrorCode.BLOB_ALREADY_EXISTS, BlobErrorCode.BLOB_IMMUTABLE_DUE_TO_POLICY);

    private static final Set<BlobErrorCode> NO_CONTAINER = Set.of(BlobErrorCode.CONTAINER_NOT_FOUND);

    /**
     * Codes of 403 that say that the caller may do nothing at all: a wrong key, an expired signature, a network that is shut out.
     * An identity that lacks one permission gets another code.
     */
    private static final Set<BlobErrorCode> SHUT_OUT =
            Set.of(BlobErrorCode.AUTHENTICATION_FAILED, BlobErrorCode.AUTHORIZATION_FAILURE);

    /** Codes of 409 of blobs in the archive tier, and on their way out of it. */
    private static final Set<BlobErrorCode> ARCHIVED =
            Set.of(BlobErrorCode.BLOB_ARCHIVED, BlobErrorCode.BLOB_BEING_REHYDRATED);

    private AzureErrors() {}

    /** Translates whatever a call of the client ended with. */
    static BlobStoreException translate(String what, Exception failure) {
        return BlobStoreException.of(what, reasonOf(failure), kindOf(failure), failure);
    }

    /** Returns what a failure of the client means. */
    static FailureKind kindOf(Exception failure) {
        Exception answer = unwrapped(failure);
        OptionalInt status = statusOf(answer);
        if (status.isPresent() && (status.getAsInt() == TOO_MANY_REQUESTS || status.getAsInt() == UNAVAILABLE)) {
            return FailureKind.THROTTLED;
        }
        if (status.isEmpty() || isRetryable(status.getAsInt(), answer)) {
            return FailureKind.RETRYABLE;
        }
        if (status.getAsInt() == PRECONDITION_FAILED || (status.getAsInt() == CONFLICT && has(answer, TAKEN))) {
            return FailureKind.EXISTS;
        }
        if (has(answer, ARCHIVED)) {
            return FailureKind.NOT_READABLE;
        }
        if (status.getAsInt() == NOT_FOUND) {
            return has(answer, NO_CONTAINER) ? FailureKind.NO_PLACE : FailureKind.NOT_FOUND;
        }
        // UnauthorizedBlobOverwrite in the service's own table, which need not be everywhere.
        return status.getAsInt() == FORBIDDEN && !has(answer, SHUT_OUT) ? FailureKind.REFUSED : FailureKind.PERMANENT;
    }

    /** Returns the status and the code of the service's answer, or the client's own message if the service did not answer. */
    static String reasonOf(Exception failure) {
        Exception answer = unwrapped(failure);
        OptionalInt status = statusOf(answer);
        return status.isEmpty()
                ? AzureCredentials.whyNoToken(answer).orElseGet(() -> BlobStoreException.reason(answer))
                : "Blob Storage answers " + status.getAsInt() + code(answer);
    }

    /** Returns the action that resolves a failure, if known. */
    static Optional<String> remedyOf(Exception failure, BlobContainerClient container, String key) {
        Exception answer = unwrapped(failure);
        if (has(answer, Set.of(BlobErrorCode.BLOB_ARCHIVED))) {
            return Optional.of("rehydrate the blob, which takes hours: az storage blob set-tier --account-name "
                    + container.getAccountName() + " --container-name " + container.getBlobContainerName()
                    + " --name '" + key + "' --tier Hot");
        }
        if (has(answer, Set.of(BlobErrorCode.BLOB_BEING_REHYDRATED))) {
            return Optional.of("try again when the blob is rehydrated, which takes hours");
        }
        if (has(answer, Set.of(BlobErrorCode.AUTHENTICATION_FAILED))) {
            return Optional.of("renew the credentials, and check the clock of this machine");
        }
        if (has(answer, Set.of(BlobErrorCode.AUTHORIZATION_FAILURE))) {
            return Optional.of("allow this network in the firewall of the storage account " + container.getAccountName()
                    + ", or grant the identity a role on it");
        }
        return kindOf(failure) == FailureKind.REFUSED
                ? Optional.of("grant 'Storage Blob Data Reader' on the container " + container.getBlobContainerName()
                        + " to the identity for reading, or 'Storage Blob Data Contributor' for writing")
                : Optional.empty();
    }

    /** The client's streams wrap what the service answered. */
    private static Exception unwrapped(Exception failure) {
        return failure instanceof IOException && failure.getCause() instanceof RuntimeException cause ? cause : failure;
    }

    private static OptionalInt statusOf(Exception answer) {
        return answer instanceof HttpResponseException e && e.getResponse() != null
                ? OptionalInt.of(e.getResponse().getStatusCode())
                : OptionalInt.empty();
    }

    private static String code(Exception failure) {
        return failure instanceof BlobStorageException e && e.getErrorCode() != null ? " " + e.getErrorCode() : "";
    }

    private static boolean isRetryable(int status, Exception failure) {
        return status == 408 || status >= 500 || has(failure, MENDED_BY_ANOTHER_TRY);
    }

    /** An answer that something on the way has given, and not the service, has no code. */
    private static boolean has(Exception failure, Set<BlobErrorCode> codes) {
        return failure instanceof BlobStorageException e
                && e.getErrorCode() != null
                && codes.contains(e.getErrorCode());
    }
}
