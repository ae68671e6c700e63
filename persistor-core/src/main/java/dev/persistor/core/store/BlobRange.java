package dev.persistor.core.store;

import java.util.Optional;

/**
 * The range of a page of a listing: keys that begin with a prefix, from one key on and before another.
 *
 * <p>Immutable.
 *
 * @param prefix how the keys begin; empty for all
 * @param from only this key and those after it; empty for all
 * @param before only keys before this one, if there is an end
 * @param size how many blobs the caller can use; a page may have fewer or more
 */
public record BlobRange(String prefix, String from, Optional<String> before, int size) {

    /** Returns the first key that can be in the range, which need not exist: where to begin in a sorted collection. */
    public String begin() {
        return BlobName.ORDER.compare(prefix, from) > 0 ? prefix : from;
    }

    /** Returns what is left of this range from a key on. */
    public BlobRange from(String key) {
        return new BlobRange(prefix, key, before, size);
    }

    /** Returns whether a key is before the end. */
    public boolean endsAfter(String key) {
        return before.isEmpty() || BlobName.ORDER.compare(key, before.get()) < 0;
    }

    /** Returns whether a key begins with the prefix and is not before the first one. */
    boolean contains(String key) {
        return key.startsWith(prefix) && BlobName.ORDER.compare(key, from) >= 0;
    }

    /** Returns this range with another end. */
    BlobRange before(String key) {
        return new BlobRange(prefix, from, Optional.of(key), size);
    }
}
