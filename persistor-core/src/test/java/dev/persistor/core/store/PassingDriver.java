package dev.persistor.core.store;

import java.util.function.Consumer;

/** A driver in which something happens before each blob is written. */
public final class PassingDriver extends ForwardingDriver {

    private final Consumer<Blob> before;

    public PassingDriver(BlobDriver driver, Consumer<Blob> before) {
        super(driver);
        this.before = before;
    }

    @Override
    public boolean create(String key, Blob blob) throws Exception {
        before.accept(blob);
        return super.create(key, blob);
    }
}
