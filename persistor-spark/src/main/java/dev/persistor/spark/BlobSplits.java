package dev.persistor.spark;

import dev.persistor.core.store.BlobInfo;
import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.stream.Stream;
import java.util.zip.DeflaterOutputStream;

/** Divides a listing into what tasks read: by bytes, and single messages by their number. Not thread-safe. */
final class BlobSplits {

    /** The minimum size of a split: with less, a task would take longer to start than to read. */
    private static final long GRAIN_BYTES = 4 << 20;

    private static final int GRAIN_BLOBS = 100;

    private final long mostBytes;
    private final int mostBlobs;
    private final List<BlobSplit> grains = new ArrayList<>();
    private final List<BlobInfo> open = new ArrayList<>();
    private long openBytes;
    private long bytes;
    private long blobs;

    private BlobSplits(long mostBytes, int mostBlobs) {
        this.mostBytes = mostBytes;
        this.mostBlobs = mostBlobs;
    }

    /**
     * Divides a listing.
     *
     * @param blobs is read once, and closed
     * @param mostBytes how much a task reads at most, unless one blob has more
     * @param mostBlobs how many a task reads at most
     * @param tasks how many tasks run at a time: smaller splits are made of a listing that would leave some of them idle
     */
    static List<BlobSplit> of(Stream<BlobInfo> blobs, long mostBytes, int mostBlobs, int tasks) {
        BlobSplits splits = new BlobSplits(mostBytes, mostBlobs);
        try (blobs) {
            blobs.forEach(splits::add);
        }
        return splits.divide(tasks);
    }

    private void add(BlobInfo blob) {
        if (!open.isEmpty()
                && (open.size() >= Math.min(GRAIN_BLOBS, mostBlobs)
                        || openBytes + blob.size() > Math.min(GRAIN_BYTES, mostBytes))) {
            closeGrain();
        }
        open.add(blob);
        openBytes += blob.size();
    }

    private void closeGrain() {
        grains.add(new BlobSplit(List.of(deflated(open)), openBytes, open.size()));
        bytes += openBytes;
        blobs += open.size();
        open.clear();
        openBytes = 0;
    }

    private static byte[] deflated(List<BlobInfo> infos) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (DataOutputStream out = new DataOutputStream(new DeflaterOutputStream(bytes))) {
            out.writeInt(infos.size());
            for (BlobInfo info : infos) {
                BlobInfoCodec.write(info, out);
            }
        } catch (IOException e) {
            throw new UncheckedIOException("writing to memory failed", e);
        }
        return bytes.toByteArray();
    }

    private List<BlobSplit> divide(int tasks) {
        if (!open.isEmpty()) {
            closeGrain();
        }
        long eachBytes = Math.min(mostBytes, Math.max(GRAIN_BYTES, bytes / tasks));
        long eachBlobs = Math.min(mostBlobs, Math.max(GRAIN_BLOBS, blobs / tasks));
        List<BlobSplit> splits = new ArrayList<>();
        Iterator<BlobSplit> rest = grains.iterator();
        BlobSplit split = rest.hasNext() ? rest.next() : null;
        while (split != null) {
            BlobSplit next = rest.hasNext() ? rest.next() : null;
            if (next != null
                    && split.bytes() + next.bytes() <= eachBytes
                    && split.blobs() + next.blobs() <= eachBlobs) {
                split = split.and(next);
            } else {
                splits.add(split);
                split = next;
            }
        }
        return splits;
    }
}
