package dev.persistor.benchmarks;

import com.azure.storage.blob.BlobContainerClient;
import com.sun.management.OperatingSystemMXBean;
import dev.persistor.core.archive.Archive;
import dev.persistor.core.archive.MessageFilter;
import dev.persistor.core.archive.ReadOrder;
import dev.persistor.core.archive.Verification;
import dev.persistor.core.capture.Capture;
import dev.persistor.core.config.Setting;
import dev.persistor.core.pull.Feed;
import dev.persistor.core.pull.FeedProvider;
import dev.persistor.core.pull.PullLimits;
import dev.persistor.core.pull.PullReport;
import dev.persistor.core.pull.PullSettings;
import dev.persistor.core.replay.MessagePublisher;
import dev.persistor.core.replay.Replay;
import dev.persistor.core.replay.ReplayOrder;
import dev.persistor.core.replay.ReplayReport;
import dev.persistor.core.store.BlobInfo;
import dev.persistor.core.store.BlobName;
import dev.persistor.core.store.BlobStore;
import dev.persistor.core.write.Persistor;
import dev.persistor.gcp.PubSubFeedProvider;
import dev.persistor.testkit.Azurite;
import java.io.IOException;
import java.io.PrintStream;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Archives with an object a message in a store that is 30 ms away: listed, read, verified, published again and written, beside the bare
 * SDK's downloads in parallel. The servers and the proxy before them are processes of their own, on the same machine.
 */
public final class LatencyScale {

    /** Does something with an archive, and returns how many messages that were. */
    @FunctionalInterface
    private interface Turn {
        long run() throws Exception;
    }

    private static final Duration FAR = Duration.ofMillis(30);
    private static final int DEFAULT_MESSAGES = 1_000_000;
    /** With the readers of before, a million takes more than half an hour. */
    private static final int MOST_OF_SLOW_TURNS = 20_000;

    private static final int MOST_IN_AZURITE = 20_000;
    private static final int MOST_WRITTEN = 100_000;
    private static final int MOST_IN_BATCHES = 1_000_000;
    private static final int FIXED = 16;
    private static final int SDK_THREADS = 256;
    private static final long ALLOWED = 1_500;

    private final PrintStream table;
    private final int messages;
    /** Messages a second of the bare SDK, and of the last turn. */
    private double sdk;

    private double last;

    /** Makes a comparison with so many messages. */
    LatencyScale(PrintStream table, int messages) {
        this.table = table;
        this.messages = messages;
    }

    /**
     * Prints the tables.
     *
     * @param arguments how many messages, a million if there is none; and which parts: cloud, throttled, capture, batches or azure; all
     *     if there is none
     */
    public static void main(String[] arguments) throws Exception {
        int messages = arguments.length == 0 ? DEFAULT_MESSAGES : Integer.parseInt(arguments[0]);
        List<String> parts = arguments.length < 2
                ? List.of("cloud", "throttled", "capture", "batches", "azure")
                : List.of(arguments).subList(1, arguments.length);
        LatencyScale scale = new LatencyScale(new PrintStream(System.out, true, StandardCharsets.UTF_8), messages);
        for (String part : parts) {
            switch (part) {
                case "cloud" -> scale.cloud();
                case "throttled" -> scale.throttled();
                case "capture" -> scale.capture();
                case "batches" -> scale.batches();
                case "azure" -> scale.azure();
                default -> throw new IllegalArgumentException(part);
            }
        }
    }

    void cloud() throws Exception {
        head("Cloud Storage, an object a message, 30 ms away");
        try (ServerProcess server = ServerProcess.filled(messages);
                ServerProcess proxy = ServerProcess.before(server.port(), FAR);
                BlobStore store = proxy.store();
                BareStorage client = BareStorage.of(proxy)) {
            int few = Math.min(messages, MOST_OF_SLOW_TURNS);
            List<String> names = names(store, 5 * few);
            Archive archive = Archive.on(store).build();
            Archive fixed = Archive.on(store).concurrency(FIXED).build();
            row("the bare SDK, " + SDK_THREADS + " threads", () -> download(names, client::read));
            sdk = last;
            row("read with --concurrency 16", () -> read(fixed, few));
            row(
                    "list",
                    () -> archive.blobs(MessageFilter.ALL).mapToInt(blob -> 1).sum());
            row("read", () -> read(archive, messages));
            row("verify", () -> verify(archive));
            try (ServerProcess topic = ServerProcess.withTopic()) {
                row("replay to Pub/Sub", () -> replay(archive, topic));
            }
            row("the bare SDK, once more", () -> download(names, client::read));
        }
    }

