package dev.persistor.standalone.recovery;

import dev.persistor.core.store.BlobInfo;
import dev.persistor.core.store.BlobName;
import dev.persistor.core.store.BlobSource;
import dev.persistor.core.store.OpenBlob;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.Stream;

/**
 * Tells of each blob that is listed or opened.
 *
 * <p>Thread-safe.
 *
 * @param delegate where the blobs are
 * @param listed told of each blob that is listed
 * @param opened told of each blob that is opened, once or twice
 */
record WatchedSource(BlobSource delegate, Consumer<BlobInfo> listed, Consumer<BlobInfo> opened) implements BlobSource {

    @Override
    public Stream<BlobInfo> list(String prefix, String startAfter) {
        return delegate.list(prefix, startAfter).peek(listed);
    }

    @Override
    public Stream<BlobInfo> list(String prefix, String startAfter, String before) {
        return delegate.list(prefix, startAfter, before).peek(listed);
    }

    @Override
    public Optional<BlobInfo> first(String prefix, String startAfter) {
        Optional<BlobInfo> first = delegate.first(prefix, startAfter);
        first.ifPresent(listed);
        return first;
    }

    @Override
    public Optional<BlobInfo> find(BlobName name) {
        return delegate.find(name);
    }

    @Override
    public List<BlobInfo> withoutContent(String prefix) {
        return delegate.withoutContent(prefix);
    }

    @Override
    public int readConcurrency() {
        return delegate.readConcurrency();
    }

    /** A blob is opened by its name alone when it is read once more. */
    @Override
    public OpenBlob open(BlobName name) {
        return delegate.open(name);
    }

    @Override
    public OpenBlob open(BlobInfo known) {
        opened.accept(known);
        return delegate.open(known);
    }
}
