package dev.persistor.core.naming;

import dev.persistor.core.log.Causes;
import dev.persistor.core.store.BlobInfo;
import dev.persistor.core.store.BlobSource;
import dev.persistor.core.store.BlobStoreException;
import dev.persistor.core.thread.DaemonThreads;
import java.util.ArrayDeque;
import java.util.Collections;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Spliterator;
import java.util.Spliterators;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;

/**
 * Lists stretches of names, some of them at a time, and gives their blobs in the order of the stretches. Of each stretch that is ahead one
 * page is held, so that memory is bounded: an archive with many sources has many stretches of few blobs.
 *
 * <p>Not thread-safe.
 */
final class StretchListing implements Iterator<BlobInfo> {

    private static final int AHEAD = 8;

    private final BlobSource source;
    private final Iterator<NameStretch> stretches;
    private final Deque<CompletableFuture<Iterator<BlobInfo>>> ahead = new ArrayDeque<>();
    private final Executor threads = threads();
    private Iterator<BlobInfo> blobs = Collections.emptyIterator();

    private StretchListing(BlobSource source, List<NameStretch> stretches) {
        this.source = source;
        this.stretches = stretches.iterator();
    }

    /** Returns the blobs; nothing is listed before the first is asked for. */
    static Stream<BlobInfo> stream(BlobSource source, List<NameStretch> stretches) {
        StretchListing listing = new StretchListing(source, stretches);
        return StreamSupport.stream(Spliterators.spliteratorUnknownSize(listing, Spliterator.ORDERED), false);
    }

    /** They end when they are idle. */
    private static Executor threads() {
        ThreadPoolExecutor threads = new ThreadPoolExecutor(
                AHEAD,
                AHEAD,
                1,
                TimeUnit.SECONDS,
                new LinkedBlockingQueue<>(),
                DaemonThreads.numbered("persistor-list-ahead"));
        threads.allowCoreThreadTimeOut(true);
        return threads;
    }

    @Override
    public boolean hasNext() {
        while (!blobs.hasNext()) {
            while (ahead.size() < AHEAD && stretches.hasNext()) {
                NameStretch stretch = stretches.next();
                ahead.add(CompletableFuture.supplyAsync(() -> begin(stretch), threads));
            }
            if (ahead.isEmpty()) {
                return false;
            }
            blobs = await(ahead.remove());
        }
        return true;
    }

    /** Fetches the first page. */
    private Iterator<BlobInfo> begin(NameStretch stretch) {
        Iterator<BlobInfo> begun = stretch.list(source).iterator();
        boolean unused = begun.hasNext();
        return begun;
    }

    private static Iterator<BlobInfo> await(CompletableFuture<Iterator<BlobInfo>> begun) {
        try {
            return begun.get();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw BlobStoreException.retryable("list: interrupted");
        } catch (ExecutionException e) {
            throw Causes.thrown(e);
        }
    }

    @Override
    public BlobInfo next() {
        if (!hasNext()) {
            throw new NoSuchElementException();
        }
        return blobs.next();
    }
}
