package dev.persistor.core.store;

import dev.persistor.core.log.Causes;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.function.Consumer;
import java.util.function.Function;

/**
 * One page of a listing: which keys it is to have, and the request for it. One thread has it; another one may {@linkplain #run run} it.
 */
final class PageFetch implements Runnable {

    /**
     * Makes requests for pages.
     *
     * @param driver the service
     * @param retrying makes a request, and makes it again if it fails
     * @param arrived told of each page that was fetched, or could not be, by the thread that ran it
     * @param digits what the keys of the listing look like
     */
    record Requests(
            BlobDriver driver,
            Function<BlobPage.Next, BlobPage> retrying,
            Consumer<PageFetch> arrived,
            NameDigits digits) {}

    /** What a service is asked for, with its pages: the keys of a range that are after a key. */
    private record Question(BlobRange range, String after) {

        BlobPage ask(BlobDriver driver) throws Exception {
            return within(driver.page(range));
        }

        private BlobPage within(BlobPage page) {
            return new BlobPage(
                    page.blobs().stream().filter(this::contains).toList(),
                    page.next().map(next -> () -> within(next.fetch())));
        }

        /** Some services include the key to start after, and some emulators all that is before it. */
        private boolean contains(BlobInfo blob) {
            String key = blob.name().value();
            return range.contains(key) && BlobName.ORDER.compare(key, after) > 0;
        }
    }

    private final Requests requests;
    private final String after;
    private final FutureTask<BlobPage> task;
    /** Of the page before, for the first attempt. */
    private Optional<BlobPage.Next> token;
    /** The end can come nearer while the page is fetched. */
    private volatile BlobRange range;

    /** Where the pages after this one might begin. */
    private final Optional<NameSplits> splits;

    private boolean isDivisible = true;
    private boolean isStarted;
    private boolean hasArrived;

    private PageFetch(
            Requests requests,
            BlobRange range,
            String after,
            Optional<BlobPage.Next> token,
            Optional<NameSplits> splits) {
        this.requests = requests;
        this.range = range;
        this.after = after;
        this.token = token;
        this.splits = splits;
        this.task = new FutureTask<>(() -> requests.retrying().apply(this::fetch)) {
            @Override
            protected void done() {
                requests.arrived().accept(PageFetch.this);
            }
        };
    }

    /** Returns the first page of a range, without the key that the range begins with. */
    static PageFetch first(Requests requests, BlobRange range) {
        return new PageFetch(requests, range, range.from(), Optional.empty(), Optional.empty());
    }

    /** Marks that a thread will run this. */
    void start() {
        isStarted = true;
    }

    boolean isStarted() {
        return isStarted;
    }

    @Override
    public void run() {
        task.run();
    }

    void cancel() {
        task.cancel(true);
    }

    /** After an attempt that failed, the listing begins again, since the token may be worth nothing any more. */
    private BlobPage fetch() throws Exception {
        Optional<BlobPage.Next> next = token;
        token = Optional.empty();
        return next.isPresent() ? next.get().fetch() : new Question(range, after).ask(requests.driver());
    }

    /**
     * Ends this page, the last one of a division, at the next estimated key.
     *
     * @return the page that begins at that key; empty if no key can be estimated
     */
    Optional<PageFetch> split() {
        Optional<String> key =
                isDivisible && !hasArrived ? splits.flatMap(NameSplits::next).filter(this::contains) : Optional.empty();
        isDivisible = key.isPresent();
        return key.map(this::splitAt);
    }

    private boolean contains(String key) {
        return BlobName.ORDER.compare(key, range.from()) > 0 && range.contains(key) && range.endsAfter(key);
    }

    private PageFetch splitAt(String key) {
        PageFetch rest = new PageFetch(requests, range.from(key), "", Optional.empty(), splits);
        range = range.before(key);
        isDivisible = false;
        if (!isStarted) {
            // With the token the service would go on beyond the new end.
            token = Optional.empty();
        }
        return rest;
    }

    /** Notes that {@link Requests#arrived} was told. Returns whether the page could be fetched. */
    boolean arrive() {
        hasArrived = true;
        isDivisible = false;
        boolean isFetched = isFetched();
        if (isFetched && page().blobs().isEmpty()) {
            // There are no names where the estimates expected some.
            splits.ifPresent(NameSplits::stop);
        }
        return isFetched;
    }

    boolean hasArrived() {
        return hasArrived;
    }

    private boolean isFetched() {
        try {
            return !task.isCancelled() && task.get() != null;
        } catch (InterruptedException | ExecutionException e) {
            return false;
        }
    }

    /**
     * Returns the blobs, once the page has arrived.
     *
     * @throws BlobStoreException if it could not be fetched
     */
    List<BlobInfo> blobs() {
        List<BlobInfo> blobs = page().blobs();
        boolean isWithin = blobs.isEmpty() || range.endsAfter(key(blobs.get(blobs.size() - 1)));
        return isWithin
                ? blobs
                : blobs.stream().filter(blob -> range.endsAfter(key(blob))).toList();
    }

    /** Returns the page after this one, once this one has arrived; nothing if it is the last of its range. */
    Optional<PageFetch> rest() {
        List<BlobInfo> blobs = page().blobs();
        if (blobs.isEmpty()) {
            return page().next()
                    .map(next -> new PageFetch(requests, range, after, Optional.of(next), Optional.empty()));
        }
        String last = key(blobs.get(blobs.size() - 1));
        return page().next()
                .filter(next -> range.endsAfter(last))
                .map(next -> new PageFetch(requests, range.from(last), last, Optional.of(next), splitsAfter(blobs)));
    }

    private Optional<NameSplits> splitsAfter(List<BlobInfo> blobs) {
        return requests.driver().listsFromAnyKey()
                ? requests.digits().after(blobs.stream().map(PageFetch::key).toList())
                : Optional.empty();
    }

    private BlobPage page() {
        try {
            return task.get();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw BlobStoreException.retryable("list: interrupted");
        } catch (ExecutionException e) {
            throw Causes.thrown(e);
        }
    }

    private static String key(BlobInfo blob) {
        return blob.name().value();
    }
}
