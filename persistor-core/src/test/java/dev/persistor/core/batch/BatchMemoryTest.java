package dev.persistor.core.batch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.util.Arrays;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class BatchMemoryTest {

    private static final int ALL = 1_024;

    private final BatchMemory memory = new BatchMemory(ALL);
    private final AtomicInteger flushes = new AtomicInteger();

    private void take(long bytes) {
        try {
            memory.take(bytes, flushes::incrementAndGet);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    void whileThereIsRoomNobodyIsFlushed() {
        take(ALL / 2);
        take(ALL / 2);
        assertThat(flushes).hasValue(0);
    }

    @Test
    void openBatchesAreHandedOnWhenTheyHoldMostOfIt() {
        take(ALL);
        CompletableFuture<Void> waits = CompletableFuture.runAsync(() -> take(64));
        await().until(() -> flushes.get() == 1);
        memory.handedOn(ALL);
        memory.giveBack(ALL);
        waits.join();
    }

    @Test
    void whatIsBeingWrittenIsWaitedForWhileItIsMostOfIt() {
        take(640);
        take(384);
        memory.handedOn(640);
        CompletableFuture<Void> waits = CompletableFuture.runAsync(() -> take(512));
        await().until(() -> Thread.getAllStackTraces().values().stream()
                .anyMatch(trace -> trace.length > 0
                        && Arrays.stream(trace)
                                .anyMatch(frame -> frame.getClassName().equals(BatchMemory.class.getName()))));
        assertThat(flushes).hasValue(0);

        memory.giveBack(320);
        await().until(() -> flushes.get() == 1);
        assertThat(waits).isNotDone();
        memory.giveBack(320);
        waits.join();
    }

    @Test
    void openBatchesAreHandedOnWhenHalfOfItIsBeingWritten() {
        take(ALL / 2);
        take(ALL / 2);
        memory.handedOn(ALL / 2);
        CompletableFuture<Void> waits = CompletableFuture.runAsync(() -> take(ALL));
        await().until(() -> flushes.get() == 1);
        memory.giveBack(ALL / 2);
        memory.handedOn(ALL / 2);
        memory.giveBack(ALL / 2);
        waits.join();
    }
}
