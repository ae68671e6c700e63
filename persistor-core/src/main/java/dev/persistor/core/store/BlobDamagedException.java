package dev.persistor.core.store;

/** The bytes that a store sent are not those that were stored: too few, too many, or others. */
public final class BlobDamagedException extends BlobStoreException {

    private static final long serialVersionUID = 1L;

    private final boolean torn;

    /**
     * Says what was read and what was stored.
     *
     * @param torn whether there are too few bytes
     */
    public BlobDamagedException(String message, boolean torn) {
        super(message, null, false);
        this.torn = torn;
    }

    /** Tells whether there are too few bytes: then those that are there may be as they were stored. */
    public boolean isTorn() {
        return torn;
    }
}
