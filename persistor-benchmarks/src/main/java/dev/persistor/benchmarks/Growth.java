package dev.persistor.benchmarks;

import dev.persistor.core.archive.Archive;
import dev.persistor.core.archive.MessageFilter;
import dev.persistor.core.archive.ReadOrder;
import dev.persistor.core.batch.Batching;
import dev.persistor.core.capture.Capture;
import dev.persistor.core.config.Setting;
import dev.persistor.core.format.Compression;
import dev.persistor.core.format.jsonl.JsonLinesFormat;
import dev.persistor.core.message.Attributes;
import dev.persistor.core.message.Message;
import dev.persistor.core.message.TimeRange;
import dev.persistor.core.naming.PathTemplate;
import dev.persistor.core.pull.Feed;
import dev.persistor.core.pull.FeedProvider;
import dev.persistor.core.pull.PullLimits;
import dev.persistor.core.pull.PullReport;
import dev.persistor.core.pull.PullSettings;
import dev.persistor.core.replay.MessagePublisher;
import dev.persistor.core.replay.Published;
import dev.persistor.core.store.Blob;
import dev.persistor.core.store.BlobLimits;
import dev.persistor.core.store.BlobSink;
import dev.persistor.core.store.BlobStore;
import dev.persistor.core.store.PutResult;
import dev.persistor.core.write.Persistor;
import dev.persistor.core.write.Receipt;
import dev.persistor.gcp.PubSubFeedProvider;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Whether a message costs more time or memory when there is a hundred times as much of all else: of messages that wait, of folders
 * that are written to, of blobs and of hours that are in the archive. It runs in a small heap.
 */
public final class Growth {

    /** What is measured at one size. */
    @FunctionalInterface
    interface Measure {
        Cost at(int size) throws Exception;
    }

    /**
     * What messages cost.
     *
     * @param messages how many
     * @param nanos how long all of them took
     */
    record Cost(long messages, long nanos) {

        double perMessage() {
            return (double) nanos / messages;
        }

        static Cost since(long start, long messages) {
            return new Cost(messages, System.nanoTime() - start);
        }
    }

    private static final int GROWTH = 100;
    private static final Instant FIRST = Instant.parse("2023-01-01T00:00:00Z");
    private static final Duration LINGER = Duration.ofMillis(50);
    private static final double MEBIBYTE = 1 << 20;

    private final PrintStream table;
    private final int rounds;
    private final int scale;

    /**
     * Makes a comparison.
     *
     * @param rounds of how many turns at each size the median counts
     * @param scale by how much all sizes are divided
     */
    Growth(PrintStream table, int rounds, int scale) {
        this.table = table;
        this.rounds = rounds;
        this.scale = scale;
    }

    /** Prints the table. */
    public static void main(String[] arguments) throws Exception {
        new Growth(new PrintStream(System.out, true, StandardCharsets.UTF_8), 1, 1).measure();
    }

    void measure() throws Exception {
        table.printf(
                Locale.ROOT,
                "%n| in a heap of %,.0f MiB | from | to | microseconds a message | at a hundred times as many | times as long |"
                        + " MiB in use after a collection, at most | at a hundred times as many |%n",
                Runtime.getRuntime().maxMemory() / MEBIBYTE);
        table.println("|---|---|---|---|---|---|---|---|");
        row("messages that wait in a subscription, captured", 5_000, Growth::captureWaiting);
        row("folders that messages go to in turn, in batches", 10, this::writeToFolders);
        row("blobs in the archive, one more written", 1_000, this::writeBesideBlobs);
        row("hours in the archive, one of them read", 263, this::readAnHour);
    }

    private void row(String what, int most, Measure measure) throws Exception {
        int size = Math.max(1, most / scale);
        Cost unused = measure.at(10 * size);
        Turn few = turn(size, measure);
        Turn many = turn(GROWTH * size, measure);
        table.printf(
                Locale.ROOT,
                "| %s | %,d | %,d | %,.1f | %,.1f | %.2f | %,.0f | %,.0f |%n",
                what,
                size,
                GROWTH * size,
                few.nanos / 1e3,
                many.nanos / 1e3,
                many.nanos / few.nanos,
                few.heap / MEBIBYTE,
                many.heap / MEBIBYTE);
    }

    /** What one size shows. */
    private record Turn(double nanos, long heap) {}

    private Turn turn(int size, Measure measure) throws Exception {
        try (HeapWatch heap = new HeapWatch()) {
            double[] nanos = new double[rounds];
            for (int round = 0; round < rounds; round++) {
                nanos[round] = measure.at(size).perMessage();
            }
            System.gc();
            return new Turn(Median.of(nanos), heap.most());
        }
    }

    /** From a stream of Pub/Sub to Cloud Storage, in batches, until all that was published is archived. */
    private static Cost captureWaiting(int waiting) throws Exception {
        FeedProvider pubSub = new PubSubFeedProvider();
        List<Setting<?>> settings = new ArrayList<>(pubSub.settings());
        settings.addAll(PullSettings.all());
        try (ServerProcess broker = ServerProcess.withSubscription();
                ServerProcess storage = ServerProcess.start(Duration.ZERO)) {
            publish(waiting, broker);
            Map<String, String> environment = Map.of(
                    "PUBSUB_EMULATOR_HOST",
                    broker.endpoint(),
                    "STORAGE_EMULATOR_HOST",
                    storage.endpoint(),
                    "PERSISTOR_STORE",
                    "gs://" + ServerProcess.BUCKET,
                    "PERSISTOR_SUBSCRIPTION",
                    "projects/" + ServerProcess.PROJECT + "/subscriptions/" + ServerProcess.SUBSCRIPTION,
                    "PERSISTOR_FORMAT",
                    "jsonl",
                    "PERSISTOR_BATCH_MESSAGES",
                    "1000",
                    "PERSISTOR_BATCH_LINGER",
                    LINGER.toMillis() + "ms",
                    "PERSISTOR_PULL_OUTSTANDING_MESSAGES",
                    "5000",
                    "PERSISTOR_PULL_MESSAGES",
                    Integer.toString(waiting));
            try (Capture capture = Capture.open(environment, settings);
                    Feed feed = pubSub.open(capture, PullLimits.of(capture.settings()), environment)) {
                long start = System.nanoTime();
                PullReport report = feed.archive();
                require(report.persisted() == waiting, report.toString());
                return Cost.since(start, waiting);
            }
        }
    }

