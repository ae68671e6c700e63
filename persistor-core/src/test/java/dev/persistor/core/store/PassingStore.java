package dev.persistor.core.store;

import java.util.function.Consumer;

/** A store in which something happens before each blob is written. */
public final class PassingStore extends ForwardingStore {

    private final Consumer<Blob> before;

    public PassingStore(BlobStore store, Consumer<Blob> before) {
        super(store);
        this.before = before;
    }

    @Override
    public PutResult put(Blob blob) {
        before.accept(blob);
        return super.put(blob);
    }
}
