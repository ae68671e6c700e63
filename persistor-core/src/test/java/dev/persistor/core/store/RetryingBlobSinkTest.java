package dev.persistor.core.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.persistor.core.store.memory.MemoryBlobStore;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class RetryingBlobSinkTest {

    private static final Blob BLOB = Blob.of(BlobName.of("a"), new byte[] {1}, "t/t", BlobMetadata.empty());
    private final BlobStoreException busy = BlobStoreException.retryable("write a: busy");
    private final BlobStoreException forbidden = BlobStoreException.permanent("write a: forbidden");

    private final MemoryBlobStore store = new MemoryBlobStore();
    private final List<BlobStoreException> retried = new ArrayList<>();

    /** Fails with what it is given, in that order, then writes. */
    private final class Failing implements BlobSink {
        private final Deque<BlobStoreException> failures;
        private int attempts;

        Failing(BlobStoreException... failures) {
            this.failures = new ArrayDeque<>(Arrays.asList(failures));
        }

        @Override
        public PutResult put(Blob blob) {
            attempts++;
            BlobStoreException failure = failures.poll();
            if (failure != null) {
                throw failure;
            }
            return store.put(blob);
        }

        @Override
        public BlobLimits limits() {
            return store.limits();
        }
    }

    private BlobSink retrying(BlobSink sink, Duration deadline) {
        SplittableRandom random = new SplittableRandom(1);
        return new RetryingBlobSink(sink, deadline, () -> random, retried::add);
    }

    @Test
    void retryableFailuresAreTriedAgainAndReported() {
        assertThat(retrying(new Failing(busy, busy), Duration.ofSeconds(20)).put(BLOB))
                .isEqualTo(PutResult.CREATED);
        assertThat(store.find(BLOB.name())).isPresent();
        assertThat(retried).containsExactly(busy, busy);
    }

    @Test
    void permanentFailuresAreThrownAtOnce() {
        Failing sink = new Failing(forbidden);
        assertThatThrownBy(() -> retrying(sink, Duration.ofSeconds(20)).put(BLOB))
                .isSameAs(forbidden);
        assertThat(sink.attempts).isEqualTo(1);
        assertThat(retried).isEmpty();
    }

    @Test
    void collisionsAreNotTriedAgain() {
        store.put(Blob.of(BlobName.of("a"), new byte[] {2}, "t/t", BlobMetadata.empty()));
        assertThatThrownBy(() -> retrying(store, Duration.ofSeconds(20)).put(BLOB))
                .isInstanceOf(BlobCollisionException.class);
        assertThat(retried).isEmpty();
    }

    @Test
    void atTheDeadlineTheLastFailureIsThrown() {
        BlobStoreException[] many = new BlobStoreException[1_000];
        Arrays.fill(many, busy);
        assertThatThrownBy(() ->
                        retrying(new Failing(many), Duration.ofMillis(200)).put(BLOB))
                .isSameAs(busy);
        assertThat(store.find(BLOB.name())).isEmpty();
    }

    @Test
    void anInterruptedWaitEndsInAFailureThatCanBeRetried() {
        Thread.currentThread().interrupt();
        assertThatThrownBy(() -> retrying(new Failing(busy, busy, busy), Duration.ofSeconds(20))
                        .put(BLOB))
                .isInstanceOfSatisfying(
                        BlobStoreException.class,
                        e -> assertThat(e.isRetryable()).isTrue())
                .hasMessageContaining("interrupted");
        assertThat(Thread.interrupted()).isTrue();
    }
}
