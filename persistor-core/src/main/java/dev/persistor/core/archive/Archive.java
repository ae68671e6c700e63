package dev.persistor.core.archive;

import dev.persistor.core.format.MessageFormats;
import dev.persistor.core.format.RawFormat;
import dev.persistor.core.format.ReadLimits;
import dev.persistor.core.message.TimeRange;
import dev.persistor.core.naming.AnyOf;
import dev.persistor.core.naming.CaptureNames;
import dev.persistor.core.naming.NamedBlobs;
import dev.persistor.core.naming.PathTemplate;
import dev.persistor.core.naming.QuarantineNaming;
import dev.persistor.core.store.BlobInfo;
import dev.persistor.core.store.BlobName;
import dev.persistor.core.store.BlobSource;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.IntConsumer;
import java.util.stream.Stream;

/**
 * What was archived to a store, to be listed, read and verified. Nothing is ever written to the store. Failures
 * of the store are retried as the store says; see {@link dev.persistor.core.store.BlobStore#withRetries}.
 *
 * <p>A time range is found by the path template: where it puts messages into folders of their publish time, only those
 * folders are listed. Blobs that the template could not have named are always looked at, by their metadata or by reading
 * them.
 *
 * <pre>{@code
 * Archive archive = Archive.on(store).build();
 * MessageFilter lost = MessageFilter.builder().range(new TimeRange(from, to)).source("orders").build();
 * try (ArchiveReader messages = archive.read(lost, ReadOrder.TIME)) {
 *     messages.forEachRemaining(message -> ...);
 * }
 * }</pre>
 *
 * <p>Thread-safe.
 */
public final class Archive {

    private static final long DEFAULT_MEMORY = 64 << 20;
    private static final long LEAST_MEMORY = 1 << 20;

    private final BlobSource source;
    private final Optional<NamedBlobs> names;
    private final Optional<PathTemplate> template;
    private final MessageFormats formats;
    private final OptionalInt concurrency;
    private final long memory;
    private final long held;
    private final ReadOptions options;
    private final AtomicLong unexpectedNames = new AtomicLong();

    private Archive(Builder builder) {
        this.options = builder.options;
        this.source = builder.source;
        this.names = builder.names;
        this.template = builder.template;
        this.formats = builder.formats;
        this.concurrency = builder.concurrency;
        this.memory = builder.memory;
        this.held = builder.held;
    }

    /** Returns a builder of an archive on a store, which stays its opener's to close. */
    public static Builder on(BlobSource source) {
        return new Builder(source);
    }

    /**
     * Lists the blobs that may hold messages of interest, as far as names and metadata tell, lazily and in the order of
     * their names.
     *
     * @return the blobs; the stream throws {@link dev.persistor.core.store.BlobStoreException} when it is read and the
     *     store fails
     */
    public Stream<BlobInfo> blobs(MessageFilter filter) {
        Stream<BlobInfo> blobs = everything(filter).filter(formats::holdMessages);
        return rule(filter).map(rule -> counted(blobs, rule)).orElse(blobs);
    }

    /**
     * Lists the blobs of {@link #blobs(MessageFilter)} from a name on. If all times and sources are of interest, the store is not asked for
     * earlier names.
     */
    public Stream<BlobInfo> blobs(MessageFilter filter, String from) {
        return (from.isEmpty() || rule(filter).isPresent() ? blobs(filter) : allFromAbout(filter, from))
                .dropWhile(blob -> BlobName.ORDER.compare(blob.name().value(), from) < 0);
    }

    /** A listing begins after a name. The name without its last character is before it, with few names between. */
    private Stream<BlobInfo> allFromAbout(MessageFilter filter, String from) {
        String before = from.substring(0, from.offsetByCodePoints(from.length(), -1));
        return source.list(filter.prefix(), before).filter(filter::mayBeIn).filter(formats::holdMessages);
    }

    /** The rule by which names are looked for; none where all are listed anyway. */
    private Optional<NamedBlobs> rule(MessageFilter filter) {
        return names.filter(rule -> filter.isBound());
    }

