package dev.persistor.core.compact;

import dev.persistor.core.archive.Archive;
import dev.persistor.core.archive.FailureNote;
import dev.persistor.core.format.Manifest;
import dev.persistor.core.store.BlobInfo;
import dev.persistor.core.store.Digest;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/**
 * Adds up listed blobs by the hours that they say they are of. Those that do not say it form a group for each folder.
 *
 * <p>Not thread-safe.
 */
final class Listing {

    /** A blob with messages of more hours than this is read to find out which. */
    private static final int MOST_HOURS = 48;

    private final Archive archive;
    private final Map<SourceHour, Originals> hours = new TreeMap<>();
    private final Map<String, DigestSum> groups = new TreeMap<>();
    private long blobs;
    private long bytes;

    Listing(Archive archive) {
        this.archive = archive;
    }

    /**
     * Adds a blob.
     *
     * @return whether it holds messages that are compacted: those that a replay could not publish are left where they are
     */
    boolean add(BlobInfo blob) {
        if (!archive.holdsMessages(blob) || FailureNote.of(blob.metadata()).isPresent()) {
            return false;
        }
        blobs++;
        bytes += blob.size();
        String digest = digest(blob);
        List<SourceHour> said = hoursOf(blob);
        if (said.isEmpty()) {
            group(blob.name().folder()).add(digest);
        }
        int count = Manifest.of(blob.metadata()).map(Manifest::count).orElse(0);
        said.forEach(hour -> hours.computeIfAbsent(hour, any -> new Originals()).add(blob, digest, count));
        return true;
    }

    /** Returns which hours a blob says that it has messages of; none if it does not tell. */
    static List<SourceHour> hoursOf(BlobInfo blob) {
        Optional<String> source = Manifest.source(blob.metadata());
        Optional<Manifest> manifest = Manifest.of(blob.metadata());
        if (source.isEmpty() || manifest.isEmpty()) {
            return List.of();
        }
        List<SourceHour> hours = new ArrayList<>(1);
        SourceHour hour = SourceHour.at(source.get(), manifest.get().firstPublishTime());
        for (; !hour.hour().isAfter(manifest.get().lastPublishTime()); hour = hour.next()) {
            if (hours.size() == MOST_HOURS) {
                return List.of();
            }
            hours.add(hour);
        }
        return hours;
    }

    private static String digest(BlobInfo blob) {
        Digest digest = new Digest()
                .add(blob.name().value())
                .add(Long.toString(blob.size()))
                .add(blob.crc32c().isPresent() ? Integer.toString(blob.crc32c().getAsInt()) : "");
        new TreeMap<>(blob.metadata().asMap())
                .forEach((key, value) -> digest.add(key).add(value));
        return digest.hex(DigestSum.BYTES);
    }

    /** Returns the hours, in their order. */
    Map<SourceHour, Originals> hours() {
        return hours;
    }

    /** Returns the originals of an hour; those of a new hour have nothing yet. */
    Originals originals(SourceHour hour) {
        return hours.computeIfAbsent(hour, any -> new Originals());
    }

    /** Returns the folders with blobs that do not describe themselves, in their order. */
    Set<String> folders() {
        return groups.keySet();
    }

    /** Returns the digest of the blobs of a folder that do not describe themselves. */
    DigestSum group(String folder) {
        return groups.computeIfAbsent(folder, any -> new DigestSum());
    }

    /** Returns how many blobs with messages were added. */
    long blobs() {
        return blobs;
    }

    /** Returns the bytes of these blobs. */
    long bytes() {
        return bytes;
    }
}
