package dev.persistor.core.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.persistor.core.store.memory.MemoryDriver;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class FallbackBlobSinkTest {

    private static final Duration LONG = Duration.ofHours(1);

    /** A store that can be put out of order, and counts what it is asked to write. */
    private static final class Breakable implements BlobSink {
        private final BlobStore store = BlobStore.over(new MemoryDriver());
        private boolean broken;
        private int asked;

        @Override
        public PutResult put(Blob blob) {
            asked++;
            if (broken) {
                throw BlobStoreException.retryable("write " + blob.name() + ": broken");
            }
            return store.put(blob);
        }

        @Override
        public BlobLimits limits() {
            return store.limits();
        }

        List<String> names() {
            return store.list("").map(info -> info.name().value()).toList();
        }
    }

    private final Breakable first = new Breakable();
    private final Breakable second = new Breakable();
    private final List<String> fellBack = new ArrayList<>();

    private FallbackBlobSink sink(Duration pause) {
        return new FallbackBlobSink(
                first, second, pause, (blob, failure) -> fellBack.add(blob + ": " + failure.getMessage()));
    }

    private static Blob blob(String name, String content) {
        return Blob.of(BlobName.of(name), content.getBytes(StandardCharsets.UTF_8), "text/plain", BlobMetadata.empty());
    }

    @Test
    void aStoreThatWorksAgainTakesAllFromThenOn() {
        FallbackBlobSink sink = sink(Duration.ofNanos(1));
        first.broken = true;
        for (int i = 0; i < 3; i++) {
            sink.put(blob("broken" + i, "x"));
        }
        first.broken = false;
        fellBack.clear();
        for (int i = 0; i < 5; i++) {
            assertThat(sink.put(blob("again" + i, "x"))).isEqualTo(PutResult.CREATED);
        }
        assertThat(first.names()).containsExactly("again0", "again1", "again2", "again3", "again4");
        assertThat(fellBack).isEmpty();
    }

    @Test
    void aCollisionShowsThatTheStoreWorksAgain() {
        FallbackBlobSink sink = sink(Duration.ofNanos(1));
        first.store.put(blob("taken", "other"));
        first.broken = true;
        for (int i = 0; i < 3; i++) {
            sink.put(blob("broken" + i, "x"));
        }
        first.broken = false;
        fellBack.clear();
        assertThatThrownBy(() -> sink.put(blob("taken", "x"))).isInstanceOf(BlobCollisionException.class);
        sink.put(blob("after", "x"));
        assertThat(first.names()).contains("after");
        assertThat(fellBack).isEmpty();
    }

    @Test
    void theFirstStoreTakesAllAsLongAsItWorks() {
        assertThat(sink(LONG).put(blob("a", "x"))).isEqualTo(PutResult.CREATED);
        assertThat(first.names()).containsExactly("a");
        assertThat(second.asked).isZero();
        assertThat(fellBack).isEmpty();
    }

    @Test
    void whatTheFirstDoesNotTakeGoesToTheSecondAndIsReported() {
        first.broken = true;
        assertThat(sink(LONG).put(blob("a", "x"))).isEqualTo(PutResult.CREATED);
        assertThat(second.names()).containsExactly("a");
        assertThat(fellBack).containsExactly("a: write a: broken");
    }

    @Test
    void whatNeitherTakesIsAFailureThatNamesBoth() {
        first.broken = true;
        second.broken = true;
        assertThatThrownBy(() -> sink(LONG).put(blob("a", "x"))).isInstanceOfSatisfying(BlobStoreException.class, e -> {
            assertThat(e.isRetryable()).isTrue();
            assertThat(e.getSuppressed()).hasSize(1);
        });
    }

    @Test
    void whatBelongsTogetherGoesToTheSecondTogether() {
        BlobSink noPayloads = new BlobSink() {
            @Override
            public PutResult put(Blob blob) {
                if (blob.name().value().equals("a")) {
                    throw BlobStoreException.permanent("write a: broken");
                }
                return first.put(blob);
            }

            @Override
            public BlobLimits limits() {
                return first.limits();
            }
        };
        new FallbackBlobSink(noPayloads, second, LONG, (blob, failure) -> {})
                .putAll(List.of(blob("a.attributes.json", "{}"), blob("a", "x")));
        assertThat(second.names()).containsExactly("a", "a.attributes.json");
    }

    @Test
    void aCollisionIsNoReasonToGoElsewhere() {
        FallbackBlobSink sink = sink(LONG);
        sink.put(blob("a", "x"));
        for (int i = 0; i < 10; i++) {
            assertThatThrownBy(() -> sink.put(blob("a", "y"))).isInstanceOf(BlobCollisionException.class);
        }
        assertThat(second.asked).isZero();
        assertThat(first.asked).as("collisions do not count as failures").isEqualTo(11);
    }

    @Test
    void aStoreThatKeepsFailingIsLeftAlone() {
        FallbackBlobSink sink = sink(LONG);
        first.broken = true;
        for (int i = 0; i < 10; i++) {
            assertThat(sink.put(blob("a" + i, "x"))).isEqualTo(PutResult.CREATED);
        }
        assertThat(first.asked).isEqualTo(3);
        assertThat(second.names()).hasSize(10);
        assertThat(fellBack).hasSize(10);
    }

    @Test
    void whileItIsLeftAloneItIsStillTriedBeforeAMessageIsGivenBack() {
        FallbackBlobSink sink = sink(LONG);
        first.broken = true;
        for (int i = 0; i < 3; i++) {
            sink.put(blob("a" + i, "x"));
        }
        first.broken = false;
        second.broken = true;
        assertThat(sink.put(blob("b", "x"))).isEqualTo(PutResult.CREATED);
        assertThat(first.names()).containsExactly("b");
    }

    @Test
    void afterThePauseTheFirstTakesAllAgain() {
        FallbackBlobSink sink = sink(Duration.ofNanos(1));
        first.broken = true;
        for (int i = 0; i < 5; i++) {
            sink.put(blob("a" + i, "x"));
        }
        first.broken = false;
        sink.put(blob("b", "x"));
        sink.put(blob("c", "x"));
        assertThat(first.names()).containsExactly("b", "c");
    }

    @Test
    void namesFitBothStores() {
        BlobSink narrow = new BlobSink() {
            @Override
            public PutResult put(Blob blob) {
                return second.put(blob);
            }

            @Override
            public BlobLimits limits() {
                return new BlobLimits(500, 255, 16 * 1024);
            }
        };
        assertThat(new FallbackBlobSink(first, narrow, LONG, (blob, failure) -> {}).limits())
                .isEqualTo(new BlobLimits(500, 255, 8 * 1024));
    }
}
