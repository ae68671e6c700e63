package dev.persistor.core.write;

import static dev.persistor.core.fixtures.Latches.awaitOrFail;
import static dev.persistor.core.fixtures.TestMessages.aMessage;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.persistor.core.format.RawFormat;
import dev.persistor.core.message.Attributes;
import dev.persistor.core.message.Message;
import dev.persistor.core.naming.PathTemplate;
import dev.persistor.core.store.Blob;
import dev.persistor.core.store.BlobLimits;
import dev.persistor.core.store.BlobName;
import dev.persistor.core.store.BlobSink;
import dev.persistor.core.store.BlobStore;
import dev.persistor.core.store.BlobStoreException;
import dev.persistor.core.store.OpenBlob;
import dev.persistor.core.store.PutResult;
import dev.persistor.core.store.memory.MemoryDriver;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class PersistorTest {

    private final BlobStore store = BlobStore.over(new MemoryDriver());
    private final RawFormat format = new RawFormat();

    private static Message message(String id, String payload) {
        return aMessage(id, payload)
                .publishTime(Instant.parse("2026-01-31T00:00:00Z"))
                .build();
    }

    private static List<Message> messages(int count) {
        return IntStream.range(0, count)
                .mapToObj(i -> message("m" + i, "payload " + i))
                .toList();
    }

    private Message read(BlobName name) {
        try (OpenBlob blob = store.open(name)) {
            return format.decode(blob, store);
        }
    }

    /** A sink in which something else happens before the store gets its blob. */
    private BlobSink sink(Function<Blob, PutResult> put) {
        return new BlobSink() {
            @Override
            public PutResult put(Blob blob) {
                return put.apply(blob);
            }

            @Override
            public BlobLimits limits() {
                return store.limits();
            }
        };
    }

    @Nested
    class Durability {

        @Test
        void aReceiptIsGivenOnlyWhenTheBlobIsDurable() throws Exception {
            CountDownLatch reached = new CountDownLatch(1);
            CountDownLatch storeAnswers = new CountDownLatch(1);
            BlobSink slow = sink(blob -> {
                reached.countDown();
                awaitOrFail(storeAnswers);
                return store.put(blob);
            });
            try (Persistor persistor = Persistor.builder(slow).build()) {
                CompletableFuture<Receipt> future = persistor.persist(message("1", "x"));
                reached.await();
                boolean early = future.isDone();
                storeAnswers.countDown();
                assertThat(early).as("completed before the store answered").isFalse();
                assertThat(read(future.get().blob())).isEqualTo(message("1", "x"));
            }
        }

        @Test
        void aFailedWriteIsNeverAReceipt() {
            BlobStoreException down = BlobStoreException.retryable("write: down");
            BlobSink failing = sink(blob -> {
                throw down;
            });
            try (Persistor persistor = Persistor.builder(failing).build()) {
                assertThatThrownBy(() -> persistor.persist(message("1", "x")).join())
                        .isInstanceOf(CompletionException.class)
                        .cause()
                        .isInstanceOfSatisfying(PersistException.class, e -> {
                            assertThat(e.failures())
                                    .containsExactly(new PersistException.Failure(message("1", "x"), down));
                            assertThat(e.isRetryable()).isTrue();
                        });
                assertThat(persistor.counters().failed()).isEqualTo(1);
                assertThat(persistor.counters().persisted()).isZero();
            }
        }

        @Test
        void thePayloadBlobIsWrittenOnlyAfterItsSidecar() {
            Message big = message("1", "x").toBuilder()
                    .attributes(Attributes.builder().add("a", "y".repeat(9_000)).build())
                    .build();
            BlobSink noSidecars = sink(blob -> {
                if (blob.name().value().endsWith(".attributes.json")) {
                    throw BlobStoreException.retryable("write: down");
                }
                return store.put(blob);
            });
            try (Persistor persistor = Persistor.builder(noSidecars).build()) {
                assertThatThrownBy(() -> persistor.persistAll(List.of(big))).isInstanceOf(PersistException.class);
                assertThat(store.list("")).isEmpty();
            }
        }

        @Test
        void closingWaitsForWhatIsUnderWay() throws Exception {
            CountDownLatch reached = new CountDownLatch(1);
            CountDownLatch storeAnswers = new CountDownLatch(1);
            Persistor persistor = Persistor.builder(sink(blob -> {
                        reached.countDown();
                        awaitOrFail(storeAnswers);
                        return store.put(blob);
                    }))
                    .build();
            CompletableFuture<Receipt> future = persistor.persist(message("1", "x"));
            reached.await();
            Thread closing = new Thread(persistor::close);
            closing.start();
            storeAnswers.countDown();
            closing.join();
            assertThat(future).isCompleted();
            assertThatThrownBy(() -> persistor.persist(message("2", "x"))).hasMessageContaining("closed");
            assertThatThrownBy(() -> persistor.persistAll(messages(1))).hasMessageContaining("closed");
        }
    }

    @Nested
    class Redelivery {

        @Test
        void aRedeliveredMessageFindsItsBlobAndWritesNothing() {
            try (Persistor persistor = Persistor.builder(store).build()) {
                Receipt first = persistor.persistAll(messages(1)).get(0);
                Message again =
                        messages(1).get(0).toBuilder().deliveryAttempt(2).build();
                Receipt second = persistor.persistAll(List.of(again)).get(0);

                assertThat(first.result()).isEqualTo(PutResult.CREATED);
                assertThat(second).isEqualTo(new Receipt(first.blob(), 0, PutResult.ALREADY_EXISTS));
                assertThat(store.list("")).hasSize(1);
                assertThat(persistor.counters().persisted()).isEqualTo(1);
                assertThat(persistor.counters().alreadyThere()).isEqualTo(1);
            }
        }

        @Test
        void ofManyDeliveriesAtOnceOneWrites() {
            try (Persistor persistor = Persistor.builder(store).build()) {
                List<CompletableFuture<Receipt>> deliveries = IntStream.range(0, 100)
                        .mapToObj(i -> persistor.persist(message("1", "x")))
                        .toList();
                assertThat(deliveries.stream()
                                .map(CompletableFuture::join)
                                .filter(receipt -> receipt.result() == PutResult.CREATED))
                        .hasSize(1);
            }
        }
    }

    @Nested
    class Collisions {

        private final PathTemplate lossy = PathTemplate.parse("{partition}/{offset}");

        @Test
        void aMessageWhoseNameIsTakenGoesToANameOfItsOwn() {
            try (Persistor persistor = Persistor.builder(store).naming(lossy).build()) {
                List<Message> messages = List.of(message("1", ""), message("2", ""), message("3", "other"));
                List<Receipt> receipts = messages.stream()
                        .map(message -> persistor.persistAll(List.of(message)).get(0))
                        .toList();

                assertThat(receipts).extracting(Receipt::blob).doesNotHaveDuplicates();
                assertThat(receipts).allMatch(receipt -> receipt.result() == PutResult.CREATED);
                for (int i = 0; i < messages.size(); i++) {
                    assertThat(read(receipts.get(i).blob())).isEqualTo(messages.get(i));
                }
                assertThat(persistor.counters().collided()).isEqualTo(2);
            }
        }

        @Test
        void aRedeliveryAfterACollisionFindsTheDerivedName() {
            try (Persistor persistor = Persistor.builder(store).naming(lossy).build()) {
                persistor.persistAll(List.of(message("1", "a")));
                Receipt first = persistor.persistAll(List.of(message("2", "b"))).get(0);
                Receipt second =
                        persistor.persistAll(List.of(message("2", "b"))).get(0);
                assertThat(second).isEqualTo(new Receipt(first.blob(), 0, PutResult.ALREADY_EXISTS));
                assertThat(store.list("")).hasSize(2);
            }
        }

        @Test
        void sidecarsFollowTheirMessages() {
            Attributes big = Attributes.builder().add("a", "y".repeat(9_000)).build();
            List<Message> messages = List.of(
                    message("1", "a").toBuilder().attributes(big).build(),
                    message("2", "b").toBuilder().attributes(big).build());
            try (Persistor persistor = Persistor.builder(store).naming(lossy).build()) {
                for (Message message : messages) {
                    Receipt receipt = persistor.persistAll(List.of(message)).get(0);
                    assertThat(read(receipt.blob())).isEqualTo(message);
                }
            }
        }
    }

    @Nested
    class Many {

        @Test
        void receiptsComeInTheOrderOfTheMessages() {
            try (Persistor persistor = Persistor.builder(store).concurrency(4).build()) {
                List<Message> messages = messages(200);
                List<Receipt> receipts = persistor.persistAll(messages);
                assertThat(receipts.stream().map(Receipt::blob).map(PersistorTest.this::read))
                        .containsExactlyElementsOf(messages);
            }
        }

        @Test
        void oneFailureKeepsNoOtherMessageFromBeingPersisted() {
            BlobSink picky = sink(blob -> {
                if (blob.name().value().contains("/m3")) {
                    throw BlobStoreException.permanent("write: forbidden");
                }
                return store.put(blob);
            });
            try (Persistor persistor = Persistor.builder(picky).build()) {
                assertThatThrownBy(() -> persistor.persistAll(messages(6)))
                        .isInstanceOfSatisfying(PersistException.class, e -> {
                            assertThat(e.failures())
                                    .extracting(failure -> failure.message().id())
                                    .containsExactly("m3");
                            assertThat(e.receipts()).hasSize(5);
                            assertThat(e.isRetryable()).isFalse();
                        })
                        .hasMessageContaining("1 message(s) not persisted (orders m3): write: forbidden");
                assertThat(store.list("")).hasSize(5);
            }
        }

        @Test
        void whenAllThreadsAreBusyAndAsManyMessagesWaitTheCallersThreadWrites() throws Exception {
            CountDownLatch busy = new CountDownLatch(2);
            CountDownLatch release = new CountDownLatch(1);
            Set<String> writers = java.util.concurrent.ConcurrentHashMap.newKeySet();
            AtomicInteger calls = new AtomicInteger();
            BlobSink sink = sink(blob -> {
                writers.add(Thread.currentThread().getName());
                if (calls.incrementAndGet() <= 2) {
                    busy.countDown();
                    awaitOrFail(release);
                }
                return store.put(blob);
            });
            try (Persistor persistor = Persistor.builder(sink).concurrency(2).build()) {
                List<CompletableFuture<Receipt>> held =
                        List.of(persistor.persist(message("1", "x")), persistor.persist(message("2", "x")));
                busy.await();
                List<CompletableFuture<Receipt>> waiting =
                        List.of(persistor.persist(message("3", "x")), persistor.persist(message("4", "x")));
                assertThat(persistor.persist(message("5", "x"))).isDone();
                assertThat(waiting).noneMatch(CompletableFuture::isDone);
                assertThat(writers).contains(Thread.currentThread().getName());
                assertThat(held).noneMatch(CompletableFuture::isDone);
                release.countDown();
            }
            assertThat(store.list("")).hasSize(5);
        }
    }
}