    void throttled() throws Exception {
        int count = Math.min(messages, 60_000);
        table.printf(
                Locale.ROOT,
                "%n| Cloud Storage 30 ms away that allows %,d requests a second | messages | seconds | messages a second |"
                        + " requests throttled | of all |%n|---|---|---|---|---|---|%n",
                ALLOWED);
        try (ServerProcess server = ServerProcess.filled(count);
                ServerProcess proxy = ServerProcess.before(server.port(), FAR);
                BlobStore store = proxy.store()) {
            proxy.allow(ALLOWED);
            Archive archive = Archive.on(store).build();
            throttledRow("read, the first " + count / 4 + " messages", proxy, () -> read(archive, count / 4));
            throttledRow("read, then all", proxy, () -> read(archive, count));
        }
    }

    private void throttledRow(String what, ServerProcess proxy, Turn turn) throws Exception {
        long[] before = proxy.counts();
        long start = System.nanoTime();
        long count = turn.run();
        double seconds = (System.nanoTime() - start) / 1e9;
        long[] after = proxy.counts();
        long refused = after[1] - before[1];
        table.printf(
                Locale.ROOT,
                "| %s | %,d | %.1f | %,.0f | %,d | %.2f %% |%n",
                what,
                count,
                seconds,
                count / seconds,
                refused,
                100.0 * refused / (after[0] - before[0]));
    }

    void capture() throws Exception {
        int count = Math.min(messages, MOST_WRITTEN);
        head("Cloud Storage, an object a message, 30 ms away, written");
        captureByPull("captured by one pull, in a JVM that has just started", count);
        captureByPull("captured by one pull, once more", count);
        try (ServerProcess server = ServerProcess.start(Duration.ZERO);
                ServerProcess proxy = ServerProcess.before(server.port(), FAR);
                BlobStore store = proxy.store()) {
            row(
                    "written with 32 at a time",
                    () -> write(Persistor.builder(store).concurrency(32), "fixed", count / 10));
            row("written", () -> write(Persistor.builder(store), "adapted", count));
        }
    }

    private static long write(Persistor.Builder builder, String prefix, int count) throws Exception {
        Supply supply = new Supply(prefix, count);
        try (Persistor persistor = builder.build()) {
            for (var next = supply.next(); next.isPresent(); next = supply.next()) {
                var unused = persistor.persist(next.get());
            }
        }
        return count;
    }

    /** Publishes messages, which is not measured, and captures them. */
    private void captureByPull(String what, int count) throws Exception {
        FeedProvider pubSub = new PubSubFeedProvider();
        List<Setting<?>> settings = new ArrayList<>(pubSub.settings());
        settings.addAll(PullSettings.all());
        try (ServerProcess broker = ServerProcess.withSubscription();
                ServerProcess server = ServerProcess.start(Duration.ZERO);
                ServerProcess proxy = ServerProcess.before(server.port(), FAR)) {
            Growth.publish(count, broker);
            Map<String, String> environment = Map.of(
                    "PUBSUB_EMULATOR_HOST",
                    broker.endpoint(),
                    "STORAGE_EMULATOR_HOST",
                    proxy.endpoint(),
                    "PERSISTOR_STORE",
                    "gs://" + ServerProcess.BUCKET,
                    "PERSISTOR_SUBSCRIPTION",
                    "projects/" + ServerProcess.PROJECT + "/subscriptions/" + ServerProcess.SUBSCRIPTION,
                    "PERSISTOR_PULL_DURATION",
                    "10m",
                    "PERSISTOR_PULL_MESSAGES",
                    Integer.toString(count));
            try (Capture capture = Capture.open(environment, settings);
                    Feed feed = pubSub.open(capture, PullLimits.of(capture.settings()), environment)) {
                row(what, () -> {
                    PullReport report = feed.archive();
                    require(report.persisted() == count, report.toString());
                    return count;
                });
            }
        }
    }

