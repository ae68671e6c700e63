package dev.persistor.standalone.recovery;

import dev.persistor.core.store.BlobInfo;
import dev.persistor.core.store.BlobName;
import dev.persistor.core.store.BlobSource;
import dev.persistor.core.store.OpenBlob;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Tells of each blob that is listed or opened.
 *
 * <p>Thread-safe.
 *
 * @param delegate where the blobs are
 * @param listed told of each blob that is listed
 * @param opened told of each blob that is opened
 */
record WatchedSource(BlobSource delegate, Runnable listed, Runnable opened) implements BlobSource {

    @Override
    public Stream<BlobInfo> list(String prefix, String startAfter) {
        return delegate.list(prefix, startAfter).peek(blob -> listed.run());
    }

    @Override
    public Stream<BlobInfo> list(String prefix, String startAfter, String before) {
        return delegate.list(prefix, startAfter, before).peek(blob -> listed.run());
    }

    @Override
    public Optional<BlobInfo> first(String prefix, String startAfter) {
        Optional<BlobInfo> first = delegate.first(prefix, startAfter);
        first.ifPresent(blob -> listed.run());
        return first;
    }

    @Override
    public Optional<BlobInfo> find(BlobName name) {
        return delegate.find(name);
    }

    @Override
    public OpenBlob open(BlobName name) {
        opened.run();
        return delegate.open(name);
    }

    @Override
    public OpenBlob open(BlobInfo known) {
        opened.run();
        return delegate.open(known);
    }
}