    static void publish(int count, ServerProcess broker) throws Exception {
        Supply supply = new Supply("waiting", count);
        try (MessagePublisher publisher = broker.publisher()) {
            Deque<CompletableFuture<Published>> underWay = new ArrayDeque<>();
            for (int i = 0; i < count; i++) {
                underWay.add(publisher.publish(supply.next().orElseThrow()));
                if (underWay.size() == 1_000) {
                    underWay.remove().get();
                }
            }
            for (CompletableFuture<Published> last : underWay) {
                last.get();
            }
        }
    }

    /** The same number of messages and of batches for any number of folders. */
    private Cost writeToFolders(int folders) throws Exception {
        int messages = 200_000 / scale;
        List<Message> samples = new ArrayList<>();
        List<Message> plain = SampleMessages.of(folders);
        for (int folder = 0; folder < folders; folder++) {
            samples.add(plain.get(folder).toBuilder()
                    .attributes(Attributes.builder()
                            .add("tenant", "tenant-" + folder)
                            .build())
                    .build());
        }
        Deque<CompletableFuture<Receipt>> underWay = new ArrayDeque<>();
        long start = System.nanoTime();
        try (Persistor persistor = Persistor.builder(new Nowhere())
                .format(new JsonLinesFormat(Compression.NONE))
                .naming(PathTemplate.parse("{source}/{attr:tenant|none}/{batch}{ext}"))
                .batching(Batching.upTo(20).orAfter(Duration.ofSeconds(10)))
                .build()) {
            for (int i = 0; i < messages; i++) {
                Message message = samples.get(i % folders).toBuilder()
                        .id(Integer.toString(i))
                        .build();
                underWay.add(persistor.persist(message));
                while (underWay.size() > 20 * folders) {
                    underWay.remove().get();
                }
            }
        }
        for (CompletableFuture<Receipt> last : underWay) {
            last.get();
        }
        return Cost.since(start, messages);
    }

    /** One object a message, where there are so many already. */
    private Cost writeBesideBlobs(int blobs) throws Exception {
        int messages = Math.max(10, 2_000 / scale);
        try (ServerProcess storage = ServerProcess.start(Duration.ZERO);
                BlobStore store = storage.store()) {
            int unused = Way.oneObjectEach(store).archive(new Supply("before", blobs), 16);
            long start = System.nanoTime();
            int written = Way.oneObjectEach(store).archive(new Supply("more", messages), 16);
            require(written == messages, written + " blobs");
            return Cost.since(start, messages);
        }
    }

    /** The same hour, of as many as there are; 26,300 are three years. */
    private Cost readAnHour(int hours) throws Exception {
        int each = 20;
        int readings = 20;
        List<Message> samples = SampleMessages.of(each);
        try (ServerProcess storage = ServerProcess.start(Duration.ZERO);
                BlobStore store = storage.store()) {
            try (Persistor persistor = Persistor.builder(store)
                    .format(new JsonLinesFormat(Compression.NONE))
                    .batching(Batching.upTo(each).orAfter(LINGER))
                    .build()) {
                AtomicInteger next = new AtomicInteger();
                Callers.run(16, () -> {
                    for (int hour = next.getAndIncrement(); hour < hours; hour = next.getAndIncrement()) {
                        persistor.persistTogether(inHour(hour, samples));
                    }
                    return null;
                });
            }
            Instant from = FIRST.plus(Duration.ofHours(hours / 2));
            MessageFilter filter = MessageFilter.builder()
                    .range(new TimeRange(from, from.plus(Duration.ofHours(1))))
                    .build();
            Archive archive = Archive.on(store).build();
            long start = System.nanoTime();
            for (int reading = 0; reading < readings; reading++) {
                require(ArchiveScale.read(archive, filter, ReadOrder.TIME) == each, "an hour without its messages");
            }
            return Cost.since(start, (long) readings * each);
        }
    }

    private static List<Message> inHour(int hour, List<Message> samples) {
        List<Message> messages = new ArrayList<>();
        for (int i = 0; i < samples.size(); i++) {
            messages.add(samples.get(i).toBuilder()
                    .id(hour + "-" + i)
                    .publishTime(FIRST.plus(Duration.ofHours(hour)).plusSeconds(i))
                    .build());
        }
        return messages;
    }

    private static void require(boolean expected, String otherwise) {
        if (!expected) {
            throw new IllegalStateException("measured something else: " + otherwise);
        }
    }

    /** Takes everything and keeps nothing, so that the heap holds what Persistor does. */
    private static final class Nowhere implements BlobSink {

        private static final BlobLimits LIMITS = new BlobLimits(1024, 1024, 8192);

        @Override
        public PutResult put(Blob blob) {
            return PutResult.CREATED;
        }

        @Override
        public BlobLimits limits() {
            return LIMITS;
        }
    }
}