    void batches() throws Exception {
        head("Cloud Storage, batches of 1,000 in jsonl");
        try (ServerProcess server = ServerProcess.start(Duration.ZERO);
                ServerProcess proxy = ServerProcess.before(server.port(), FAR);
                BlobStore near = server.store();
                BlobStore far = proxy.store()) {
            int count = Math.min(10 * messages, MOST_IN_BATCHES);
            ArchiveScale.fill(near, "jsonl", count);
            for (int round = 0; round < 3; round++) {
                row("read, without latency", () -> read(Archive.on(near).build(), count));
                row("read, 30 ms away", () -> read(Archive.on(far).build(), count));
            }
        }
    }

    void azure() throws Exception {
        int count = Math.min(messages, MOST_IN_AZURITE);
        head("Azurite, a blob a message, 30 ms away");
        try (Azurite azurite = Azurite.start();
                ServerProcess proxy = ServerProcess.before(azurite.port(), FAR);
                BlobStore near = EndToEnd.open(azurite, azurite.port());
                BlobStore store = EndToEnd.open(azurite, proxy.port())) {
            EndToEnd.container(azurite, azurite.port()).create();
            ArchiveScale.fill(near::put, count);
            BlobContainerClient client = EndToEnd.container(azurite, proxy.port());
            List<String> names = names(store, count);
            row(
                    "the bare SDK, " + SDK_THREADS + " threads",
                    () -> download(names, name -> {
                        if (client.getBlobClient(name).downloadContent().getLength() == 0) {
                            throw new IOException(name + " is empty");
                        }
                    }));
            sdk = last;
            row(
                    "read with --concurrency 16",
                    () -> read(Archive.on(store).concurrency(FIXED).build(), count / 2));
            row("read", () -> read(Archive.on(store).build(), count));
        }
    }

    private void head(String what) {
        table.printf(
                Locale.ROOT,
                "%n| %s; in a heap of %,d MiB | messages | seconds | messages a second | of the bare SDK |"
                        + " microseconds of a processor a message | load |%n",
                what,
                Runtime.getRuntime().maxMemory() >> 20);
        table.println("|---|---|---|---|---|---|---|");
        sdk = 0;
    }

    private void row(String what, Turn turn) throws Exception {
        OperatingSystemMXBean machine = (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
        long start = System.nanoTime();
        long processor = machine.getProcessCpuTime();
        long count = turn.run();
        double seconds = (System.nanoTime() - start) / 1e9;
        processor = machine.getProcessCpuTime() - processor;
        last = count / seconds;
        table.printf(
                Locale.ROOT,
                "| %s | %,d | %.1f | %,.0f | %s | %,.0f | %.1f |%n",
                what,
                count,
                seconds,
                last,
                sdk == 0 ? "" : String.format(Locale.ROOT, "%.2f", last / sdk),
                processor / 1e3 / count,
                machine.getSystemLoadAverage());
    }

    private static List<String> names(BlobStore store, int count) {
        try (Stream<BlobInfo> blobs = store.list("")) {
            return blobs.limit(count).map(BlobInfo::name).map(BlobName::value).toList();
        }
    }

    private static long download(List<String> names, ArchiveScale.PlainRead read)
            throws ExecutionException, InterruptedException {
        Iterator<String> rest = names.iterator();
        Callers.run(SDK_THREADS, () -> {
            for (String name = next(rest); name != null; name = next(rest)) {
                read.read(name);
            }
            return null;
        });
        return names.size();
    }

    private static @Nullable String next(Iterator<String> rest) {
        synchronized (rest) {
            return rest.hasNext() ? rest.next() : null;
        }
    }

    private static long read(Archive archive, int count) {
        try (var reader = archive.read(MessageFilter.ALL, ReadOrder.NONE)) {
            int read = 0;
            while (read < count && reader.hasNext()) {
                reader.next();
                read++;
            }
            require(reader.findings().isEmpty(), reader.findings().toString());
            require(read == count, read + " messages");
            return read;
        }
    }

    private long verify(Archive archive) {
        Verification found = archive.verify(MessageFilter.ALL, List.of());
        require(found.findings().isEmpty(), found.findings().toString());
        return messages;
    }

    private long replay(Archive archive, ServerProcess topic) throws InterruptedException {
        try (MessagePublisher publisher = topic.publisher()) {
            ReplayReport report = Replay.of(archive, MessageFilter.ALL)
                    .to(publisher)
                    .order(ReplayOrder.NONE)
                    .build()
                    .run();
            require(report.published() == messages, report.toString());
            return report.published();
        }
    }

    private static void require(boolean expected, String otherwise) {
        if (!expected) {
            throw new IllegalStateException("measured something else: " + otherwise);
        }
    }
}
