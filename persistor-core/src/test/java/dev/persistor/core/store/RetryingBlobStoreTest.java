package dev.persistor.core.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.persistor.core.store.memory.MemoryBlobStore;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RetryingBlobStoreTest {

    private static final Duration LONG = Duration.ofSeconds(20);
    private static final Duration SHORT = Duration.ofMillis(200);
    private static final Blob BLOB = Blob.of(BlobName.of("a"), new byte[] {1}, "t/t", BlobMetadata.empty());
    private final BlobStoreException busy = BlobStoreException.retryable("write a: busy");
    private final BlobStoreException forbidden = BlobStoreException.permanent("write a: forbidden");

    private final MemoryBlobStore memory = new MemoryBlobStore();
    private final List<BlobStoreException> retried = new ArrayList<>();

    /** Fails with what it is given, in that order, then works. */
    private final class Failing implements BlobStore {
        private final Deque<BlobStoreException> failures;
        private int attempts;

        Failing(BlobStoreException... failures) {
            this.failures = new ArrayDeque<>(Arrays.asList(failures));
        }

        private void failOrNot() {
            attempts++;
            BlobStoreException failure = failures.poll();
            if (failure != null) {
                throw failure;
            }
        }

        @Override
        public PutResult put(Blob blob) {
            failOrNot();
            return memory.put(blob);
        }

        @Override
        public BlobLimits limits() {
            return memory.limits();
        }

        @Override
        public Stream<BlobInfo> list(String prefix, String startAfter) {
            // Each blob fails by itself, so some fail in the middle of the listing.
            return memory.list(prefix, startAfter).peek(blob -> failOrNot());
        }

        @Override
        public Optional<BlobInfo> first(String prefix, String startAfter) {
            failOrNot();
            return memory.first(prefix, startAfter);
        }

        @Override
        public Optional<BlobInfo> find(BlobName name) {
            failOrNot();
            return memory.find(name);
        }

        @Override
        public OpenBlob open(BlobName name) {
            failOrNot();
            return memory.open(name);
        }

        @Override
        public void close() {
            memory.close();
        }
    }

    private RetryingBlobStore retrying(BlobStore store, Duration budget) {
        SplittableRandom random = new SplittableRandom(1);
        return new RetryingBlobStore(store, budget, () -> random, retried::add);
    }

    private BlobStoreException[] failures(int count) {
        return Collections.nCopies(count, busy).toArray(BlobStoreException[]::new);
    }

    private static List<String> names(Stream<BlobInfo> listing) {
        try (listing) {
            return listing.map(blob -> blob.name().value()).toList();
        }
    }

    private List<String> put(int count) {
        List<String> names =
                IntStream.range(0, count).mapToObj(i -> "n" + (100 + i)).toList();
        names.forEach(name -> memory.put(Blob.of(BlobName.of(name), new byte[] {1}, "t/t", BlobMetadata.empty())));
        return names;
    }

    @Test
    void retryableFailuresAreTriedAgainAndReported() {
        assertThat(retrying(new Failing(busy, busy), LONG).put(BLOB)).isEqualTo(PutResult.CREATED);
        assertThat(memory.find(BLOB.name())).isPresent();
        assertThat(retried).containsExactly(busy, busy);
    }

    @Test
    void permanentFailuresAreThrownAtOnce() {
        Failing store = new Failing(forbidden);
        assertThatThrownBy(() -> retrying(store, LONG).put(BLOB)).isSameAs(forbidden);
        assertThat(store.attempts).isEqualTo(1);
        assertThat(retried).isEmpty();
    }

    @Test
    void collisionsAreNotTriedAgain() {
        memory.put(Blob.of(BlobName.of("a"), new byte[] {2}, "t/t", BlobMetadata.empty()));
        assertThatThrownBy(() -> retrying(memory, LONG).put(BLOB)).isInstanceOf(BlobCollisionException.class);
        assertThat(retried).isEmpty();
    }

    @Test
    void blobsThatBelongTogetherShareTheBudget() {
        Failing store = new Failing(failures(1_000));
        assertThatThrownBy(() -> retrying(store, SHORT).putAll(List.of(BLOB, BLOB)))
                .isInstanceOf(BlobStoreException.class);
        assertThat(retrying(new Failing(busy), LONG).putAll(List.of(BLOB, BLOB)))
                .isEqualTo(PutResult.ALREADY_EXISTS);
    }

    @ParameterizedTest
    @ValueSource(strings = {"put", "find", "open", "open known", "first", "list", "list before"})
    void atTheDeadlineTheLastFailureSaysWhatFailedAndHowOftenItWasTried(String call) {
        put(1);
        BlobName name = BlobName.of("n100");
        BlobStore dead = retrying(new Failing(failures(1_000)), SHORT);
        Consumer<BlobStore> calling = switch (call) {
            case "put" -> store -> store.put(BLOB);
            case "find" -> store -> store.find(name);
            case "open" -> store -> store.open(name);
            case "open known" -> store -> store.open(memory.find(name).orElseThrow());
            case "first" -> store -> store.first("", "");
            case "list" -> store -> names(store.list("", ""));
            default -> store -> names(store.list("", "", "z"));
        };
        assertThatThrownBy(() -> calling.accept(dead))
                .isInstanceOfSatisfying(
                        BlobStoreException.class,
                        e -> assertThat(e.isRetryable()).isTrue())
                .hasMessageMatching("write a: busy; gave up after \\d+ attempts? in 0\\.2 s");
        assertThat(retried).isNotEmpty();
    }

    @Test
    void anInterruptedWaitEndsInAFailureThatCanBeRetried() {
        Thread.currentThread().interrupt();
        assertThatThrownBy(() -> retrying(new Failing(busy, busy, busy), LONG).put(BLOB))
                .isInstanceOfSatisfying(
                        BlobStoreException.class,
                        e -> assertThat(e.isRetryable()).isTrue())
                .hasMessageContaining("interrupted");
        assertThat(Thread.interrupted()).isTrue();
    }

    /** A listing is read step by step. */
    @Nested
    class Listings {

        @Test
        void aListingThatFailsAtEveryStepReturnsEachNameOnce() {
            List<String> names = put(20);
            AtomicInteger steps = new AtomicInteger();
            BlobStore everyOther = new ForwardingStore(memory) {
                @Override
                public Stream<BlobInfo> list(String prefix, String startAfter) {
                    return memory.list(prefix, startAfter).peek(blob -> {
                        if (steps.incrementAndGet() % 2 == 1) {
                            throw busy;
                        }
                    });
                }
            };
            assertThat(names(retrying(everyOther, LONG).list("", ""))).isEqualTo(names);
            assertThat(retried).hasSize(20);
        }

        @Test
        void aListingBetweenNamesGoesOnInItsBounds() {
            List<String> names = put(10);
            BlobStore store = retrying(new Failing(busy, busy, busy), LONG);
            assertThat(names(store.list("n", "n102", "n107"))).isEqualTo(names.subList(3, 7));
        }

        @Test
        void aForeignNameIsGoneOnAfter() {
            List<String> names = List.of("/lead", "a\tb", "a//b", "x/../y");
            List<String> asked = new ArrayList<>();
            BlobStore breaking = new ForwardingStore(memory) {
                @Override
                public Stream<BlobInfo> list(String prefix, String startAfter) {
                    asked.add(startAfter);
                    AtomicInteger given = new AtomicInteger();
                    return names.stream()
                            .filter(name -> startAfter.isEmpty() || BlobName.ORDER.compare(name, startAfter) > 0)
                            .map(name ->
                                    BlobInfo.withoutChecksum(BlobName.listed(name), 1, "t/t", BlobMetadata.empty()))
                            .peek(blob -> {
                                if (given.getAndIncrement() == 1) {
                                    throw busy;
                                }
                            });
                }
            };
            assertThat(names(retrying(breaking, LONG).list("", ""))).isEqualTo(names);
            assertThat(asked).containsExactly("", "/lead", "a\tb", "a//b");
        }

        @Test
        void nothingIsAskedForBeforeTheListingIsRead() {
            Failing store = new Failing();
            put(3);
            try (Stream<BlobInfo> listing = retrying(store, LONG).list("", "")) {
                assertThat(store.attempts).isZero();
                assertThat(listing.findFirst()).isPresent();
            }
            assertThat(store.attempts).isEqualTo(1);
        }
    }

    /** A content is read step by step. */
    @Nested
    class Contents {

        private final byte[] bytes = new byte[10_000];

        Contents() {
            new SplittableRandom(7).nextBytes(bytes);
            memory.put(Blob.of(BlobName.of("large"), bytes, "t/t", BlobMetadata.empty()));
        }

        private BlobStore breakingEvery(int count) {
            return new ForwardingStore(memory) {
                @Override
                public OpenBlob open(BlobName name) {
                    OpenBlob whole = memory.open(name);
                    return new OpenBlob(whole.info(), breakingAfter(whole.content(), count + (int) skippable()));
                }

                private long skippable() {
                    return openings++ * (long) count;
                }
            };
        }

        private int openings;

        private InputStream breakingAfter(InputStream whole, int count) {
            return new FilterInputStream(whole) {
                private int left = count;

                @Override
                public int read() throws IOException {
                    byte[] one = new byte[1];
                    return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
                }

                @Override
                public int read(byte[] to, int from, int length) throws IOException {
                    if (left == 0) {
                        throw new IOException("connection reset");
                    }
                    int read = super.read(to, from, Math.min(length, left));
                    left -= Math.max(0, read);
                    return read;
                }

                @Override
                public long skip(long count) throws IOException {
                    long skipped = super.skip(count);
                    left -= (int) skipped;
                    return skipped;
                }
            };
        }

        @Test
        void aContentThatBreaksIsReadOnAfterTheLastByte() {
            try (OpenBlob opened = retrying(breakingEvery(700), LONG).open(BlobName.of("large"))) {
                assertThat(opened.readVerified()).isEqualTo(bytes);
            }
            assertThat(retried).hasSizeGreaterThan(10);
        }

        @Test
        void aContentThatIsAnotherWhenItIsOpenedAgainIsRefused() {
            BlobStore replaced = new ForwardingStore(memory) {
                @Override
                public OpenBlob open(BlobName name) {
                    OpenBlob whole = memory.open(name);
                    return openings++ == 0
                            ? new OpenBlob(whole.info(), breakingAfter(whole.content(), 700))
                            : new OpenBlob(BlobInfo.of(BLOB), InputStream.nullInputStream());
                }
            };
            try (OpenBlob opened = retrying(replaced, LONG).open(BlobName.of("large"))) {
                assertThatThrownBy(opened::readVerified)
                        .isInstanceOfSatisfying(
                                BlobStoreException.class,
                                e -> assertThat(e.isRetryable()).isFalse())
                        .hasMessageContaining("another blob has the name now");
            }
        }

        @Test
        void aContentThatCannotBeReadOnFailsAtTheDeadline() {
            BlobStore broken = new ForwardingStore(memory) {
                @Override
                public OpenBlob open(BlobName name) {
                    OpenBlob whole = memory.open(name);
                    return new OpenBlob(whole.info(), breakingAfter(whole.content(), 0));
                }
            };
            try (OpenBlob opened = retrying(broken, SHORT).open(BlobName.of("large"))) {
                assertThatThrownBy(opened::readVerified)
                        .hasMessageMatching(
                                "(?s)read large: connection reset; gave up after \\d+ attempts? in 0\\.2 s");
            }
        }
    }
}
