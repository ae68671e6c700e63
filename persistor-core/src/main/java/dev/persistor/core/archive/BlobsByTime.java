package dev.persistor.core.archive;

import dev.persistor.core.format.Manifest;
import dev.persistor.core.store.BlobInfo;
import dev.persistor.core.store.BlobName;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Spliterator;
import java.util.Spliterators;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;

/**
 * Blobs in the order of the earliest publish times in them, which their {@linkplain Manifest manifests} tell: so that messages
 * can be put in order without all of them being read first. Blobs that do not tell come before all others; more blobs than are
 * held in memory stay in the order of their listing, and nothing is known of any.
 */
final class BlobsByTime {

    /** With their metadata some 20 MB. */
    static final int MOST = 20_000;

    private static final Instant UNKNOWN = Instant.MIN;

    private final Stream<BlobInfo> blobs;
    private final Map<BlobName, Instant> earliest;

    private BlobsByTime(Stream<BlobInfo> blobs, Map<BlobName, Instant> earliest) {
        this.blobs = blobs;
        this.earliest = earliest;
    }

    /** Lists as many blobs as are held in memory; the stream is closed with that of {@link #blobs}. */
    static BlobsByTime of(Stream<BlobInfo> listing, int most) {
        try {
            return list(listing, most);
        } catch (RuntimeException e) {
            listing.close();
            throw e;
        }
    }

    private static BlobsByTime list(Stream<BlobInfo> listing, int most) {
        Iterator<BlobInfo> rest = listing.iterator();
        List<BlobInfo> held = new ArrayList<>();
        while (held.size() < most && rest.hasNext()) {
            held.add(rest.next());
        }
        Map<BlobName, Instant> earliest = new HashMap<>();
        if (!rest.hasNext()) {
            held.forEach(blob -> Manifest.of(blob.metadata())
                    .ifPresent(manifest -> earliest.put(blob.name(), manifest.firstPublishTime())));
            held.sort(Comparator.comparing(blob -> earliest.getOrDefault(blob.name(), UNKNOWN)));
        }
        Stream<BlobInfo> others =
                StreamSupport.stream(Spliterators.spliteratorUnknownSize(rest, Spliterator.ORDERED), false);
        return new BlobsByTime(Stream.concat(held.stream(), others).onClose(listing::close), earliest);
    }

    /** Returns the blobs, once. */
    Stream<BlobInfo> blobs() {
        return blobs;
    }

    /** Returns a time before which no message of this blob was published, nor of those that follow it. */
    Instant earliestFrom(BlobName blob) {
        return earliest.getOrDefault(blob, UNKNOWN);
    }
}
