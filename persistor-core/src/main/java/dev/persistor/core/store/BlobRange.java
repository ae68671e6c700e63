package dev.persistor.core.store;

import java.util.Optional;

/**
 * The range of a page of a listing: keys that begin with a prefix, between two keys.
 *
 * <p>Immutable.
 *
 * @param prefix how the keys begin; empty for all
 * @param startAfter only keys after this one; empty for all
 * @param before only keys before this one, if there is an end
 * @param size how many blobs the caller can use; a page may have fewer or more
 */
public record BlobRange(String prefix, String startAfter, Optional<String> before, int size) {

    /** Returns the first key that can be in the range, which need not exist: where to begin in a sorted collection. */
    public String begin() {
        return BlobName.ORDER.compare(prefix, startAfter) > 0 ? prefix : startAfter;
    }

    /** Returns whether a key begins with the prefix and is after the key to start after. */
    boolean contains(String key) {
        return key.startsWith(prefix) && BlobName.ORDER.compare(key, startAfter) > 0;
    }

    /** Returns whether keys after this one can be in the range. */
    boolean mayHaveMoreAfter(String key) {
        return before.isEmpty() || BlobName.ORDER.compare(key, before.get()) < 0;
    }

    /** Returns what is left of this range after a key. */
    public BlobRange after(String key) {
        return new BlobRange(prefix, key, before, size);
    }
}
