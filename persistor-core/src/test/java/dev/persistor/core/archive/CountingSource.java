package dev.persistor.core.archive;

import dev.persistor.core.store.BlobInfo;
import dev.persistor.core.store.BlobName;
import dev.persistor.core.store.BlobSource;
import dev.persistor.core.store.OpenBlob;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;

/** Counts what is asked of a source. */
class CountingSource implements BlobSource {

    private final BlobSource delegate;
    final AtomicInteger listings = new AtomicInteger();
    final AtomicInteger listed = new AtomicInteger();
    final AtomicInteger openings = new AtomicInteger();

    CountingSource(BlobSource delegate) {
        this.delegate = delegate;
    }

    @Override
    public Stream<BlobInfo> list(String prefix, String startAfter) {
        listings.incrementAndGet();
        return delegate.list(prefix, startAfter).peek(blob -> listed.incrementAndGet());
    }

    @Override
    public Optional<BlobInfo> find(BlobName name) {
        return delegate.find(name);
    }

    @Override
    public OpenBlob open(BlobName name) {
        openings.incrementAndGet();
        return delegate.open(name);
    }
}
