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
 * @param only the one blob of the stretch, where that is known; null for what the store lists
 */
record NameStretch(
        String prefix,
        String after,
        @Nullable String before,
        @Nullable BlobInfo only) {

    /** Comes after every character that names hold. */
    static final String LAST = Character.toString(Character.MAX_CODE_POINT);

    static NameStretch between(String prefix, String after, @Nullable String before) {
        return new NameStretch(prefix, after, before, null);
    }

    /** Returns the stretch of one name, which need not be listed again. */
    static NameStretch of(BlobInfo blob) {
        return new NameStretch(blob.name().value(), "", null, blob);
    }

    /** Lists what the store has there, and asks for no page beyond. */
    Stream<BlobInfo> list(BlobSource source) {
        if (only != null) {
            return Stream.of(only);
        }
        return before == null ? source.list(prefix, after) : source.list(prefix, after, before);
    }
}
