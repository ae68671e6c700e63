package dev.persistor.testkit;

import static dev.persistor.core.fixtures.TestMessages.aMessage;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.persistor.core.capture.Archived;
import dev.persistor.core.capture.Capture;
import dev.persistor.core.capture.PartitionWriter;
import dev.persistor.core.config.PersistorSettings;
import dev.persistor.core.config.Settings;
import dev.persistor.core.message.Attributes;
import dev.persistor.core.message.Message;
import dev.persistor.core.message.Position;
import dev.persistor.core.store.BlobInfo;
import dev.persistor.core.store.BlobStore;
import dev.persistor.core.store.file.FileDriver;
import dev.persistor.core.store.memory.MemoryDriver;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Logs that are read again and again, by writers that fail, end and meet, are in the archive once. */
class PartitionWriterTest {

    private static final Instant START = Instant.parse("2026-01-31T02:59:50Z");
    private static final Duration NONE = Duration.ZERO;

    private final MemoryDriver memory = new MemoryDriver();
    private final BlobStore store = BlobStore.over(memory);

    private static Message message(String partition, long offset, String payload) {
        return aMessage(partition + "-" + offset, payload)
                .publishTime(START.plusMillis(20 * offset))
                .position(new Position(partition, offset))
                .attributes(Attributes.builder()
                        .add("kind", "kind " + offset % 7 % 3)
                        .build())
                .build();
    }

    private static List<Message> log(String partition, int count) {
        Random random = new Random(count);
        List<Message> log = new ArrayList<>();
        long offset = 0;
        for (int i = 0; i < count; i++) {
            // Marks of transactions leave gaps.
            offset += 1 + (random.nextInt(10) == 0 ? random.nextInt(3) : 0);
            log.add(message(partition, offset, "payload " + offset));
        }
        return log;
    }

    private static Capture capture(BlobStore store, int batch, String... more) {
        Map<String, String> environment = new HashMap<>(Map.of(
                "PERSISTOR_STORE", "mem:///",
                "PERSISTOR_FORMAT", "jsonl",
                "PERSISTOR_PATH", "{source}/{time:HH-mm}/{attr:kind}/{id}{ext}",
                "PERSISTOR_BATCH_LINGER", "10ms",
                "PERSISTOR_RETRY_DEADLINE", "1ms",
                "PERSISTOR_BATCH_MESSAGES", Integer.toString(batch)));
        for (int i = 0; i < more.length; i += 2) {
            environment.put(more[i], more[i + 1]);
        }
        return Capture.over(store, Settings.read(environment, PersistorSettings.all()));
    }

    private static List<CompletableFuture<Archived>> begin(PartitionWriter logs, List<Message> messages) {
        return messages.stream().map(logs::begin).toList();
    }

    private static List<Archived> outcomes(List<CompletableFuture<Archived>> futures) {
        return futures.stream().map(CompletableFuture::join).toList();
    }

    private void assertOnce(List<Message> expected) {
        ArchiveComparison comparison = ArchiveComparison.of(expected, store);
        assertThat(comparison.isExact()).as("%s", comparison).isTrue();
    }

    @Test
    void aLogIsArchivedInBatchesOfEachFolder() {
        List<Message> log = log("3", 1_000);
        // It lingers for longer than any machine takes to bring a thousand messages: their number alone fills batches.
        try (Capture capture = capture(store, 100, "PERSISTOR_BATCH_LINGER", "1m")) {
            List<CompletableFuture<Archived>> begun;
            try (PartitionWriter logs = capture.partitions(NONE)) {
                begun = begin(logs, log);
            }
            assertThat(outcomes(begun)).containsOnly(Archived.PERSISTED);
            assertThat(capture.counters().persisted()).isEqualTo(1_000);
        }
        assertOnce(log);
        assertThat(store.list("")).hasSizeBetween(30, 36);
    }

    @Test
    void aStoreThatFailsWhenItIsAskedWhatIsThereIsAskedAgain() {
        List<Message> log = log("3", 300);
        try (Capture capture = capture(store, 100);
                PartitionWriter logs = capture.partitions(NONE)) {
            outcomes(begin(logs, log.subList(0, 200)));
        }
        FaultyBlobDriver faulty = FaultyBlobDriver.over(memory);
        faulty.failReads(7);
        try (Capture capture = capture(BlobStore.over(faulty), 100, "PERSISTOR_RETRY_DEADLINE", "1m");
                PartitionWriter logs = capture.partitions(NONE)) {
            List<Archived> again = outcomes(begin(logs, log));
            assertThat(again.subList(0, 200)).containsOnly(Archived.ALREADY_THERE);
            assertThat(again.subList(200, 300)).containsOnly(Archived.PERSISTED);
        }
        assertThat(faulty.faults()).isEqualTo(7);
        assertOnce(log);
    }

