package dev.persistor.core.archive;

import dev.persistor.core.store.BlobInfo;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import java.util.stream.Stream;

/** Reads several blobs at a time, and gives their messages in the order of the blobs' names. */
final class ConcurrentReader implements ArchiveReader {

    /** Of small blobs messages are made of more than a processor each, so that none waits for another thread's turn. */
    private static final long MESSAGES_AHEAD_BYTES = 2 << 20;

    private final Stream<BlobInfo> listing;
    private final Iterator<BlobInfo> blobs;
    private final Function<BlobInfo, BlobReading> reading;
    private final int concurrency;
    private final int processors;
    private final ExecutorService threads;
    private final Deque<BlobReading> underWay = new ArrayDeque<>();
    private final List<Finding> findings = new ArrayList<>();
    private Iterator<ArchivedMessage> messages = Collections.emptyIterator();
    private long blobsRead;

    /**
     * Reads blobs in the order of the stream.
     *
     * @param concurrency how many blobs are fetched at a time
     * @param processors of how many of them, at least, messages are made at a time
     */
    ConcurrentReader(Stream<BlobInfo> blobs, Function<BlobInfo, BlobReading> reading, int concurrency, int processors) {
        this.listing = blobs;
        this.blobs = blobs.iterator();
        this.reading = reading;
        this.concurrency = concurrency;
        this.processors = processors;
        AtomicInteger number = new AtomicInteger();
        this.threads = Executors.newFixedThreadPool(concurrency, task -> {
            Thread thread = new Thread(task, "persistor-read-" + number.incrementAndGet());
            thread.setDaemon(true);
            return thread;
        });
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
                underWay.removeFirst();
                blobsRead++;
                if (chunk.finding() != null) {
                    findings.add(chunk.finding());
                }
            }
        }
        return true;
    }

    private void begin() {
        while (underWay.size() < concurrency && blobs.hasNext()) {
            BlobReading next = reading.apply(blobs.next());
            underWay.addLast(next);
            threads.execute(next);
        }
    }

    /**
     * Of blobs that are further behind no messages are made yet: the objects of a message cost memory, and the garbage collector's
     * time as long as they wait, where bytes cost none.
     */
    private void makeMessagesOfFirst() {
        int blobs = 0;
        long bytes = 0;
        for (BlobReading next : underWay) {
            bytes += next.heldBytes();
            if (blobs >= processors && bytes > MESSAGES_AHEAD_BYTES) {
                return;
            }
            next.makeMessages();
            blobs++;
        }
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
