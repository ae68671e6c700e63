package dev.persistor.core.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.persistor.core.fixtures.ForwardingDriver;
import dev.persistor.core.retry.RetryBudget;
import dev.persistor.core.store.memory.MemoryDriver;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Iterator;
import java.util.List;
import java.util.NavigableSet;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeSet;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntFunction;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Listings whose pages are fetched at a time: what they return, and what they cost. */
@Timeout(60)
class WideListingTest {

    private static final int PAGE = 1_000;
    private static final long SEED = 20_261_130;

    /** Names of one kind. */
    record Names(String kind, NavigableSet<String> all) {

        static Names of(String kind, int count, IntFunction<String> name) {
            return new Names(
                    kind,
                    IntStream.range(0, count)
                            .mapToObj(name)
                            .collect(Collectors.toCollection(() -> new TreeSet<>(BlobName.ORDER))));
        }

        int pages() {
            return (all.size() + PAGE - 1) / PAGE;
        }

        @Override
        public String toString() {
            return kind;
        }
    }

    /** Notes its requests, and is far enough away that a reader waits. */
    private static class Distant extends ForwardingDriver {
        final Set<String> begun = ConcurrentHashMap.newKeySet();
        final AtomicInteger requests = new AtomicInteger();
        final AtomicInteger mostUnderWay = new AtomicInteger();
        private final AtomicInteger underWay = new AtomicInteger();

        Distant(BlobDriver driver) {
            super(driver);
        }

        @Override
        public BlobPage page(BlobRange range) throws Exception {
            begun.add(range.from());
            return noted(() -> super.page(range));
        }

        private BlobPage noted(BlobPage.Next request) throws Exception {
            requests.incrementAndGet();
            mostUnderWay.accumulateAndGet(underWay.incrementAndGet(), Math::max);
            try {
                TimeUnit.MILLISECONDS.sleep(3);
                BlobPage page = request.fetch();
                return new BlobPage(page.blobs(), page.next().map(next -> () -> noted(next)));
            } finally {
                underWay.decrementAndGet();
            }
        }
    }

    private static MemoryDriver filled(Collection<String> names) {
        MemoryDriver driver = new MemoryDriver();
        names.forEach(name ->
                driver.create(name, Blob.of(BlobName.of(name), new byte[] {1}, "text/plain", BlobMetadata.empty())));
        return driver;
    }

    private static List<String> names(Stream<BlobInfo> blobs) {
        try (blobs) {
            return blobs.map(blob -> blob.name().value()).toList();
        }
    }

    private static String hostile(SplittableRandom random) {
        return random.ints(0, Character.MAX_CODE_POINT + 1)
                .filter(c -> !Character.isISOControl(c) && Character.getType(c) != Character.SURROGATE)
                .filter(c -> c != '\\' && c != '/' && c != '.')
                .limit(4)
                .mapToObj(Character::toString)
                .collect(Collectors.joining());
    }

    static Stream<Names> kinds() {
        SplittableRandom random = new SplittableRandom(SEED);
        return Stream.of(
                Names.of("numbers", 40_000, i -> "orders/2026/01/30/01/orders-%09d.raw".formatted(i)),
                Names.of("numbers of all lengths", 20_000, i -> "orders/0-" + i + ".raw"),
                Names.of("digests", 40_000, i -> "%016x".formatted(random.nextLong())),
                Names.of("UUIDs", 20_000, i -> "a/" + new UUID(random.nextLong(), random.nextLong())),
                Names.of(
                        "times",
                        20_000,
                        i -> "a/20260130T%02d%02d%02d.%03dZ-%04x"
                                .formatted(i / 3_600, i / 60 % 60, i % 60, i % 1_000, random.nextInt(1 << 16))),
                Names.of(
                        "hours of four pages",
                        40_000,
                        i -> "orders/2026/01/%02d/%02d/%017d".formatted(1 + i / 96_000, i / 4_000 % 24, 977L * i)),
                Names.of(
                        "hours of fifty",
                        20_000,
                        i -> "orders/2026/01/%02d/%02d/%017d".formatted(1 + i / 1_200, i / 50 % 24, 977L * i)),
                Names.of("any characters", 15_000, i -> "a/" + hostile(random)),
                Names.of(
                        "any characters before numbers",
                        15_000,
                        i -> "\uD83D\uDE00\uFFFD\uDBFF\uDFFF/%06d".formatted(i)),
                Names.of("two of each", 15_000, i -> "%05d%s".formatted(i / 2, i % 2 == 0 ? "" : "\uDBFF\uDFFF")));
    }

