package dev.persistor.core.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.persistor.core.archive.Archive;
import dev.persistor.core.archive.ArchiveReader;
import dev.persistor.core.archive.MessageFilter;
import dev.persistor.core.archive.ReadOrder;
import dev.persistor.core.fixtures.ForwardingDriver;
import dev.persistor.core.message.Message;
import dev.persistor.core.retry.Backoff;
import dev.persistor.core.retry.RetryBudget;
import dev.persistor.core.store.memory.MemoryDriver;
import dev.persistor.core.write.PersistException;
import dev.persistor.core.write.Persistor;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(120)
class StoreRetriesTest {

    private static final Duration LONG = Duration.ofSeconds(20);
    private static final Duration SHORT = Duration.ofMillis(200);
    private static final Blob BLOB = Blob.of(BlobName.of("a"), new byte[] {1}, "t/t", BlobMetadata.empty());
    private final BlobStoreException busy = BlobStoreException.retryable("write a: busy");
    private final BlobStoreException forbidden = BlobStoreException.permanent("write a: forbidden");

    private final MemoryDriver driver = new MemoryDriver();
    private final BlobStore memory = BlobStore.over(driver);
    private final List<BlobStoreException> retried = new ArrayList<>();

    /** Fails with what it is given, in that order, then works. */
    private final class Failing extends ForwardingDriver {
        private final Deque<BlobStoreException> failures;
        private int attempts;

        Failing(BlobStoreException... failures) {
            super(driver);
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
        public boolean create(String key, Blob blob) throws Exception {
            failOrNot();
            return super.create(key, blob);
        }

        @Override
        public BlobPage page(BlobRange range) throws Exception {
            failOrNot();
            return super.page(range);
        }

        @Override
        public Optional<BlobInfo> find(String key) throws Exception {
            failOrNot();
            return super.find(key);
        }

        @Override
        public Optional<OpenBlob> open(String key) throws Exception {
            failOrNot();
            return super.open(key);
        }
    }

    private BlobStore retrying(BlobDriver driver, Duration budget) {
        return BlobStore.over(driver).withRetries(RetryBudget.of(budget), retried::add);
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
        assertThatThrownBy(() -> retrying(driver, LONG).put(BLOB)).isInstanceOf(BlobCollisionException.class);
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

    private Consumer<BlobStore> call(String call) {
        BlobName name = BlobName.of("n100");
        return switch (call) {
            case "put" -> store -> store.put(BLOB);
            case "put all" -> store -> store.putAll(List.of(BLOB));
            case "find" -> store -> store.find(name);
            case "open" -> store -> store.open(name);
            case "open known" -> store -> store.open(memory.find(name).orElseThrow());
            case "first" -> store -> store.first("", "");
            case "list" -> store -> names(store.list("", ""));
            default -> store -> names(store.list("", "", "z"));
        };
    }

    @ParameterizedTest
    @ValueSource(strings = {"put", "put all", "find", "open", "open known", "first", "list", "list before"})
    void atTheDeadlineTheLastFailureSaysWhatFailedAndHowOftenItWasTried(String call) {
        put(1);
        BlobStore dead = retrying(new Failing(failures(1_000)), SHORT);
        assertThatThrownBy(() -> call(call).accept(dead))
                .isInstanceOfSatisfying(
                        BlobStoreException.class,
                        e -> assertThat(e.isRetryable()).isTrue())
                .hasMessageMatching("write a: busy; gave up after \\d+ attempts? in 0\\.2 s");
        assertThat(retried).isNotEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"put", "put all", "find", "open", "open known", "first", "list", "list before"})
    void withoutABudgetTheFirstFailureIsThrownAsItIs(String call) {
        put(1);
        Failing failing = new Failing(busy);
        BlobStore store = BlobStore.over(failing).withRetries(RetryBudget.none());
        assertThatThrownBy(() -> call(call).accept(store)).isSameAs(busy);
        assertThat(failing.attempts).isEqualTo(1);
    }