    /** Counts names that the rule does not make. Of several listings of the same blobs, one counts. */
    private Stream<BlobInfo> counted(Stream<BlobInfo> blobs, NamedBlobs rule) {
        AtomicLong count = new AtomicLong();
        return blobs.peek(blob -> {
            if (!rule.mayHaveNamed(blob.name())) {
                unexpectedNames.accumulateAndGet(count.incrementAndGet(), Math::max);
            }
        });
    }

    /** Lists all blobs that the filter does not exclude, also those that hold no messages. */
    Stream<BlobInfo> everything(MessageFilter filter) {
        return rule(filter)
                .map(rule -> rule.list(source, filter.prefix(), filter.sources(), filter.range()))
                .orElseGet(() -> source.list(filter.prefix()))
                .filter(filter::mayBeIn);
    }

    /**
     * Returns how many blobs with messages a listing gave so far, to find a range of time or a source, whose names none of the templates
     * makes. Others like them may have been missed.
     */
    public long unexpectedNames() {
        return unexpectedNames.get();
    }

    /**
     * Reads the messages of interest, several blobs at a time, in bounded memory. In the {@linkplain ReadOrder#TIME order of
     * time} a message is given when the metadata of all blobs says that none before it can come; of more than 20,000 blobs, when
     * all are read.
     *
     * @return what the caller closes
     * @throws dev.persistor.core.store.BlobStoreException if the store cannot be listed
     */
    public ArchiveReader read(MessageFilter filter, ReadOrder order) {
        if (order == ReadOrder.NONE) {
            return read(blobs(filter), filter);
        }
        BlobsByTime byTime = BlobsByTime.of(blobs(filter), BlobsByTime.MOST);
        return new SortedReader(read(byTime.blobs(), filter), byTime::earliestFrom, memory, ReadOrder.BY_TIME);
    }

    /**
     * Reads the messages of interest that some blobs hold, in bounded memory and in an order of the caller's own. Nothing is given before
     * all is read; what memory has no room for waits in temporary files.
     *
     * @param blobs closed with the reader
     * @return what the caller closes
     */
    public ArchiveReader read(Stream<BlobInfo> blobs, MessageFilter filter, Comparator<ArchivedMessage> order) {
        return new SortedReader(read(blobs, filter), blob -> Instant.MIN, memory, order);
    }

    /**
     * Reads the messages of interest that some blobs hold, in the order of the blobs.
     *
     * @param blobs closed with the reader
     * @return what the caller closes
     */
    public ArchiveReader read(Stream<BlobInfo> blobs, MessageFilter filter) {
        HeldContent.Arrays arrays = new HeldContent.Arrays();
        return new ConcurrentReader(
                blobs,
                (blob, fetched) -> new BlobReading(blob, source, formats, filter, arrays, options, fetched),
                this::concurrency,
                Runtime.getRuntime().availableProcessors(),
                held);
    }

    /**
     * Counts the messages of interest, other copies included. Blobs whose metadata tells all that is counted are not opened.
     *
     * @throws dev.persistor.core.store.BlobStoreException if the store cannot be listed
     */
    public ArchiveStatistics statistics(MessageFilter filter) {
        StatisticsCounter counter = new StatisticsCounter();
        Stream<BlobInfo> toRead = blobs(filter).filter(blob -> !counter.addByMetadata(blob, filter));
        try (ArchiveReader reader = read(toRead, filter)) {
            reader.forEachRemaining(archived -> counter.add(archived.message()));
            return counter.result(reader.findings());
        }
    }

    /**
     * Finds the sources of the archive with few requests, for a message about an unknown source.
     *
     * @param most how many folders of values are looked into at most
     * @throws dev.persistor.core.store.BlobStoreException if the store cannot be listed
     */
    public ArchiveOverview overview(int most) {
        return ArchiveOverview.of(source, template, most);
    }

    /**
     * Finds which offsets of a source are there, other copies included. Blobs whose metadata tells are not opened; what is damaged
     * counts as far as it can be read.
     *
     * @throws dev.persistor.core.store.BlobStoreException if the store cannot be listed
     */
    public ArchivedOffsets offsets(String name) {
        return offsets(name, Optional.empty());
    }

