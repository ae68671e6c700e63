package dev.persistor.core.store;

import dev.persistor.core.fixtures.ForwardingDriver;
import dev.persistor.core.store.memory.MemoryDriver;
import java.net.URI;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

/** Opens {@code busy:NUMBER}: an empty store in memory that is busy for so many writes. */
public final class BusyStore implements BlobStoreProvider {

    private static final String SCHEME = "busy";
    private static final Set<String> CLOSED = ConcurrentHashMap.newKeySet();

    public static String address(int writes) {
        return SCHEME + ":" + writes;
    }

    @Override
    public String example() {
        return address(1);
    }

    @Override
    public boolean accepts(URI address) {
        return SCHEME.equals(address.getScheme());
    }

    @Override
    public BlobPlace open(URI address, Map<String, String> environment) {
        AtomicInteger left = new AtomicInteger(Integer.parseInt(address.getSchemeSpecificPart()));
        return BlobPlace.allOf(new ForwardingDriver(new MemoryDriver()) {
            @Override
            public boolean create(String key, Blob blob) throws Exception {
                if (left.getAndDecrement() > 0) {
                    throw BlobStoreException.retryable("write " + blob.name() + ": busy");
                }
                return super.create(key, blob);
            }

            @Override
            public void close() {
                CLOSED.add(address.toString());
            }
        });
    }

    /** Tells whether a store with this address was opened and closed again. */
    public static boolean wasClosed(String address) {
        return CLOSED.contains(address);
    }
}
