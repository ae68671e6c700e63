package dev.persistor.core.thread;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ThreadFactory;
import org.junit.jupiter.api.Test;

class DaemonThreadsTest {

    @Test
    void aTaskRunsInANamedThreadThatLetsTheProcessEnd() {
        CompletableFuture<Thread> ran = new CompletableFuture<>();
        DaemonThreads.start("persistor-test", () -> ran.complete(Thread.currentThread()));
        assertThat(ran.join().getName()).isEqualTo("persistor-test");
        assertThat(ran.join().isDaemon()).isTrue();
    }

    @Test
    void aThreadForATaskIsNotStarted() {
        Thread thread = DaemonThreads.of("persistor-test", () -> {});
        assertThat(thread.getState()).isEqualTo(Thread.State.NEW);
        assertThat(thread.isDaemon()).isTrue();
    }

    @Test
    void theThreadsOfAPoolAreNumbered() {
        ThreadFactory pool = DaemonThreads.numbered("persistor-pool");
        assertThat(pool.newThread(() -> {}).getName()).isEqualTo("persistor-pool-1");
        assertThat(pool.newThread(() -> {}))
                .satisfies(second -> assertThat(second.getName()).isEqualTo("persistor-pool-2"))
                .satisfies(second -> assertThat(second.isDaemon()).isTrue());
        assertThat(DaemonThreads.numbered("persistor-pool").newThread(() -> {}).getName())
                .isEqualTo("persistor-pool-1");
    }
}