    /**
     * Returns which offsets of one source the archive has.
     *
     * @param begun when the log of interest began: messages without a log that were published since count as of it
     * @throws dev.persistor.core.store.BlobStoreException if the store cannot be listed
     */
    public ArchivedOffsets offsets(String name, Optional<Instant> begun) {
        MessageFilter ofSource = MessageFilter.builder().source(name).build();
        ArchivedOffsets offsets = new ArchivedOffsets(name, begun);
        Stream<BlobInfo> toRead = blobs(ofSource).filter(blob -> !offsets.addByMetadata(blob));
        Archive positions = toBuilder().withoutPayloads().build();
        try (ArchiveReader reader = positions.read(toRead, ofSource)) {
            reader.forEachRemaining(archived -> offsets.add(archived.message()));
        }
        return offsets;
    }

    /**
     * Reads all the messages of interest, compares checksums and manifests, and looks for copies, missing offsets and blobs
     * that hold no messages.
     *
     * @param expectedIds the ids that should be there, of which those are reported that are not; empty for no comparison
     * @throws dev.persistor.core.store.BlobStoreException if the store cannot be listed
     */
    public Verification verify(MessageFilter filter, Collection<String> expectedIds) {
        return new Verifier(this, filter, expectedIds).verify();
    }

    /** Returns a builder with all that this archive has, for another one that differs in something. */
    public Builder toBuilder() {
        return toBuilder(source);
    }

    /** Returns a builder of an archive on another store, with all else that this one has. */
    public Builder toBuilder(BlobSource other) {
        Builder builder = new Builder(other);
        builder.names = names;
        builder.template = template;
        builder.formats = formats;
        builder.concurrency = concurrency;
        builder.memory = memory;
        builder.held = held;
        builder.options = options;
        return builder;
    }

    /** Returns how many blobs are read at a time: where that is not fixed, how many the store serves best now. */
    public int concurrency() {
        return concurrency.isPresent() ? concurrency.getAsInt() : source.readConcurrency();
    }

    /** Tells whether a blob holds messages that this archive reads, as far as its name and metadata say. */
    public boolean holdsMessages(BlobInfo blob) {
        return formats.holdMessages(blob);
    }

    /** Returns the blobs of interest whose content the store has lost. */
    public List<BlobInfo> withoutContent(MessageFilter filter) {
        return source.withoutContent(filter.prefix()).stream()
                .filter(blob -> filter.mayBeIn(blob) && formats.holdMessages(blob))
                .toList();
    }

    MessageFormats formats() {
        return formats;
    }

    /** Returns how many events are in quarantine, whatever their sources and times. */
    long quarantined() {
        try (Stream<BlobInfo> blobs = source.list(QuarantineNaming.FOLDER + "/")) {
            return blobs.filter(blob -> !blob.name().isForeign() && !RawFormat.isSidecar(blob))
                    .count();
        }
    }

    /** Collects what an archive is made of. Not thread-safe. */
    public static final class Builder {

        private final BlobSource source;
        private Optional<NamedBlobs> names = Optional.of(withCapture(List.of(PathTemplate.DEFAULT)));
        private Optional<PathTemplate> template = Optional.of(PathTemplate.DEFAULT);
        private MessageFormats formats = MessageFormats.installed();
        private OptionalInt concurrency = OptionalInt.empty();
        private long memory = DEFAULT_MEMORY;
        private long held = ConcurrentReader.HELD_BYTES;
        private ReadOptions options = ReadOptions.DEFAULT;

        private Builder(BlobSource source) {
            this.source = Objects.requireNonNull(source, "source");
        }

        /**
         * Sets the template by which the archive's blobs were named. With another than that, a {@link TimeRange} may miss
         * messages. Default: {@link PathTemplate#DEFAULT}.
         */
        public Builder naming(PathTemplate template) {
            return naming(List.of(template));
        }

        /**
         * Sets the templates by which the archive's blobs were named: of an archive whose template changed, or that another program's
         * blobs are in. What Event Hubs Capture named in its default way is found besides.
         */
        public Builder naming(List<? extends NamedBlobs> rules) {
            this.names = Optional.of(withCapture(rules));
            this.template = rules.stream()
                    .filter(PathTemplate.class::isInstance)
                    .map(PathTemplate.class::cast)
                    .findFirst();
            return this;
        }