    @Test
    void aNumberOfAttemptsIsABudgetToo() {
        RetryBudget three = RetryBudget.ofAttempts(3, Backoff.ofMillis(1, 1));
        BlobStore store = BlobStore.over(new Failing(failures(3))).withRetries(three);
        assertThatThrownBy(() -> store.put(BLOB)).hasMessage("write a: busy; gave up after 3 attempts");
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
            BlobDriver everyOther = new ForwardingDriver(driver) {
                @Override
                public BlobPage page(BlobRange range) throws Exception {
                    BlobPage page = super.page(new BlobRange(range.prefix(), range.from(), range.before(), 2));
                    if (steps.incrementAndGet() % 2 == 1) {
                        throw busy;
                    }
                    return page.next().isEmpty()
                            ? page
                            : BlobPage.of(page.blobs(), () -> {
                                throw new IOException("reset");
                            });
                }

                @Override
                public FailureKind kindOf(Exception failure) {
                    return FailureKind.RETRYABLE;
                }
            };
            assertThat(names(retrying(everyOther, LONG).list("", ""))).isEqualTo(names);
            assertThat(retried).hasSize(39);
        }

        @Test
        void aListingBetweenNamesGoesOnInItsBounds() {
            List<String> names = put(10);
            BlobStore store = retrying(new Failing(busy, busy, busy), LONG);
            assertThat(names(store.list("n", "n102", "n107"))).isEqualTo(names.subList(3, 7));
        }

