package dev.persistor.core.naming;

import dev.persistor.core.message.TimeRange;
import dev.persistor.core.store.BlobInfo;
import dev.persistor.core.store.BlobName;
import dev.persistor.core.store.BlobSource;
import java.util.Set;
import java.util.stream.Stream;

/**
 * Finds blobs by a rule that named them.
 *
 * <p>Implementations are immutable.
 */
public interface NamedBlobs {

    /**
     * Lists the blobs in which messages of a time range can be, in the order of their names, as far as the rule tells where they are.
     *
     * @param prefix how names begin; empty for all
     * @param sources the sources of interest; empty for all
     * @return the blobs; the stream throws {@link dev.persistor.core.store.BlobStoreException} when it is read and the store fails
     */
    Stream<BlobInfo> list(BlobSource source, String prefix, Set<String> sources, TimeRange range);

    /** Tells whether the rule may have given this name. */
    boolean mayHaveNamed(BlobName name);
}