    @ParameterizedTest
    @MethodSource("kinds")
    void allNamesAreListedOnceInTheirOrderWithFewMoreRequests(Names names) {
        Distant driver = new Distant(filled(names.all()));
        assertThat(names(BlobStore.over(driver).list(""))).isEqualTo(List.copyOf(names.all()));
        assertThat(driver.requests.get()).as("requests").isLessThan(names.pages() * 3 / 2 + 18);
    }

    @ParameterizedTest
    @MethodSource("kinds")
    void namesThatAreEqualToTheKeysOfADivisionAreListedOnce(Names names) {
        Distant first = new Distant(filled(names.all()));
        assertThat(names(BlobStore.over(first).list(""))).hasSize(names.all().size());
        NavigableSet<String> more = new TreeSet<>(BlobName.ORDER);
        more.addAll(names.all());
        first.begun.stream()
                .filter(key -> !key.isEmpty() && !BlobName.listed(key).isForeign())
                .forEach(key -> {
                    more.add(key);
                    more.add(key + " ");
                    more.add(key + "\uDBFF\uDFFF");
                    more.add(key.substring(0, key.offsetByCodePoints(key.length(), -1)) + "-");
                });
        more.removeIf(name -> BlobName.listed(name).isForeign());
        assertThat(names(BlobStore.over(new Distant(filled(more))).list(""))).isEqualTo(List.copyOf(more));
    }

    @ParameterizedTest
    @MethodSource("kinds")
    void aPartOfTheNamesIsListedOnceInItsOrder(Names names) {
        SplittableRandom random = new SplittableRandom(SEED);
        List<String> all = List.copyOf(names.all());
        BlobStore store = BlobStore.over(filled(all));
        for (int i = 0; i < 5; i++) {
            String after = all.get(random.nextInt(all.size() / 2));
            String before = all.get(all.size() / 2 + random.nextInt(all.size() / 2));
            String prefix = after.substring(0, after.offsetByCodePoints(0, random.nextInt(3)));
            assertThat(names(store.list(prefix, after, before)))
                    .isEqualTo(names.all().subSet(after, false, before, false).stream()
                            .filter(name -> name.startsWith(prefix))
                            .toList());
        }
    }

    @Test
    void pagesOfALargeFolderAreFetchedAtATime() {
        Distant driver = new Distant(
                filled(Names.of("", 40_000, i -> "a/%06d".formatted(i)).all()));
        assertThat(names(BlobStore.over(driver).list(""))).hasSize(40_000);
        assertThat(driver.mostUnderWay.get()).isGreaterThan(4).isLessThanOrEqualTo(16);
    }

    @Test
    void aSmallFolderCostsNoRequestMore() {
        for (int count : new int[] {0, 1, PAGE - 1, PAGE + 1, 2 * PAGE - 1}) {
            Distant driver = new Distant(
                    filled(Names.of("", count, i -> "a/%06d".formatted(i)).all()));
            assertThat(names(BlobStore.over(driver).list("a/"))).hasSize(count);
            assertThat(driver.requests.get()).as("requests for %d", count).isEqualTo(1 + count / PAGE);
        }
    }

    @Test
    void aReaderWhoStopsCostsNoRequestMore() {
        Distant driver = new Distant(
                filled(Names.of("", 40_000, i -> "a/%06d".formatted(i)).all()));
        try (Stream<BlobInfo> blobs = BlobStore.over(driver).list("")) {
            Iterator<BlobInfo> each = blobs.iterator();
            each.next();
            assertThat(driver.requests.get()).isEqualTo(1);
            for (int i = 1; i < PAGE; i++) {
                each.next();
            }
            assertThat(driver.requests.get()).isLessThanOrEqualTo(2);
        }
    }

    @Test
    void aServiceThatCannotBeginAnywhereIsAskedForOnePageAfterAnother() {
        Distant driver = new Distant(
                filled(Names.of("", 20_500, i -> "a/%06d".formatted(i)).all())) {
            @Override
            public boolean listsFromAnyKey() {
                return false;
            }
        };
        assertThat(names(BlobStore.over(driver).list(""))).hasSize(20_500);
        assertThat(driver.requests.get()).isEqualTo(21);
        assertThat(driver.mostUnderWay.get()).isEqualTo(1);
    }

