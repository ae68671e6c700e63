package dev.persistor.standalone.run;

import dev.persistor.core.store.Blob;
import dev.persistor.core.store.BlobInfo;
import dev.persistor.core.store.BlobLimits;
import dev.persistor.core.store.BlobName;
import dev.persistor.core.store.BlobStore;
import dev.persistor.core.store.BlobStoreProvider;
import dev.persistor.core.store.OpenBlob;
import dev.persistor.core.store.PutResult;
import dev.persistor.core.store.memory.MemoryBlobStore;
import java.net.URI;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

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
    public BlobStore open(URI address, Map<String, String> environment) {
        return new Broken(new MemoryBlobStore(), address.getSchemeSpecificPart().equals("read"));
    }

    private record Broken(BlobStore store, boolean onRead) implements BlobStore {

        private static NoClassDefFoundError missing() {
            return new NoClassDefFoundError("client/Missing");
        }

        @Override
        public PutResult put(Blob blob) {
            throw missing();
        }

        @Override
        public BlobLimits limits() {
            return store.limits();
        }

        @Override
        public Stream<BlobInfo> list(String prefix, String startAfter) {
            return store.list(prefix, startAfter);
        }

        @Override
        public Optional<BlobInfo> find(BlobName name) {
            if (onRead) {
                throw missing();
            }
            return store.find(name);
        }

        @Override
        public OpenBlob open(BlobName name) {
            return store.open(name);
        }

        @Override
        public void close() {
            store.close();
        }
    }
}
