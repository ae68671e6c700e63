package dev.persistor.core.pull;

import static org.assertj.core.api.Assertions.assertThat;

import dev.persistor.core.capture.Capture;
import dev.persistor.core.config.PersistorSettings;
import dev.persistor.core.config.Settings;
import dev.persistor.core.message.Message;
import dev.persistor.core.store.BlobStore;
import dev.persistor.core.store.memory.MemoryDriver;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;

class FeedTest {

    /** Has one message, and tells that it has five more. */
    private static final class Source implements PullSource<Integer> {
        private final Deque<Received<Integer>> queue = new ArrayDeque<>();

        @Override
        public List<Received<Integer>> receive(int most, Duration wait) {
            return queue.isEmpty() ? List.of() : List.of(queue.remove());
        }

        @Override
        public OptionalLong behind() {
            return OptionalLong.of(5);
        }
    }

    @Test
    void aFeedThatAsksArchivesWhatItsSourceHasAndIsClosedOnce() {
        Source source = new Source();
        source.queue.add(Received.of(
                1,
                Message.builder()
                        .id("1")
                        .source("orders")
                        .publishTime(Instant.EPOCH)
                        .build()));
        PullLimits limits =
                new PullLimits(10, Duration.ofSeconds(20), Duration.ofMillis(1), 10, 1 << 20, Duration.ofSeconds(10));
        AtomicBoolean closed = new AtomicBoolean();
        LogBroker<Integer> broker = deliveries -> {};
        try (Capture capture = Capture.over(
                BlobStore.over(new MemoryDriver()),
                Settings.read(Map.of("PERSISTOR_STORE", "mem:///"), PersistorSettings.all()))) {
            PullRun<Integer> run = PullRun.of(capture, limits, broker).start();
            try (Feed feed = Feed.asking(source, run, () -> closed.set(true))) {
                assertThat(feed.run()).isSameAs(run);
                assertThat(feed.behind()).hasValue(5);
                assertThat(feed.archive().persisted()).isEqualTo(1);
                assertThat(closed).isFalse();
            }
            assertThat(closed).isTrue();
        }
    }

    @Test
    void aSourceThatDoesNotSayHowFarBehindItIsSaysSo() {
        PullSource<Integer> silent = (most, wait) -> List.of();
        assertThat(silent.behind()).isEmpty();
    }

    @Test
    void theOriginsOfAnIntakeAreKeptAsTheyWere() {
        Set<String> topics = new HashSet<>(Set.of("topic a"));
        Map<String, Set<String>> origins = new HashMap<>(Map.of("orders", topics));
        Intake intake = new Intake(List.of(), origins);
        topics.add("topic b");
        origins.put("payments", Set.of());
        assertThat(intake.origins()).isEqualTo(Map.of("orders", Set.of("topic a")));
    }
}