    @Test
    void afterAFailureTheNamesBeforeItAreReturnedAndNoOther() {
        String broken = "a/012345";
        BlobStore store = BlobStore.over(
                        new Distant(filled(
                                Names.of("", 40_000, i -> "a/%06d".formatted(i)).all())) {
                            @Override
                            public BlobPage page(BlobRange range) throws Exception {
                                return failing(super.page(range));
                            }

                            private BlobPage failing(BlobPage page) throws IOException {
                                if (page.blobs().stream()
                                        .anyMatch(blob -> blob.name().value().equals(broken))) {
                                    throw new IOException("503 out of order");
                                }
                                return new BlobPage(page.blobs(), page.next().map(next -> () -> failing(next.fetch())));
                            }

                            @Override
                            public FailureKind kindOf(Exception failure) {
                                return failure instanceof IOException ? FailureKind.RETRYABLE : super.kindOf(failure);
                            }
                        })
                .withRetries(RetryBudget.none());
        List<String> read = new ArrayList<>();
        try (Stream<BlobInfo> blobs = store.list("")) {
            Iterator<BlobInfo> each = blobs.iterator();
            assertThatThrownBy(() ->
                            each.forEachRemaining(blob -> read.add(blob.name().value())))
                    .isInstanceOf(BlobStoreException.class)
                    .hasMessageContaining("out of order");
            assertThatThrownBy(each::hasNext).isInstanceOf(BlobStoreException.class);
        }
        assertThat(read.size()).isBetween(12_345 - PAGE, 12_345);
        assertThat(read)
                .isEqualTo(IntStream.range(0, read.size())
                        .mapToObj("a/%06d"::formatted)
                        .toList());
    }

    @Test
    void requestsThatFailNowAndThenAreMadeAgain() {
        AtomicInteger attempts = new AtomicInteger();
        List<String> all =
                List.copyOf(Names.of("", 30_000, i -> "a/%06d".formatted(i)).all());
        BlobStore store = BlobStore.over(new Distant(filled(all)) {
                    @Override
                    public BlobPage page(BlobRange range) throws Exception {
                        return failing(() -> super.page(range));
                    }

                    private BlobPage failing(BlobPage.Next request) throws Exception {
                        BlobPage page = request.fetch();
                        if (attempts.incrementAndGet() % 3 == 0) {
                            throw new IOException("503 busy");
                        }
                        return new BlobPage(page.blobs(), page.next().map(next -> () -> failing(next)));
                    }

                    @Override
                    public FailureKind kindOf(Exception failure) {
                        return failure instanceof IOException ? FailureKind.RETRYABLE : super.kindOf(failure);
                    }
                })
                .withRetries(RetryBudget.of(Duration.ofSeconds(30)));
        assertThat(names(store.list(""))).isEqualTo(all);
    }

    @Test
    void closingEndsTheRequestsUnderWay() throws Exception {
        CountDownLatch waiting = new CountDownLatch(1);
        CountDownLatch ended = new CountDownLatch(1);
        BlobStore store = BlobStore.over(
                new Distant(
                        filled(Names.of("", 5_000, i -> "a/%06d".formatted(i)).all())) {
                    @Override
                    public BlobPage page(BlobRange range) throws Exception {
                        BlobPage page = super.page(range);
                        return new BlobPage(page.blobs(), page.next().map(next -> () -> {
                            waiting.countDown();
                            try {
                                new CountDownLatch(1).await();
                            } finally {
                                ended.countDown();
                            }
                            return next.fetch();
                        }));
                    }
                });
        try (Stream<BlobInfo> blobs = store.list("")) {
            Iterator<BlobInfo> each = blobs.iterator();
            for (int i = 0; i < PAGE / 2; i++) {
                each.next();
            }
            waiting.await();
        }
        assertThat(ended.await(60, TimeUnit.SECONDS)).isTrue();
    }

    @Test
    void aReaderThatIsInterruptedStops() {
        BlobStore store = BlobStore.over(
                new Distant(
                        filled(Names.of("", 5_000, i -> "a/%06d".formatted(i)).all())) {
                    @Override
                    public BlobPage page(BlobRange range) throws Exception {
                        BlobPage page = super.page(range);
                        Thread reader = Thread.currentThread();
                        return new BlobPage(page.blobs(), page.next().map(next -> () -> {
                            reader.interrupt();
                            new CountDownLatch(1).await();
                            return next.fetch();
                        }));
                    }
                });
        try (Stream<BlobInfo> blobs = store.list("")) {
            assertThatThrownBy(() -> blobs.forEach(blob -> {}))
                    .isInstanceOf(BlobStoreException.class)
                    .hasMessage("list: interrupted");
        }
        assertThat(Thread.interrupted()).isTrue();
    }
}
