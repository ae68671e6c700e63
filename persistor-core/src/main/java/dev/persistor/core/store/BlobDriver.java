package dev.persistor.core.store;

import java.util.List;
import java.util.Optional;

/**
 * The part of a store that differs from one service to another. {@link BlobStore#over} makes a {@link BlobStore} of it, and does
 * the rest: the folder of the store, checksums before writing, comparison with an existing blob, iteration and bounds of listings,
 * retries, error messages.
 *
 * <p>A key is the whole name of a blob in the driver's bucket, container or folder. The descriptions that a driver returns have the key
 * as their name, made with {@link BlobName#listed}. Keys are ordered by Unicode code point.
 *
 * <p>A driver does not translate failures. Each method throws whatever its client throws, and {@link #kindOf} says what it means. A
 * driver may throw a {@link BlobStoreException} where it has found the failure itself; its message is used as it is.
 *
 * <p>A driver does not retry either: the store does, within its budget.
 *
 * <p>Implementations are safe for use by many threads. Their contract is checked by {@code BlobStoreContract} of the testkit.
 */
public interface BlobDriver {

    /** Returns the address of the place that all keys are in, for people, ending where a key goes on. It holds no credential. */
    String address();

    /** Returns what the place can hold, with keys as names. */
    BlobLimits limits();

    /**
     * Creates a blob if no blob has the key. Existing blobs never change. Of many concurrent calls with one key at most one creates
     * the blob. After the return it is durable, and the service's checksum of what it stored was compared with the blob's. After a
     * failure the blob exists as a whole or not at all.
     *
     * @param blob what to store; its own name is relative to the store's folder
     * @return true if this call created the blob; false, or a failure of the kind {@link FailureKind#EXISTS}, if the key is taken,
     *     perhaps by an earlier attempt whose answer was lost
     * @throws Exception whatever the client throws
     */
    boolean create(String key, Blob blob) throws Exception;

    /**
     * Describes a blob.
     *
     * @return nothing, or a failure of the kind {@link FailureKind#NOT_FOUND}, if it does not exist
     * @throws Exception whatever the client throws
     */
    Optional<BlobInfo> find(String key) throws Exception;

    /**
     * Describes the blob that was in the way of {@link #create}. A driver whose descriptions can differ from the content looks at the
     * content here. By default as {@link #find}.
     *
     * @throws Exception whatever the client throws
     */
    default Optional<BlobInfo> findExisting(String key) throws Exception {
        return find(key);
    }

    /**
     * Opens a blob for one reading. The service may be asked as late as with the first byte. All reads are of one version of the blob,
     * or fail.
     *
     * @return nothing, or a failure of the kind {@link FailureKind#NOT_FOUND} here or at the first byte, if it does not exist
     * @throws Exception whatever the client throws
     */
    Optional<OpenBlob> open(String key) throws Exception;

    /**
     * Opens a blob whose description the caller has. A driver that needs no other request for the description overrides this. By
     * default as {@link #open(String)}.
     *
     * @throws Exception whatever the client throws
     */
    default Optional<OpenBlob> open(String key, BlobInfo known) throws Exception {
        return open(key);
    }

    /**
     * Fetches one page of a listing, with one request. Pages are in the order of their keys. A driver has the service leave out what it
     * can; what it returns outside of the range is ignored.
     *
     * @throws Exception whatever the client throws
     */
    BlobPage page(BlobRange range) throws Exception;

    /**
     * Tells whether the service can begin a listing at any key as quickly as it fetches the next page, and lists in the order of the keys:
     * then a listing is divided, and its parts are fetched at a time. By default it cannot, and one page is fetched after another.
     */
    default boolean listsFromAnyKey() {
        return false;
    }

    /**
     * Asks for one key of a folder with one request, so that it fails if the place does not exist or does not accept the credentials.
     * The store decides what the failure means: an identity that may only write passes. By default nothing is asked.
     *
     * @param folder how the keys of the store begin
     * @throws Exception whatever the client throws
     */
    default void check(String folder) throws Exception {}

    /** Returns what people call the place, for the message that it does not exist: {@code bucket orders}. By default its address. */
    default String place() {
        return "place " + address();
    }

    /** Returns what a failure of the client means. It is no {@link BlobStoreException}. */
    FailureKind kindOf(Exception failure);

    /** Returns a failure's reason in one line: status and code of the answer. By default the first line of its message. */
    default String reasonOf(Exception failure) {
        return BlobStoreException.reason(failure);
    }

    /**
     * Returns the action that resolves a failure, in one clause that begins with a verb: the role to grant, the command that makes
     * the blob readable. By default nothing.
     *
     * @param key the blob that was asked for, or the prefix of a listing
     */
    default Optional<String> remedyOf(Exception failure, String key) {
        return Optional.empty();
    }

    /**
     * Lists the blobs that the driver still describes and whose content it has lost, as when a file was deleted. By default none.
     *
     * @throws Exception whatever the client throws
     */
    default List<BlobInfo> withoutContent(String prefix) throws Exception {
        return List.of();
    }

    /**
     * Releases what the driver holds. By default nothing.
     *
     * @throws Exception whatever the client throws
     */
    default void close() throws Exception {}
}
