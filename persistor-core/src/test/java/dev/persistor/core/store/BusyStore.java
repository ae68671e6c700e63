package dev.persistor.core.store;

import dev.persistor.core.fixtures.PassingDriver;
import dev.persistor.core.store.memory.MemoryDriver;
import java.net.URI;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;

/** Opens {@code busy:NUMBER}: an empty store in memory that is busy for so many writes. */
public final class BusyStore implements BlobStoreProvider {

    private static final String SCHEME = "busy";

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
        return BlobPlace.allOf(new PassingDriver(new MemoryDriver(), blob -> {
            if (left.getAndDecrement() > 0) {
                throw BlobStoreException.retryable("write " + blob.name() + ": busy");
            }
        }));
    }
}
