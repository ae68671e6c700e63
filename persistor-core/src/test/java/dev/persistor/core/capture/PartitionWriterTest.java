package dev.persistor.core.capture;

import static dev.persistor.core.fixtures.Latches.awaitOrFail;
import static dev.persistor.core.fixtures.TestMessages.aMessage;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.persistor.core.config.PersistorSettings;
import dev.persistor.core.config.Settings;
import dev.persistor.core.fixtures.ForwardingDriver;
import dev.persistor.core.fixtures.PassingDriver;
import dev.persistor.core.format.MessageFormats;
import dev.persistor.core.format.MessageReader;
import dev.persistor.core.message.Attributes;
import dev.persistor.core.message.Message;
import dev.persistor.core.message.Position;
import dev.persistor.core.store.Blob;
import dev.persistor.core.store.BlobDriver;
import dev.persistor.core.store.BlobInfo;
import dev.persistor.core.store.BlobMetadata;
import dev.persistor.core.store.BlobName;
import dev.persistor.core.store.BlobPage;
import dev.persistor.core.store.BlobRange;
import dev.persistor.core.store.BlobStore;
import dev.persistor.core.store.BlobStoreException;
import dev.persistor.core.store.OpenBlob;
import dev.persistor.core.store.memory.MemoryDriver;
import dev.persistor.core.write.PersistException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(60)
class PartitionWriterTest {

    private final MemoryDriver memory = new MemoryDriver();
    private final BlobStore store = BlobStore.over(memory);

    private static Message message(String source, String partition, long offset, String payload) {
        return aMessage(partition + "-" + offset, payload)
                .source(source)
                .publishTime(Instant.parse("2026-01-31T02:00:00Z").plusMillis(offset))
                .position(new Position(partition, offset))
                .build();
    }

    private static List<Message> messages(String partition, int from, int to) {
        return IntStream.range(from, to)
                .mapToObj(offset -> message("orders", partition, offset, "payload " + offset))
                .toList();
    }

    private static Capture capture(BlobStore store, String... more) {
        Map<String, String> environment = new HashMap<>(Map.of(
                "PERSISTOR_STORE", "mem:///",
                "PERSISTOR_FORMAT", "jsonl",
                "PERSISTOR_PATH", "{source}/{yyyy}/{partition}/{id}{ext}",
                "PERSISTOR_BATCH_LINGER", "1h",
                "PERSISTOR_BATCH_MESSAGES", "2",
                "PERSISTOR_RETRY_DEADLINE", "1ms"));
        for (int i = 0; i < more.length; i += 2) {
            environment.put(more[i], more[i + 1]);
        }
        return Capture.over(store, Settings.read(environment, PersistorSettings.all()));
    }

    private Capture capture(Consumer<Blob> before, String... more) {
        return capture(BlobStore.over(new PassingDriver(memory, before)), more);
    }

    private static List<CompletableFuture<Archived>> begin(PartitionWriter writer, List<Message> messages) {
        return messages.stream().map(writer::begin).toList();
    }

    private static List<Archived> outcomes(List<CompletableFuture<Archived>> begun) {
        return begun.stream().map(CompletableFuture::join).toList();
    }

    /** Reads messages as a process does that starts with the first of them. */
    private static List<Archived> read(Capture capture, List<Message> messages) {
        List<CompletableFuture<Archived>> begun;
        try (PartitionWriter writer = capture.partitions(Duration.ZERO)) {
            begun = begin(writer, messages);
        }
        return outcomes(begun);
    }

    private List<Message> archived() {
        MessageFormats formats = MessageFormats.installed();
        List<Message> messages = new ArrayList<>();
        for (BlobInfo blob : store.list("").filter(PartitionWriterTest::isOurs).toList()) {
            try (OpenBlob open = store.open(blob.name());
                    MessageReader reader = formats.read(open, store)) {
                reader.forEachRemaining(messages::add);
            }
        }
        return messages;
    }

