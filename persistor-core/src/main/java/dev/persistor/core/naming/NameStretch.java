package dev.persistor.core.naming;

import dev.persistor.core.store.BlobInfo;
import dev.persistor.core.store.BlobSource;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A stretch of a store's names, in their order.
 *
 * <p>Immutable.
 *
 * @param prefix how its names begin
 * @param after only names after this one
 * @param before only names before this one; null for all
 */
record NameStretch(String prefix, String after, @Nullable String before) {

    /** Comes after every character that names hold. */
    static final String LAST = Character.toString(Character.MAX_CODE_POINT);

    /** Lists what the store has there, and asks for no page beyond. */
    Stream<BlobInfo> list(BlobSource source) {
        return before == null ? source.list(prefix, after) : source.list(prefix, after, before);
    }
}