    @Test
    void foreignNamesInTheFoldersOfALogStopNothing(@TempDir Path folder) throws IOException {
        List<Message> log = log("3", 300);
        for (int run = 0; run < 2; run++) {
            try (BlobStore files = BlobStore.over(FileDriver.open(folder));
                    Capture capture = capture(files, 100);
                    PartitionWriter logs = capture.partitions(NONE)) {
                List<Archived> outcomes = outcomes(begin(logs, log));
                assertThat(outcomes).containsOnly(run == 0 ? Archived.PERSISTED : Archived.ALREADY_THERE);
                List<Path> folders;
                try (Stream<Path> paths = Files.walk(folder.resolve("orders"))) {
                    folders = paths.filter(Files::isDirectory).toList();
                }
                for (Path each : folders) {
                    Files.writeString(each.resolve("tab\there"), "x");
                    Files.writeString(each.resolve("back\\slash\nline"), "x");
                }
            }
        }
    }

    /** Another batch size makes other batches, of which all are there but the last. */
    @Test
    void whoReadsItAgainFindsItWhateverTheBatches() {
        List<Message> log = log("3", 1_000);
        try (Capture capture = capture(store, 100);
                PartitionWriter logs = capture.partitions(NONE)) {
            outcomes(begin(logs, log.subList(0, 700)));
        }
        List<String> before = store.list("").map(BlobInfo::toString).toList();
        try (Capture capture = capture(store, 37);
                PartitionWriter logs = capture.partitions(NONE)) {
            List<Archived> again = outcomes(begin(logs, log.subList(150, 1_000)));
            assertThat(again.subList(0, 550)).containsOnly(Archived.ALREADY_THERE);
            assertThat(again.subList(550, 850)).containsOnly(Archived.PERSISTED);
            assertThat(capture.counters().collided()).isZero();
        }
        assertThat(store.list("").map(BlobInfo::toString)).containsAll(before);
        assertOnce(log);
    }

    static IntStream seeds() {
        return IntStream.range(0, 16);
    }

    /** Writers begin where the last one that committed got to, several at a time, and end at any moment. */
    @ParameterizedTest
    @MethodSource("seeds")
    void writersThatFailAndMeetWriteNothingTwice(int seed) throws Exception {
        Random random = new Random(seed);
        List<List<Message>> partitions = List.of(log("0", 400), log("1", 400));
        int[] committed = new int[partitions.size()];
        for (int round = 0; committed[0] < 400 || committed[1] < 400; round++) {
            assertThat(round).as("rounds").isLessThan(2_000);
            List<Writer> writers = new ArrayList<>();
            for (int i = 0; i <= random.nextInt(3); i++) {
                writers.add(new Writer(random.nextLong(), partitions, committed.clone()));
            }
            writers.forEach(writer -> writer.start());
            for (Writer writer : writers) {
                writer.join();
                for (int p = 0; p < committed.length; p++) {
                    // One that is killed may not have committed all that it could.
                    committed[p] = Math.max(committed[p], writer.durable[p] - random.nextInt(2) * random.nextInt(60));
                }
            }
        }
        List<Message> all = new ArrayList<>(partitions.get(0));
        all.addAll(partitions.get(1));
        assertOnce(all);
    }

    private final class Writer extends Thread {
        private final Random random;
        private final List<List<Message>> partitions;
        private final int[] durable;

        Writer(long seed, List<List<Message>> partitions, int[] from) {
            this.random = new Random(seed);
            this.partitions = partitions;
            this.durable = from;
        }

        @Override
        public void run() {
            FaultyBlobDriver faulty = FaultyBlobDriver.random(memory, random.nextDouble() / 5, random.nextLong());
            try (Capture capture = capture(BlobStore.over(faulty), 2 + random.nextInt(80));
                    PartitionWriter logs = capture.partitions(Duration.ofMillis(random.nextInt(2) * 50L))) {
                List<List<CompletableFuture<Archived>>> begun = new ArrayList<>();
                for (int p = 0; p < durable.length; p++) {
                    List<Message> log = partitions.get(p);
                    int end = Math.min(log.size(), durable[p] + random.nextInt(250));
                    begun.add(begin(logs, log.subList(durable[p], end)));
                }
                if (random.nextInt(3) == 0) {
                    sleep(random.nextInt(20));
                    faulty.setDown(true);
                }
                for (int p = 0; p < durable.length; p++) {
                    for (CompletableFuture<Archived> future : begun.get(p)) {
                        future.get(60, TimeUnit.SECONDS);
                        durable[p]++;
                    }
                }
            } catch (ExecutionException e) {
                // It ends here, as far as it got.
                return;
            } catch (InterruptedException | TimeoutException e) {
                throw new IllegalStateException("a message was left without an outcome", e);
            }
        }
    }

