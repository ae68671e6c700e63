package dev.persistor.avro;

import dev.persistor.core.store.BlobName;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.util.Optional;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What the names of other programs' files say of the messages in them. */
final class FileNames {

    /** The export's time in UTC, with four digits of the year and any of the separators that can be configured. */
    private static final Pattern EXPORT_TIME = Pattern.compile(
            "(?<!\\d)(\\d{4})[-_:/]*(\\d\\d)[-_:/]*(\\d\\d)[-_:/T]*" + "(\\d\\d)[-_:/]*(\\d\\d)[-_:/]*(\\d\\d)(?!\\d)");

    /** What Capture's names end with unless it is told otherwise: hub, partition, and the time to the second. */
    private static final Pattern CAPTURE = Pattern.compile(
            "(?:.*/)?(?<hub>[^/]+)/(?<partition>\\d+)/\\d{4}/\\d\\d/\\d\\d/\\d\\d/\\d\\d/\\d\\d\\.avro");

    /**
     * Where Capture read a file's events.
     *
     * @param hub the hub's name
     * @param partition the partition's id
     */
    record Partition(String hub, String partition) {}

    private FileNames() {}

    static Optional<String> folder(BlobName blob) {
        return Optional.of(blob.folder()).filter(folder -> !folder.isEmpty());
    }

    /** Returns the first time in the name, which is when the export made the file. */
    static Optional<Instant> time(BlobName blob) {
        return EXPORT_TIME
                .matcher(blob.value())
                .results()
                .map(FileNames::time)
                .flatMap(Optional::stream)
                .findFirst();
    }

    /** Digits in a prefix may look like a time and be none. */
    private static Optional<Instant> time(MatchResult digits) {
        try {
            return Optional.of(LocalDateTime.of(
                            number(digits, 1),
                            number(digits, 2),
                            number(digits, 3),
                            number(digits, 4),
                            number(digits, 5),
                            number(digits, 6))
                    .toInstant(ZoneOffset.UTC));
        } catch (DateTimeException e) {
            return Optional.empty();
        }
    }

    private static int number(MatchResult digits, int group) {
        return Integer.parseInt(digits.group(group));
    }

    static Optional<Partition> capture(BlobName blob) {
        Matcher name = CAPTURE.matcher(blob.value());
        return name.matches()
                ? Optional.of(new Partition(name.group("hub"), name.group("partition")))
                : Optional.empty();
    }
}
