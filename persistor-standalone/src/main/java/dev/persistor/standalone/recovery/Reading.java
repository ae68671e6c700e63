package dev.persistor.standalone.recovery;

import dev.persistor.core.archive.Archive;
import dev.persistor.core.format.MessageFormats;
import dev.persistor.core.format.ReadLimits;
import dev.persistor.core.naming.NamedBlobs;
import dev.persistor.core.naming.PathTemplate;
import dev.persistor.core.store.BlobSource;
import java.util.List;
import java.util.OptionalInt;

/**
 * How the blobs of a store are found and read.
 *
 * <p>Immutable.
 *
 * @param templates the path templates of the options
 * @param rules the templates, and the names that Event Hubs Capture gives
 * @param isAnyName whether a range of time is looked for under all names
 */
record Reading(
        List<PathTemplate> templates,
        List<NamedBlobs> rules,
        MessageFormats formats,
        ReadLimits limits,
        OptionalInt concurrency,
        boolean isAnyName) {

    /** Begins an archive on a source of blobs, which are named by rules. */
    Archive.Builder archive(BlobSource source, List<NamedBlobs> byRules) {
        Archive.Builder archive =
                Archive.on(source).naming(byRules).formats(formats).limits(limits);
        concurrency.ifPresent(archive::concurrency);
        return isAnyName ? archive.anyNames() : archive;
    }
}
