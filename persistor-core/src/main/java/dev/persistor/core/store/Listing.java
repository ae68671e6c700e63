package dev.persistor.core.store;

import java.util.ArrayList;
import java.util.Collections;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Optional;
import java.util.Spliterator;
import java.util.Spliterators;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.function.Function;
import java.util.function.IntSupplier;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;

/**
 * The blobs of one page after another. The first page is fetched when its first blob is asked for, and the next one when a quarter of the
 * page before it is read. After a page that could not be fetched the listing begins again, after the last key that it has.
 *
 * <p>When the reader has to wait for a page, several are fetched at a time, if the service can begin a listing at any key: the rest of the range is
 * divided at {@linkplain NameDigits estimated keys}. Each time that the reader waits, four times as many pages are fetched ahead. Divisions stop
 * while they have cost more than a quarter of the requests.
 *
 * <p>Not thread-safe.
 */
final class Listing implements Iterator<BlobInfo> {

    /** A page that is being fetched may bring blobs of the pages that are split off then, so few are split off of many. */
    private static final int PARTS_OF_ALL = 4;

    private static final double REQUESTS_FOR_A_PAGE = 1.25;
    /** For the first divisions, and for those at the end of a folder, where an estimate is wrong. */
    private static final int REQUESTS_IN_ADVANCE = 16;

    private static final int GROWTH = 4;

    private final PageFetch.Requests requests;
    private final Optional<Executor> threads;
    private final IntSupplier most;
    /** From the page after the present one to the end of the range, in their order; the last ones may not be asked for yet. */
    private final List<PageFetch> pages = new ArrayList<>();

    private final BlockingQueue<PageFetch> arrived = new LinkedBlockingQueue<>();
    private Iterator<BlobInfo> page = Collections.emptyIterator();
    /** The number of unread blobs of the page at which others are fetched. */
    private int leftWhenFetching;

    private int left;
    private int ahead = 1;
    private long asked;
    private long listed;
    private int largestPage = 1;

    private Listing(
            BlobDriver driver,
            Function<BlobPage.Next, BlobPage> retrying,
            BlobRange range,
            Optional<Executor> threads,
            IntSupplier most) {
        this.requests = new PageFetch.Requests(driver, retrying, arrived::add, new NameDigits());
        this.threads = threads;
        this.most = most;
        this.pages.add(PageFetch.first(requests, range));
    }

    /**
     * Returns the blobs of a range without the key that it begins with. To close the stream ends its requests.
     *
     * @param retrying makes a request for a page, and makes it again if it fails
     * @param threads fetch pages ahead; none for a listing that is rarely read to its end
     * @param most how many pages may be fetched at a time now
     */
    static Stream<BlobInfo> stream(
            BlobDriver driver,
            Function<BlobPage.Next, BlobPage> retrying,
            BlobRange range,
            Optional<Executor> threads,
            IntSupplier most) {
        int ordered = Spliterator.ORDERED | Spliterator.NONNULL | Spliterator.DISTINCT;
        Listing listing = new Listing(driver, retrying, range, threads, most);
        return StreamSupport.stream(Spliterators.spliteratorUnknownSize(listing, ordered), false)
                .onClose(() -> listing.pages.forEach(PageFetch::cancel));
    }

    @Override
    public boolean hasNext() {
        while (!page.hasNext() && !pages.isEmpty()) {
            PageFetch first = pages.get(0);
            await(first);
            List<BlobInfo> blobs = first.blobs();
            pages.remove(0);
            page = blobs.iterator();
            left = blobs.size();
            leftWhenFetching = left - left / 4;
        }
        return page.hasNext();
    }

    @Override
    public BlobInfo next() {
        if (!hasNext()) {
            throw new NoSuchElementException();
        }
        if (left == leftWhenFetching) {
            fetchAhead();
        }
        left--;
        return page.next();
    }

    private void await(PageFetch first) {
        if (!first.isStarted()) {
            start(first, Runnable::run);
        }
        takeArrived();
        if (!first.hasArrived()) {
            ahead = GROWTH * ahead;
        }
        try {
            while (!first.hasArrived()) {
                take(arrived.take());
                fetchAhead();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw BlobStoreException.retryable("list: interrupted");
        }
    }

    private void takeArrived() {
        for (PageFetch next = arrived.poll(); next != null; next = arrived.poll()) {
            take(next);
        }
    }

    private void take(PageFetch fetched) {
        if (!fetched.arrive()) {
            // The failure is thrown when it is this page's turn.
            return;
        }
        int size = fetched.blobs().size();
        listed += size;
        largestPage = Math.max(largestPage, size);
        fetched.rest().ifPresent(rest -> pages.add(pages.indexOf(fetched) + 1, rest));
    }

    /** Starts as many pages as may be fetched, the first ones first. */
    private void fetchAhead() {
        takeArrived();
        ahead = Math.min(ahead, most.getAsInt());
        int free = ahead - (int) pages.stream().filter(PageFetch::isStarted).count();
        for (int i = 0; i < pages.size() && free > 0 && threads.isPresent(); i++) {
            PageFetch next = pages.get(i);
            divide(i, free);
            if (!next.isStarted()) {
                start(next, threads.get());
                free--;
            }
        }
    }

    private void start(PageFetch next, Executor thread) {
        asked++;
        next.start();
        thread.execute(next);
    }

    /** Divides the rest of a range at estimated keys, so that several of its pages are fetched at the same time. */
    private void divide(int index, int free) {
        PageFetch last = pages.get(index);
        int own = last.isStarted() ? 0 : 1;
        if (last.isStarted() && free * PARTS_OF_ALL < ahead) {
            return;
        }
        long affordable = (long) (REQUESTS_FOR_A_PAGE * listed / largestPage) + REQUESTS_IN_ADVANCE - asked - own;
        long parts = Math.min(free - own, affordable);
        Optional<PageFetch> next = Optional.of(last);
        for (int i = 1; i <= parts && next.isPresent(); i++) {
            next = next.get().split();
            if (next.isPresent()) {
                pages.add(index + i, next.get());
            }
        }
    }
}
