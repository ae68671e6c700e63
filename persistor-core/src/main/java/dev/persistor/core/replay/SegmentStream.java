package dev.persistor.core.replay;

import dev.persistor.core.log.Causes;
import dev.persistor.core.store.BlobInfo;
import dev.persistor.core.store.BlobSource;
import dev.persistor.core.store.OpenBlob;
import dev.persistor.core.thread.DaemonThreads;
import java.io.InputStream;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Iterator;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/**
 * The contents of blobs one after another. The next ones are fetched meanwhile, since each takes a request.
 *
 * <p>Not thread-safe.
 */
final class SegmentStream extends InputStream {

    private static final int AHEAD = 16;
    private static final long BYTES_AHEAD = 16L << 20;

    /** A blob that is fetched. */
    private record Fetch(long size, CompletableFuture<byte[]> content) {}

    private final BlobSource source;
    private final Iterator<BlobInfo> blobs;
    private final Runnable onClose;
    private final Deque<Fetch> ahead = new ArrayDeque<>();
    private long bytesAhead;
    private byte[] current = {};
    private int position;

    private final ExecutorService threads =
            Executors.newFixedThreadPool(AHEAD, DaemonThreads.numbered("persistor-checkpoint"));

    SegmentStream(BlobSource source, Iterator<BlobInfo> blobs, Runnable onClose) {
        this.source = source;
        this.blobs = blobs;
        this.onClose = onClose;
    }

    @Override
    public int read() {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
    }

    @Override
    public int read(byte[] bytes, int offset, int length) {
        while (position == current.length) {
            fetch();
            if (ahead.isEmpty()) {
                return -1;
            }
            current = next();
            position = 0;
        }
        int read = Math.min(length, current.length - position);
        System.arraycopy(current, position, bytes, offset, read);
        position += read;
        return read;
    }

    private void fetch() {
        while (ahead.size() < AHEAD && bytesAhead < BYTES_AHEAD && blobs.hasNext()) {
            BlobInfo blob = blobs.next();
            bytesAhead += blob.size();
            ahead.add(new Fetch(blob.size(), CompletableFuture.supplyAsync(() -> content(blob), threads)));
        }
    }

    private byte[] content(BlobInfo blob) {
        try (OpenBlob open = source.open(blob)) {
            return open.readVerified();
        }
    }

    private byte[] next() {
        Fetch first = ahead.removeFirst();
        bytesAhead -= first.size;
        try {
            return first.content.join();
        } catch (CompletionException e) {
            throw Causes.thrown(e);
        }
    }

    @Override
    public void close() {
        threads.shutdownNow();
        onClose.run();
    }
}
