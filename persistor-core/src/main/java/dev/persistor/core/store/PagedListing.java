package dev.persistor.core.store;

import java.util.Collections;
import java.util.Iterator;
import java.util.NoSuchElementException;
import java.util.Optional;
import java.util.function.Function;

/** The blobs of one page after another; each page is fetched when its first blob is asked for. Not thread-safe. */
final class PagedListing implements Iterator<BlobInfo> {

    private final Function<Exception, BlobStoreException> failed;
    private Iterator<BlobInfo> page = Collections.emptyIterator();
    private Optional<BlobPage.Next> next;

    /**
     * Fetches nothing yet.
     *
     * @param failed translates a failure of fetching a page
     */
    PagedListing(BlobPage.Next first, Function<Exception, BlobStoreException> failed) {
        this.next = Optional.of(first);
        this.failed = failed;
    }

    @Override
    public boolean hasNext() {
        while (!page.hasNext() && next.isPresent()) {
            BlobPage fetched = fetch(next.get());
            page = fetched.blobs().iterator();
            next = fetched.next();
        }
        return page.hasNext();
    }

    private BlobPage fetch(BlobPage.Next fetching) {
        try {
            return fetching.fetch();
        } catch (Exception e) {
            throw failed.apply(e);
        }
    }

    @Override
    public BlobInfo next() {
        if (!hasNext()) {
            throw new NoSuchElementException();
        }
        return page.next();
    }
}