        /** Adds templates by which some of the archive's blobs were named. Without a rule all names are listed anyway. */
        public Builder alsoNaming(List<PathTemplate> templates) {
            this.names = names.map(rule -> {
                List<NamedBlobs> all = new ArrayList<>(templates);
                all.add(rule);
                return new AnyOf(all);
            });
            return this;
        }

        private static NamedBlobs withCapture(List<? extends NamedBlobs> rules) {
            List<NamedBlobs> all = new ArrayList<>(rules);
            all.add(CaptureNames.DEFAULT);
            return new AnyOf(all);
        }

        /**
         * Lists all names, whatever range of time is asked for: for blobs that another program named. Default: a range of
         * time is found by the template.
         */
        public Builder anyNames() {
            this.names = Optional.empty();
            this.template = Optional.empty();
            return this;
        }

        /** Sets which formats are read. Default: {@link MessageFormats#installed()}. */
        public Builder formats(MessageFormats formats) {
            this.formats = Objects.requireNonNull(formats, "formats");
            return this;
        }

        /**
         * Fixes how many blobs are fetched at a time; fewer where they hold 64 MiB. Default: as many as the
         * {@linkplain BlobSource#readConcurrency store} serves best.
         *
         * @throws IllegalArgumentException if it is under 1
         */
        public Builder concurrency(int concurrency) {
            if (concurrency < 1) {
                throw new IllegalArgumentException("the concurrency must be 1 or more, and is " + concurrency);
            }
            this.concurrency = OptionalInt.of(concurrency);
            return this;
        }

        /**
         * Divides what is held among several readers at a time: a fixed number of blobs, and the memory for sorting, of which half is left
         * for what else they hold. A number that the store decides is the store's for all of them already.
         */
        public Builder sharedBy(int readers) {
            if (concurrency.isPresent()) {
                this.concurrency = OptionalInt.of(Math.max(1, concurrency.getAsInt() / readers));
            }
            this.memory = Math.max(LEAST_MEMORY, memory / 2 / readers);
            return this;
        }

        /**
         * Sets how many bytes of messages are sorted in memory; what is more goes to temporary files. Default: 64 MiB.
         *
         * @throws IllegalArgumentException if it is under 1
         */
        public Builder sortingMemory(long bytes) {
            if (bytes < 1) {
                throw new IllegalArgumentException("the memory for sorting must be 1 byte or more, and is " + bytes);
            }
            this.memory = bytes;
            return this;
        }

        /**
         * Sets how many bytes of blobs a reader holds that it has fetched ahead; the first blob is read whatever its size. Default: 64 MiB.
         *
         * @throws IllegalArgumentException if it is under 1
         */
        public Builder fetchedAhead(long bytes) {
            if (bytes < 1) {
                throw new IllegalArgumentException("the memory for blobs must be 1 byte or more, and is " + bytes);
            }
            this.held = bytes;
            return this;
        }

        /** Sets what blobs may make a reader hold or do; what is beyond that is damage. Default: {@link ReadLimits#DEFAULT}. */
        public Builder limits(ReadLimits limits) {
            this.options = options.limits(Objects.requireNonNull(limits, "limits"));
            return this;
        }

        /**
         * Reads messages without payloads, for queries that do not need them: payloads are empty if the format can pass over them. Payloads
         * that are passed over are not checked; only a checksum reveals damage in them. Default: with payloads.
         */
        public Builder withoutPayloads() {
            this.options = options.withoutPayloads();
            return this;
        }

        /**
         * Sets what is told how many more bytes of content were read, decompressed, by the threads that read: a blob may hold
         * billions of bytes and no message. Default: nothing.
         */
        public Builder progress(IntConsumer progress) {
            this.options = options.progress(Objects.requireNonNull(progress, "progress"));
            return this;
        }

        /** Returns the archive; nothing is read yet. */
        public Archive build() {
            return new Archive(this);
        }
    }
}
