package dev.persistor.core.pull;

import static dev.persistor.core.fixtures.TestMessages.message;
import static org.assertj.core.api.Assertions.assertThat;

import dev.persistor.core.capture.Capture;
import dev.persistor.core.config.PersistorSettings;
import dev.persistor.core.config.Settings;
import dev.persistor.core.fixtures.LoggedLines;
import dev.persistor.core.fixtures.PassingDriver;
import dev.persistor.core.store.BlobStore;
import dev.persistor.core.store.memory.MemoryDriver;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.parallel.ResourceLock;
import org.junit.jupiter.api.parallel.Resources;

/** What fails in a run is logged, with what to expect of it. */
@ResourceLock(Resources.SYSTEM_ERR)
@Timeout(60)
class PullRunLogTest {

    private static final PullLimits ONE =
            new PullLimits(1, Duration.ofSeconds(20), Duration.ofMillis(100), 5, 1 << 20, Duration.ofSeconds(10));

    private final CountDownLatch mayWrite = new CountDownLatch(1);

    /** Fails each time, as it says. */
    private final PullBroker<Integer> failing = new PullBroker<>() {
        @Override
        public void acknowledge(List<Integer> deliveries) {
            throw new PullException("acknowledge: no answer", true, null);
        }

        @Override
        public void giveBack(List<Integer> deliveries) {}

        @Override
        public void extend(List<Integer> deliveries) {
            mayWrite.countDown();
            throw new PullException("extend: no answer", true, null);
        }
    };

    /** Returns the report, and what was logged until the run was finished. */
    private String logOf(PullSource<Integer> source) throws Exception {
        Settings settings = Settings.read(
                Map.of("PERSISTOR_STORE", "mem:///", "PERSISTOR_PATH", "{id}{ext}"), PersistorSettings.all());
        BlobStore store = BlobStore.over(new PassingDriver(new MemoryDriver(), blob -> awaitExtension()));
        try (LoggedLines log = LoggedLines.listen();
                Capture capture = Capture.over(store, settings)) {
            PullRun.of(capture, ONE, failing)
                    .extendEvery(Duration.ofMillis(20))
                    .start()
                    .pullFrom(source);
            return log.text();
        }
    }

    private void awaitExtension() {
        try {
            assertThat(mayWrite.await(60, TimeUnit.SECONDS)).isTrue();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    void aBrokerThatTakesNoAnswerIsReported() throws Exception {
        String log = logOf((most, wait) -> List.of(Received.of(1, message("1"))));
        assertThat(log)
                .contains("Cannot extend the deadlines of 1 message(s); they may be delivered again, which is harmless:"
                        + " extend: no answer")
                .contains("Cannot acknowledge 1 message(s); the broker delivers them again, which is harmless:"
                        + " acknowledge: no answer");
    }

    @Test
    void aBrokerThatGivesNoAnswerIsReported() throws Exception {
        int[] asked = {0};
        String log = logOf((most, wait) -> {
            if (asked[0]++ == 0) {
                throw new PullException("pull: no answer", true, null);
            }
            return List.of(Received.of(1, message("1")));
        });
        assertThat(log).contains("Polling again: pull: no answer");
    }

    @Test
    void aFaultOfTheSourceIsReported() throws Exception {
        String log = logOf((most, wait) -> {
            throw new IllegalArgumentException("a fault of the client");
        });
        assertThat(log).contains("The run stopped: a fault of the client");
    }
}
