package dev.persistor.benchmarks;

import dev.persistor.core.archive.Archive;
import dev.persistor.core.archive.ArchiveReader;
import dev.persistor.core.archive.MessageFilter;
import dev.persistor.core.archive.ReadOrder;
import dev.persistor.core.batch.Batching;
import dev.persistor.core.format.Compression;
import dev.persistor.core.format.Manifest;
import dev.persistor.core.format.MessageFormats;
import dev.persistor.core.format.RawFormat;
import dev.persistor.core.message.Message;
import dev.persistor.core.message.TimeRange;
import dev.persistor.core.naming.PathTemplate;
import dev.persistor.core.store.Blob;
import dev.persistor.core.store.BlobInfo;
import dev.persistor.core.store.BlobLimits;
import dev.persistor.core.store.BlobName;
import dev.persistor.core.store.BlobStore;
import dev.persistor.core.store.file.FileDriver;
import dev.persistor.core.write.Persistor;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.function.Consumer;
import java.util.stream.Stream;

/**
 * What it takes to list, read and filter an archive of many messages, in a folder and through the storage client, beside reading
 * the same bytes one blob after the other and doing nothing with them. It runs in a small heap, so that it shows what memory is
 * needed.
 */
public final class ArchiveScale {

    /** Reads a blob, as whoever has no Persistor would. */
    @FunctionalInterface
    interface PlainRead {
        void read(String name) throws IOException;
    }

    private static final List<String> FORMATS = List.of("jsonl", "avro");
    private static final int ROUNDS = 7;
    private static final int BATCH = 1_000;
    private static final int DEFAULT_MESSAGES = 1_000_000;
    private static final int BUFFER = 64 * 1024;
    private static final Instant FIRST = Instant.parse("2026-01-30T00:00:00Z");
    private static final Duration EVERY = Duration.ofMillis(100);
    private static final long FIRST_ID = 9_718_374_650_112_233L;
    /** Those of Cloud Storage. */
    private static final BlobLimits LIMITS = new BlobLimits(1024, 1024, 8 * 1024);

    private static final double MEBIBYTE = 1 << 20;

    private final int rounds;
    private final PrintStream table;
    private final BlobStore store;
    private final PlainRead plain;
    private final Archive archive;
    private double plainSeconds;

    /** Makes a comparison of so many rounds that count, on an archive. */
    ArchiveScale(int rounds, PrintStream table, BlobStore store, PlainRead plain) {
        this.rounds = rounds;
        this.table = table;
        this.store = store;
        this.plain = plain;
        this.archive = Archive.on(store).build();
    }

    /**
     * Makes archives, one in a temporary folder and one in a server of its own, measures, and deletes them.
     *
     * @param arguments how many messages; a million if there is none
     */
    public static void main(String[] arguments) throws Exception {
        int messages = arguments.length == 0 ? DEFAULT_MESSAGES : Integer.parseInt(arguments[0]);
        PrintStream table = new PrintStream(System.out, true, StandardCharsets.UTF_8);
        for (String format : FORMATS) {
            Path folder = Files.createTempDirectory("persistor-archive-");
            try (BlobStore store = BlobStore.over(FileDriver.open(folder))) {
                fill(store, format, messages);
                new ArchiveScale(ROUNDS, table, store, inFolder(folder)).measure(format + ", in a folder");
            } finally {
                delete(folder);
            }
        }
        for (String format : FORMATS) {
            try (ServerProcess server = ServerProcess.start(Duration.ZERO);
                    BlobStore store = server.store();
                    BareStorage client = BareStorage.of(server)) {
                fill(store, format, messages);
                new ArchiveScale(ROUNDS, table, store, client::read).measure(format + ", through the storage client");
            }
        }
    }

    /** Archives messages, one every 100 ms, in batches of 1,000. */
    static void fill(BlobStore store, String format, int messages) {
        List<Message> samples = SampleMessages.of(BATCH);
        try (Persistor persistor = Persistor.builder(store)
                .format(MessageFormats.named(format, Compression.NONE))
                .batching(Batching.upTo(BATCH).orAfter(Duration.ofMillis(5)))
                .build()) {
            for (int first = 0; first < messages; first += BATCH) {
                List<Message> batch = new ArrayList<>();
                for (int i = first; i < Math.min(messages, first + BATCH); i++) {
                    batch.add(samples.get(i % BATCH).toBuilder()
                            .id(Integer.toString(i))
                            .publishTime(FIRST.plus(EVERY.multipliedBy(i)))
                            .build());
                }
                persistor.persistTogether(batch);
            }
        }
    }

