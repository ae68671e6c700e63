package dev.persistor.core.compact;

import dev.persistor.core.message.TimeRange;
import dev.persistor.core.store.Blob;
import dev.persistor.core.store.BlobInfo;
import dev.persistor.core.store.BlobName;
import dev.persistor.core.store.BlobStore;
import dev.persistor.core.store.Digest;
import dev.persistor.core.write.StoreNotes;
import java.time.Instant;
import java.util.HashSet;
import java.util.Set;
import java.util.stream.Stream;

/**
 * The notes in the target of what is compacted. A note's name is made of the digest of the originals' listing, so that a listing of
 * the notes tells what need not be read again, and the originals that came later have no note.
 *
 * <p>Thread-safe.
 */
final class CompactedNotes {

    private static final String FORMAT = "compacted";
    private static final String FOLDER = BlobName.NOTES + FORMAT + "/";
    private static final String OF_FOLDERS = FOLDER + "folders/";
    private static final Instant FIRST = Instant.parse("0000-01-01T00:00:00Z");
    private static final Instant LAST = Instant.parse("9999-12-31T23:00:00Z");

    private CompactedNotes() {}

    /** Returns the note of an hour. */
    static Blob of(SourceHour hour, Originals originals) {
        String listing = originals.listing().toString();
        String name = FOLDER + SourceHour.hourText(hour.hour()) + "/" + digest(hour.source(), listing);
        return StoreNotes.of(name, FORMAT, json(SourceHour.hourText(hour.hour()), originals.listing()));
    }

    /** Returns the note of the blobs in a folder that do not describe themselves. */
    static Blob of(String folder, DigestSum listing) {
        return StoreNotes.of(OF_FOLDERS + digest(folder, listing.toString()), FORMAT, json("", listing));
    }

    private static String digest(String what, String listing) {
        return new Digest().add(what).add(listing).hex(DigestSum.BYTES);
    }

    /** Nothing that a sender wrote is in it. */
    private static String json(String hour, DigestSum listing) {
        return "{\"hour\":\"" + hour + "\",\"originals\":" + listing.count() + ",\"listing\":\"" + listing + "\"}\n";
    }

    /** Lists the names of the notes of hours in a range, and of all folders. */
    static Set<String> noted(BlobStore target, TimeRange range) {
        Set<String> names = new HashSet<>();
        String after = range.from().isAfter(FIRST) ? place(range.from()) : "";
        if (range.to().isBefore(LAST)) {
            list(target.list(FOLDER, after, place(range.to())), names);
            list(target.list(OF_FOLDERS), names);
        } else {
            list(target.list(FOLDER, after), names);
        }
        return names;
    }

    private static String place(Instant time) {
        return FOLDER + SourceHour.hourText(SourceHour.at("", time).hour());
    }

    private static void list(Stream<BlobInfo> notes, Set<String> names) {
        try (notes) {
            notes.forEach(note -> names.add(note.name().value()));
        }
    }
}