    private static boolean isOurs(BlobInfo blob) {
        return blob.metadata().get("persistor-count").isPresent();
    }

    private List<BlobName> names() {
        return store.list("").map(BlobInfo::name).toList();
    }

    @ParameterizedTest
    @ValueSource(strings = {"1", "2"})
    void aMessageWithoutAPositionIsRefused(String batch) {
        Message message = messages("0", 0, 1).get(0).toBuilder().position(null).build();
        try (Capture capture = capture(blob -> {}, "PERSISTOR_BATCH_MESSAGES", batch);
                PartitionWriter writer = capture.partitions(Duration.ZERO)) {
            assertThatThrownBy(() -> writer.begin(message))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("position");
        }
    }

    @Test
    void withoutBatchingEachMessageHasItsOwnBlob() {
        try (Capture capture = capture(blob -> {}, "PERSISTOR_BATCH_MESSAGES", "1")) {
            assertThat(read(capture, messages("0", 0, 3))).containsOnly(Archived.PERSISTED);
            assertThat(read(capture, messages("0", 0, 3))).containsOnly(Archived.ALREADY_THERE);
        }
        assertThat(names()).hasSize(3);
    }

    @Test
    void aLogThatWasCreatedAgainIsReported() {
        try (Capture capture = capture(blob -> {});
                PartitionWriter writer = capture.partitions(Duration.ZERO)) {
            writer.recreated("orders", "before", "now");
            assertThat(capture.counters().recreatedLogs()).isEqualTo(1);
        }
    }

    @Nested
    class Failures {

        private final AtomicInteger attempts = new AtomicInteger();
        private final AtomicBoolean failing = new AtomicBoolean(true);

        private Capture failing(String... more) {
            return capture(
                    blob -> {
                        attempts.incrementAndGet();
                        if (failing.get()) {
                            throw BlobStoreException.permanent("write: forbidden");
                        }
                    },
                    more);
        }

        @Test
        void afterAFailedBatchNothingOfThePartitionIsWrittenUntilItIsForgotten() {
            try (Capture capture = failing();
                    PartitionWriter writer = capture.partitions(Duration.ZERO)) {
                assertThat(begin(writer, messages("0", 0, 2)))
                        .allSatisfy(
                                future -> assertThatThrownBy(future::join).hasCauseInstanceOf(PersistException.class));
                failing.set(false);
                assertThat(begin(writer, messages("0", 2, 4)))
                        .allSatisfy(
                                future -> assertThatThrownBy(future::join).hasCauseInstanceOf(PersistException.class));
                assertThat(names()).isEmpty();
                assertThat(outcomes(begin(writer, messages("1", 0, 2)))).containsOnly(Archived.PERSISTED);

                writer.forget("orders", "", "0");
                assertThat(outcomes(begin(writer, messages("0", 0, 4)))).containsOnly(Archived.PERSISTED);
            }
            assertThat(archived()).hasSize(6).doesNotHaveDuplicates();
        }

        @Test
        void aBatchIsTriedAgainForAsLongAsItMayBe() {
            try (Capture capture = failing();
                    PartitionWriter writer = capture.partitions(PartitionWriter.ENDLESS)) {
                List<CompletableFuture<Archived>> begun = begin(writer, messages("0", 0, 2));
                await().until(() -> attempts.get() >= 2);
                assertThat(begun).noneMatch(CompletableFuture::isDone);
                failing.set(false);
                assertThat(outcomes(begun)).containsOnly(Archived.PERSISTED);
            }
        }

        @Test
        void aMessageOfAPartitionThatIsForgottenIsCancelledAndTheNextReaderGoesOn() {
            try (Capture capture = failing();
                    PartitionWriter writer = capture.partitions(PartitionWriter.ENDLESS)) {
                List<CompletableFuture<Archived>> begun = begin(writer, messages("0", 0, 2));
                await().until(() -> attempts.get() > 0);
                writer.forget("orders", "", "1");
                assertThat(begun).noneMatch(CompletableFuture::isDone);
                writer.forget("orders", "", "0");
                assertThat(begun)
                        .allSatisfy(future ->
                                assertThatThrownBy(future::join).hasRootCauseInstanceOf(CancellationException.class));
                failing.set(false);
                assertThat(outcomes(begin(writer, messages("0", 0, 2)))).containsOnly(Archived.PERSISTED);
            }
        }

