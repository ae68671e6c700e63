package dev.persistor.benchmarks;

import dev.persistor.core.archive.Archive;
import dev.persistor.core.archive.ArchivedMessage;
import dev.persistor.core.archive.MessageFilter;
import dev.persistor.core.archive.MessageKey;
import dev.persistor.core.archive.SeenMessages;
import dev.persistor.core.batch.Batching;
import dev.persistor.core.format.Compression;
import dev.persistor.core.format.jsonl.JsonLinesFormat;
import dev.persistor.core.message.Message;
import dev.persistor.core.replay.Checkpoint;
import dev.persistor.core.replay.MessagePublisher;
import dev.persistor.core.replay.Published;
import dev.persistor.core.replay.Replay;
import dev.persistor.core.replay.ReplayReport;
import dev.persistor.core.store.BlobName;
import dev.persistor.core.store.BlobStore;
import dev.persistor.core.store.file.FileDriver;
import dev.persistor.core.write.Persistor;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.function.LongFunction;

/**
 * What it takes to recognise copies among a hundred million messages, and to continue with a checkpoint of as many, in a small heap.
 */
public final class DedupeScale {

    /** A part of the measurement, and how many messages it is about. */
    @FunctionalInterface
    private interface Turn {
        long run() throws Exception;
    }

    private static final long DEFAULT_MESSAGES = 100_000_000;
    private static final String REPLAY = "a replay of this benchmark";
    private static final long PART = 100;
    private static final int BATCH = 1_000;
    private static final int PAYLOAD_BYTES = 100;
    private static final double MEBIBYTE = 1 << 20;

    private final PrintStream table;
    private final Path folder;
    private final long messages;
    private final BlobName blob = BlobName.of("orders/a-blob.jsonl");

    /** Makes a measurement of so many messages, with files in a folder. */
    DedupeScale(PrintStream table, Path folder, long messages) {
        this.table = table;
        this.folder = folder;
        this.messages = messages;
    }

    /**
     * Prints the table.
     *
     * @param arguments a folder for files, and how many messages; a hundred million if there is no number
     */
    public static void main(String[] arguments) throws Exception {
        long messages = arguments.length < 2 ? DEFAULT_MESSAGES : Long.parseLong(arguments[1]);
        PrintStream table = new PrintStream(System.out, true, StandardCharsets.UTF_8);
        new DedupeScale(table, Path.of(arguments[0]), messages).measure();
    }

    void measure() throws Exception {
        table.printf(
                Locale.ROOT,
                "%n| %,d messages, in a heap of %,.0f MiB | messages | seconds | microseconds a message |"
                        + " MiB of the heap in use after a collection, at most | MiB of files |%n",
                messages,
                Runtime.getRuntime().maxMemory() / MEBIBYTE);
        table.println("|---|---|---|---|---|---|");
        long[] bytes = {0};
        row("the keys alone", () -> keys(messages / PART), bytes);
        try (SeenMessages seen = new SeenMessages()) {
            row(
                    "each message for the first time",
                    () -> add(seen, SeenMessages.Kind.NEW, i -> i, messages, bytes),
                    bytes);
            row("copies, in the order of the messages", () -> copies(seen, i -> messages / 2 + i, bytes), bytes);
            SplittableRandom random = new SplittableRandom(1);
            row("copies, in any order", () -> copies(seen, i -> random.nextLong(messages), bytes), bytes);
        }
        Path file = folder.resolve("checkpoint");
        bytes[0] = write(file);
        row("a checkpoint is opened and closed", () -> open(file), bytes);
        archive();
        row("a replay of messages that are published, with the checkpoint", () -> replay(file), bytes);
        table.printf(Locale.ROOT, "%nThe process had %s of memory at most.%n", peakMemory());
    }

    private void row(String what, Turn turn, long[] bytes) throws Exception {
        try (HeapWatch heap = new HeapWatch()) {
            long start = System.nanoTime();
            long count = turn.run();
            double seconds = (System.nanoTime() - start) / 1e9;
            System.gc();
            table.printf(
                    Locale.ROOT,
                    "| %s | %,d | %,.1f | %.2f | %,.0f | %,.0f |%n",
                    what,
                    count,
                    seconds,
                    1e6 * seconds / count,
                    heap.most() / MEBIBYTE,
                    bytes[0] / MEBIBYTE);
        }
    }

