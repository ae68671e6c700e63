package dev.persistor.core.format.foreign;

import dev.persistor.core.store.BlobName;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The names of the files that Google's Dataflow templates write: a folder, a prefix, the window, the pane and the shard, and a
 * suffix, such as {@code orders/2026/01/31/output2026-01-31T02:05:00.000Z-2026-01-31T02:10:00.000Z-pane-0-last-00-of-01}.
 *
 * <p>Thread-safe.
 */
public final class DataflowNames {

    private static final String TIME = "\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d\\.\\d{3}Z";

    /** Any shard template has the shard and their number; the window is in the default one. */
    private static final Pattern NAME = Pattern.compile("(?:(?<folder>.*)/)?(?<prefix>[^/]*?)" + "(?:(?<start>" + TIME
            + ")-" + TIME + ")?-?(?:pane-[^/]*?-)?\\d+-of-\\d+[^/]*");

    /** Folders of the date that the templates put behind the configured one. */
    private static final Pattern DATE_FOLDERS = Pattern.compile("(?:^|/)\\d+(?:/\\d+)*$");

    private static final String UNKNOWN_SOURCE = "pubsub";

    private DataflowNames() {}

    /** Tells whether a template may have given this name. */
    public static boolean matches(BlobName blob) {
        return NAME.matcher(blob.value()).matches();
    }

    /** Returns when the file's window began, or else the date in its folders, or else 1970. */
    static Instant time(BlobName blob) {
        return window(blob).or(() -> PathTimes.ofFolders(blob)).orElse(Instant.EPOCH);
    }

    private static Optional<Instant> window(BlobName blob) {
        Matcher name = NAME.matcher(blob.value());
        try {
            return name.matches() ? Optional.ofNullable(name.group("start")).map(Instant::parse) : Optional.empty();
        } catch (DateTimeException e) {
            return Optional.empty();
        }
    }

    /** Returns the folder without those of a date at its end, or else the prefix, or else a word for an unknown source. */
    public static String source(BlobName blob) {
        Matcher name = NAME.matcher(blob.value());
        if (!name.matches()) {
            return UNKNOWN_SOURCE;
        }
        String folder = Optional.ofNullable(name.group("folder")).orElse("");
        String source = DATE_FOLDERS.matcher(folder).replaceFirst("");
        String prefix = PathTimes.withoutSeparators(name.group("prefix"));
        return source.isEmpty() ? prefix.isEmpty() ? UNKNOWN_SOURCE : prefix : source;
    }
}