        @Test
        void closingEndsTheRetriesAndFailsWhatIsNotDurable() {
            try (Capture capture = failing()) {
                PartitionWriter writer = capture.partitions(PartitionWriter.ENDLESS);
                List<CompletableFuture<Archived>> begun = begin(writer, messages("0", 0, 2));
                await().until(() -> attempts.get() > 0);
                writer.close();
                assertThat(begun)
                        .allSatisfy(
                                future -> assertThatThrownBy(future::join).hasCauseInstanceOf(PersistException.class));
            }
        }

        @ParameterizedTest
        @ValueSource(booleans = {true, false})
        void aMessageThatNoFormatCanHoldIsRejectedAndTheOthersAreArchived(boolean quarantine) {
            failing.set(false);
            List<Message> log = new ArrayList<>(messages("0", 0, 4));
            log.set(1, message("orders", "0", 1, "unbearable"));
            try (Capture capture = failing(
                    "PERSISTOR_FORMAT",
                    "picky",
                    "PERSISTOR_BATCH_MESSAGES",
                    "4",
                    "PERSISTOR_QUARANTINE",
                    Boolean.toString(quarantine))) {
                // The second time they are other messages at the same offsets, and are written beside the first.
                for (String payload : List.of("first", "second")) {
                    log.set(0, message("orders", "0", 0, payload + " 0"));
                    log.set(2, message("orders", "0", 2, payload + " 2"));
                    log.set(3, message("orders", "0", 3, payload + " 3"));
                    List<CompletableFuture<Archived>> begun;
                    try (PartitionWriter writer = capture.partitions(Duration.ZERO)) {
                        begun = begin(writer, log);
                    }
                    if (quarantine) {
                        assertThat(begun.get(1).join()).isEqualTo(Archived.QUARANTINED);
                    } else {
                        assertThatThrownBy(begun.get(1)::join).hasCauseInstanceOf(RefusedEventException.class);
                    }
                    assertThat(List.of(
                                    begun.get(0).join(),
                                    begun.get(2).join(),
                                    begun.get(3).join()))
                            .containsOnly(Archived.PERSISTED);
                }
                assertThat(capture.counters().persisted()).isEqualTo(6);
            }
            assertThat(store.list("_quarantine/")).hasSize(quarantine ? 1 : 0);
        }
    }

    @Nested
    class Bounds {

        private final CountDownLatch mayWrite = new CountDownLatch(1);
        private final CountDownLatch reached = new CountDownLatch(1);

        @Test
        void closingWritesWhatWaitsAndReturnsWhenItIsDurable() throws Exception {
            try (Capture capture = capture(blob -> {
                reached.countDown();
                awaitOrFail(mayWrite);
            })) {
                PartitionWriter writer = capture.partitions(Duration.ZERO);
                CompletableFuture<Archived> lingers =
                        writer.begin(messages("0", 0, 1).get(0));
                CompletableFuture<Void> closed = CompletableFuture.runAsync(writer::close);
                reached.await();
                assertThat(closed).isNotDone();
                assertThat(lingers).isNotDone();
                mayWrite.countDown();
                closed.join();
                assertThat(lingers).isCompletedWithValue(Archived.PERSISTED);
            }
        }

