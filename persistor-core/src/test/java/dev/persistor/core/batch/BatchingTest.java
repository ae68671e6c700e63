package dev.persistor.core.batch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class BatchingTest {

    private static final Duration LINGER = Duration.ofNanos(1);

    @Test
    void theLeastOfEachBoundIsAllowed() {
        Batching least = new Batching(1, 1, LINGER, 1);
        assertThat(least.isOn()).isFalse();
        assertThat(Batching.upTo(2).isOn()).isTrue();
        assertThat(Batching.off().isOn()).isFalse();
    }

    @Test
    void lessIsRefusedByName() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new Batching(0, 1, LINGER, 1))
                .withMessageContaining("1 message or more");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new Batching(1, 0, LINGER, 1))
                .withMessageContaining("1 byte or more");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new Batching(1, 1, Duration.ZERO, 1))
                .withMessageContaining("linger");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new Batching(1, 1, Duration.ofNanos(-1), 1))
                .withMessageContaining("linger");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new Batching(1, 2, LINGER, 1))
                .withMessageContaining("2 bytes");
    }

    @Test
    void eachBoundIsSetAlone() {
        Batching all = Batching.upTo(3).orBytes(100).orAfter(LINGER).holding(200);
        assertThat(all).isEqualTo(new Batching(3, 100, LINGER, 200));
    }

    @Test
    void largerBatchesHoldMoreInAll() {
        assertThat(Batching.upTo(3).orBytes(1L << 40).maxHeldBytes()).isEqualTo(1L << 40);
    }
}
