package dev.persistor.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.persistor.core.message.Message;
import dev.persistor.core.retry.RetryBudget;
import dev.persistor.core.store.Blob;
import dev.persistor.core.store.BlobMetadata;
import dev.persistor.core.store.BlobName;
import dev.persistor.core.store.BlobStore;
import dev.persistor.core.store.BlobStoreException;
import dev.persistor.core.store.PutResult;
import dev.persistor.core.store.memory.MemoryDriver;
import dev.persistor.core.write.PersistException;
import dev.persistor.core.write.Persistor;
import dev.persistor.testkit.FaultyBlobDriver.Fault;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class FaultyBlobDriverTest {

    private static final Blob BLOB = Blob.of(BlobName.of("a"), new byte[] {1}, "t/t", BlobMetadata.empty());

    private final MemoryDriver memory = new MemoryDriver();
    private final BlobStore store = BlobStore.over(memory);

    @Test
    void scriptedFaultsHappenInTheirOrder() {
        FaultyBlobDriver driver =
                FaultyBlobDriver.over(memory).script(Fault.BEFORE_WRITE, Fault.PERMANENT, Fault.AFTER_WRITE);
        BlobStore faulty = BlobStore.over(driver).withRetries(RetryBudget.none());
        assertThatThrownBy(() -> faulty.put(BLOB)).isInstanceOf(BlobStoreException.class);
        assertThatThrownBy(() -> faulty.put(BLOB)).hasMessageContaining("PERMANENT");
        assertThat(store.find(BLOB.name())).isEmpty();
        assertThatThrownBy(() -> faulty.put(BLOB)).hasMessageContaining("lost");
        assertThat(store.find(BLOB.name())).isPresent();
        assertThat(faulty.put(BLOB)).isEqualTo(PutResult.ALREADY_EXISTS);
        assertThat(driver.faults()).isEqualTo(3);
    }

    @Test
    void aLostAnswerIsNotWrittenTwiceByTheRetry() {
        BlobStore retrying = BlobStore.over(FaultyBlobDriver.over(memory).script(Fault.AFTER_WRITE));
        assertThat(retrying.put(BLOB)).isEqualTo(PutResult.ALREADY_EXISTS);
        assertThat(store.list("")).hasSize(1);
    }

    @Test
    void aBlobThatTheStoreDamagedIsNeverAReceiptAndItsMessageIsKeptBesideIt() {
        for (byte[] payload : new byte[][] {{1, 2, 3}, {}}) {
            MemoryDriver driver = new MemoryDriver();
            BlobStore archive = BlobStore.over(driver);
            BlobStore faulty = BlobStore.over(FaultyBlobDriver.over(driver).script(Fault.CORRUPTED))
                    .withRetries(RetryBudget.none());
            Message message = new MessageGenerator(1).next(payload);
            try (Persistor persistor = Persistor.builder(faulty).build()) {
                assertThatThrownBy(() -> persistor.persistAll(List.of(message))).hasMessageContaining("CRC32C");
                assertThat(persistor.persistAll(List.of(message)).get(0).blob().value())
                        .contains(".collision-");
            }
            assertThat(ArchiveComparison.of(List.of(message), archive).lost()).isEmpty();
        }
    }

    @Test
    void aDelayedWriteTakesAsLongAndEndsWithItsInterruption() {
        FaultyBlobDriver driver = FaultyBlobDriver.over(memory).delay(Duration.ofMillis(30));
        BlobStore slow = BlobStore.over(driver);
        long start = System.nanoTime();
        assertThat(slow.put(BLOB)).isEqualTo(PutResult.CREATED);
        assertThat(Duration.ofNanos(System.nanoTime() - start)).isGreaterThanOrEqualTo(Duration.ofMillis(30));

        driver.delay(Duration.ofHours(1));
        Thread.currentThread().interrupt();
        assertThatThrownBy(() -> slow.put(BLOB)).hasMessageContaining("interrupted");
        assertThat(Thread.interrupted()).isTrue();
    }

    @Test
    void whateverFailsRedeliveryBringsEveryMessageOnceAndUnaltered() {
        Laws.holdFor(20, seed -> {
            MemoryDriver driver = new MemoryDriver();
            BlobStore archive = BlobStore.over(driver);
            FaultyBlobDriver faulty = FaultyBlobDriver.random(driver, 0.3, seed);
            BlobStore store = BlobStore.over(faulty).withRetries(RetryBudget.none());
            MessageGenerator generator = new MessageGenerator(seed);
            List<Message> messages = Stream.generate(generator::next).limit(100).toList();
            try (Persistor persistor = Persistor.builder(store).build()) {
                List<Message> undelivered = new ArrayList<>(messages);
                for (int delivery = 0; delivery < 50 && !undelivered.isEmpty(); delivery++) {
                    undelivered = deliver(persistor, undelivered);
                }
                assertThat(undelivered).isEmpty();
            }
            assertThat(faulty.faults()).isPositive();
            ArchiveComparison comparison = ArchiveComparison.of(messages, archive);
            assertThat(comparison.isExact()).as("%s", comparison).isTrue();
        });
    }

    private static List<Message> deliver(Persistor persistor, List<Message> messages) {
        try {
            persistor.persistAll(messages);
            return List.of();
        } catch (PersistException e) {
            return e.failures().stream().map(PersistException.Failure::message).toList();
        }
    }
}
