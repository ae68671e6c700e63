package dev.persistor.core.store;

/** The bytes that a store sent are not those that were stored: too few, too many, or others. */
public final class BlobDamagedException extends BlobStoreException {

    private static final long serialVersionUID = 1L;

    /** Says what was read and what was stored. */
    BlobDamagedException(String message) {
        super(message, null, false);
    }
}
