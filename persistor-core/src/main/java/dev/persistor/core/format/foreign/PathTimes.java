package dev.persistor.core.format.foreign;

import dev.persistor.core.store.BlobName;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.util.Optional;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The times in the names of other programs' blobs. They are taken to be in UTC. Digits that look like a time and are none,
 * such as the 30th of February, are passed over.
 *
 * <p>Thread-safe.
 */
public final class PathTimes {

    /** The time of Pub/Sub's export, with four digits of the year and any of the separators that can be configured. */
    private static final Pattern EXPORT = Pattern.compile(
            "(?<!\\d)(\\d{4})[-_:/]*(\\d\\d)[-_:/]*(\\d\\d)[-_:/T]*(\\d\\d)[-_:/]*(\\d\\d)[-_:/]*(\\d\\d)(?!\\d)");

    private static final Pattern FOLDERS = Pattern.compile("(?<![^/])(\\d{4})/(\\d\\d)/(?:(\\d\\d)/(?:(\\d\\d)/)?)?");

    private static final int[] LEAST = {0, 1, 1, 0, 0, 0};

    private PathTimes() {}

    /** Returns the first time to the second in the name, which is when Pub/Sub's export made the file. */
    public static Optional<Instant> ofExport(BlobName blob) {
        return export(blob).map(PathTimes::time).flatMap(Optional::stream).findFirst();
    }

    /** Returns what comes before that time in the name, without the separators at its end; empty if there is no time. */
    static Optional<String> beforeExportTime(BlobName blob) {
        return export(blob)
                .filter(digits -> time(digits).isPresent())
                .map(digits -> withoutSeparators(blob.value().substring(0, digits.start())))
                .findFirst();
    }

    private static Stream<MatchResult> export(BlobName blob) {
        return EXPORT.matcher(blob.value()).results();
    }

    static String withoutSeparators(String prefix) {
        int end = prefix.length();
        while (end > 0 && "/_-.".indexOf(prefix.charAt(end - 1)) >= 0) {
            end--;
        }
        return prefix.substring(0, end);
    }

    /** Returns the beginning of the hour, day or month that the first folders of the form 2026/01/31/02/ tell. */
    public static Optional<Instant> ofFolders(BlobName blob) {
        return FOLDERS.matcher(blob.value())
                .results()
                .map(PathTimes::time)
                .flatMap(Optional::stream)
                .findFirst();
    }

    /** Returns the time whose year, month and so on are the groups; those that are missing are the least. */
    private static Optional<Instant> time(MatchResult digits) {
        @Nullable String[] parts = new String[digits.groupCount()];
        for (int i = 0; i < parts.length; i++) {
            parts[i] = digits.group(i + 1);
        }
        return utc(parts);
    }

    /** Returns the time of that year, month, day, hour, minute and second, of which the last may be missing or null. */
    static Optional<Instant> utc(@Nullable String... parts) {
        int[] numbers = LEAST.clone();
        for (int i = 0; i < parts.length; i++) {
            String part = parts[i];
            if (part != null) {
                numbers[i] = Integer.parseInt(part);
            }
        }
        try {
            return Optional.of(LocalDateTime.of(numbers[0], numbers[1], numbers[2], numbers[3], numbers[4], numbers[5])
                    .toInstant(ZoneOffset.UTC));
        } catch (DateTimeException e) {
            return Optional.empty();
        }
    }
}