        @Test
        void batchesOfAPartitionAreWrittenOneAfterAnotherAndThoseOfOthersMeanwhile() throws Exception {
            AtomicInteger written = new AtomicInteger();
            try (Capture capture = capture(blob -> {
                        if (blob.name().value().contains("/0/")) {
                            written.incrementAndGet();
                            reached.countDown();
                            awaitOrFail(mayWrite);
                        }
                    });
                    PartitionWriter writer = capture.partitions(Duration.ZERO)) {
                List<CompletableFuture<Archived>> first = begin(writer, messages("0", 0, 2));
                List<CompletableFuture<Archived>> second = begin(writer, messages("0", 2, 4));
                reached.await();
                assertThat(outcomes(begin(writer, messages("1", 0, 2)))).containsOnly(Archived.PERSISTED);
                assertThat(written).hasValue(1);
                assertThat(second).noneMatch(CompletableFuture::isDone);
                mayWrite.countDown();
                assertThat(outcomes(first)).containsOnly(Archived.PERSISTED);
                assertThat(outcomes(second)).containsOnly(Archived.PERSISTED);
            }
        }

        @Test
        void moreThanMayBeHeldIsWrittenInPartsAndNothingIsLost() {
            List<Message> log = IntStream.range(0, 50)
                    .mapToObj(offset -> message("orders", "0", offset, "x".repeat(1_000)))
                    .toList();
            try (Capture capture = capture(
                    blob -> {},
                    "PERSISTOR_BATCH_MESSAGES",
                    "500",
                    "PERSISTOR_BATCH_BYTES",
                    "4KiB",
                    "PERSISTOR_BATCH_MEMORY",
                    "4KiB")) {
                assertThat(read(capture, log)).hasSize(50).containsOnly(Archived.PERSISTED);
            }
            assertThat(archived()).containsExactlyInAnyOrderElementsOf(log);
        }

        @Test
        void anInterruptedCallerFailsItsMessageAndStaysInterrupted() throws Exception {
            List<Message> log = IntStream.range(0, 3)
                    .mapToObj(offset -> message("orders", "0", offset, "x".repeat(1_000)))
                    .toList();
            try (Capture capture = capture(
                            blob -> awaitOrFail(mayWrite),
                            "PERSISTOR_BATCH_BYTES",
                            "3KiB",
                            "PERSISTOR_BATCH_MEMORY",
                            "3KiB");
                    PartitionWriter writer = capture.partitions(Duration.ZERO)) {
                List<CompletableFuture<Archived>> held = begin(writer, log.subList(0, 2));
                AtomicBoolean interrupted = new AtomicBoolean();
                CompletableFuture<CompletableFuture<Archived>> waiting = new CompletableFuture<>();
                Thread caller = new Thread(() -> {
                    waiting.complete(writer.begin(log.get(2)));
                    interrupted.set(Thread.currentThread().isInterrupted());
                });
                caller.start();
                await().until(() -> caller.getState() == Thread.State.WAITING);
                caller.interrupt();
                caller.join();
                assertThat(interrupted).isTrue();
                assertThatThrownBy(() -> waiting.join().join())
                        .hasCauseInstanceOf(PersistException.class)
                        .hasMessageContaining("interrupted");
                mayWrite.countDown();
                assertThat(outcomes(held)).containsOnly(Archived.PERSISTED);
            }
        }
    }

    @Nested
    class Folders {

        private static Message typed(String type, int offset) {
            return message("orders", "0", offset, "payload " + offset).toBuilder()
                    .attributes(Attributes.builder().add("type", type).build())
                    .build();
        }

        @Test
        void aBatchOfTwoFoldersIsWrittenIntoBoth() {
            List<Message> log = List.of(typed("a", 0), typed("b", 1), typed("a", 2), typed("b", 3));
            for (String size : List.of("4", "3")) {
                try (Capture capture = capture(
                        blob -> {},
                        "PERSISTOR_PATH",
                        "{source}/{attr:type}/{id}{ext}",
                        "PERSISTOR_BATCH_MESSAGES",
                        size)) {
                    assertThat(read(capture, log))
                            .containsOnly(size.equals("4") ? Archived.PERSISTED : Archived.ALREADY_THERE);
                }
            }
            assertThat(names()).hasSize(2);
        }