    @Test
    void afterAFailureNothingBehindItIsWritten() {
        FaultyBlobDriver faulty = FaultyBlobDriver.over(memory);
        List<Message> log = log("0", 30);
        try (Capture capture = capture(
                        BlobStore.over(faulty),
                        10,
                        "PERSISTOR_PATH",
                        "{source}/{id}{ext}",
                        "PERSISTOR_BATCH_LINGER",
                        "10s");
                PartitionWriter logs = capture.partitions(NONE)) {
            faulty.script(FaultyBlobDriver.Fault.NONE, FaultyBlobDriver.Fault.PERMANENT);
            List<CompletableFuture<Archived>> begun = begin(logs, log);
            Awaitility.await().until(() -> begun.stream().allMatch(CompletableFuture::isDone));
            assertThat(begun.subList(0, 10)).noneMatch(CompletableFuture::isCompletedExceptionally);
            assertThat(begun.subList(10, 30)).allMatch(CompletableFuture::isCompletedExceptionally);
            assertThat(store.list("")).hasSize(1);
            logs.forget("orders", "", "0");
            assertThat(outcomes(begin(logs, log.subList(10, 30)))).containsOnly(Archived.PERSISTED);
        }
        assertOnce(log);
    }

    @Test
    void whileItsPatienceLastsItTriesAgain() {
        FaultyBlobDriver faulty = FaultyBlobDriver.over(memory);
        List<Message> log = log("0", 30);
        try (Capture capture = capture(BlobStore.over(faulty), 10);
                PartitionWriter logs = capture.partitions(Duration.ofMinutes(1))) {
            faulty.setDown(true);
            List<CompletableFuture<Archived>> begun = begin(logs, log);
            Awaitility.await().until(() -> faulty.faults() > 6);
            assertThat(begun).noneMatch(CompletableFuture::isDone);
            faulty.setDown(false);
            assertThat(outcomes(begun)).containsOnly(Archived.PERSISTED);
        }
        assertOnce(log);
    }

    @Test
    void closingEndsThePatience() {
        FaultyBlobDriver faulty = FaultyBlobDriver.over(memory);
        faulty.setDown(true);
        Capture capture = capture(BlobStore.over(faulty), 10);
        PartitionWriter logs = capture.partitions(Duration.ofHours(1));
        List<CompletableFuture<Archived>> begun = begin(logs, log("0", 30));
        logs.close();
        assertThat(begun).allMatch(CompletableFuture::isCompletedExceptionally);
        CompletableFuture<Archived> late = logs.begin(message("0", 99, "late"));
        Awaitility.await().until(late::isDone);
        assertThat(late).isCompletedExceptionally();
        capture.close();
    }

    /** As after a topic was deleted and made anew within the hour. */
    @Test
    void otherMessagesOfTheSameOffsetsAreStoredBesideThoseThatAreThere() {
        List<Message> log = log("0", 50);
        List<Message> other = log.stream()
                .map(message -> message("0", offset(message), "other"))
                .toList();
        try (Capture capture = capture(store, 10);
                PartitionWriter logs = capture.partitions(NONE)) {
            outcomes(begin(logs, log));
            logs.forget("orders", "", "0");
            assertThat(outcomes(begin(logs, other))).containsOnly(Archived.PERSISTED);
            assertThat(capture.counters().collided()).isPositive();
            logs.forget("orders", "", "0");
            assertThat(outcomes(begin(logs, log))).containsOnly(Archived.ALREADY_THERE);
        }
        List<Message> both = new ArrayList<>(log);
        both.addAll(other);
        ArchiveComparison comparison = ArchiveComparison.of(both, store);
        assertThat(comparison.lost()).isEmpty();
        assertThat(comparison.duplicates()).hasSize(50);
    }

    private static long offset(Message message) {
        return message.position().orElseThrow().offset();
    }

    @Test
    void withoutBatchesEachMessageIsABlobOfItsOwn() {
        List<Message> log = log("0", 20);
        try (Capture capture = capture(store, 1, "PERSISTOR_FORMAT", "raw");
                PartitionWriter logs = capture.partitions(NONE)) {
            assertThat(outcomes(begin(logs, log))).containsOnly(Archived.PERSISTED);
            assertThat(outcomes(begin(logs, log))).containsOnly(Archived.ALREADY_THERE);
        }
        assertOnce(log);
    }

    @Test
    void aMessageWithoutAPositionIsRefused() {
        try (Capture capture = capture(store, 10);
                PartitionWriter logs = capture.partitions(NONE)) {
            Message none = Message.builder()
                    .id("1")
                    .source("orders")
                    .publishTime(START)
                    .payload(new byte[0])
                    .build();
            assertThatThrownBy(() -> logs.begin(none))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("must have a position");
        }
    }
}
