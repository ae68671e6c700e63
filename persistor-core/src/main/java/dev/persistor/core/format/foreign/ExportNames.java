package dev.persistor.core.format.foreign;

import dev.persistor.core.store.BlobName;
import java.time.Instant;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * The names of the files of Pub/Sub's export to Cloud Storage: a prefix, a time, an underscore, something unique, a suffix.
 *
 * <p>Thread-safe.
 */
public final class ExportNames {

    /** Year, month, day, hour, minute and second in whatever form and order they are configured: 12 or 14 digits. */
    private static final Pattern NAME = Pattern.compile(".*?(?:\\d\\d[-_:/T]*){6,7}(?:Z|\\+00:00)?_[0-9A-Za-z][^/]*");

    private static final String UNKNOWN_SOURCE = "pubsub";

    private ExportNames() {}

    /** Tells whether the export may have given this name. */
    public static boolean matches(BlobName blob) {
        return NAME.matcher(blob.value()).matches();
    }

    /** Returns when the export made the file, or 1970 if the name does not tell. */
    static Instant time(BlobName blob) {
        return PathTimes.ofExport(blob).orElse(Instant.EPOCH);
    }

    /** Returns what stands in front of the time, or else the folder, or else a word for an unknown source. */
    static String source(BlobName blob) {
        return PathTimes.beforeExportTime(blob)
                .or(() -> Optional.of(blob.folder()))
                .filter(prefix -> !prefix.isEmpty())
                .orElse(UNKNOWN_SOURCE);
    }
}