        @Test
        void whatAFolderHoldsIsLookedUpOnceAndOnceMoreWhenOffsetsGoBack() {
            AtomicInteger listings = new AtomicInteger();
            BlobDriver counting = new ForwardingDriver(memory) {
                @Override
                public BlobPage page(BlobRange range) throws Exception {
                    listings.incrementAndGet();
                    return super.page(range);
                }
            };
            try (Capture capture = capture(BlobStore.over(counting));
                    PartitionWriter writer = capture.partitions(Duration.ZERO)) {
                outcomes(begin(writer, messages("0", 0, 20)));
                assertThat(listings).hasValue(1);
                assertThat(outcomes(begin(writer, messages("0", 10, 20)))).containsOnly(Archived.ALREADY_THERE);
                assertThat(listings).hasValue(2);
            }
        }

        @Test
        void theLastOffsetThatWasWrittenIsFoundWhenItComesAgain() {
            try (Capture capture = capture(blob -> {});
                    PartitionWriter writer = capture.partitions(Duration.ZERO)) {
                outcomes(begin(writer, messages("0", 0, 2)));
                assertThat(outcomes(begin(writer, messages("0", 1, 3))))
                        .containsExactly(Archived.ALREADY_THERE, Archived.PERSISTED);
                assertThat(outcomes(begin(writer, messages("0", 2, 4))))
                        .containsExactly(Archived.ALREADY_THERE, Archived.PERSISTED);
            }
            assertThat(archived()).hasSize(4).doesNotHaveDuplicates();
        }

        @Test
        void moreFoldersThanAreRememberedAreWrittenAndFoundAgain() {
            try (Capture capture = capture(
                    blob -> {}, "PERSISTOR_PATH", "{source}/{id}/{batch}{ext}", "PERSISTOR_BATCH_MESSAGES", "50")) {
                List<Message> log = messages("0", 0, 300);
                try (PartitionWriter writer = capture.partitions(Duration.ZERO)) {
                    assertThat(outcomes(begin(writer, log))).containsOnly(Archived.PERSISTED);
                    assertThat(outcomes(begin(writer, log))).containsOnly(Archived.ALREADY_THERE);
                }
            }
            assertThat(names()).hasSize(300);
        }

        @Test
        void blobsOutsideOfFoldersAreFoundAgain() {
            for (String size : List.of("4", "3", "40")) {
                try (Capture capture = capture(
                        blob -> {}, "PERSISTOR_PATH", "{partition}-{id}{ext}", "PERSISTOR_BATCH_MESSAGES", size)) {
                    assertThat(read(capture, messages("0", 0, 12)))
                            .containsOnly(size.equals("4") ? Archived.PERSISTED : Archived.ALREADY_THERE);
                }
            }
            assertThat(names()).hasSize(3);
        }

        @Test
        void offsetsOfOtherSourcesAndPartitionsInTheFolderAreNotThoseOfTheLog() {
            List<List<Message>> logs = new ArrayList<>();
            for (String source : List.of("a", "b")) {
                for (String partition : List.of("0", "1")) {
                    logs.add(IntStream.range(0, 6)
                            .mapToObj(offset -> message(source, partition, offset, "same"))
                            .toList());
                }
            }
            try (Capture capture = capture(blob -> {}, "PERSISTOR_PATH", "all/{batch}{ext}")) {
                logs.forEach(log -> assertThat(read(capture, log)).containsOnly(Archived.PERSISTED));
                logs.forEach(log -> assertThat(read(capture, log.subList(1, 6))).containsOnly(Archived.ALREADY_THERE));
            }
            assertThat(archived()).hasSize(24).doesNotHaveDuplicates();
        }
    }

    @Nested
    class OtherWriters {

        private static Blob foreign(BlobName name) {
            return Blob.of(name, new byte[] {1, 2, 3}, "application/octet-stream", BlobMetadata.empty());
        }