    private static Message message(long number) {
        byte[] payload = new byte[PAYLOAD_BYTES];
        for (int i = 0; i < Long.BYTES; i++) {
            payload[i] = (byte) (number >> (i * Byte.SIZE));
        }
        return Message.builder()
                .id(Long.toString(number))
                .source("orders")
                .publishTime(Instant.ofEpochMilli(number))
                .payload(payload)
                .build();
    }

    private static long keys(long count) {
        long length = 0;
        for (long i = 0; i < count; i++) {
            length += MessageKey.of(message(i)).digest().length();
        }
        return length == 0 ? 0 : count;
    }

    private long copies(SeenMessages seen, LongFunction<Long> number, long[] bytes) {
        return add(seen, SeenMessages.Kind.COPY, number, messages / PART, bytes);
    }

    private long add(
            SeenMessages seen, SeenMessages.Kind expected, LongFunction<Long> number, long count, long[] bytes) {
        for (long i = 0; i < count; i++) {
            SeenMessages.Kind kind = seen.add(new ArchivedMessage(message(number.apply(i)), blob, 0))
                    .kind();
            if (kind != expected) {
                throw new IllegalStateException("message " + number.apply(i) + " is taken for " + kind);
            }
        }
        bytes[0] = seen.bytesOnDisk();
        return count;
    }

    /** Writes what a replay notes of messages that it published; but for the first ones, any digest is as good as another. */
    private long write(Path file) throws IOException {
        SplittableRandom random = new SplittableRandom(2);
        try (BufferedWriter lines = Files.newBufferedWriter(file, StandardCharsets.US_ASCII)) {
            lines.write("persistor-checkpoint 3 " + REPLAY + "\n");
            for (long i = 0; i < messages; i++) {
                String digest = i < messages / PART
                        ? MessageKey.of(message(i)).digest()
                        : hex(random.nextLong()) + hex(random.nextLong());
                lines.write('>');
                lines.write(digest);
                lines.write("\n=");
                lines.write(digest);
                lines.write('\n');
            }
        }
        return Files.size(file);
    }

    private static String hex(long number) {
        String digits = Long.toHexString(number);
        return "0".repeat(2 * Long.BYTES - digits.length()) + digits;
    }

    private long open(Path file) {
        Checkpoint.open(file, REPLAY).close();
        return messages;
    }

    private void archive() {
        try (BlobStore store = BlobStore.over(FileDriver.open(folder.resolve("archive")));
                Persistor persistor = Persistor.builder(store)
                        .format(new JsonLinesFormat(Compression.NONE))
                        .batching(Batching.upTo(BATCH).orAfter(Duration.ofMillis(1)))
                        .build()) {
            for (long from = 0; from < messages / PART; from += BATCH) {
                List<Message> batch = new ArrayList<>();
                for (long i = from; i < Math.min(from + BATCH, messages / PART); i++) {
                    batch.add(message(i));
                }
                persistor.persistAll(batch);
            }
        }
    }

    private long replay(Path file) throws InterruptedException {
        try (BlobStore store = BlobStore.over(FileDriver.open(folder.resolve("archive")));
                Checkpoint checkpoint = Checkpoint.open(file, REPLAY)) {
            ReplayReport report = Replay.of(Archive.on(store).build(), MessageFilter.ALL)
                    .to(new Nowhere())
                    .checkpoint(checkpoint)
                    .build()
                    .run();
            if (report.publishedBefore() != messages / PART || !report.isComplete()) {
                throw new IllegalStateException("not all were published earlier: " + report);
            }
            return report.matched();
        }
    }

    /** Linux tells it; others do not. */
    private static String peakMemory() throws IOException {
        Path status = Path.of("/proc/self/status");
        return Files.exists(status)
                ? Files.readAllLines(status).stream()
                        .filter(line -> line.startsWith("VmHWM:"))
                        .map(line -> line.substring("VmHWM:".length()).strip())
                        .findFirst()
                        .orElse("an unknown amount")
                : "an unknown amount";
    }

    /** Is never given a message. */
    private static final class Nowhere implements MessagePublisher {

        @Override
        public CompletableFuture<Published> publish(Message message) {
            throw new IllegalStateException("message " + message.id() + " was published already");
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
