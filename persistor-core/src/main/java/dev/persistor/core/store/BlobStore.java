package dev.persistor.core.store;

import dev.persistor.core.retry.RetryBudget;
import java.time.Duration;
import java.util.function.Consumer;

/**
 * A place for blobs that can be written and read. There is no way to delete or overwrite in it.
 *
 * <p>A store retries each call that fails with a retryable failure: writes, look-ups, openings, each page of a listing and each step
 * of a reading. By default it does so for a minute from the first attempt of a call; {@link #withRetries} sets another budget. Between
 * attempts it waits a random time of up to 50 ms at first and up to 2 s later. A listing goes on after the last name that it returned,
 * and a reading after the last byte. When the budget is spent, the last failure is thrown with the number of attempts. To repeat a
 * write is safe, because no name is ever written twice: an attempt whose answer was lost is found by the next one.
 *
 * <p>Thread-safe.
 */
public interface BlobStore extends BlobSink, BlobSource, AutoCloseable {

    /** Returns the store in all of a driver's place. The driver is closed with the store. */
    static BlobStore over(BlobDriver driver) {
        return over(driver, "");
    }

    /**
     * Returns the store in a folder of a driver's place. The driver is closed with the store.
     *
     * @param folder what goes before each name: empty, or ending in {@code /}
     * @throws IllegalArgumentException if the folder does not end so
     */
    static BlobStore over(BlobDriver driver, String folder) {
        return new PortableBlobStore(driver, folder, RetryBudget.of(Duration.ofMinutes(1)));
    }

    /** Returns this store with another budget for its retries, as {@link #withRetries(RetryBudget, Consumer)} does. */
    default BlobStore withRetries(RetryBudget budget) {
        return withRetries(budget, failure -> {});
    }

    /**
     * Returns this store with another budget for its retries. Both are one store: closing one closes the other.
     *
     * @param budget for each call; an attempt under way is not cut off. {@link RetryBudget#none()} turns retries off
     * @param onRetry told of each failure that is followed by another attempt, by the calling thread
     */
    BlobStore withRetries(RetryBudget budget, Consumer<BlobStoreException> onRetry);

    /**
     * Checks that the place of the store exists and that the credentials are accepted, as far as the store can tell, so that a
     * wrong address is reported at the start and by its name. One request, which is never retried. By default nothing is checked.
     *
     * @throws BlobStoreException permanent, if the store cannot work as it is configured; the message says what to correct.
     *     Retryable, if the store does not answer now
     */
    default void check() {}

    /** Returns the address of the store as people know it, for logs; never with a credential in it. */
    @Override
    String toString();

    /** Releases connections. The store is not to be used afterwards. */
    @Override
    void close();
}
