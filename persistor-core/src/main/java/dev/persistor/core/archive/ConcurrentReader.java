package dev.persistor.core.archive;

import dev.persistor.core.store.BlobInfo;
import dev.persistor.core.thread.DaemonThreads;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.concurrent.CancellationException;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntSupplier;
import java.util.stream.Stream;

/** Reads several blobs at a time, and gives their messages in the order of the blobs' names. */
final class ConcurrentReader implements ArchiveReader {

    /** The bytes of blobs that may be held before their messages are taken, by default: 16 blobs of the largest held size. */
    static final long HELD_BYTES = 16L * ChecksummedBlob.HELD_BYTES;

    /** Of small blobs messages are made of more than a processor each, so that none waits for another thread's turn. */
    private static final long MESSAGES_AHEAD_BYTES = 2 << 20;

    /** While the first blob is slow, others are fetched behind it: as many again as may be fetched at a time. */
    private static final int WINDOW = 2;

    private static final long IDLE_SECONDS = 5;

    private final Stream<BlobInfo> listing;
    private final Iterator<BlobInfo> blobs;
    private final Opener opener;
    private final IntSupplier concurrency;
    private final int processors;
    private final long mostHeld;
    private final ThreadPoolExecutor threads;
    /** The number of blobs being fetched. */
    private final AtomicInteger fetching = new AtomicInteger();

    /** In the order of the blobs. */
    private final Deque<BlobReading> underWay = new ArrayDeque<>();

    /** The last of those under way, of which no messages are made yet. */
    private final Deque<BlobReading> waiting = new ArrayDeque<>();

    private long heldBytes;
    /** Of those under way of which messages are made. */
    private long makingBytes;

    private final List<Finding> findings = new ArrayList<>();
    private Iterator<ArchivedMessage> messages = Collections.emptyIterator();
    private long blobsRead;

    /** Makes the reading of a blob. */
    @FunctionalInterface
    interface Opener {
        /** Returns a reading that tells when it has fetched the blob. */
        BlobReading open(BlobInfo blob, Runnable fetched);
    }

    /**
     * Reads blobs in the order of the stream.
     *
     * @param concurrency how many blobs are fetched at a time, asked again before each
     * @param processors of how many of them, at least, messages are made at a time
     * @param mostHeld no further blob is opened while so many bytes of blobs are held
     */
    ConcurrentReader(Stream<BlobInfo> blobs, Opener opener, IntSupplier concurrency, int processors, long mostHeld) {
        this.listing = blobs;
        this.blobs = blobs.iterator();
        this.opener = opener;
        this.concurrency = concurrency;
        this.processors = processors;
        this.mostHeld = mostHeld;
        this.threads = new ThreadPoolExecutor(
                0,
                Integer.MAX_VALUE,
                IDLE_SECONDS,
                TimeUnit.SECONDS,
                new SynchronousQueue<>(),
                DaemonThreads.numbered("persistor-read"));
    }

    @Override
    public boolean hasNext() {
        while (!messages.hasNext()) {
            begin();
            makeMessagesOfFirst();
            if (underWay.isEmpty()) {
                return false;
            }
            underWay.getFirst().makeLargeMessages();
            BlobReading.Chunk chunk = take(underWay.getFirst());
            messages = chunk.messages().iterator();
            if (chunk.last()) {
                end(underWay.removeFirst());
                if (chunk.finding() != null) {
                    findings.add(chunk.finding());
                }
            }
        }
        return true;
    }

    private void begin() {
        int most = concurrency.getAsInt();
        long mostBytes = Math.min(mostHeld, (long) most * ChecksummedBlob.HELD_BYTES);
        while (fetching.get() < most && underWay.size() < WINDOW * most && heldBytes < mostBytes && blobs.hasNext()) {
            BlobReading next = opener.open(blobs.next(), fetching::decrementAndGet);
            heldBytes += next.heldBytes();
            underWay.addLast(next);
            waiting.addLast(next);
            fetching.incrementAndGet();
            threads.execute(next);
        }
    }

    private void end(BlobReading reading) {
        heldBytes -= reading.heldBytes();
        makingBytes -= reading.heldBytes();
        blobsRead++;
    }

    /**
     * Of blobs that are further behind no messages are made yet: the objects of a message cost memory, and the garbage collector's
     * time as long as they wait, where bytes cost none.
     */
    private void makeMessagesOfFirst() {
        while (!waiting.isEmpty() && isNearTheFirst(waiting.getFirst())) {
            BlobReading next = waiting.removeFirst();
            makingBytes += next.heldBytes();
            next.makeMessages(threads);
        }
    }

    private boolean isNearTheFirst(BlobReading next) {
        return underWay.size() - waiting.size() < processors || makingBytes + next.heldBytes() <= MESSAGES_AHEAD_BYTES;
    }

    private static BlobReading.Chunk take(BlobReading reading) {
        try {
            return reading.take();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new CancellationException("reading the archive was interrupted");
        }
    }

    @Override
    public ArchivedMessage next() {
        if (!hasNext()) {
            throw new NoSuchElementException("the archive has no more messages");
        }
        return messages.next();
    }

    @Override
    public List<Finding> findings() {
        return List.copyOf(findings);
    }

    @Override
    public long blobsRead() {
        return blobsRead;
    }

    @Override
    public void close() {
        threads.shutdownNow();
        listing.close();
    }
}
