package dev.persistor.core.store;

import java.util.Iterator;
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
    private Stream<BlobInfo> open = Stream.empty();
    private @Nullable Iterator<BlobInfo> blobs;

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
                .onClose(() -> open.close());
    }

    /** The iterator of a stream reads ahead here, so only this fails. */
    @Override
    public boolean hasNext() {
        return store.retry(what, () -> {
            try {
                return blobs().hasNext();
            } catch (RuntimeException e) {
                blobs = null;
                open.close();
                throw e;
            }
        });
    }

    private Iterator<BlobInfo> blobs() {
        Iterator<BlobInfo> begun = blobs;
        if (begun == null) {
            open = listing.apply(after);
            begun = open.iterator();
            blobs = begun;
        }
        return begun;
    }

    /** Follows {@link #hasNext}, as streams do it. */
    @Override
    public BlobInfo next() {
        BlobInfo next = blobs().next();
        after = next.name().value();
        return next;
    }
}
