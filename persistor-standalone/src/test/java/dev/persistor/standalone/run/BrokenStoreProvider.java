package dev.persistor.standalone.run;

import dev.persistor.core.fixtures.ForwardingDriver;
import dev.persistor.core.store.Blob;
import dev.persistor.core.store.BlobInfo;
import dev.persistor.core.store.BlobPlace;
import dev.persistor.core.store.BlobStoreProvider;
import dev.persistor.core.store.memory.MemoryDriver;
import java.net.URI;
import java.util.Map;
import java.util.Optional;

/** Opens {@code broken:write} and {@code broken:read}: stores of which a class is missing as soon as they are written or asked. */
public final class BrokenStoreProvider implements BlobStoreProvider {

    /** For the service loader. */
    public BrokenStoreProvider() {}

    @Override
    public String example() {
        return "broken:write";
    }

    @Override
    public boolean accepts(URI address) {
        return "broken".equals(address.getScheme());
    }

    @Override
    public BlobPlace open(URI address, Map<String, String> environment) {
        return BlobPlace.allOf(new Broken(address.getSchemeSpecificPart().equals("read")));
    }

    private static final class Broken extends ForwardingDriver {

        private final boolean onRead;

        Broken(boolean onRead) {
            super(new MemoryDriver());
            this.onRead = onRead;
        }

        private static NoClassDefFoundError missing() {
            return new NoClassDefFoundError("client/Missing");
        }

        @Override
        public boolean create(String key, Blob blob) {
            throw missing();
        }

        @Override
        public Optional<BlobInfo> find(String key) throws Exception {
            if (onRead) {
                throw missing();
            }
            return super.find(key);
        }
    }
}
