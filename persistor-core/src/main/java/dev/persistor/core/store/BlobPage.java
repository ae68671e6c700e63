package dev.persistor.core.store;

import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * A page of a listing.
 *
 * <p>Immutable.
 *
 * @param blobs in the order of their names; a page without blobs need not be the last
 * @param next fetches the next page; nothing when this one is the last
 */
public record BlobPage(List<BlobInfo> blobs, Optional<Next> next) {

    /** Fetches a page. Called at most once, by one thread. */
    @FunctionalInterface
    public interface Next {
        /**
         * Returns the page.
         *
         * @throws Exception whatever the driver's client throws
         */
        BlobPage fetch() throws Exception;
    }

    /** Copies the list. */
    public BlobPage {
        blobs = List.copyOf(blobs);
        Objects.requireNonNull(next, "next");
    }

    /** Returns the last page. */
    public static BlobPage last(List<BlobInfo> blobs) {
        return new BlobPage(blobs, Optional.empty());
    }

    /** Returns a page with others after it. */
    public static BlobPage of(List<BlobInfo> blobs, Next next) {
        return new BlobPage(blobs, Optional.of(next));
    }
}
