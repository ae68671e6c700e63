package dev.persistor.core;

import dev.persistor.core.store.Blob;
import dev.persistor.core.store.BlobInfo;
import dev.persistor.core.store.BlobLimits;
import dev.persistor.core.store.BlobName;
import dev.persistor.core.store.BlobStore;
import dev.persistor.core.store.OpenBlob;
import dev.persistor.core.store.PutResult;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.Stream;

/** A store in which something happens before each blob is written. It stays open. */
record PassingStore(BlobStore store, Consumer<Blob> before) implements BlobStore {

    @Override
    public PutResult put(Blob blob) {
        before.accept(blob);
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
