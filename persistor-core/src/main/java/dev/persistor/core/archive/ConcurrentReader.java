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

    private final Stream<BlobInfo> listing;
    private final Iterator<BlobInfo> blobs;
    private final Function<BlobInfo, BlobReading> reading;
    private final int concurrency;
    private final ExecutorService threads;
    private final Deque<BlobReading> underWay = new ArrayDeque<>();
    private final List<Damage> damages = new ArrayList<>();
    private Iterator<ArchivedMessage> messages = Collections.emptyIterator();
    private long blobsRead;

    ConcurrentReader(Stream<BlobInfo> blobs, Function<BlobInfo, BlobReading> reading, int concurrency) {
        this.listing = blobs;
        this.blobs = blobs.iterator();
        this.reading = reading;
        this.concurrency = concurrency;
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
            if (underWay.isEmpty()) {
                return false;
            }
            BlobReading.Chunk chunk = take(underWay.getFirst());
            messages = chunk.messages().iterator();
            if (chunk.last()) {
                underWay.removeFirst();
                blobsRead++;
                if (chunk.damage() != null) {
                    damages.add(chunk.damage());
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
    public List<Damage> damages() {
        return List.copyOf(damages);
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
