package dev.persistor.core.write;

import static dev.persistor.core.fixtures.TestMessages.aMessage;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.persistor.core.batch.Batching;
import dev.persistor.core.capture.Archived;
import dev.persistor.core.capture.Capture;
import dev.persistor.core.capture.Delivery;
import dev.persistor.core.capture.PartitionWriter;
import dev.persistor.core.config.PersistorSettings;
import dev.persistor.core.config.Settings;
import dev.persistor.core.fixtures.PassingDriver;
import dev.persistor.core.format.Compression;
import dev.persistor.core.format.jsonl.JsonLinesFormat;
import dev.persistor.core.message.Message;
import dev.persistor.core.message.Position;
import dev.persistor.core.naming.PathTemplate;
import dev.persistor.core.store.BlobStore;
import dev.persistor.core.store.memory.MemoryDriver;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Memory runs out, or a class is missing, on any thread that makes messages durable: callers hear of it and never wait for ever. */
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class ProcessErrorTest {

    private static final Batching BATCHES = Batching.upTo(2).orAfter(Duration.ofMillis(1));

    private final MemoryDriver memory = new MemoryDriver();
    private final BlobStore store = BlobStore.over(memory);

    private static Message message(int number) {
        return aMessage(Integer.toString(number))
                .position(new Position("0", number))
                .build();
    }

    /** Fails with an Error wherever it is told something. */
    private static final class Broken implements PersistorListener {
        @Override
        public void persisted(Message message, Receipt receipt) {
            throw new NoClassDefFoundError("listener/Missing");
        }

        @Override
        public void failed(Message message, Throwable cause) {
            throw new NoClassDefFoundError("listener/Missing");
        }
    }

    @Test
    void anErrorOfAListenerFailsTheMessageAndLeavesNobodyWaiting() {
        try (Persistor persistor =
                Persistor.builder(store).listener(new Broken()).build()) {
            CompletableFuture<Receipt> future = persistor.persist(message(1));
            assertThatThrownBy(future::join).hasCauseInstanceOf(NoClassDefFoundError.class);
        }
    }

    @Test
    void anErrorOfAListenerFailsABatchAndLeavesNobodyWaiting() {
        try (Persistor persistor = Persistor.builder(store)
                .format(new JsonLinesFormat(Compression.NONE))
                .batching(BATCHES)
                .listener(new Broken())
                .build()) {
            List<CompletableFuture<Receipt>> futures =
                    List.of(persistor.persist(message(1)), persistor.persist(message(2)));
            assertThat(futures)
                    .allSatisfy(future -> assertThatThrownBy(future::join)
                            .hasCauseInstanceOf(PersistException.class)
                            .hasRootCauseInstanceOf(NoClassDefFoundError.class));
        }
    }

    private Capture capture(PersistorListener listener) {
        return Capture.open(
                Map.of(
                        "PERSISTOR_STORE", "mem:///",
                        "PERSISTOR_FORMAT", "jsonl",
                        "PERSISTOR_BATCH_MESSAGES", "2",
                        "PERSISTOR_BATCH_LINGER", "1ms"),
                List.of(),
                List.of(listener));
    }

    /** What follows must fail too: a later message of a log must not be there without the earlier one. */
    @Test
    void anErrorBeforeABatchOfALogIsWrittenFailsItAndAllThatFollows() {
        AtomicInteger flushes = new AtomicInteger();
        PersistorListener once = new PersistorListener() {
            @Override
            public void flushed(Flush flush) {
                if (flushes.getAndIncrement() == 0) {
                    throw new OutOfMemoryError("Java heap space (not really)");
                }
            }
        };
        try (Capture capture = capture(once);
                PartitionWriter logs = capture.partitions(Duration.ZERO)) {
            for (int number = 0; number < 3; number++) {
                CompletableFuture<Archived> future = logs.begin(message(number));
                assertThatThrownBy(future::join).hasRootCauseInstanceOf(OutOfMemoryError.class);
            }
            assertThat(capture.store().list("")).isEmpty();
        }
    }

    @Test
    void aDeliveryIsNotTriedAgainAfterAnError() {
        AtomicInteger attempts = new AtomicInteger();
        Settings settings = Settings.read(Map.of("PERSISTOR_STORE", "mem:///"), PersistorSettings.all());
        try (Capture capture = Capture.over(
                BlobStore.over(new PassingDriver(memory, blob -> {
                    attempts.incrementAndGet();
                    throw new NoClassDefFoundError("client/Missing");
                })),
                settings)) {
            assertThatThrownBy(() -> capture.archive(Delivery.of(message(1)), Duration.ofMinutes(10)))
                    .isInstanceOfSatisfying(
                            PersistException.class, e -> assertThat(e.error()).isPresent())
                    .hasMessageContaining("java.lang.NoClassDefFoundError: client/Missing");
            assertThat(attempts).hasValue(1);
        }
    }

    @Test
    void aBatchThatFindsItsThreadsShutDownIsWrittenByTheCaller() {
        PersistorListener nobody = new PersistorListener() {};
        JsonLinesFormat format = new JsonLinesFormat(Compression.NONE);
        GroupCommit commit = new GroupCommit(
                Batching.upTo(2).orAfter(Duration.ofMinutes(1)),
                new BlobWriter(store, PathTemplate.DEFAULT, format, nobody),
                task -> {
                    throw new RejectedExecutionException("shut down");
                },
                nobody,
                new Outcomes(nobody));
        List<CompletableFuture<Receipt>> futures = List.of(commit.persist(message(1)), commit.persist(message(2)));
        assertThat(futures)
                .allSatisfy(future -> assertThat(future.join().blob()).isNotNull());
        assertThat(store.list("")).hasSize(1);
        commit.close();
        assertThat(commit.persist(message(3)).join().blob())
                .as("after it was closed")
                .isNotNull();
    }
}
