package dev.persistor.core.store.memory;

import dev.persistor.core.store.BlobPlace;
import dev.persistor.core.store.BlobStoreProvider;
import java.net.URI;
import java.util.Map;

/**
 * Opens {@code mem:}, each time an empty store of its own. The core does not offer it: what is archived there is lost with the
 * process. The testkit does.
 *
 * <p>Thread-safe.
 */
public final class MemoryBlobStoreProvider implements BlobStoreProvider {

    /** For the service loader. */
    public MemoryBlobStoreProvider() {}

    @Override
    public String example() {
        return "mem:///";
    }

    @Override
    public boolean accepts(URI address) {
        return "mem".equals(address.getScheme());
    }

    @Override
    public BlobPlace open(URI address, Map<String, String> environment) {
        return BlobPlace.allOf(new MemoryDriver());
    }
}
