package dev.persistor.standalone.recovery;

import dev.persistor.core.archive.Archive;
import dev.persistor.core.archive.NotedTemplates;
import dev.persistor.core.naming.NamedBlobs;
import dev.persistor.core.naming.PathTemplate;
import dev.persistor.core.store.BlobInfo;
import dev.persistor.core.store.BlobSource;
import dev.persistor.core.store.BlobStore;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.IntConsumer;
import java.util.stream.Stream;

/**
 * A store that is open, and that is read many times, one after another or at the same time.
 *
 * <p>Thread-safe.
 */
public final class ArchiveAccess implements AutoCloseable {

    private static final long MOST_FETCHED_AHEAD = 64 << 20;
    private static final long LEAST_FETCHED_AHEAD = 4 << 20;
    /** A few readings at a time have a quarter of the heap. */
    private static final int PARTS_OF_HEAP = 16;

    private final BlobStore store;
    private final Function<BlobSource, Archive.Builder> archives;
    private final List<String> words;
    private final List<String> templates;
    private final Clock clock;

    /**
     * Makes it of its parts.
     *
     * @param store is closed with it
     * @param archives begins an archive on the store, or on what watches the store
     * @param words the words of a command line that name the store and say how its blobs are named
     * @param templates the templates by which the blobs are named
     */
    public ArchiveAccess(
            BlobStore store,
            Function<BlobSource, Archive.Builder> archives,
            List<String> words,
            List<String> templates,
            Clock clock) {
        this.store = store;
        this.archives = archives;
        this.words = List.copyOf(words);
        this.templates = List.copyOf(templates);
        this.clock = clock;
    }

    /**
     * Returns access to a store whose blobs are named by a template, and by those that captures noted. The notes are read again for a
     * reading that begins a minute later.
     */
    public static ArchiveAccess of(BlobStore store, PathTemplate template, Clock clock) {
        NotesOfAMinute notes = new NotesOfAMinute(store, clock);
        return new ArchiveAccess(
                store,
                source -> Archive.on(source)
                        .naming(Stream.<NamedBlobs>concat(Stream.of(template), notes.templates().stream())
                                .distinct()
                                .toList()),
                List.of(store.toString(), "--path=" + template),
                List.of(template.toString()),
                clock);
    }

    /** Returns where the blobs are. */
    public BlobStore store() {
        return store;
    }

    /**
     * Returns an archive on the store, which holds little of it in memory.
     *
     * @param listed told of each blob that is listed
     * @param content told how many more bytes of content were read, decompressed
     */
    public Archive reading(Consumer<BlobInfo> listed, IntConsumer content) {
        long part = Runtime.getRuntime().maxMemory() / PARTS_OF_HEAP;
        return archives.apply(new WatchedSource(store, listed, blob -> {}))
                .fetchedAhead(Math.max(LEAST_FETCHED_AHEAD, Math.min(MOST_FETCHED_AHEAD, part)))
                .progress(content)
                .build();
    }

    /** Returns the words of a command line that name this store and say how its blobs are named. */
    public List<String> words() {
        return words;
    }

    /** Returns the templates by which the blobs are named. */
    public List<String> templates() {
        return templates;
    }

    /** Returns the time. */
    public Instant now() {
        return clock.instant();
    }

    @Override
    public void close() {
        store.close();
    }

    /** The templates that captures noted, as they were at most a minute ago. Thread-safe. */
    private static final class NotesOfAMinute {

        private static final Duration LIFE = Duration.ofMinutes(1);

        private final BlobStore store;
        private final Clock clock;
        /** Guarded by this. */
        private Instant read = Instant.MIN;
        /** Guarded by this. */
        private List<PathTemplate> templates = List.of();

        NotesOfAMinute(BlobStore store, Clock clock) {
            this.store = store;
            this.clock = clock;
        }

        synchronized List<PathTemplate> templates() {
            Instant now = clock.instant();
            if (read.isBefore(now.minus(LIFE))) {
                templates = NotedTemplates.in(store);
                read = now;
            }
            return templates;
        }
    }
}
