package dev.persistor.testkit;

import dev.persistor.core.store.BlobName;
import java.util.Comparator;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.IntConsumer;
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
 * @param failReads makes so many of the next requests that read fail with an error that may be retried; a store that makes no requests
 *     has it from a {@link FaultyBlobDriver} over its own driver
 * @param foreign puts an object of a name that Persistor cannot have written into the store, as another program does; throws
 *     what it likes where the store cannot hold such a name. Nothing where no other program can put anything into the store
 */
public record StoreCapabilities(
        int pageSize,
        LongSupplier listRequests,
        Comparator<String> order,
        Optional<IntConsumer> failReads,
        Optional<Consumer<String>> foreign) {

    /** Refuses null. */
    public StoreCapabilities {
        Objects.requireNonNull(listRequests, "listRequests");
        Objects.requireNonNull(order, "order");
        Objects.requireNonNull(failReads, "failReads");
        Objects.requireNonNull(foreign, "foreign");
    }

    /** Returns the capabilities of a store that lists without requests, such as one in memory. */
    public static StoreCapabilities local() {
        return paged(0, () -> 0);
    }

    /** Returns the capabilities of a store that lists by requests, one a page. */
    public static StoreCapabilities paged(int pageSize, LongSupplier listRequests) {
        return new StoreCapabilities(pageSize, listRequests, BlobName.ORDER, Optional.empty(), Optional.empty());
    }

    /** Returns these capabilities for a store that compares names by their UTF-16 code units. */
    public StoreCapabilities orderedByCodeUnits() {
        return new StoreCapabilities(pageSize, listRequests, Comparator.naturalOrder(), failReads, foreign);
    }

    /** Returns these capabilities for a store whose requests that read can be made to fail. */
    public StoreCapabilities failingReads(IntConsumer failing) {
        return new StoreCapabilities(pageSize, listRequests, order, Optional.of(failing), foreign);
    }

    /** Returns these capabilities for a store that other programs can put objects into. */
    public StoreCapabilities withForeign(Consumer<String> put) {
        return new StoreCapabilities(pageSize, listRequests, order, failReads, Optional.of(put));
    }
}
