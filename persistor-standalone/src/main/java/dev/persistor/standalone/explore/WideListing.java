package dev.persistor.standalone.explore;

import dev.persistor.core.store.BlobInfo;
import dev.persistor.core.store.BlobName;
import dev.persistor.core.store.BlobSource;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.Semaphore;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Lists a store by several listings at a time, in no order. A listing costs a round trip for each page, so that one alone takes seconds
 * where the store is far away. When a listing has met a page of blobs of one folder, a second listing begins behind that folder, and the
 * first one ends with the folder. So small folders cost no request more.
 *
 * <p>Not thread-safe.
 */
final class WideListing implements AutoCloseable {

    private static final int LISTINGS = 8;
    private static final int PAGE = 1_000;
    /** What waits to be taken: some megabytes. */
    private static final int PAGES_WAITING = 8;
    /** After all names of a folder. Unicode has no character of this number, so no name is the same. */
    private static final String LAST = Character.toString(Character.MAX_CODE_POINT);

    /** Blobs, or how a listing ended. */
    private record Part(
            List<BlobInfo> blobs, boolean isLast, @Nullable Throwable failure) {}

    private final BlobSource source;
    private final String prefix;
    private final ExecutorService threads = Executors.newFixedThreadPool(LISTINGS, task -> {
        Thread thread = new Thread(task, "persistor-explore-list");
        thread.setDaemon(true);
        return thread;
    });
    private final Semaphore free = new Semaphore(LISTINGS);
    private final BlockingQueue<Part> parts = new LinkedBlockingQueue<>(PAGES_WAITING);

    WideListing(BlobSource source, String prefix) {
        this.source = source;
        this.prefix = prefix;
        begin("");
    }

    /**
     * Returns more blobs, or none when all were returned.
     *
     * @throws dev.persistor.core.store.BlobStoreException if the store fails
     * @throws CancellationException if the thread is interrupted
     */
    List<BlobInfo> next() {
        try {
            while (free.availablePermits() < LISTINGS || !parts.isEmpty()) {
                Part part = parts.take();
                if (!part.isLast()) {
                    return part.blobs();
                }
                throwIfFailed(part.failure());
                free.release();
            }
            return List.of();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new CancellationException("listing the store was interrupted");
        }
    }

    private static void throwIfFailed(@Nullable Throwable failure) {
        if (failure instanceof Error error) {
            throw error;
        }
        if (failure instanceof RuntimeException exception) {
            throw exception;
        }
    }

    /** Begins a listing of the names after this one, unless there are enough listings. */
    private boolean begin(String after) {
        boolean isFree = free.tryAcquire();
        if (isFree) {
            threads.execute(() -> list(after));
        }
        return isFree;
    }

    private void list(String after) {
        try {
            Throwable failure = null;
            try (Stream<BlobInfo> blobs = source.list(prefix, after)) {
                putAll(blobs.iterator());
            } catch (RuntimeException | Error e) {
                failure = e;
            }
            // The permit is given back by the thread that takes this: until then it knows that more comes.
            parts.put(new Part(List.of(), true, failure));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void putAll(Iterator<BlobInfo> blobs) throws InterruptedException {
        List<BlobInfo> page = new ArrayList<>();
        String end = "";
        String folder = "";
        int inFolder = 0;
        while (blobs.hasNext()) {
            BlobInfo blob = blobs.next();
            String name = blob.name().value();
            if (!end.isEmpty() && BlobName.ORDER.compare(name, end) > 0) {
                break;
            }
            boolean isSame = name.startsWith(folder) && name.indexOf('/', folder.length()) < 0;
            folder = isSame ? folder : name.substring(0, name.lastIndexOf('/') + 1);
            inFolder = isSame ? inFolder + 1 : 1;
            if (inFolder % PAGE == 0 && end.isEmpty() && !folder.isEmpty() && begin(folder + LAST)) {
                end = folder + LAST;
            }
            page.add(blob);
            if (page.size() == PAGE) {
                parts.put(new Part(page, false, null));
                page = new ArrayList<>();
            }
        }
        if (!page.isEmpty()) {
            parts.put(new Part(page, false, null));
        }
    }

    /** Ends all listings. */
    @Override
    public void close() {
        threads.shutdownNow();
    }
}
