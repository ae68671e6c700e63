package dev.persistor.core.store;

/** The name is taken by another blob. Nothing was written, and what is there was left as it is. */
public final class BlobCollisionException extends BlobStoreException {

    private static final long serialVersionUID = 1L;

    BlobCollisionException(BlobName name, String difference) {
        super("write " + name + ": a different blob exists: " + difference, null, false);
    }
}
