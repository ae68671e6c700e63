package dev.persistor.core.store;

import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.ServiceLoader;
import java.util.stream.Collectors;

/** Opens stores by their addresses, with the providers that are on the class path. Thread-safe. */
public final class BlobStores {

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
        refuseCredentials(address);
        List<BlobStoreProvider> providers = providers();
        for (BlobStoreProvider provider : providers) {
            if (provider.accepts(address)) {
                return provider.open(address, environment);
            }
        }
        throw new IllegalArgumentException("no module on the class path opens the store " + address
                + "; the modules that are there open "
                + providers.stream().map(BlobStoreProvider::example).sorted().collect(Collectors.joining(", ")));
    }

    /** Tells whether a provider on the class path opens stores at such an address. */
    public static boolean areAt(URI address) {
        return providers().stream().anyMatch(provider -> provider.accepts(address));
    }

    /** Addresses are logged and kept in configurations, so a secret in one is as good as published. */
    private static void refuseCredentials(URI address) {
        if (address.getRawUserInfo() != null || address.getRawQuery() != null || address.getRawFragment() != null) {
            throw new IllegalArgumentException("a store's address has no user, query or fragment; credentials come from"
                    + " the cloud's own chain, such as workload or managed identity");
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
