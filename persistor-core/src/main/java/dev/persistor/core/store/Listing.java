package dev.persistor.core.store;

import java.util.Collections;
import java.util.Iterator;
import java.util.NoSuchElementException;
import java.util.Optional;
import java.util.Spliterator;
import java.util.Spliterators;
import java.util.function.Function;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;

/**
 * The blobs of one page after another. Each page is fetched when its first blob is asked for. After a page that could not be fetched
 * the listing begins again, after the last key that it returned.
 *
 * <p>Not thread-safe.
 */
final class Listing implements Iterator<BlobInfo> {

    private final BlobDriver driver;
    private final Function<BlobPage.Next, BlobPage> fetching;
    private BlobRange range;
    private String last;
    private Iterator<BlobInfo> page = Collections.emptyIterator();
    private Optional<BlobPage.Next> next;

    /**
     * Fetches nothing yet.
     *
     * @param fetching fetches a page, and tries again if that fails
     */
    private Listing(BlobDriver driver, BlobRange range, Function<BlobPage.Next, BlobPage> fetching) {
        this.driver = driver;
        this.range = range;
        this.last = range.startAfter();
        this.next = Optional.of(this::begin);
        this.fetching = fetching;
    }

    static Stream<BlobInfo> stream(BlobDriver driver, BlobRange range, Function<BlobPage.Next, BlobPage> fetching) {
        int ordered = Spliterator.ORDERED | Spliterator.NONNULL | Spliterator.DISTINCT;
        Listing listing = new Listing(driver, range, fetching);
        return StreamSupport.stream(Spliterators.spliteratorUnknownSize(listing, ordered), false);
    }

    private BlobPage begin() throws Exception {
        range = range.after(last);
        return driver.page(range);
    }

    @Override
    public boolean hasNext() {
        while (!page.hasNext() && next.isPresent()) {
            BlobPage fetched = fetching.apply(this::fetch);
            // Some services include the key to start after, and some emulators all that is before it.
            page = fetched.blobs().stream()
                    .filter(blob -> range.contains(blob.name().value()))
                    .iterator();
            next = fetched.next();
        }
        return page.hasNext();
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
        BlobInfo blob = page.next();
        last = blob.name().value();
        return blob;
    }
}
