package dev.persistor.core.store;

/** There is no blob of that name. */
public final class BlobNotFoundException extends BlobStoreException {

    private static final long serialVersionUID = 1L;

    /** Says which blob is not there. */
    public BlobNotFoundException(BlobName name) {
        super("open " + name + ": blob not found", null, false);
    }
}
