package dev.persistor.benchmarks;

import dev.persistor.core.archive.Archive;
import dev.persistor.core.archive.ArchiveReader;
import dev.persistor.core.archive.MessageFilter;
import dev.persistor.core.archive.ReadOrder;
import dev.persistor.core.compact.Compaction;
import dev.persistor.core.compact.CompactionReport;
import dev.persistor.core.format.ContentDigest;
import dev.persistor.core.message.Message;
import dev.persistor.core.replay.MessagePublisher;
import dev.persistor.core.replay.Published;
import dev.persistor.core.replay.Replay;
import dev.persistor.core.store.BlobInfo;
import dev.persistor.core.store.BlobPlace;
import dev.persistor.core.store.BlobStore;
import dev.persistor.core.store.BlobStores;
import dev.persistor.core.store.Digest;
import dev.persistor.core.write.Persistor;
import java.io.PrintStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * What it takes to compact single messages in Cloud Storage into batches, and to list and replay them before and afterwards. The server
 * is a process of its own, on the same machine.
 */
public final class CompactionScale {

    private static final int DEFAULT_MESSAGES = 200_000;
    private static final int CHUNK = 10_000;
    private static final Instant FIRST = Instant.parse("2026-01-30T00:00:00Z");
    private static final Duration EVERY = Duration.ofMillis(100);
    private static final double MEBIBYTE = 1 << 20;
    private static final int DIGEST_BYTES = 8;

    private final PrintStream table;
    private final int messages;

    /** Makes a comparison of so many messages. */
    CompactionScale(PrintStream table, int messages) {
        this.table = table;
        this.messages = messages;
    }

    /**
     * Prints the table.
     *
     * @param arguments how many messages; 200,000 if there is none
     */
    public static void main(String[] arguments) throws Exception {
        int messages = arguments.length == 0 ? DEFAULT_MESSAGES : Integer.parseInt(arguments[0]);
        new CompactionScale(new PrintStream(System.out, true, StandardCharsets.UTF_8), messages).measure();
    }

    void measure() throws Exception {
        try (ServerProcess server = ServerProcess.start(Duration.ZERO);
                BlobStore filling = store(driver(server), "raw/")) {
            fill(filling);
            CountingDriver from = driver(server);
            CountingDriver to = driver(server);
            try (BlobStore originals = store(from, "raw/");
                    BlobStore target = store(to, "compacted/");
                    HeapWatch heap = new HeapWatch()) {
                head();
                row("list and replay the originals", from, to, () -> replay(originals));
                row("compact", from, to, () -> compact(originals, target).written());
                row("compact again", from, to, () -> compact(originals, target).written());
                row("list and replay the batches", from, to, () -> replay(target));
                System.gc();
                sizes("originals", originals);
                sizes("batches", target);
                table.printf(
                        Locale.ROOT,
                        "%nThe batches hold %s. After a collection at most %,.0f MiB of the heap were in use.%n",
                        sum(originals) == sum(target) ? "the same messages as the originals" : "OTHER MESSAGES",
                        heap.most() / MEBIBYTE);
            }
        }
    }

    private static CountingDriver driver(ServerProcess server) {
        BlobPlace place = BlobStores.place(
                URI.create("gs://" + ServerProcess.BUCKET), Map.of("STORAGE_EMULATOR_HOST", server.endpoint()));
        return new CountingDriver(place.driver());
    }

    private static BlobStore store(CountingDriver driver, String folder) {
        return BlobStore.over(driver, folder);
    }

    private void fill(BlobStore store) {
        List<Message> samples = SampleMessages.of(CHUNK);
        try (Persistor persistor = Persistor.builder(store).build()) {
            for (int first = 0; first < messages; first += CHUNK) {
                persistor.persistAll(IntStream.range(first, Math.min(messages, first + CHUNK))
                        .mapToObj(number -> samples.get(number % CHUNK).toBuilder()
                                .id(Integer.toString(number))
                                .publishTime(FIRST.plus(EVERY.multipliedBy(number)))
                                .build())
                        .toList());
            }
        }
    }

    private void head() {
        table.printf(
                Locale.ROOT,
                "%n| %,d messages, in a heap of %,.0f MiB | messages | seconds | objects read | objects written | pages listed |%n",
                messages,
                Runtime.getRuntime().maxMemory() / MEBIBYTE);
        table.println("|---|---|---|---|---|---|");
    }

    private void row(String what, CountingDriver from, CountingDriver to, Callable<Long> action) throws Exception {
        long start = System.nanoTime();
        long count = action.call();
        double seconds = (System.nanoTime() - start) / 1e9;
        table.printf(
                Locale.ROOT,
                "| %s | %,d | %.1f | %,d | %,d | %,d |%n",
                what,
                count,
                seconds,
                from.read() + to.read(),
                from.written() + to.written(),
                from.listed() + to.listed());
    }

    private static CompactionReport compact(BlobStore originals, BlobStore target) throws InterruptedException {
        CompactionReport report = Compaction.of(originals, Archive.on(originals).build(), MessageFilter.ALL)
                .to(target)
                .run();
        if (!report.isComplete() || report.expirable().isEmpty()) {
            throw new IllegalStateException("not all was compacted: " + report);
        }
        return report;
    }

    /** Publishes to a target that takes everything at once. */
    private static long replay(BlobStore store) throws InterruptedException {
        return Replay.of(Archive.on(store).build(), MessageFilter.ALL)
                .to(new Nowhere())
                .build()
                .run()
                .published();
    }

    private void sizes(String what, BlobStore store) {
        try (Stream<BlobInfo> blobs = store.list("")) {
            long[] sizes = blobs.mapToLong(BlobInfo::size).toArray();
            table.printf(
                    Locale.ROOT,
                    "%nThe %s are %,d objects of %,.1f MiB.%n",
                    what,
                    sizes.length,
                    IntStream.range(0, sizes.length)
                                    .mapToLong(index -> sizes[index])
                                    .sum()
                            / MEBIBYTE);
        }
    }

    /** Adds up digests of all that messages have, in any order. */
    private static long sum(BlobStore store) {
        long sum = 0;
        try (ArchiveReader reader = Archive.on(store).build().read(MessageFilter.ALL, ReadOrder.NONE)) {
            while (reader.hasNext()) {
                Digest digest = new Digest();
                ContentDigest.addWhole(digest, reader.next().message());
                sum += Long.parseUnsignedLong(digest.hex(DIGEST_BYTES), 16);
            }
        }
        return sum;
    }

    /** A target that costs nothing. */
    private static final class Nowhere implements MessagePublisher {

        @Override
        public CompletableFuture<Published> publish(Message message) {
            return CompletableFuture.completedFuture(Published.withoutId());
        }

        @Override
        public void flush() {}

        @Override
        public void resume(String orderingKey) {}

        @Override
        public List<String> losses(Message message) {
            return List.of();
        }

        @Override
        public void close() {}
    }
}
