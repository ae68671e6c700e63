package dev.persistor.core.store;

import java.util.Collections;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Optional;
import java.util.Spliterator;
import java.util.Spliterators;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.function.Function;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.jspecify.annotations.Nullable;

/**
 * The blobs of one page after another. The first page is fetched when its first blob is asked for, and each other one while the page
 * before it is read. After a page that could not be fetched the listing begins again, after the last key that it has.
 *
 * <p>Not thread-safe.
 */
final class Listing implements Iterator<BlobInfo> {

    private final BlobDriver driver;
    private final Function<BlobPage.Next, BlobPage> fetching;
    private final Optional<Executor> threads;
    private Iterator<BlobInfo> page = Collections.emptyIterator();
    /** The number of unread blobs of a page at which the next page is fetched. */
    private int leftWhenFetching;

    private int left;
    /** The page after this one, while it is being fetched. What follows is its thread's until then. */
    private @Nullable CompletableFuture<BlobPage> ahead;

    private BlobRange range;
    private String last;
    private Optional<BlobPage.Next> next;

    /**
     * Fetches nothing yet.
     *
     * @param fetching fetches a page, and tries again if that fails
     * @param threads fetch pages ahead; none for a listing that is rarely read to its end
     */
    private Listing(
            BlobDriver driver,
            BlobRange range,
            Function<BlobPage.Next, BlobPage> fetching,
            Optional<Executor> threads) {
        this.threads = threads;
        this.driver = driver;
        this.range = range;
        this.last = range.startAfter();
        this.next = Optional.of(this::begin);
        this.fetching = fetching;
    }

    /** Returns the blobs of a range; see the constructor. */
    static Stream<BlobInfo> stream(
            BlobDriver driver,
            BlobRange range,
            Function<BlobPage.Next, BlobPage> fetching,
            Optional<Executor> threads) {
        int ordered = Spliterator.ORDERED | Spliterator.NONNULL | Spliterator.DISTINCT;
        Listing listing = new Listing(driver, range, fetching, threads);
        return StreamSupport.stream(Spliterators.spliteratorUnknownSize(listing, ordered), false);
    }

    private BlobPage begin() throws Exception {
        range = range.after(last);
        return driver.page(range);
    }

    @Override
    public boolean hasNext() {
        while (!page.hasNext() && (ahead != null || next.isPresent())) {
            take(ahead == null ? fetching.apply(this::fetch) : await(ahead));
        }
        return page.hasNext();
    }

    private void take(BlobPage fetched) {
        ahead = null;
        // Some services include the key to start after, and some emulators all that is before it.
        List<BlobInfo> blobs = fetched.blobs().stream()
                .filter(blob -> range.contains(blob.name().value()))
                .toList();
        page = blobs.iterator();
        left = blobs.size();
        leftWhenFetching = left - left / 4;
        last = blobs.isEmpty() ? last : blobs.get(left - 1).name().value();
        next = fetched.next().filter(more -> range.mayHaveMoreAfter(last));
    }

    private static BlobPage await(CompletableFuture<BlobPage> ahead) {
        try {
            return ahead.get();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw BlobStoreException.retryable("list: interrupted");
        } catch (ExecutionException e) {
            if (e.getCause() instanceof Error error) {
                throw error;
            }
            throw (RuntimeException) e.getCause();
        }
    }

    private BlobPage fetch() throws Exception {
        BlobPage.Next fetched = next.orElseThrow();
        next = Optional.of(this::begin);
        return fetched.fetch();
    }

    @Override
    public BlobInfo next() {
        if (!hasNext()) {
            throw new NoSuchElementException();
        }
        left--;
        if (left <= leftWhenFetching && ahead == null && next.isPresent() && threads.isPresent()) {
            ahead = CompletableFuture.supplyAsync(() -> fetching.apply(this::fetch), threads.get());
        }
        return page.next();
    }
}
