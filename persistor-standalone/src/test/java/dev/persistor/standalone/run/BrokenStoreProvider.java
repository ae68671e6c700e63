package dev.persistor.standalone.run;

import dev.persistor.core.store.Blob;
import dev.persistor.core.store.BlobDriver;
import dev.persistor.core.store.BlobInfo;
import dev.persistor.core.store.BlobLimits;
import dev.persistor.core.store.BlobPage;
import dev.persistor.core.store.BlobPlace;
import dev.persistor.core.store.BlobRange;
import dev.persistor.core.store.BlobStoreProvider;
import dev.persistor.core.store.FailureKind;
import dev.persistor.core.store.OpenBlob;
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
        return BlobPlace.allOf(
                new Broken(new MemoryDriver(), address.getSchemeSpecificPart().equals("read")));
    }

    private record Broken(BlobDriver driver, boolean onRead) implements BlobDriver {

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
            return driver.find(key);
        }

        @Override
        public String address() {
            return "broken:";
        }

        @Override
        public BlobLimits limits() {
            return driver.limits();
        }

        @Override
        public Optional<OpenBlob> open(String key) throws Exception {
            return driver.open(key);
        }

        @Override
        public BlobPage page(BlobRange range) throws Exception {
            return driver.page(range);
        }

        @Override
        public FailureKind kindOf(Exception failure) {
            return driver.kindOf(failure);
        }
    }
}
