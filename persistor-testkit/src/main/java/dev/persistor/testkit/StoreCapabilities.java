package dev.persistor.testkit;

import java.util.Objects;
import java.util.function.LongSupplier;

/**
 * In what a store may differ from others and still keep the contract.
 *
 * <p>Immutable.
 *
 * @param pageSize how many blobs one request for a listing brings; 0 when listing makes no requests
 * @param listRequests counts the requests for a listing since the store was opened
 */
public record StoreCapabilities(int pageSize, LongSupplier listRequests) {

    /** Refuses null. */
    public StoreCapabilities {
        Objects.requireNonNull(listRequests, "listRequests");
    }

    /** Returns the capabilities of a store that lists without requests, such as one in memory. */
    public static StoreCapabilities local() {
        return new StoreCapabilities(0, () -> 0);
    }

    /** Returns the capabilities of a store that lists by requests, one a page. */
    public static StoreCapabilities paged(int pageSize, LongSupplier listRequests) {
        return new StoreCapabilities(pageSize, listRequests);
    }
}