        /** Two names a page, and the second page fails; services include the name to start after. */
        @Test
        void aForeignNameIsGoneOnAfter() {
            List<String> names = List.of("/lead", "a\tb", "a//b", "x/../y");
            List<String> asked = new ArrayList<>();
            BlobDriver breaking = new ForwardingDriver(driver) {
                @Override
                public BlobPage page(BlobRange range) {
                    asked.add(range.from());
                    List<BlobInfo> two = names.stream()
                            .filter(name -> BlobName.ORDER.compare(name, range.from()) >= 0)
                            .map(name ->
                                    BlobInfo.withoutChecksum(BlobName.listed(name), 1, "t/t", BlobMetadata.empty()))
                            .limit(2)
                            .toList();
                    return two.size() < 2
                            ? BlobPage.last(two)
                            : BlobPage.of(two, () -> {
                                throw busy;
                            });
                }
            };
            assertThat(names(retrying(breaking, LONG).list("", ""))).isEqualTo(names);
            assertThat(asked).containsExactly("", "a\tb", "a//b", "x/../y");
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

        private BlobDriver breakingEvery(int count) {
            return new ForwardingDriver(driver) {
                @Override
                public Optional<OpenBlob> open(String key) throws Exception {
                    return super.open(key)
                            .map(whole -> new OpenBlob(
                                    whole.info(), breakingAfter(whole.content(), count + (int) skippable())));
                }

                private long skippable() {
                    return openings++ * (long) count;
                }

                @Override
                public FailureKind kindOf(Exception failure) {
                    return FailureKind.RETRYABLE;
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
            BlobDriver replaced = new ForwardingDriver(driver) {
                @Override
                public Optional<OpenBlob> open(String key) throws Exception {
                    OpenBlob whole = super.open(key).orElseThrow();
                    return Optional.of(
                            openings++ == 0
                                    ? new OpenBlob(whole.info(), breakingAfter(whole.content(), 700))
                                    : new OpenBlob(BlobInfo.of(BLOB), InputStream.nullInputStream()));
                }

                @Override
                public FailureKind kindOf(Exception failure) {
                    return FailureKind.RETRYABLE;
                }
            };
            try (OpenBlob opened = retrying(replaced, LONG).open(BlobName.of("large"))) {
                assertThatThrownBy(opened::readVerified)
                        .isInstanceOfSatisfying(
                                BlobStoreException.class,
                                e -> assertThat(e.isRetryable()).isFalse())
                        .hasMessageContaining("another blob now has this name");
            }
        }

        @Test
        void aContentThatCannotBeReadOnFailsAtTheDeadline() {
            BlobDriver broken = new ForwardingDriver(driver) {
                @Override
                public Optional<OpenBlob> open(String key) throws Exception {
                    return super.open(key).map(whole -> new OpenBlob(whole.info(), breakingAfter(whole.content(), 1)));
                }

                @Override
                public FailureKind kindOf(Exception failure) {
                    return FailureKind.RETRYABLE;
                }
            };
            try (OpenBlob opened = retrying(broken, SHORT).open(BlobName.of("large"))) {
                assertThatThrownBy(opened::readVerified)
                        .hasMessageMatching(
                                "(?s)read large in mem:: connection reset; gave up after \\d+ attempts? in 0\\.2 s");
            }
        }
    }

    /** A program that embeds Persistor configures nothing. */
    @Nested
    @Timeout(60)
    class Embedded {

        private final Map<String, AtomicInteger> calls = new ConcurrentHashMap<>();
        private final List<Message> messages = IntStream.range(0, 20)
                .mapToObj(number -> Message.builder()
                        .id(Integer.toString(number))
                        .source("orders")
                        .publishTime(Instant.parse("2026-01-31T02:10:00Z").plusSeconds(number))
                        .payload(new byte[10_000 + number])
                        .build())
                .toList();

        /** Every other call of each kind on each blob fails: writes, pages, look-ups, openings, and contents in their middle. */
        private final BlobDriver shaky = new ForwardingDriver(driver) {
            private void failOrNot(String call) throws IOException {
                if (calls.computeIfAbsent(call, any -> new AtomicInteger()).incrementAndGet() % 2 == 1) {
                    throw new IOException("connection reset");
                }
            }

            @Override
            public boolean create(String key, Blob blob) throws Exception {
                failOrNot("create " + key);
                return super.create(key, blob);
            }

            @Override
            public Optional<BlobInfo> find(String key) throws Exception {
                failOrNot("find " + key);
                return super.find(key);
            }

            @Override
            public Optional<OpenBlob> open(String key) throws Exception {
                failOrNot("open " + key);
                return super.open(key).map(whole -> new OpenBlob(whole.info(), breaking(key, whole.content())));
            }

            private InputStream breaking(String key, InputStream whole) {
                return new FilterInputStream(whole) {
                    private int given;

                    @Override
                    public int read(byte[] to, int from, int length) throws IOException {
                        // The first byte is read when the blob is opened.
                        if (given > 0) {
                            failOrNot("read " + key);
                        }
                        int read = super.read(to, from, Math.min(length, 4_000));
                        given += Math.max(0, read);
                        return read;
                    }
                };
            }

            @Override
            public BlobPage page(BlobRange range) throws Exception {
                failOrNot("list " + range.prefix());
                BlobPage page = super.page(new BlobRange(range.prefix(), range.from(), range.before(), 3));
                return new BlobPage(page.blobs(), page.next().map(next -> () -> {
                    failOrNot("list " + range.prefix());
                    return next.fetch();
                }));
            }

            @Override
            public FailureKind kindOf(Exception failure) {
                return FailureKind.RETRYABLE;
            }
        };

        private List<Message> read(BlobStore store) {
            List<Message> read = new ArrayList<>();
            try (ArchiveReader reader = Archive.on(store).build().read(MessageFilter.ALL, ReadOrder.TIME)) {
                reader.forEachRemaining(found -> read.add(found.message()));
                assertThat(reader.findings()).isEmpty();
            }
            return read;
        }

        @Test
        void aPersistorAndAnArchiveOverAStoreThatFailsNowAndThenSucceed() {
            BlobStore store = BlobStore.over(shaky);
            try (Persistor persistor = Persistor.builder(store).build()) {
                assertThat(persistor.persistAll(messages)).hasSize(20);
                assertThat(persistor.persistAll(messages)).hasSize(20);
                assertThat(persistor.counters().alreadyThere()).isEqualTo(20);
            }
            assertThat(read(store)).isEqualTo(messages);
            store.find(BlobName.of("a"));
            assertThat(calls.keySet().stream().map(call -> call.substring(0, call.indexOf(' '))))
                    .contains("create", "find", "open", "read", "list");
        }

        @Test
        void oneLineTurnsRetriesOff() {
            BlobStore store = BlobStore.over(shaky).withRetries(RetryBudget.none());
            try (Persistor persistor = Persistor.builder(store).build()) {
                assertThatThrownBy(() -> persistor.persistAll(messages)).isInstanceOf(PersistException.class);
            }
            assertThatThrownBy(() -> read(store)).isInstanceOf(BlobStoreException.class);
        }
    }
}
