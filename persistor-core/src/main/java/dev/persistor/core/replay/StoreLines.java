package dev.persistor.core.replay;

import dev.persistor.core.store.Blob;
import dev.persistor.core.store.BlobCollisionException;
import dev.persistor.core.store.BlobInfo;
import dev.persistor.core.store.BlobMetadata;
import dev.persistor.core.store.BlobName;
import dev.persistor.core.store.BlobStore;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Iterator;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Stream;

/**
 * Lines in blobs of a store, the segments, numbered from 1 without a gap. A segment is written when lines are flushed, and never again.
 *
 * <p>Each run writes the segment behind the last one that it has read or written. Of two runs that go on with the same checkpoint,
 * one creates that segment. The other finds the name taken, and ends: since lines are flushed before messages go out, it has sent
 * nothing that the first one does not know to be under way.
 *
 * <p>Not thread-safe.
 */
final class StoreLines implements CheckpointLines {

    private static final String SEGMENTS = "segments/";
    private static final String SUFFIX = ".lines";
    /** Tells this run's segments from those of another run, whatever their lines are. */
    private static final String RUN = "persistor-id";

    private final BlobStore store;
    private final String folder;
    private final BlobMetadata run =
            BlobMetadata.of(Map.of(RUN, UUID.randomUUID().toString()));
    private StringBuilder waiting = new StringBuilder();
    private long segments;
    private long bytesRead;
    /** True if only the first line waits, which is written with the lines after it. */
    private boolean isEmpty;

    private boolean isLost;

    /**
     * Keeps lines in a folder of a store.
     *
     * @param folder what the segments' names begin with: empty, or ending in {@code /}
     */
    StoreLines(BlobStore store, String folder) {
        this.store = store;
        this.folder = folder;
    }

    @Override
    public String name() {
        return store + folder;
    }

    @Override
    public InputStream read() {
        Stream<BlobInfo> listing = store.list(folder + SEGMENTS);
        return new SegmentStream(store, numbered(listing.iterator()), listing::close);
    }

    /** Counts the segments. One that is missing had messages that would go out twice. */
    private Iterator<BlobInfo> numbered(Iterator<BlobInfo> listed) {
        return new Iterator<>() {
            @Override
            public boolean hasNext() {
                return listed.hasNext();
            }

            @Override
            public BlobInfo next() {
                BlobInfo segment = listed.next();
                BlobName expected = segment(++segments);
                if (!segment.name().equals(expected)) {
                    throw new IllegalArgumentException(name() + " is damaged: " + segment.name() + " follows, but "
                            + expected + " is missing. Restore that segment, or use another checkpoint");
                }
                bytesRead += segment.size();
                return segment;
            }
        };
    }

    private BlobName segment(long number) {
        return BlobName.of(folder + SEGMENTS + String.format("%012d", number) + SUFFIX);
    }

    @Override
    public void begin(String firstLine) {
        if (segments > 0) {
            throw new IllegalArgumentException(name() + " is not a replay checkpoint");
        }
        waiting.append(firstLine);
        isEmpty = true;
    }

    @Override
    public void resume(long length) {
        if (length != bytesRead) {
            throw new IllegalArgumentException(
                    name() + " is damaged: its last segment, number " + segments + ", ends within a line");
        }
    }

    @Override
    public void append(String lines) {
        waiting.append(lines);
        isEmpty = false;
    }

    @Override
    public boolean isCollecting() {
        return true;
    }

    @Override
    public void flush() {
        if (isLost || isEmpty || waiting.isEmpty()) {
            return;
        }
        // Not twice: after a failure, this run does not know what the store has.
        isLost = true;
        byte[] lines = waiting.toString().getBytes(StandardCharsets.UTF_8);
        waiting = new StringBuilder();
        try {
            store.put(Blob.of(segment(segments + 1), lines, "text/plain", run));
        } catch (BlobCollisionException e) {
            throw new CheckpointTakenException(
                    "another replay is using the checkpoint " + name()
                            + ", so this one stopped. Wait for the other to end; if it was killed, run this"
                            + " command again",
                    e);
        }
        segments++;
        isLost = false;
    }

    @Override
    public void force() {
        flush();
    }

    @Override
    public void close() throws IOException {
        flush();
    }
}
