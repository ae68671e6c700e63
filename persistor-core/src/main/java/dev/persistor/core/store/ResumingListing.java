package dev.persistor.core.store;

import java.util.Iterator;
import java.util.NoSuchElementException;
import java.util.Spliterator;
import java.util.Spliterators;
import java.util.function.Function;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.jspecify.annotations.Nullable;

/** A listing that, when the store fails, begins again after the last name that it returned. Not thread-safe. */
final class ResumingListing implements Iterator<BlobInfo> {

    private final RetryingBlobStore store;
    private final String what;
    private final Function<String, Stream<BlobInfo>> listing;
    private String after;
    private boolean ended;
    private @Nullable Stream<BlobInfo> stream;
    private @Nullable Iterator<BlobInfo> blobs;
    private @Nullable BlobInfo next;

    /**
     * Asks for nothing yet.
     *
     * @param what the verb and the prefix, for error messages
     * @param listing lists what comes after a name
     */
    ResumingListing(
            RetryingBlobStore store, String what, String startAfter, Function<String, Stream<BlobInfo>> listing) {
        this.store = store;
        this.what = what;
        this.after = startAfter;
        this.listing = listing;
    }

    Stream<BlobInfo> stream() {
        int ordered = Spliterator.ORDERED | Spliterator.NONNULL | Spliterator.DISTINCT;
        return StreamSupport.stream(Spliterators.spliteratorUnknownSize(this, ordered), false)
                .onClose(this::closeListing);
    }

    @Override
    public boolean hasNext() {
        if (next == null && !ended) {
            ended = !store.retry(what, this::advance);
        }
        return next != null;
    }

    @Override
    public BlobInfo next() {
        if (!hasNext() || next == null) {
            throw new NoSuchElementException();
        }
        BlobInfo current = next;
        next = null;
        return current;
    }

    /** Reads the next blob, and tells whether there is one. */
    private boolean advance() {
        try {
            Iterator<BlobInfo> open = open();
            if (open.hasNext()) {
                BlobInfo found = open.next();
                next = found;
                after = found.name().value();
                return true;
            }
            return false;
        } catch (RuntimeException e) {
            closeListing();
            throw e;
        }
    }

    private Iterator<BlobInfo> open() {
        Iterator<BlobInfo> open = blobs;
        if (open == null) {
            stream = listing.apply(after);
            open = stream.iterator();
            blobs = open;
        }
        return open;
    }

    private void closeListing() {
        Stream<BlobInfo> open = stream;
        stream = null;
        blobs = null;
        if (open != null) {
            open.close();
        }
    }
}
