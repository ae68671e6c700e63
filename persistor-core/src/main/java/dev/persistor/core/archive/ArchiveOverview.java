package dev.persistor.core.archive;

import dev.persistor.core.format.Manifest;
import dev.persistor.core.naming.PathTemplate;
import dev.persistor.core.store.BlobInfo;
import dev.persistor.core.store.BlobName;
import dev.persistor.core.store.BlobSource;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * Which sources an archive has, and when their messages were published, as far as names and metadata tell in a few requests. Where
 * the template has folders of the publish time, that is one request a source, and about 30 for its times. Elsewhere the first
 * {@value #SAMPLE} blobs are looked at.
 *
 * <p>Immutable; the times of a source are asked of the store when they are wanted.
 */
public final class ArchiveOverview {

    /** The number of blobs to list if the first pages are not sufficient. */
    static final int SAMPLE = 1_000;

    /** After this no template has folders in the order of time. */
    private static final Instant END = Instant.parse("9999-12-31T23:59:59Z");

    private static final Duration FINEST = Duration.ofHours(1);

    /**
     * When messages were published.
     *
     * <p>Immutable.
     *
     * @param first the earliest publish time
     * @param last the latest
     */
    public record Span(Instant first, Instant last) {

        private static Optional<Span> of(BlobInfo blob) {
            return Manifest.of(blob.metadata())
                    .map(manifest -> new Span(manifest.firstPublishTime(), manifest.lastPublishTime()));
        }

        private Span with(Span other) {
            return new Span(
                    first.isBefore(other.first) ? first : other.first, last.isAfter(other.last) ? last : other.last);
        }
    }

    private final BlobSource source;
    private final Optional<PathTemplate> template;
    private final Optional<BlobName> firstBlob;
    private final Map<String, List<String>> folders = new TreeMap<>();
    private final Map<String, Span> sampled = new TreeMap<>();
    private boolean whole;

    private ArchiveOverview(BlobSource source, Optional<PathTemplate> template, int most) {
        this.source = source;
        this.template = template;
        this.firstBlob = source.first("", "").map(BlobInfo::name);
        findFolders(most);
        if (folders.isEmpty()) {
            sample();
        }
    }

    /** Asks a store. */
    static ArchiveOverview of(BlobSource source, Optional<PathTemplate> template, int most) {
        return new ArchiveOverview(source, template, most);
    }

    private void findFolders(int most) {
        List<String> all =
                template.map(names -> names.sourceFolders(source, most)).orElse(List.of());
        for (String folder : all) {
            since(folder, Instant.MIN)
                    .flatMap(blob -> Manifest.source(blob.metadata()))
                    .ifPresent(name -> folders.computeIfAbsent(name, any -> new ArrayList<>())
                            .add(folder));
        }
        whole = all.size() < most;
    }

    private void sample() {
        List<BlobInfo> blobs;
        try (Stream<BlobInfo> listing = source.list("")) {
            blobs = listing.limit(SAMPLE).toList();
        }
        for (BlobInfo blob : blobs) {
            Optional<Span> span = Span.of(blob);
            Manifest.source(blob.metadata())
                    .ifPresent(name -> span.ifPresent(times -> sampled.merge(name, times, Span::with)));
        }
        whole = blobs.size() < SAMPLE;
    }

    /** Returns the names of the sources, in their order; not those of which no metadata tells. */
    public Set<String> sources() {
        return folders.isEmpty() ? Set.copyOf(sampled.keySet()) : Set.copyOf(folders.keySet());
    }

    /** Tells whether all sources were found: neither the number of folders nor that of blobs was beyond the bound. */
    public boolean isWhole() {
        return whole;
    }

    /** Returns the name of the first blob of the store, if there is one, whatever it holds. */
    public Optional<BlobName> firstBlob() {
        return firstBlob;
    }

    /**
     * Finds when the messages of a source were published. Of the last hour, the first {@value #SAMPLE} blobs count.
     *
     * @param name one of the {@link #sources}
     * @return nothing where metadata does not tell, or only the first blobs of the store were looked at
     * @throws dev.persistor.core.store.BlobStoreException if the store fails
     */
    public Optional<Span> span(String name) {
        if (folders.isEmpty()) {
            return whole ? Optional.ofNullable(sampled.get(name)) : Optional.empty();
        }
        return folders.getOrDefault(name, List.of()).stream()
                .map(this::spanOf)
                .flatMap(Optional::stream)
                .reduce(Span::with);
    }

    private Optional<Span> spanOf(String folder) {
        Optional<Span> first = since(folder, Instant.MIN).flatMap(Span::of);
        return first.map(span -> {
            Instant low = span.last;
            Instant high = END;
            while (Duration.between(low, high).compareTo(FINEST) > 0) {
                Instant middle = low.plus(Duration.between(low, high).dividedBy(2));
                Optional<BlobInfo> later = since(folder, middle);
                Instant found = later.flatMap(Span::of).map(Span::first).orElse(middle);
                low = later.isEmpty() ? low : (found.isAfter(middle) ? found : middle);
                high = later.isEmpty() ? middle : high;
            }
            return span.with(lastOf(folder, low).orElse(span));
        });
    }

    private String before(String folder, Instant time) {
        return template.orElseThrow().nameBefore(folder, time);
    }

    private Optional<BlobInfo> since(String folder, Instant time) {
        return source.first(folder, before(folder, time)).filter(blob -> isInTimeFolder(folder, blob));
    }

    private static boolean isInTimeFolder(String folder, BlobInfo blob) {
        String name = blob.name().value();
        return name.length() > folder.length() && Character.isDigit(name.charAt(folder.length()));
    }

    private Optional<Span> lastOf(String folder, Instant time) {
        try (Stream<BlobInfo> blobs = source.list(folder, before(folder, time))) {
            return blobs.limit(SAMPLE)
                    .filter(blob -> isInTimeFolder(folder, blob))
                    .map(Span::of)
                    .flatMap(Optional::stream)
                    .reduce(Span::with);
        }
    }
}
