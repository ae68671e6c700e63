package dev.persistor.testkit;

import dev.persistor.core.store.BlobName;
import java.util.Comparator;
import java.util.Objects;
import java.util.function.LongSupplier;

/**
 * In what a store may differ from others and still keep the contract.
 *
 * <p>Immutable.
 *
 * @param pageSize how many blobs one request for a listing brings; 0 when listing makes no requests
 * @param listRequests counts the requests for a listing since the store was opened
 * @param order the order in which names are listed; stores may differ only beyond Unicode's basic plane, which no path
 *     template's values reach
 */
public record StoreCapabilities(int pageSize, LongSupplier listRequests, Comparator<String> order) {

    /** Refuses null. */
    public StoreCapabilities {
        Objects.requireNonNull(listRequests, "listRequests");
        Objects.requireNonNull(order, "order");
    }

    /** Returns the capabilities of a store that lists without requests, such as one in memory. */
    public static StoreCapabilities local() {
        return new StoreCapabilities(0, () -> 0, BlobName.ORDER);
    }

    /** Returns the capabilities of a store that lists by requests, one a page. */
    public static StoreCapabilities paged(int pageSize, LongSupplier listRequests) {
        return new StoreCapabilities(pageSize, listRequests, BlobName.ORDER);
    }

    /** Returns these capabilities for a store that compares names by their UTF-16 code units. */
    public StoreCapabilities orderedByCodeUnits() {
        return new StoreCapabilities(pageSize, listRequests, Comparator.naturalOrder());
    }
}
