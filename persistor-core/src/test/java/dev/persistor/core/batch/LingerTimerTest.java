package dev.persistor.core.batch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.lang.ref.WeakReference;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class LingerTimerTest {

    private static final Duration NEVER = Duration.ofDays(1);

    private final LingerTimer timer = new LingerTimer();

    @AfterEach
    void close() {
        timer.close();
    }

    @Test
    void alarmsRingOnADaemonThreadSoThatTheProcessCanEnd() {
        CompletableFuture<Thread> rung = new CompletableFuture<>();
        timer.ringAfter(Duration.ofNanos(1), () -> rung.complete(Thread.currentThread()));

        assertThat(rung.join().isDaemon()).isTrue();
        assertThat(rung.join().getName()).isEqualTo("persistor-linger-1");
    }

    @Test
    void anAlarmThatIsTurnedOffDoesNotRing() {
        CompletableFuture<Void> rung = new CompletableFuture<>();
        CompletableFuture<Void> later = new CompletableFuture<>();
        timer.ringAfter(Duration.ofMillis(200), () -> rung.complete(null)).run();
        timer.ringAfter(Duration.ofMillis(201), () -> later.complete(null));

        later.join();
        assertThat(rung).isNotDone();
    }

    @Test
    void anAlarmThatIsTurnedOffHoldsNoMemoryUntilItWouldHaveRung() {
        WeakReference<Object> batch = setAndTurnOff();

        await().atMost(Duration.ofSeconds(30)).until(() -> {
            System.gc();
            return batch.refersTo(null);
        });
    }

    private WeakReference<Object> setAndTurnOff() {
        byte[] batch = new byte[1];
        timer.ringAfter(NEVER, () -> batch[0]++).run();
        return new WeakReference<>(batch);
    }
}
