package dev.persistor.core.write;

import static dev.persistor.core.fixtures.Latches.awaitOrFail;
import static dev.persistor.core.fixtures.TestMessages.aMessage;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.persistor.core.batch.Batching;
import dev.persistor.core.batch.FlushCause;
import dev.persistor.core.format.Compression;
import dev.persistor.core.format.MessageFormat;
import dev.persistor.core.format.MessageReader;
import dev.persistor.core.format.RawFormat;
import dev.persistor.core.format.UnencodableMessageException;
import dev.persistor.core.format.jsonl.JsonLinesFormat;
import dev.persistor.core.message.Attributes;
import dev.persistor.core.message.Message;
import dev.persistor.core.message.Position;
import dev.persistor.core.naming.PathTemplate;
import dev.persistor.core.store.Blob;
import dev.persistor.core.store.BlobInfo;
import dev.persistor.core.store.BlobLimits;
import dev.persistor.core.store.BlobName;
import dev.persistor.core.store.BlobSink;
import dev.persistor.core.store.BlobStore;
import dev.persistor.core.store.BlobStoreException;
import dev.persistor.core.store.OpenBlob;
import dev.persistor.core.store.PutResult;
import dev.persistor.core.store.memory.MemoryDriver;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Function;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class GroupCommitTest {

    private static final Duration HOUR = Duration.ofHours(1);
    private static final JsonLinesFormat JSONL = new JsonLinesFormat(Compression.NONE);

    private final BlobStore store = BlobStore.over(new MemoryDriver());
    private final List<PersistorListener.Flush> flushes = new CopyOnWriteArrayList<>();

    private final PersistorListener listener = new PersistorListener() {
        @Override
        public void flushed(Flush flush) {
            flushes.add(flush);
        }
    };

    private static Message message(int number) {
        return message(number, "payload " + number);
    }

    private static Message message(int number, String payload) {
        return aMessage("m" + number, payload)
                .publishTime(Instant.parse("2026-01-31T00:00:00Z").plusMillis(number))
                .build();
    }

    private static List<Message> messages(int from, int to) {
        return IntStream.range(from, to).mapToObj(GroupCommitTest::message).toList();
    }

    private Persistor persistor(Batching batching) {
        return persistor(batching, store::put);
    }

    private Persistor persistor(Batching batching, Function<Blob, PutResult> put) {
        return builder(batching, put).build();
    }

    private Persistor.Builder builder(Batching batching, Function<Blob, PutResult> put) {
        BlobSink sink = new BlobSink() {
            @Override
            public PutResult put(Blob blob) {
                return put.apply(blob);
            }

            @Override
            public BlobLimits limits() {
                return store.limits();
            }
        };
        return Persistor.builder(sink).format(JSONL).batching(batching).listener(listener);
    }

    private static List<CompletableFuture<Receipt>> persistEach(Persistor persistor, List<Message> messages) {
        return messages.stream().map(persistor::persist).toList();
    }

    private List<Message> read(BlobName name) {
        try (OpenBlob blob = store.open(name);
                MessageReader reader = JSONL.read(blob, store)) {
            List<Message> messages = new ArrayList<>();
            reader.forEachRemaining(messages::add);
            return messages;
        }
    }

    private List<BlobName> names() {
        return store.list("").map(BlobInfo::name).toList();
    }

    @Nested
    class Durability {

        @Test
        void aFutureCompletesOnlyWhenTheSharedBlobIsDurable() throws Exception {
            CountDownLatch reached = new CountDownLatch(1);
            CountDownLatch storeAnswers = new CountDownLatch(1);
            try (Persistor persistor = persistor(Batching.upTo(10).orAfter(HOUR), blob -> {
                reached.countDown();
                awaitOrFail(storeAnswers);
                return store.put(blob);
            })) {
                List<CompletableFuture<Receipt>> futures = persistEach(persistor, messages(0, 10));
                reached.await();
                boolean early = futures.stream().anyMatch(CompletableFuture::isDone);
                storeAnswers.countDown();
                assertThat(early).as("completed before the store answered").isFalse();
                for (int i = 0; i < 10; i++) {
                    assertThat(futures.get(i).get().index()).isEqualTo(i);
                }
                assertThat(names()).hasSize(1);
                assertThat(read(names().get(0))).isEqualTo(messages(0, 10));
            }
        }

        @Test
        void aFailedBatchFailsExactlyItsOwnCallersWithTheCause() {
            BlobStoreException down = BlobStoreException.retryable("write: down");
            try (Persistor persistor = persistor(Batching.upTo(2).orAfter(HOUR), blob -> {
                if (blob.metadata().get("persistor-first-offset").equals(Optional.of("10"))) {
                    throw down;
                }
                return store.put(blob);
            })) {
                List<Message> all = Stream.of(10, 11, 20, 21)
                        .map(offset -> message(offset).toBuilder()
                                .position(new Position("0", offset))
                                .build())
                        .toList();
                List<CompletableFuture<Receipt>> futures = persistEach(persistor, all);
                for (int i = 0; i < 2; i++) {
                    Message own = all.get(i);
                    assertThatThrownBy(futures.get(i)::join)
                            .cause()
                            .isInstanceOfSatisfying(
                                    PersistException.class,
                                    e -> assertThat(e.failures())
                                            .containsExactly(new PersistException.Failure(own, down)));
                }
                assertThat(futures.get(2).join().result()).isEqualTo(PutResult.CREATED);
                assertThat(futures.get(3).join().result()).isEqualTo(PutResult.CREATED);
                assertThat(persistor.counters().failed()).isEqualTo(2);
                assertThat(persistor.counters().persisted()).isEqualTo(2);
            }
        }

        @Test
        void closeWritesWhatWaits() {
            List<CompletableFuture<Receipt>> futures;
            try (Persistor persistor = persistor(Batching.upTo(100).orAfter(HOUR))) {
                futures = persistEach(persistor, messages(0, 7));
                assertThat(names()).isEmpty();
            }
            assertThat(futures).allSatisfy(future -> assertThat(future).isCompleted());
            assertThat(read(names().get(0))).isEqualTo(messages(0, 7));
            assertThat(flushes)
                    .singleElement()
                    .satisfies(flush -> assertThat(flush.cause()).isEqualTo(FlushCause.CLOSED));
        }

        @Test
        void anInterruptedCloseFailsWhatWasNotWritten() throws Exception {
            CountDownLatch reached = new CountDownLatch(1);
            CountDownLatch never = new CountDownLatch(1);
            Persistor persistor = builder(Batching.upTo(2).orAfter(HOUR), blob -> {
                        reached.countDown();
                        awaitOrFail(never);
                        return store.put(blob);
                    })
                    .concurrency(1)
                    .build();
            List<CompletableFuture<Receipt>> futures = persistEach(persistor, messages(0, 6));
            reached.await();
            AtomicBoolean interrupted = new AtomicBoolean();
            Thread closer = new Thread(() -> {
                persistor.close();
                interrupted.set(Thread.interrupted());
            });
            closer.start();
            await().until(() -> closer.getState() == Thread.State.TIMED_WAITING);
            closer.interrupt();
            closer.join();
            assertThat(interrupted).isTrue();
            for (CompletableFuture<Receipt> future : futures) {
                assertThatThrownBy(future::get).cause().isInstanceOf(PersistException.class);
            }
            assertThat(names()).isEmpty();
        }

        @Test
        void whenNoThreadCanBeHadTheFuturesFail() {
            Executor exhausted = task -> {
                throw new OutOfMemoryError("unable to create native thread (not really)");
            };
            PersistorListener nobody = new PersistorListener() {};
            BlobWriter writer = new BlobWriter(store, PathTemplate.DEFAULT, JSONL, nobody);
            GroupCommit commit =
                    new GroupCommit(Batching.upTo(2).orAfter(HOUR), writer, exhausted, nobody, new Outcomes(nobody));
            List<CompletableFuture<Receipt>> futures = List.of(commit.persist(message(1)), commit.persist(message(2)));
            assertThat(futures)
                    .allSatisfy(future -> assertThatThrownBy(future::join)
                            .cause()
                            .isInstanceOf(PersistException.class)
                            .hasRootCauseInstanceOf(OutOfMemoryError.class));
            commit.close();
        }

        @Test
        void aMessageThatTheFormatCannotHoldFailsAloneAndItsBatchGoesOn() {
            MessageFormat picky = new PickyFormat();
            Message unbearable = message(1, "unbearable");
            try (Persistor persistor = builder(Batching.upTo(4).orAfter(HOUR), store::put)
                    .format(picky)
                    .build()) {
                List<CompletableFuture<Receipt>> futures =
                        persistEach(persistor, List.of(message(0), unbearable, message(2), unbearable));
                for (CompletableFuture<Receipt> future : List.of(futures.get(1), futures.get(3))) {
                    assertThatThrownBy(future::join)
                            .cause()
                            .cause()
                            .isInstanceOf(UnencodableMessageException.class)
                            .hasMessageContaining("m1")
                            .hasMessageContaining("orders");
                }
                assertThat(persistor.counters().failed())
                        .as("each of the two is delivered again")
                        .isEqualTo(2);
                assertThat(futures.get(0).join().blob())
                        .isEqualTo(futures.get(2).join().blob());
                assertThat(read(names().get(0))).containsExactly(message(0), message(2));
            }
        }
    }

    @Nested
    class Bounds {

        @Test
        void aBatchIsWrittenWhenItHasAsManyMessagesAsItMay() {
            try (Persistor persistor = persistor(Batching.upTo(5).orAfter(HOUR))) {
                persistEach(persistor, messages(0, 10)).forEach(CompletableFuture::join);
                assertThat(names()).hasSize(2);
                assertThat(flushes).extracting(PersistorListener.Flush::cause).containsOnly(FlushCause.MESSAGES);
                assertThat(flushes).extracting(flush -> flush.messages().size()).containsOnly(5);
                assertThat(flushes)
                        .extracting(PersistorListener.Flush::partition)
                        .containsOnly("orders/2026/01/31/00");
            }
        }

        @Test
        void aBatchThatNobodyFillsIsWrittenWhenItsLingerIsOver() {
            try (Persistor persistor = persistor(Batching.upTo(500).orAfter(Duration.ofMillis(20)))) {
                persistEach(persistor, messages(0, 3)).forEach(CompletableFuture::join);
                assertThat(flushes).extracting(PersistorListener.Flush::cause).contains(FlushCause.LINGER);
            }
        }

        @Test
        void anOversizedMessageGoesAlone() {
            try (Persistor persistor =
                    persistor(Batching.upTo(500).orBytes(10_000).orAfter(HOUR))) {
                CompletableFuture<Receipt> small = persistor.persist(message(1));
                Receipt large =
                        persistor.persist(message(2, "x".repeat(50_000))).join();
                assertThat(read(large.blob())).containsExactly(message(2, "x".repeat(50_000)));
                assertThat(small.join().blob()).isNotEqualTo(large.blob());
            }
        }

        @Test
        void batchesNeverCrossFoldersAndSeveralFillAtOnce() {
            Persistor.Builder builder = builder(Batching.upTo(3).orAfter(HOUR), store::put)
                    .naming(PathTemplate.parse("{source}/{attr:type}/{batch}{ext}"));
            try (Persistor persistor = builder.build()) {
                List<CompletableFuture<Receipt>> futures = new ArrayList<>();
                for (int i = 0; i < 9; i++) {
                    futures.add(persistor.persist(message(i).toBuilder()
                            .attributes(Attributes.builder()
                                    .add("type", List.of("a", "b", "../c").get(i % 3))
                                    .build())
                            .build()));
                }
                Set<String> folders = new TreeSet<>();
                futures.forEach(future -> folders.add(future.join().blob().folder()));
                assertThat(folders).containsExactly("orders/%2E.%2Fc", "orders/a", "orders/b");
                assertThat(names())
                        .hasSize(3)
                        .allSatisfy(name -> assertThat(read(name))
                                .extracting(message -> message.attributes().text("type"))
                                .containsOnly(read(name).get(0).attributes().text("type")));
            }
        }

        @Test
        void offsetsOfTwoLogsNeverMeetInOneBlob() {
            Persistor.Builder builder =
                    builder(Batching.upTo(2).orAfter(HOUR), store::put).naming(PathTemplate.parse("all/{batch}{ext}"));
            try (Persistor persistor = builder.build()) {
                List<Message> all = new ArrayList<>();
                for (int offset = 5; offset < 7; offset++) {
                    for (String partition : List.of("0", "1")) {
                        for (String source : List.of("hub-a", "hub-b")) {
                            all.add(message(offset).toBuilder()
                                    .id(source + partition + offset)
                                    .source(source)
                                    .position(new Position(partition, offset))
                                    .build());
                        }
                    }
                }
                persistEach(persistor, all).forEach(CompletableFuture::join);
                assertThat(names())
                        .hasSize(4)
                        .allSatisfy(name -> assertThat(read(name))
                                .hasSize(2)
                                .extracting(Message::source)
                                .containsOnly(read(name).get(0).source()));
                // Two hubs have the same offsets in partitions of the same name: the second finds its name taken.
                assertThat(persistor.counters().collided()).isEqualTo(2);
                assertThat(names())
                        .anySatisfy(name -> assertThat(name.value())
                                .isEqualTo("all/0-00000000000000000005-00000000000000000006.jsonl"));
            }
        }

        @Test
        void batchesOfAFormatThatHoldsNoneAreRefused() {
            assertThatThrownBy(builder(Batching.upTo(2), store::put).format(new RawFormat())::build)
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining("raw")
                    .hasMessageContaining("2 messages");
        }
    }

    @Nested
    class Memory {

        private static final long TWO_MESSAGES = 2 * (512 + 1_000 + 2);
        private final CountDownLatch storeAnswers = new CountDownLatch(1);

        private Message kilobyte(int number) {
            return message(number, "x".repeat(1_000));
        }

        private Persistor stuck(Batching batching) {
            return persistor(batching, blob -> {
                awaitOrFail(storeAnswers);
                return store.put(blob);
            });
        }

        @Test
        void whoBringsMoreThanMayBeHeldWaitsAndLosesNothing() throws Exception {
            Batching bounds =
                    Batching.upTo(2).orBytes(TWO_MESSAGES).orAfter(HOUR).holding(TWO_MESSAGES);
            List<CompletableFuture<Receipt>> futures = Collections.synchronizedList(new ArrayList<>());
            try (Persistor persistor = stuck(bounds)) {
                futures.addAll(persistEach(persistor, List.of(kilobyte(0), kilobyte(1))));
                Thread caller = new Thread(() -> futures.add(persistor.persist(kilobyte(2))));
                caller.start();
                await().until(() -> caller.getState() == Thread.State.WAITING);
                assertThat(futures).hasSize(2);
                storeAnswers.countDown();
                caller.join();
                futures.add(persistor.persist(kilobyte(3)));
            }
            assertThat(futures)
                    .hasSize(4)
                    .allSatisfy(future -> assertThat(future).isCompleted());
        }

        @Test
        void underPressureOpenBatchesAreWrittenAndDoNotWaitForTheirLinger() {
            Batching bounds =
                    Batching.upTo(500).orBytes(TWO_MESSAGES).orAfter(HOUR).holding(TWO_MESSAGES);
            storeAnswers.countDown();
            List<CompletableFuture<Receipt>> futures = new ArrayList<>();
            try (Persistor persistor = builder(bounds, store::put)
                    .naming(PathTemplate.parse("{source}/{id}-{offset}/{batch}{ext}"))
                    .build()) {
                // Each in a folder of its own, so that none fills a batch.
                for (int i = 0; i < 20; i++) {
                    futures.add(persistor.persist(kilobyte(i)));
                }
            }
            assertThat(futures).allSatisfy(future -> assertThat(future).isCompleted());
            assertThat(flushes).extracting(PersistorListener.Flush::cause).contains(FlushCause.PRESSURE);
        }

        @Test
        void aBatchOfMoreThanMayBeHeldIsWrittenInParts() {
            Batching bounds =
                    Batching.upTo(500).orBytes(TWO_MESSAGES).orAfter(HOUR).holding(TWO_MESSAGES);
            try (Persistor persistor = persistor(bounds)) {
                List<Message> all =
                        IntStream.range(0, 50).mapToObj(this::kilobyte).toList();
                assertThat(persistor.persistTogether(all)).hasSize(50);
                assertThat(persistor.counters().persisted()).isEqualTo(50);
            }
        }

        private final Batching twoMessages =
                Batching.upTo(500).orBytes(TWO_MESSAGES).orAfter(HOUR).holding(TWO_MESSAGES);

        /** None of them fills a batch: the caller's own open batches hold the memory that it waits for. */
        @Test
        void aBatchOfMoreFoldersThanMayBeHeldIsWrittenInParts() {
            try (Persistor persistor = builder(twoMessages, store::put)
                    .naming(PathTemplate.parse("{source}/{id}/{batch}{ext}"))
                    .build()) {
                List<Message> all =
                        IntStream.range(0, 20).mapToObj(this::kilobyte).toList();
                assertThat(persistor.persistTogether(all)).hasSize(20);
            }
        }

        @Test
        void messagesThatLingerMakeRoomForABatch() {
            try (Persistor persistor = builder(twoMessages, store::put)
                    .naming(PathTemplate.parse("{source}/{id}/{batch}{ext}"))
                    .build()) {
                List<CompletableFuture<Receipt>> linger = persistEach(persistor, List.of(kilobyte(0), kilobyte(1)));
                assertThat(persistor.persistTogether(List.of(kilobyte(2), kilobyte(3))))
                        .hasSize(2);
                assertThat(linger)
                        .allSatisfy(future -> assertThat(future.join().result()).isEqualTo(PutResult.CREATED));
            }
        }

        @Test
        void aMessageOfMoreThanMayBeHeldIsWrittenAllTheSame() {
            Batching bounds = Batching.upTo(500).orBytes(100).orAfter(HOUR).holding(100);
            try (Persistor persistor = persistor(bounds)) {
                assertThat(persistor.persistAll(List.of(kilobyte(0), kilobyte(1))))
                        .hasSize(2);
            }
        }

        @Test
        void anInterruptedWaitFailsItsFutureAndStaysVisible() throws Exception {
            Batching bounds =
                    Batching.upTo(2).orBytes(TWO_MESSAGES).orAfter(HOUR).holding(TWO_MESSAGES);
            try (Persistor persistor = stuck(bounds)) {
                persistEach(persistor, List.of(kilobyte(0), kilobyte(1)));
                List<Object> seen = new CopyOnWriteArrayList<>();
                Thread caller = new Thread(() -> {
                    CompletableFuture<Receipt> future = persistor.persist(kilobyte(2));
                    seen.add(future.isCompletedExceptionally());
                    seen.add(Thread.currentThread().isInterrupted());
                });
                caller.start();
                await().until(() -> caller.getState() == Thread.State.WAITING);
                caller.interrupt();
                caller.join();
                assertThat(seen).containsExactly(true, true);
                storeAnswers.countDown();
            }
        }
    }

    @Nested
    class Redelivery {

        @Test
        void theSameBatchInAnyOrderWritesNothing() {
            List<Message> batch = new ArrayList<>(messages(0, 20));
            try (Persistor persistor = persistor(Batching.upTo(20).orAfter(HOUR))) {
                persistor.persistAll(batch);
                List<BlobInfo> before = store.list("").toList();
                Collections.shuffle(batch, new Random(7));
                assertThat(persistor.persistAll(batch))
                        .extracting(Receipt::result)
                        .containsOnly(PutResult.ALREADY_EXISTS);
                assertThat(store.list("")).isEqualTo(before);
                assertThat(persistor.counters().alreadyThere()).isEqualTo(20);
                assertThat(persistor.counters().collided()).isZero();
            }
        }

        @Test
        void anotherDeliveryAttemptMakesNoOtherBlob() {
            try (Persistor persistor = persistor(Batching.upTo(2).orAfter(HOUR))) {
                persistor.persistAll(messages(0, 2));
                List<Message> again = messages(0, 2).stream()
                        .map(message -> message.toBuilder().deliveryAttempt(5).build())
                        .toList();
                assertThat(persistor.persistAll(again))
                        .extracting(Receipt::result)
                        .containsOnly(PutResult.ALREADY_EXISTS);
            }
        }

        @Test
        void aMessageThatTwoCallersBringIsWrittenOnce() {
            try (Persistor persistor = persistor(Batching.upTo(3).orAfter(HOUR))) {
                List<Receipt> receipts = persistor.persistAll(List.of(message(1), message(1), message(0)));
                assertThat(receipts).extracting(Receipt::index).containsExactly(1, 1, 0);
                assertThat(read(receipts.get(0).blob())).containsExactly(message(0), message(1));
            }
        }

        @Test
        void aMessageThatComesTwiceInOrderIsWrittenOnce() {
            try (Persistor persistor = persistor(Batching.upTo(4).orAfter(HOUR))) {
                List<Receipt> receipts = persistor.persistAll(List.of(message(0), message(1), message(1), message(2)));
                assertThat(receipts).extracting(Receipt::index).containsExactly(0, 1, 1, 2);
                assertThat(read(receipts.get(0).blob())).containsExactly(message(0), message(1), message(2));
            }
        }

        @Test
        void messagesThatOnlyTheirAttributesTellApartAreAllWritten() {
            Message plain = message(0);
            Message red = withColour("red");
            Message blue = withColour("blue");
            try (Persistor persistor = persistor(Batching.upTo(6).orAfter(HOUR))) {
                List<Message> messages = List.of(plain, red, blue, plain, blue, message(1));
                List<Receipt> receipts = persistor.persistAll(messages);
                List<Message> blob = read(receipts.get(0).blob());
                assertThat(blob).containsExactlyInAnyOrder(plain, red, blue, message(1));
                assertThat(receipts)
                        .extracting(receipt -> blob.get(receipt.index()))
                        .isEqualTo(messages);
            }
        }

        @Test
        void messagesThatOnlyTheirAttributesTellApartMakeTheSameBlobInWhateverOrderTheyCome() {
            List<Message> messages = List.of(message(0), withColour("red"), withColour("blue"));
            List<Message> reversed = List.of(withColour("blue"), withColour("red"), message(0));
            try (Persistor persistor = persistor(Batching.upTo(3).orAfter(HOUR))) {
                BlobName blob = persistor.persistAll(messages).get(0).blob();
                List<Receipt> again = persistor.persistAll(reversed);
                assertThat(again).allMatch(receipt -> receipt.result() == PutResult.ALREADY_EXISTS);
                assertThat(again.get(0).blob()).isEqualTo(blob);
            }
        }

        private static Message withColour(String colour) {
            return message(0).toBuilder()
                    .attributes(Attributes.builder().add("colour", colour).build())
                    .build();
        }

        /**
         * Elsewhere a batch is named after its first message, and written over what is there: a redelivered message that
         * comes first in another batch replaces the blob in which it was acknowledged, with all others in it.
         */
        @Test
        void anAcknowledgedMessageThatComesFirstInAnotherBatchReplacesNothing() {
            try (Persistor persistor = persistor(Batching.upTo(3).orAfter(HOUR))) {
                List<Receipt> acknowledged = persistor.persistAll(messages(0, 3));
                List<Message> first = read(acknowledged.get(0).blob());

                // The acknowledgement of message 0 is lost. It comes again, with two that are new, and is the first.
                List<Receipt> again = persistor.persistAll(List.of(message(0), message(3), message(4)));

                assertThat(again.get(0).blob()).isNotEqualTo(acknowledged.get(0).blob());
                assertThat(read(acknowledged.get(0).blob())).isEqualTo(first).isEqualTo(messages(0, 3));
                assertThat(read(again.get(0).blob())).containsExactly(message(0), message(3), message(4));
                List<String> ids = names().stream()
                        .flatMap(name -> read(name).stream())
                        .map(Message::id)
                        .sorted()
                        .toList();
                assertThat(ids).as("one duplicate, nothing lost").containsExactly("m0", "m0", "m1", "m2", "m3", "m4");
            }
        }

        @Test
        void otherMessagesOfTheSameIdsGoToANameOfTheirOwn() {
            try (Persistor persistor = persistor(Batching.upTo(2).orAfter(HOUR))) {
                persistor.persistAll(messages(0, 2));
                List<Message> impostors = List.of(message(0, "other"), message(1, "other"));
                List<Receipt> receipts = persistor.persistAll(impostors);
                assertThat(receipts.get(0).blob().value()).contains(".collision-");
                assertThat(read(receipts.get(0).blob())).isEqualTo(impostors);
                assertThat(persistor.counters().collided()).isEqualTo(1);
                assertThat(persistor.persistAll(impostors))
                        .extracting(Receipt::result)
                        .containsOnly(PutResult.ALREADY_EXISTS);
            }
        }
    }

    @Nested
    class Together {

        @Test
        void aBrokersBatchIsWrittenAtOnceAndMixesWithNobody() {
            try (Persistor persistor = persistor(Batching.upTo(500).orAfter(HOUR))) {
                CompletableFuture<Receipt> waiting = persistor.persist(message(100));
                List<Receipt> receipts = persistor.persistTogether(messages(0, 10));
                assertThat(waiting).isNotDone();
                assertThat(read(receipts.get(0).blob())).isEqualTo(messages(0, 10));
                assertThat(flushes)
                        .singleElement()
                        .satisfies(flush -> assertThat(flush.cause()).isEqualTo(FlushCause.TOGETHER));
            }
        }

        @Test
        void withoutBatchingEachMessageHasItsBlob() {
            try (Persistor persistor = persistor(Batching.off())) {
                assertThat(persistor.persistTogether(messages(0, 3)))
                        .extracting(Receipt::blob)
                        .hasSize(3)
                        .doesNotHaveDuplicates();
            }
        }

        @Test
        void failuresNameTheirMessages() {
            try (Persistor persistor = persistor(Batching.upTo(2).orAfter(HOUR), blob -> {
                if (blob.metadata().get("persistor-count").orElse("").equals("1")) {
                    throw BlobStoreException.permanent("write: forbidden");
                }
                return store.put(blob);
            })) {
                assertThatThrownBy(() -> persistor.persistTogether(messages(0, 3)))
                        .isInstanceOfSatisfying(PersistException.class, e -> {
                            assertThat(e.failures())
                                    .extracting(PersistException.Failure::message)
                                    .containsExactly(message(2));
                            assertThat(e.receipts()).hasSize(2);
                        });
            }
        }
    }

    @Test
    void aClosedPersistorTakesNothing() {
        Persistor persistor = persistor(Batching.upTo(2));
        persistor.close();
        assertThatThrownBy(() -> persistor.persist(message(0))).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> persistor.persistTogether(messages(0, 2))).isInstanceOf(IllegalStateException.class);
    }
}
