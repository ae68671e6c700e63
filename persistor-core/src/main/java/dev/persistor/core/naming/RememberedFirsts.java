package dev.persistor.core.naming;

import dev.persistor.core.store.BlobInfo;
import dev.persistor.core.store.BlobName;
import dev.persistor.core.store.BlobSource;
import dev.persistor.core.store.OpenBlob;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/** Asks a store once for what several rules want to know: which folders it has. Not thread-safe until it forgets. */
final class RememberedFirsts implements BlobSource {

    private final BlobSource source;
    private final Map<String, Optional<BlobInfo>> firsts = new HashMap<>();

    RememberedFirsts(BlobSource source) {
        this.source = source;
    }

    /** Only of the store's own folders: rules rarely share others. */
    @Override
    public Optional<BlobInfo> first(String prefix, String startAfter) {
        if (!prefix.isEmpty()) {
            return source.first(prefix, startAfter);
        }
        return firsts.computeIfAbsent(startAfter, after -> source.first(prefix, after));
    }

    void forget() {
        firsts.clear();
    }

    @Override
    public Stream<BlobInfo> list(String prefix, String startAfter) {
        return source.list(prefix, startAfter);
    }

    @Override
    public Stream<BlobInfo> list(String prefix, String startAfter, String before) {
        return source.list(prefix, startAfter, before);
    }

    @Override
    public Optional<BlobInfo> find(BlobName name) {
        return source.find(name);
    }

    @Override
    public int readConcurrency() {
        return source.readConcurrency();
    }

    @Override
    public OpenBlob open(BlobName name) {
        return source.open(name);
    }

    @Override
    public OpenBlob open(BlobInfo known) {
        return source.open(known);
    }
}