    /** Makes messages, one every 100 ms, each a blob as Persistor writes them by default, in the order of their names. */
    static void fill(Consumer<Blob> sink, int messages) {
        List<Message> samples = SampleMessages.of(BATCH);
        RawFormat format = new RawFormat();
        for (int i = 0; i < messages; i++) {
            Message message = samples.get(i % BATCH).toBuilder()
                    .id(Long.toString(FIRST_ID + i))
                    .publishTime(FIRST.plus(EVERY.multipliedBy(i)))
                    .build();
            BlobName name = PathTemplate.DEFAULT.nameOf(List.of(message), format.extension(), LIMITS);
            format.encode(name, List.of(message), LIMITS).forEach(sink);
        }
    }

    static PlainRead inFolder(Path folder) {
        byte[] buffer = new byte[BUFFER];
        return name -> {
            try (InputStream in = Files.newInputStream(folder.resolve(name))) {
                while (in.read(buffer) >= 0) {
                    // What is read is of no use here.
                }
            }
        };
    }

    /** Prints the table. */
    void measure(String where) throws Exception {
        List<BlobInfo> blobs = store.list("").toList();
        long bytes = blobs.stream().mapToLong(BlobInfo::size).sum();
        MessageFilter hour = MessageFilter.builder()
                .range(new TimeRange(FIRST.plusSeconds(3_600), FIRST.plusSeconds(7_200)))
                .build();
        MessageFilter one = MessageFilter.builder().id("77").build();
        table.printf(
                Locale.ROOT,
                "%n| %s: %,d blobs, %,.0f MiB, in a heap of %,.0f MiB | found | seconds | found a second | MiB of the"
                        + " archive a second | as fast as the plain read |%n",
                where,
                blobs.size(),
                bytes / MEBIBYTE,
                Runtime.getRuntime().maxMemory() / MEBIBYTE);
        table.println("|---|---|---|---|---|---|");
        row("plain sequential read of the same bytes", bytes, () -> readPlainly(blobs));
        row("list everything", bytes, () ->
                (long) archive.blobs(MessageFilter.ALL).mapToInt(blob -> 1).sum());
        row("list an hour", bytes, () ->
                (long) archive.blobs(hour).mapToInt(blob -> 1).sum());
        row("read everything, as it comes", bytes, () -> read(archive, MessageFilter.ALL, ReadOrder.NONE));
        row("read everything, in the order of time", bytes, () -> read(archive, MessageFilter.ALL, ReadOrder.TIME));
        row("find one id in everything", bytes, () -> read(archive, one, ReadOrder.NONE));
        row("read an hour, in the order of time", bytes, () -> read(archive, hour, ReadOrder.TIME));
    }

    private void row(String what, long bytes, Callable<Long> action) throws Exception {
        double[] seconds = new double[rounds];
        long count = action.call();
        for (int round = 0; round < rounds; round++) {
            long start = System.nanoTime();
            count = action.call();
            seconds[round] = (System.nanoTime() - start) / 1e9;
        }
        double median = Median.of(seconds);
        plainSeconds = plainSeconds == 0 ? median : plainSeconds;
        table.printf(
                Locale.ROOT,
                "| %s | %,d | %.3f | %,.0f | %,.0f | %.2f |%n",
                what,
                count,
                median,
                count / median,
                bytes / MEBIBYTE / median,
                plainSeconds / median);
    }

    private long readPlainly(List<BlobInfo> blobs) throws IOException {
        long messages = 0;
        for (BlobInfo blob : blobs) {
            messages += Manifest.of(blob.metadata()).map(Manifest::count).orElse(0);
            plain.read(blob.name().value());
        }
        return messages;
    }

    /** Reads messages, does nothing with them, and returns how many there were. */
    static long read(Archive archive, MessageFilter filter, ReadOrder order) {
        long count = 0;
        try (ArchiveReader reader = archive.read(filter, order)) {
            while (reader.hasNext()) {
                reader.next();
                count++;
            }
        }
        return count;
    }

    private static void delete(Path folder) throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : (Iterable<Path>) files.sorted(Comparator.reverseOrder())::iterator) {
                Files.delete(file);
            }
        }
    }
}
