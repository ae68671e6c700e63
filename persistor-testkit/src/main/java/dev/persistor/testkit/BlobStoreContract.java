package dev.persistor.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.persistor.core.archive.Archive;
import dev.persistor.core.archive.ArchiveReader;
import dev.persistor.core.archive.MessageFilter;
import dev.persistor.core.archive.ReadOrder;
import dev.persistor.core.message.Attributes;
import dev.persistor.core.message.Message;
import dev.persistor.core.retry.RetryBudget;
import dev.persistor.core.store.Blob;
import dev.persistor.core.store.BlobCollisionException;
import dev.persistor.core.store.BlobInfo;
import dev.persistor.core.store.BlobMetadata;
import dev.persistor.core.store.BlobName;
import dev.persistor.core.store.BlobNotFoundException;
import dev.persistor.core.store.BlobStore;
import dev.persistor.core.store.BlobStoreException;
import dev.persistor.core.store.ExistingBlob;
import dev.persistor.core.store.OpenBlob;
import dev.persistor.core.store.PutResult;
import dev.persistor.core.write.Persistor;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import java.util.function.IntFunction;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What every blob store must show. Extend it with a store of your own; do not override its tests: where stores may
 * differ, they say so by {@link #capabilities()}.
 *
 * <p>Not thread-safe.
 */
@Timeout(120)
public abstract class BlobStoreContract {

    private static final String TYPE = "application/octet-stream";
    private static final int RACERS = 16;

    private BlobStore store;

    /** For subclasses. */
    @SuppressWarnings("NullAway.Init") // JUnit opens the store before each test.
    protected BlobStoreContract() {}

    /**
     * Opens the store that is tested, at a place that is empty when a test begins and stays the same until it ends: the
     * second opening in a test must find what the first wrote.
     */
    protected abstract BlobStore openStore();

    /** Says in what the store differs from others. Default: {@link StoreCapabilities#local()}. */
    protected StoreCapabilities capabilities() {
        return StoreCapabilities.local();
    }

    @BeforeEach
    final void openBeforeEach() {
        store = openStore();
    }

    @AfterEach
    final void closeAfterEach() {
        store.close();
    }

    private static Blob blob(String name, byte[] content, Map<String, String> metadata) {
        return Blob.of(BlobName.of(name), content, TYPE, BlobMetadata.of(metadata));
    }

    private static Blob blob(String name, String content) {
        return blob(name, content.getBytes(StandardCharsets.UTF_8), Map.of("persistor-id", content));
    }

    private byte[] read(String name) {
        try (OpenBlob opened = store.open(BlobName.of(name))) {
            return opened.readVerified();
        }
    }

    private List<String> names(String prefix, String startAfter) {
        try (Stream<BlobInfo> infos = store.list(prefix, startAfter)) {
            return infos.map(info -> info.name().value()).toList();
        }
    }

    private static Message withAttribute(String text) {
        return Message.builder()
                .id("1")
                .source("orders")
                .publishTime(Instant.parse("2026-01-31T02:10:00Z"))
                .attributes(Attributes.builder().add("a", text).build())
                .payload(new byte[] {1})
                .build();
    }

    /** A name is written once. */
    @Nested
    class Creating {

        @Test
        void aNewBlobIsCreated() {
            assertThat(store.put(blob("a/b", "x"))).isEqualTo(PutResult.CREATED);
            assertThat(read("a/b")).asString().isEqualTo("x");
        }

        @Test
        void theSameBlobIsFoundAndNotWrittenAgain() {
            store.put(blob("a/b", "x"));
            assertThat(store.put(blob("a/b", "x"))).isEqualTo(PutResult.ALREADY_EXISTS);
            assertThat(names("", "")).containsExactly("a/b");
        }

        @Test
        void aRedeliveryWithOtherMetadataIsFoundAndChangesNothing() {
            Map<String, String> first = Map.of("persistor-id", "1", "persistor-delivery-attempt", "1");
            Map<String, String> second = Map.of("persistor-id", "1", "persistor-delivery-attempt", "2");
            store.put(blob("a", new byte[] {1}, first));
            assertThat(store.put(blob("a", new byte[] {1}, second))).isEqualTo(PutResult.ALREADY_EXISTS);
            assertThat(store.find(BlobName.of("a")).orElseThrow().metadata()).isEqualTo(BlobMetadata.of(first));
        }

        @Test
        void otherBytesUnderTheSameNameAreACollisionThatChangesNothing() {
            store.put(blob("a", "first"));
            assertThatThrownBy(() -> store.put(blob("a", "other"))).isInstanceOf(BlobCollisionException.class);
            assertThatThrownBy(() -> store.put(blob("a", "longer than the first")))
                    .isInstanceOf(BlobCollisionException.class);
            assertThat(read("a")).asString().isEqualTo("first");
            assertThat(store.find(BlobName.of("a")).orElseThrow().metadata().get("persistor-id"))
                    .contains("first");
        }

        @Test
        void aBlobWhoseContentIsNotThatOfItsChecksumIsRefusedAndChangesNothing() {
            Blob altered =
                    Blob.of(BlobName.of("a"), ByteBuffer.wrap(new byte[] {1}), TYPE, BlobMetadata.empty(), 4_711);
            assertThatThrownBy(() -> store.put(altered))
                    .isInstanceOfSatisfying(
                            BlobStoreException.class,
                            e -> assertThat(e.isRetryable()).isFalse());
            assertThat(names("", "")).isEmpty();
            assertThat(store.put(blob("a", "x"))).isEqualTo(PutResult.CREATED);
        }

        @Test
        void theSameBytesOfAnotherMessageAreACollision() {
            for (String key : ExistingBlob.IDENTITY_KEYS) {
                store.put(blob(key, new byte[0], Map.of(key, "1")));
                assertThatThrownBy(() -> store.put(blob(key, new byte[0], Map.of(key, "2"))))
                        .as(key)
                        .isInstanceOf(BlobCollisionException.class);
            }
        }

        @Test
        void aSidecarOfTheSameMessageIsFoundWhateverChangedSinceTheLastDelivery() {
            store.put(blob("a", "expires at 1".getBytes(StandardCharsets.UTF_8), Map.of(ExistingBlob.SIDECAR_OF, "1")));
            byte[] later = "expires at 22".getBytes(StandardCharsets.UTF_8);
            assertThat(store.put(blob("a", later, Map.of(ExistingBlob.SIDECAR_OF, "1"))))
                    .isEqualTo(PutResult.ALREADY_EXISTS);
            assertThatThrownBy(() -> store.put(blob("a", later, Map.of(ExistingBlob.SIDECAR_OF, "2"))))
                    .isInstanceOf(BlobCollisionException.class);
            assertThat(read("a")).asString().isEqualTo("expires at 1");
        }

        @Test
        void differentMessagesWithOneIdAndTimeAreAllStoredAndEachOnlyOnce() {
            List<Message> messages = Stream.of("", "a", "b", "x".repeat(20_000), "y".repeat(20_000))
                    .map(BlobStoreContract::withAttribute)
                    .toList();
            try (Persistor persistor = Persistor.builder(store).build()) {
                for (Message message : messages) {
                    assertThat(persistor.persist(message).join().result()).isEqualTo(PutResult.CREATED);
                }
                for (Message message : messages) {
                    Message again = message.toBuilder().deliveryAttempt(2).build();
                    assertThat(persistor.persist(again).join().result()).isEqualTo(PutResult.ALREADY_EXISTS);
                }
                assertThat(persistor.counters().collided()).isEqualTo(2L * (messages.size() - 1));
            }
            try (ArchiveReader reader = Archive.on(store).build().read(MessageFilter.ALL, ReadOrder.NONE)) {
                List<Message> found = new ArrayList<>();
                reader.forEachRemaining(archived -> found.add(archived.message()));
                assertThat(found).containsExactlyInAnyOrderElementsOf(messages);
            }
        }

        @Test
        void ofManyWritersOfTheSameBlobOneCreatesIt() throws Exception {
            List<Object> outcomes = race(i -> blob("race/same", "x"));
            assertThat(outcomes)
                    .filteredOn(outcome -> outcome == PutResult.CREATED)
                    .hasSize(1);
            assertThat(outcomes)
                    .filteredOn(outcome -> outcome == PutResult.ALREADY_EXISTS)
                    .hasSize(RACERS - 1);
        }

        @Test
        void ofManyWritersOfDifferentBlobsOneCreatesAndTheOthersCollide() throws Exception {
            List<Object> outcomes = race(i -> blob("race/different", "content " + i));
            assertThat(outcomes)
                    .filteredOn(outcome -> outcome == PutResult.CREATED)
                    .hasSize(1);
            assertThat(outcomes)
                    .filteredOn(outcome -> outcome instanceof BlobCollisionException)
                    .hasSize(RACERS - 1);
            assertThat(read("race/different")).asString().isEqualTo("content " + outcomes.indexOf(PutResult.CREATED));
        }

        private List<Object> race(IntFunction<Blob> blobs) throws Exception {
            CyclicBarrier start = new CyclicBarrier(RACERS);
            ExecutorService threads = Executors.newFixedThreadPool(RACERS);
            try {
                List<Future<Object>> futures = new ArrayList<>();
                for (int i = 0; i < RACERS; i++) {
                    Blob blob = blobs.apply(i);
                    futures.add(threads.submit(() -> {
                        start.await();
                        return outcome(blob);
                    }));
                }
                List<Object> outcomes = new ArrayList<>();
                for (Future<Object> future : futures) {
                    outcomes.add(future.get());
                }
                return outcomes;
            } finally {
                threads.shutdown();
            }
        }

        private Object outcome(Blob blob) {
            try {
                return store.put(blob);
            } catch (BlobCollisionException e) {
                return e;
            }
        }
    }

    /** What is read is what was written. */
    @Nested
    class Keeping {

        @ParameterizedTest
        @ValueSource(ints = {0, 1, 255, 65_537, 1 << 20, 16 << 20})
        void everyByteComesBack(int size) {
            byte[] content = new byte[size];
            new Random(size).nextBytes(content);
            store.put(blob("bytes", content, Map.of()));

            assertThat(read("bytes")).isEqualTo(content);
            BlobInfo info = store.find(BlobName.of("bytes")).orElseThrow();
            assertThat(info.size()).isEqualTo(size);
            assertThat(info.crc32c()).hasValue(blob("bytes", content, Map.of()).crc32c());
            assertThat(store.put(blob("bytes", content, Map.of()))).isEqualTo(PutResult.ALREADY_EXISTS);
        }

        @Test
        void allValuesOfAByteComeBack() {
            store.put(blob("all", MessageGenerator.allBytes(), Map.of()));
            assertThat(read("all")).isEqualTo(MessageGenerator.allBytes());
        }

        @Test
        void theContentTypeStays() {
            store.put(Blob.of(BlobName.of("typed"), new byte[] {1}, "application/json", BlobMetadata.empty()));
            assertThat(store.find(BlobName.of("typed")).orElseThrow().contentType())
                    .isEqualTo("application/json");
        }

        @Test
        void metadataOfAnyTextComesBack() {
            Map<String, String> metadata = new TreeMap<>();
            metadata.put("empty", "");
            metadata.put("spaces", "  leading and trailing  ");
            metadata.put("visible", "!\"#$%&'()*+,-./0123456789:;<=>?@ABCXYZ[\\]^_`abcxyz{|}~");
            metadata.put("lines", "a\r\nx-injected: b\n\n");
            metadata.put("controls", "\u0000\u0001\t\u007F");
            metadata.put("unicode", "é€😀\u202E");
            metadata.put("surrogate", "\uD800");
            metadata.put("percent", "%41 %zz %");
            metadata.put("many-words-in-a-key9", "x");
            store.put(blob("meta", new byte[] {1}, metadata));
            assertThat(store.find(BlobName.of("meta")).orElseThrow().metadata().asMap())
                    .isEqualTo(metadata);
            try (OpenBlob opened = store.open(BlobName.of("meta"))) {
                assertThat(opened.info().metadata().asMap()).isEqualTo(metadata);
            }
            assertThat(store.list("meta").findFirst().orElseThrow().metadata().asMap())
                    .isEqualTo(metadata);
        }

        @Test
        void metadataUpToTheLimitComesBack() {
            int room = Math.min(store.limits().maxMetadataBytes(), 8_192);
            Map<String, String> metadata = Map.of("key", "x".repeat(room - 3));
            store.put(blob("meta", new byte[] {1}, metadata));
            assertThat(store.find(BlobName.of("meta")).orElseThrow().metadata().asMap())
                    .isEqualTo(metadata);
        }

        @Test
        void anotherOpeningOfTheStoreSeesTheBlob() {
            store.put(blob("a", "x"));
            try (BlobStore again = openStore()) {
                assertThat(again.find(BlobName.of("a"))).isEqualTo(store.find(BlobName.of("a")));
                assertThat(again.put(blob("a", "x"))).isEqualTo(PutResult.ALREADY_EXISTS);
            }
        }

        @Test
        void messagesThatAreHardToKeepComeBackWholeAndOnce() {
            long seed = 4_711;
            MessageGenerator generator = new MessageGenerator(seed);
            List<Message> messages = Stream.generate(generator::next).limit(60).toList();
            try (Persistor persistor = Persistor.builder(store).build()) {
                persistor.persistAll(messages);
                persistor.persistAll(messages);
            }
            ArchiveComparison comparison = ArchiveComparison.of(messages, store);
            assertThat(comparison.isExact()).as("seed %d: %s", seed, comparison).isTrue();
        }
    }

    /** Names are only names. */
    @Nested
    class Naming {

        @ParameterizedTest
        @ValueSource(
                strings = {
                    "a b",
                    "a%20b",
                    "a%2Fb",
                    "100%",
                    "a?b",
                    "a#b",
                    "a&b=c",
                    "a+b",
                    "a:b",
                    "a,b;c",
                    "(a)[b]{c}",
                    "~a",
                    "é",
                    "😀/x",
                    "a=1/b=2/c.bin",
                    "...",
                    "a/.hidden",
                    "_under/score",
                    "CON",
                    "a'b"
                })
        void everyLegalNameFindsItsBlob(String name) {
            store.put(blob(name, "x"));
            assertThat(store.find(BlobName.of(name))).isPresent();
            assertThat(read(name)).asString().isEqualTo("x");
            assertThat(names("", "")).containsExactly(name);
        }

        @Test
        void namesThatDifferInOneCharacterAreDifferentBlobs() {
            List<String> names = List.of("a b", "a%20b", "a+b", "A b", "a_b");
            names.forEach(name -> store.put(blob(name, name)));
            for (String name : names) {
                assertThat(read(name)).asString().isEqualTo(name);
            }
        }

        @Test
        void aNameAsLongAsTheLimitIsLegal() {
            int segment =
                    Math.min(store.limits().maxSegmentBytes(), store.limits().maxNameBytes());
            String name = "n".repeat(segment);
            store.put(blob(name, "x"));
            assertThat(read(name)).asString().isEqualTo("x");
        }
    }

    /** Listing is in order and lazy. */
    @Nested
    class Listing {

        private final List<String> some = List.of("a-b", "a.b", "a/b/c", "a/z", "a0", "b", "é", "\uFFFD", "😀");

        private void putAll(List<String> names) {
            names.stream().sorted(Comparator.reverseOrder()).forEach(name -> store.put(blob(name, name)));
        }

        private List<String> inOrder(List<String> names) {
            return names.stream().sorted(capabilities().order()).toList();
        }

        @Test
        void namesComeInTheOrderOfTheirCodePoints() {
            putAll(some);
            assertThat(names("", "")).containsExactlyElementsOf(inOrder(some));
        }

        @Test
        void aPrefixNeedNotBeAWholeFolder() {
            putAll(some);
            assertThat(names("a/", "")).containsExactly("a/b/c", "a/z");
            assertThat(names("a", "")).containsExactly("a-b", "a.b", "a/b/c", "a/z", "a0");
            assertThat(names("a/b", "")).containsExactly("a/b/c");
            assertThat(names("nothing", "")).isEmpty();
        }

        @Test
        void listingGoesOnAfterAName() {
            putAll(some);
            assertThat(names("", "a/z")).containsExactlyElementsOf(inOrder(List.of("a0", "b", "é", "\uFFFD", "😀")));
            assertThat(names("a", "a.")).containsExactly("a.b", "a/b/c", "a/z", "a0");
            assertThat(names("", "zzz")).containsExactlyElementsOf(inOrder(List.of("é", "\uFFFD", "😀")));
        }

        @Test
        void listingEndsBeforeAName() {
            putAll(List.of("a/1", "a/2", "a/3", "a/4", "b"));
            try (Stream<BlobInfo> between = store.list("a/", "a/1", "a/4")) {
                assertThat(between.map(info -> info.name().value())).containsExactly("a/2", "a/3");
            }
            try (Stream<BlobInfo> before = store.list("", "", "a/2")) {
                assertThat(before.map(info -> info.name().value())).containsExactly("a/1");
            }
        }

        @Test
        void theFirstIsTheFirstOfTheListing() {
            putAll(List.of("a/1", "a/2", "b"));
            assertThat(store.first("", "")).isEqualTo(store.find(BlobName.of("a/1")));
            assertThat(store.first("", "a/1")).isEqualTo(store.find(BlobName.of("a/2")));
            assertThat(store.first("", "a/11")).isEqualTo(store.find(BlobName.of("a/2")));
            assertThat(store.first("b", "")).isEqualTo(store.find(BlobName.of("b")));
            assertThat(store.first("", "b")).isEmpty();
            assertThat(store.first("c", "")).isEmpty();
        }

        @Test
        void whatIsListedIsWhatIsFound() {
            store.put(blob("a", MessageGenerator.allBytes(), Map.of("key", "value")));
            assertThat(store.list("").toList())
                    .containsExactly(store.find(BlobName.of("a")).orElseThrow());
        }

        @Test
        void whatIsListedIsOpened() {
            store.put(blob("a", MessageGenerator.allBytes(), Map.of("key", "value")));
            store.put(blob("empty", new byte[0], Map.of()));
            for (BlobInfo listed : store.list("").toList()) {
                try (OpenBlob opened = store.open(listed)) {
                    assertThat(opened.info()).isEqualTo(listed);
                    assertThat(opened.readVerified())
                            .isEqualTo(read(listed.name().value()));
                }
            }
        }

        @Test
        void readingGivesSomethingUntilTheEnd() throws IOException {
            store.put(blob("a", new byte[3_000], Map.of()));
            try (OpenBlob opened = store.open(BlobName.of("a"))) {
                InputStream content = opened.verifiedContent();
                byte[] bytes = new byte[1_000];
                int size = 0;
                for (int read = content.read(bytes); read >= 0; read = content.read(bytes)) {
                    assertThat(read).as("read at byte %d", size).isPositive();
                    size += read;
                }
                assertThat(size).isEqualTo(3_000);
                assertThat(content.read()).isEqualTo(-1);
            }
        }

        @Test
        void anEmptyStoreListsNothing() {
            assertThat(names("", "")).isEmpty();
        }

        @Test
        void listingAsksForNoMoreThanIsRead() {
            int pageSize = Math.max(2, capabilities().pageSize());
            putAll(IntStream.range(0, 3 * pageSize)
                    .mapToObj(i -> String.format(java.util.Locale.ROOT, "n%05d", i))
                    .toList());
            long before = capabilities().listRequests().getAsLong();
            try (Stream<BlobInfo> infos = store.list("")) {
                assertThat(infos.findFirst().orElseThrow().name().value()).isEqualTo("n00000");
            }
            assertThat(capabilities().listRequests().getAsLong() - before).isLessThanOrEqualTo(1);
            assertThat(names("", "")).hasSize(3 * pageSize).isSorted();
        }
    }

    /** Other programs put objects of any name into the store. */
    @Nested
    class ForeignNames {

        private static final List<String> ODD = List.of(
                "/lead",
                "a//b",
                "dir/",
                "dir/sub/",
                "dir/back\\slash",
                "dir/line\nfeed",
                "dir/tab\there",
                "x/../y",
                "x/./y",
                "x/..");

        /** Puts what the store can hold of the odd names, beside blobs of its own, and returns all names. */
        private List<String> putAll() {
            List<String> names = new ArrayList<>(List.of("a", "dir/blob", "x/blob", "z"));
            names.forEach(name -> store.put(blob(name, name)));
            for (String name : ODD) {
                if (isPut(name)) {
                    names.add(name);
                }
            }
            names.sort(capabilities().order());
            return names;
        }

        private boolean isPut(String name) {
            if (capabilities().foreign().isEmpty()) {
                return false;
            }
            try {
                capabilities().foreign().get().accept(name);
                return true;
            } catch (RuntimeException e) {
                // The store cannot hold it; those that it can hold are listed.
                return false;
            }
        }

        @Test
        void theyAreListedAsForeignAndStopNothing() {
            List<String> names = putAll();
            try (Stream<BlobInfo> listed = store.list("")) {
                assertThat(listed)
                        .allMatch(info -> info.name().isForeign()
                                == ODD.contains(info.name().value()))
                        .extracting(info -> info.name().value())
                        .isEqualTo(names);
            }
        }

        @Test
        void aListingGoesOnAfterAnyOfThem() {
            List<String> names = putAll();
            for (int index = 0; index < names.size(); index++) {
                assertThat(names("", names.get(index)))
                        .as("after \"%s\"", names.get(index))
                        .isEqualTo(names.subList(index + 1, names.size()));
                assertThat(store.first("", names.get(index))
                                .map(info -> info.name().value()))
                        .as("first after \"%s\"", names.get(index))
                        .isEqualTo(names.stream().skip(index + 1L).findFirst());
            }
        }

        @Test
        void theyAreListedByPrefix() {
            List<String> names = putAll();
            for (String prefix : List.of("dir/", "x/", "/", "a")) {
                assertThat(names(prefix, ""))
                        .isEqualTo(names.stream()
                                .filter(name -> name.startsWith(prefix))
                                .toList());
            }
        }

        @Test
        void noBlobIsWrittenUnderOne() {
            for (String name : ODD) {
                assertThatThrownBy(() -> Blob.of(BlobName.listed(name), new byte[1], TYPE, BlobMetadata.empty()))
                        .isInstanceOf(IllegalArgumentException.class);
            }
        }
    }

    /** A failure that passes is not seen through retries, whichever call it meets. */
    @Nested
    class Retrying {

        private static final int FAILURES = 2;
        private static final RetryBudget BUDGET = RetryBudget.of(Duration.ofSeconds(60));

        private final AtomicInteger retries = new AtomicInteger();

        private BlobStore retrying() {
            return store.withRetries(BUDGET, failure -> retries.incrementAndGet());
        }

        private void failReads() {
            capabilities()
                    .failReads()
                    .orElseThrow(() -> new AssertionError("the contract cannot make reads fail; open the store over a"
                            + " FaultyBlobDriver, and name its failReads in the capabilities"))
                    .accept(FAILURES);
        }

        private <T> void assertRetried(Function<BlobStore, T> call, T expected) {
            failReads();
            assertThat(call.apply(retrying())).isEqualTo(expected);
            assertThat(retries.getAndSet(0)).isEqualTo(FAILURES);
        }

        @Test
        void everyCallThatReadsIsRetried() {
            store.put(blob("a/1", "x"));
            store.put(blob("a/2", "y"));
            BlobName name = BlobName.of("a/1");
            BlobInfo info = store.find(name).orElseThrow();
            assertRetried(retrying -> retrying.find(name), Optional.of(info));
            assertRetried(retrying -> retrying.first("", ""), Optional.of(info));
            assertRetried(retrying -> listed(retrying.list("a/")), List.of("a/1", "a/2"));
            assertRetried(retrying -> listed(retrying.list("", "", "a/2")), List.of("a/1"));
            assertRetried(retrying -> content(retrying.open(name)), "x");
            assertRetried(retrying -> content(retrying.open(info)), "x");
        }

        @Test
        void aListingThatFailsInTheMiddleGoesOnAfterTheLastName() {
            List<String> names = IntStream.range(
                            0, 3 * Math.max(2, capabilities().pageSize()))
                    .mapToObj(i -> String.format(java.util.Locale.ROOT, "n%05d", i))
                    .toList();
            names.forEach(name -> store.put(blob(name, name)));
            List<String> found = new ArrayList<>();
            try (Stream<BlobInfo> listing = retrying().list("")) {
                listing.forEach(info -> {
                    found.add(info.name().value());
                    // Early: later, the last page may have been fetched ahead.
                    if (found.size() == 1) {
                        failReads();
                    }
                });
            }
            assertThat(found).isEqualTo(names);
            assertThat(retries).hasValue(FAILURES);
        }

        private List<String> listed(Stream<BlobInfo> listing) {
            try (listing) {
                return listing.map(info -> info.name().value()).toList();
            }
        }

        private String content(OpenBlob opened) {
            try (opened) {
                return new String(opened.readVerified(), StandardCharsets.UTF_8);
            }
        }
    }

    /** What is not there is not there. */
    @Nested
    class Missing {

        @Test
        void nothingIsFound() {
            assertThat(store.find(BlobName.of("no/such"))).isEmpty();
        }

        @Test
        void aFolderIsNoBlob() {
            store.put(blob("a/b", "x"));
            assertThat(store.find(BlobName.of("a"))).isEmpty();
        }

        @Test
        void openingSaysWhichBlobIsNotThere() {
            assertThatThrownBy(() -> store.open(BlobName.of("no/such")))
                    .isInstanceOf(BlobNotFoundException.class)
                    .hasMessageContaining("no/such");
        }

        @Test
        void openingWhatWasListedOnceSaysThatItIsNotThere() {
            assertThatThrownBy(() -> store.open(BlobInfo.of(blob("no/such", "x"))))
                    .isInstanceOf(BlobNotFoundException.class)
                    .hasMessageContaining("no/such");
        }
    }
}