        @Test
        void whatAnotherProcessWroteMeanwhileIsFoundWhateverItsBatches() {
            try (Capture capture = capture(blob -> {});
                    Capture other = capture(blob -> {}, "PERSISTOR_BATCH_MESSAGES", "4");
                    PartitionWriter writer = capture.partitions(Duration.ZERO)) {
                outcomes(begin(writer, messages("0", 0, 2)));
                assertThat(read(other, messages("0", 2, 6))).containsOnly(Archived.PERSISTED);
                assertThat(outcomes(begin(writer, messages("0", 2, 6)))).containsOnly(Archived.ALREADY_THERE);
                assertThat(outcomes(begin(writer, messages("0", 6, 8)))).containsOnly(Archived.PERSISTED);
            }
            assertThat(archived()).hasSize(8).doesNotHaveDuplicates();
        }

        /** Each round puts a foreign blob where the batch went in the round before. */
        @Test
        void aBatchWhoseNamesAreAllTakenByForeignBlobsIsStillWrittenOnce() {
            List<BlobName> taken = new ArrayList<>();
            for (int round = 0; round < 3; round++) {
                BlobStore scratch = BlobStore.over(new MemoryDriver());
                taken.forEach(name -> scratch.put(foreign(name)));
                try (Capture capture = capture(scratch)) {
                    assertThat(read(capture, messages("0", 0, 2))).containsOnly(Archived.PERSISTED);
                    assertThat(read(capture, messages("0", 0, 2))).containsOnly(Archived.ALREADY_THERE);
                    assertThat(read(capture, messages("0", 1, 2))).containsOnly(Archived.ALREADY_THERE);
                }
                List<BlobName> names = scratch.list("").map(BlobInfo::name).toList();
                assertThat(names).hasSize(round + 1);
                names.stream().filter(name -> !taken.contains(name)).findFirst().ifPresent(taken::add);
            }
        }

        @Test
        void aBlobAtItsNameThatHoldsOtherOffsetsOfTheLogIsACollision() {
            BlobStore scratch = BlobStore.over(new MemoryDriver());
            try (Capture capture = capture(scratch)) {
                read(capture, messages("0", 0, 2));
                read(capture, messages("0", 6, 8));
            }
            List<BlobInfo> blobs = scratch.list("").toList();
            try (OpenBlob later = scratch.open(blobs.get(1).name())) {
                store.put(Blob.of(
                        blobs.get(0).name(),
                        later.readVerified(),
                        "application/x-ndjson",
                        blobs.get(1).metadata()));
            }
            try (Capture capture = capture(blob -> {})) {
                assertThat(read(capture, messages("0", 0, 2))).containsOnly(Archived.PERSISTED);
                assertThat(capture.counters().collided()).isEqualTo(1);
                assertThat(read(capture, messages("0", 0, 2))).containsOnly(Archived.ALREADY_THERE);
            }
            assertThat(archived()).hasSize(4).doesNotHaveDuplicates();
        }

        /** Two processes find a name taken by a foreign blob, and meet at the name beside it. */
        @Test
        void aBatchThatAnotherProcessWroteBesideAForeignBlobIsFoundThere() {
            BlobStore scratch = BlobStore.over(new MemoryDriver());
            try (Capture capture = capture(scratch)) {
                read(capture, messages("0", 2, 4));
            }
            store.put(foreign(scratch.list("").findFirst().orElseThrow().name()));
            try (Capture capture = capture(blob -> {});
                    Capture other = capture(blob -> {}, "PERSISTOR_BATCH_MESSAGES", "4");
                    PartitionWriter writer = capture.partitions(Duration.ZERO)) {
                outcomes(begin(writer, messages("0", 0, 2)));
                assertThat(read(other, messages("0", 2, 6))).containsOnly(Archived.PERSISTED);
                assertThat(outcomes(begin(writer, messages("0", 2, 6)))).containsOnly(Archived.ALREADY_THERE);
            }
            assertThat(archived()).hasSize(6).doesNotHaveDuplicates();
        }
    }
}
