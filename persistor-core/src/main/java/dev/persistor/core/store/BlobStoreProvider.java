package dev.persistor.core.store;

import java.net.URI;
import java.util.Map;
import java.util.Optional;

/**
 * Opens the stores of one kind by their addresses. Found through {@link java.util.ServiceLoader}.
 *
 * <p>Implementations are safe for use by many threads, and cheap to make: they connect to nothing before
 * {@link #open}.
 */
public interface BlobStoreProvider {

    /** Returns an example of the addresses that this provider opens, for error messages: {@code gs://bucket/prefix}. */
    String example();

    /** Tells whether this provider opens stores at such an address. */
    boolean accepts(URI address);

    /**
     * Returns what to write in place of an address that names a store of this provider in a form that it does not open, such as
     * another tool's. By default no such form is known.
     */
    default Optional<String> correction(URI address) {
        return Optional.empty();
    }

    /**
     * Opens the driver of the store, and names the store's folder.
     *
     * @param address one that this provider {@linkplain #accepts accepts}
     * @param environment where the provider may find what its cloud's own tools look for, such as an emulator's address
     * @throws IllegalArgumentException if the address is malformed; the message says how
     * @throws BlobStoreException if the store cannot be opened
     */
    BlobPlace open(URI address, Map<String, String> environment);
}
