package dev.persistor.core.store;

import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.ServiceLoader;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Opens stores by their addresses, with the providers that are on the class path. Thread-safe. */
public final class BlobStores {

    private static final Logger LOG = LoggerFactory.getLogger(BlobStores.class);

    private BlobStores() {}

    /**
     * Opens the store at an address.
     *
     * @param address such as {@code gs://bucket/prefix} or {@code file:///var/archive}; credentials have no place in it
     * @param environment what providers may look up beside the address, such as {@link System#getenv()}
     * @throws IllegalArgumentException if no provider on the class path opens such addresses, or the address carries a
     *     credential or is malformed
     * @throws BlobStoreException if the store cannot be opened
     */
    public static BlobStore open(URI address, Map<String, String> environment) {
        BlobPlace place = place(address, environment);
        return BlobStore.over(place.driver(), place.folder());
    }

    /**
     * Opens the driver of the store at an address, as {@link #open} does, for programs that put something between the two.
     *
     * @throws IllegalArgumentException as {@link #open} does
     * @throws BlobStoreException if the store cannot be opened
     */
    public static BlobPlace place(URI address, Map<String, String> environment) {
        List<BlobStoreProvider> providers = providers();
        for (BlobStoreProvider provider : providers) {
            provider.correction(address).ifPresent(right -> {
                throw new IllegalArgumentException(
                        address.getScheme() + ":// addresses of this form are not supported; write " + right);
            });
        }
        refuseCredentials(address);
        for (BlobStoreProvider provider : providers) {
            if (provider.accepts(address)) {
                return provider.open(address, environment);
            }
        }
        throw new IllegalArgumentException("no module on the class path opens the store " + address
                + MissingModule.advice("store", String.valueOf(address.getScheme()))
                + "; the available modules open "
                + providers.stream().map(BlobStoreProvider::example).sorted().collect(Collectors.joining(", ")));
    }

    /**
     * Opens the store at an address, as {@link #open} does, and {@linkplain BlobStore#check() checks} that its place exists and
     * takes the credentials. A store that does not answer now is opened all the same: it may answer later.
     *
     * @throws IllegalArgumentException if the address or the credentials cannot be right; the message says what to correct
     * @throws BlobStoreException if the store cannot be opened
     */
    public static BlobStore openChecked(URI address, Map<String, String> environment) {
        BlobStore store = open(address, environment);
        try {
            store.check();
            return store;
        } catch (BlobStoreException e) {
            if (e.isRetryable()) {
                LOG.warn("The store does not answer now; Persistor uses it anyway: {}", e.getMessage());
                return store;
            }
            store.close();
            throw new IllegalArgumentException(e.getMessage(), e);
        }
    }

    /** Tells whether a provider on the class path opens stores at such an address. */
    public static boolean areAt(URI address) {
        return providers().stream().anyMatch(provider -> provider.accepts(address));
    }

    /** Addresses are logged and kept in configurations, so a secret in one is as good as published. */
    private static void refuseCredentials(URI address) {
        if (address.getRawUserInfo() != null || address.getRawQuery() != null || address.getRawFragment() != null) {
            throw new IllegalArgumentException("a store address must not contain a user, query or fragment; credentials"
                    + " come from the cloud's own chain, such as workload or managed identity");
        }
    }

    private static List<BlobStoreProvider> providers() {
        List<BlobStoreProvider> providers = new ArrayList<>();
        // The class loader of Persistor itself: function hosts give threads context loaders of their own.
        ServiceLoader.load(BlobStoreProvider.class, BlobStores.class.getClassLoader())
                .forEach(providers::add);
        return providers;
    }
}
