package dev.persistor.core.batch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.groups.Tuple.tuple;

import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class BatcherTest {

    private static final Batching BOUNDS = Batching.upTo(3).orBytes(100).orAfter(Duration.ofSeconds(2));

    private final List<Batch<String, Integer>> batches = new ArrayList<>();
    private final ManualAlarm alarm = new ManualAlarm();
    private long nanos;
    private final Batcher<String, Integer> batcher = new Batcher<>(BOUNDS, alarm, () -> nanos, batches::add);

    /** Rings when the test says so. */
    private static final class ManualAlarm implements Alarm {
        private final Map<Runnable, Duration> set = new LinkedHashMap<>();

        @Override
        public Runnable ringAfter(Duration delay, Runnable ring) {
            set.put(ring, delay);
            return () -> set.remove(ring);
        }

        void ring() {
            Runnable next = set.keySet().iterator().next();
            set.remove(next);
            next.run();
        }
    }

    @Test
    void aBatchWaitsForMoreUntilItIsFull() {
        batcher.add("a", 1, 10);
        batcher.add("a", 2, 10);
        assertThat(batches).isEmpty();
        batcher.add("a", 3, 10);
        assertThat(batches).containsExactly(new Batch<>("a", List.of(1, 2, 3), 30, FlushCause.MESSAGES, Duration.ZERO));
    }

    @Test
    void manyKeysFillAtTheSameTimeAndNeverMix() {
        for (int i = 0; i < 3; i++) {
            for (String key : List.of("a", "b", "c")) {
                batcher.add(key, i, 1);
            }
        }
        assertThat(batches)
                .extracting(Batch::key, Batch::elements)
                .containsExactly(
                        tuple("a", List.of(0, 1, 2)), tuple("b", List.of(0, 1, 2)), tuple("c", List.of(0, 1, 2)));
    }

    @Test
    void aBatchNeverHasMoreBytesThanAllowed() {
        batcher.add("a", 1, 60);
        batcher.add("a", 2, 60);
        assertThat(batches).singleElement().satisfies(batch -> {
            assertThat(batch.elements()).containsExactly(1);
            assertThat(batch.cause()).isEqualTo(FlushCause.BYTES);
        });
        batcher.add("a", 3, 40);
        assertThat(batches).hasSize(2);
        assertThat(batches.get(1).elements()).containsExactly(2, 3);
    }

    @Test
    void anOversizedElementGoesAloneAndAtOnce() {
        batcher.add("a", 1, 10);
        batcher.add("a", 2, 5_000);
        assertThat(batches).extracting(Batch::elements).containsExactly(List.of(1), List.of(2));
        assertThat(alarm.set).as("nothing is left to ring for").isEmpty();
    }

    @Test
    void anIdleBatchIsHandedOnWhenItsLingerIsOver() {
        batcher.add("a", 1, 10);
        batcher.add("a", 2, 10);
        assertThat(alarm.set.values()).containsExactly(Duration.ofSeconds(2));
        nanos = 2_000_000_000L;
        alarm.ring();
        assertThat(batches)
                .containsExactly(new Batch<>("a", List.of(1, 2), 20, FlushCause.LINGER, Duration.ofSeconds(2)));
    }

    @Test
    void aBatchTellsHowLongItsFirstElementWaited() {
        nanos = 5;
        batcher.add("a", 1, 10);
        nanos = 7;
        batcher.add("a", 2, 10);
        nanos = 9;
        batcher.flush(FlushCause.PRESSURE);
        assertThat(batches).extracting(Batch::waited).containsExactly(Duration.ofNanos(4));
    }

    @Test
    void anAlarmThatRingsTooLateDoesNotTouchTheNextBatch() {
        batcher.add("a", 1, 10);
        Runnable late = alarm.set.keySet().iterator().next();
        batcher.add("a", 2, 10);
        batcher.add("a", 3, 10);
        batcher.add("a", 4, 10);
        late.run();
        assertThat(batches).extracting(Batch::elements).containsExactly(List.of(1, 2, 3));
    }

    @Test
    void aFlushHandsOnAllThatIsOpen() {
        batcher.add("a", 1, 10);
        batcher.add("b", 2, 10);
        batcher.flush(FlushCause.PRESSURE);
        assertThat(batches)
                .extracting(Batch::elements, Batch::cause)
                .containsExactly(tuple(List.of(1), FlushCause.PRESSURE), tuple(List.of(2), FlushCause.PRESSURE));
        assertThat(alarm.set).isEmpty();
    }

    @Test
    void whatComesAfterTheCloseIsNotDropped() {
        batcher.add("a", 1, 10);
        batcher.close();
        batcher.add("a", 2, 10);
        assertThat(batches).extracting(Batch::elements).containsExactly(List.of(1), List.of(2));
        assertThat(batches).extracting(Batch::cause).containsOnly(FlushCause.CLOSED);
        assertThat(alarm.set).isEmpty();
    }

    @Test
    void theLockIsFreeWhileABatchIsHandedOn() throws InterruptedException {
        List<List<Integer>> seen = new ArrayList<>();
        List<Batcher<String, Integer>> self = new ArrayList<>();
        Batcher<String, Integer> nested = new Batcher<>(BOUNDS, alarm, () -> nanos, batch -> {
            seen.add(batch.elements());
            Thread other = new Thread(() -> self.get(0).add("b", 9, 1));
            other.start();
            try {
                other.join(10_000);
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
            assertThat(other.isAlive()).as("another caller waits for the lock").isFalse();
        });
        self.add(nested);
        nested.add("a", 1, 500);
        assertThat(seen).containsExactly(List.of(1));
    }

    @Test
    void aBatchForWhichMemoryIsMissingStaysOpenAndRingsAgain() {
        boolean[] isOut = {false};
        Batcher<String, Integer> starved = new Batcher<>(
                BOUNDS,
                alarm,
                () -> {
                    if (isOut[0]) {
                        throw new OutOfMemoryError("Java heap space (not really)");
                    }
                    return nanos;
                },
                batches::add);
        starved.add("a", 1, 10);
        isOut[0] = true;
        assertThatThrownBy(alarm::ring).isInstanceOf(OutOfMemoryError.class);
        assertThat(batches).isEmpty();
        isOut[0] = false;
        alarm.ring();
        assertThat(batches).extracting(Batch::elements).containsExactly(List.of(1));
    }
}
