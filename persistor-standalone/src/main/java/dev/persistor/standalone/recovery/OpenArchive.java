package dev.persistor.standalone.recovery;

import dev.persistor.core.archive.Archive;
import dev.persistor.core.archive.Exclusions;
import dev.persistor.core.archive.MessageFilter;
import dev.persistor.core.archive.Shard;
import dev.persistor.core.naming.PathTemplate;
import dev.persistor.core.store.BlobStore;
import java.util.Optional;
import java.util.concurrent.atomic.LongAdder;

/**
 * An archive that is open, and what is wanted of it.
 *
 * <p>Thread-safe.
 *
 * @param store where the blobs are
 * @param archive reads them
 * @param filter which messages are wanted
 * @param template the template by which the blobs were named
 * @param opened how many blobs have been opened
 * @param unwatched reads the same blobs without reporting progress
 */
record OpenArchive(
        BlobStore store,
        Archive archive,
        MessageFilter filter,
        PathTemplate template,
        LongAdder opened,
        Archive unwatched)
        implements AutoCloseable {

    /** Returns this archive, with less that is wanted of it. */
    OpenArchive excluding(Exclusions exclusions) {
        return wanting(filter.excluding(exclusions));
    }

    /** Returns this archive, with the messages of a shard wanted of it, if there is one. */
    OpenArchive ofShard(Optional<Shard> shard) {
        return wanting(shard.map(filter::shard).orElse(filter));
    }

    private OpenArchive wanting(MessageFilter less) {
        return new OpenArchive(store, archive, less, template, opened, unwatched);
    }

    @Override
    public void close() {
        store.close();
    }
}
