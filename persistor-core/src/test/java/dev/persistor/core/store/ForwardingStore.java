package dev.persistor.core.store;

import java.util.Optional;
import java.util.stream.Stream;

/** Another store, for a test to change. It leaves that store open, since tests look into it afterwards. */
public class ForwardingStore implements BlobStore {

    private final BlobStore store;

    protected ForwardingStore(BlobStore store) {
        this.store = store;
    }

    @Override
    public PutResult put(Blob blob) {
        return store.put(blob);
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
        return store.find(name);
    }

    @Override
    public OpenBlob open(BlobName name) {
        return store.open(name);
    }

    @Override
    public void close() {}
}
