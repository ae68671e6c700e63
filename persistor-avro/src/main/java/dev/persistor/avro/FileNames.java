package dev.persistor.avro;

import dev.persistor.core.store.BlobName;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What the names of other programs' files say of the messages in them. */
final class FileNames {

    /** What Capture's names end with unless it is told otherwise: hub, partition, and the time to the second. */
    private static final Pattern CAPTURE = Pattern.compile(
            "(?:.*/)?(?<hub>[^/]+)/(?<partition>\\d+)/\\d{4}/\\d\\d/\\d\\d/\\d\\d/\\d\\d/\\d\\d\\.avro(?:\\.gz|\\.zst)?");

    /**
     * Where Capture read a file's events.
     *
     * @param hub the hub's name
     * @param partition the partition's id
     */
    record Partition(String hub, String partition) {}

    private FileNames() {}

    /** Returns the id of a record or, where it has none, one that is made of its file and its place in it. */
    static String idOr(String id, BlobName blob, long index) {
        return id.isEmpty() ? blob + "#" + index : id;
    }

    static Optional<String> folder(BlobName blob) {
        return Optional.of(blob.folder()).filter(folder -> !folder.isEmpty());
    }

    static Optional<Partition> capture(BlobName blob) {
        Matcher name = CAPTURE.matcher(blob.value());
        return name.matches()
                ? Optional.of(new Partition(name.group("hub"), name.group("partition")))
                : Optional.empty();
    }
}
