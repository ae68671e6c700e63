package dev.persistor.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.entry;

import dev.persistor.core.format.Manifest;
import dev.persistor.core.format.MessageFormat;
import dev.persistor.core.format.MessageFormats;
import dev.persistor.core.format.MessageReader;
import dev.persistor.core.format.ReadContext;
import dev.persistor.core.format.ReadLimits;
import dev.persistor.core.message.AttributeValue;
import dev.persistor.core.message.Attributes;
import dev.persistor.core.message.Message;
import dev.persistor.core.message.Position;
import dev.persistor.core.store.Blob;
import dev.persistor.core.store.BlobInfo;
import dev.persistor.core.store.BlobLimits;
import dev.persistor.core.store.BlobMetadata;
import dev.persistor.core.store.BlobName;
import dev.persistor.core.store.BlobSource;
import dev.persistor.core.store.BlobStore;
import dev.persistor.core.store.BlobStoreException;
import dev.persistor.core.store.Digest;
import dev.persistor.core.store.OpenBlob;
import dev.persistor.core.store.memory.MemoryDriver;
import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.UUID;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.ArgumentsProvider;
import org.junit.jupiter.params.provider.ArgumentsSource;
import org.junit.jupiter.params.support.ParameterDeclarations;

/**
 * What every format must show, in every way in which it can be configured. Extend it with a format of your own, which a
 * {@link dev.persistor.core.format.MessageFormatProvider} brings; do not override its tests.
 *
 * <p>A format that holds one message a blob is given one; what is about many is not asked of it.
 *
 * <p>Not thread-safe.
 */
@Timeout(120)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
public abstract class MessageFormatContract {

    private static final BlobLimits ROOMY = new BlobLimits(1024, 1024, 1 << 20);
    private static final String FOREIGN_TYPE = "application/octet-stream";
    private static final int SEEDS = 40;
    private static final ReadContext WITHOUT_PAYLOADS = new ReadContext() {
        @Override
        public ReadLimits limits() {
            return ReadLimits.DEFAULT;
        }

        @Override
        public boolean needsPayloads() {
            return false;
        }
    };

    private BlobStore store;

    /** For subclasses. */
    @SuppressWarnings("NullAway.Init") // JUnit opens the store before each test.
    protected MessageFormatContract() {}

    /** Returns the formats that are tested: each as it is with each of its settings. */
    protected abstract List<MessageFormat> formats();

    /** Opens a store, at a place that is empty when a test begins. */
    protected abstract BlobStore openStore();

    @BeforeEach
    final void openBeforeEach() {
        store = openStore();
    }

    @AfterEach
    final void closeAfterEach() {
        store.close();
    }

    /** A test of each format. */
    @Target(ElementType.METHOD)
    @Retention(RetentionPolicy.RUNTIME)
    @ParameterizedTest
    @ArgumentsSource(EachFormatProvider.class)
    @interface EachFormat {}

    /** A test of each format whose blobs hold many messages. */
    @Target(ElementType.METHOD)
    @Retention(RetentionPolicy.RUNTIME)
    @ParameterizedTest(allowZeroInvocations = true)
    @ArgumentsSource(EachBatchFormatProvider.class)
    @interface EachBatchFormat {}

    static class EachFormatProvider implements ArgumentsProvider {
        @Override
        public Stream<? extends Arguments> provideArguments(
                ParameterDeclarations parameters, ExtensionContext context) {
            return context
                    .getRequiredTestInstances()
                    .findInstance(MessageFormatContract.class)
                    .orElseThrow()
                    .formats()
                    .stream()
                    .filter(this::isAsked)
                    .map(format -> Arguments.of(Named.of(format.name() + " (" + format.extension() + ")", format)));
        }

        boolean isAsked(MessageFormat format) {
            return true;
        }
    }

    static final class EachBatchFormatProvider extends EachFormatProvider {
        @Override
        boolean isAsked(MessageFormat format) {
            return format.holdsBatches();
        }
    }

    private static BlobName name(MessageFormat format, String stem) {
        return BlobName.of(stem + format.extension());
    }

    private static Message.Builder message(int number) {
        return Message.builder()
                .id(Integer.toString(1_000 + number))
                .source("orders")
                .publishTime(Instant.parse("2026-01-31T02:10:00Z").plusMillis(number))
                .payload(("payload " + number).getBytes(StandardCharsets.UTF_8));
    }

    /** Few messages, small ones, each of another kind. */
    private static List<Message> few(MessageFormat format) {
        Message text = message(1)
                .attributes(Attributes.builder().add("type", "created").build())
                .build();
        Message binary = message(2)
                .payload(new byte[] {(byte) 0xFF, 0, 1})
                .orderingKey("key")
                .position(new Position("3", 17))
                .build();
        Message typed = message(3)
                .attributes(Attributes.builder()
                        .add("n", AttributeValue.of(5))
                        .add("n", "5")
                        .build())
                .build();
        return format.holdsBatches() ? List.of(text, binary, typed) : List.of(typed);
    }

    private static List<List<Message>> inBatches(MessageFormat format, List<Message> messages) {
        return format.holdsBatches()
                ? List.of(messages)
                : messages.stream().map(List::of).toList();
    }

    private void assertComesBack(MessageFormat format, List<Message> messages) {
        assertComesBack(format, messages, store.limits());
    }

    /** Through the store, by the format itself and by whatever format is found for the blob. */
    private void assertComesBack(MessageFormat format, List<Message> messages, BlobLimits limits) {
        int number = 0;
        for (List<Message> batch : inBatches(format, messages)) {
            BlobName name = name(format, "kept/" + number++);
            store.putAll(format.encode(name, batch, limits));
            BlobInfo listed = store.list(name.value())
                    .filter(MessageFormats.installed()::holdMessages)
                    .reduce((one, other) -> {
                        throw new AssertionError("two blobs hold the messages: " + one + " and " + other);
                    })
                    .orElseThrow(() -> new AssertionError("no installed format takes " + name + " for its own"));
            assertThat(listed.name()).isEqualTo(name);
            try (OpenBlob blob = store.open(name)) {
                assertWhole(BlobReading.of(() -> format.read(blob, store)), batch);
            }
            try (OpenBlob blob = store.open(name)) {
                assertWhole(BlobReading.of(() -> MessageFormats.installed().read(blob, store)), batch);
            }
        }
    }

    /** Writes messages that are hard to keep: one, or up to 20 if the format holds batches. */
    private List<Message> putGenerated(MessageFormat format, BlobName name, long seed) {
        MessageGenerator generator = new MessageGenerator(seed);
        int count = format.holdsBatches() ? 1 + (int) (seed % 20) : 1;
        List<Message> batch = Stream.generate(generator::next).limit(count).toList();
        store.putAll(format.encode(name, batch, store.limits()));
        return batch;
    }

    private static void assertWhole(BlobReading reading, List<Message> messages) {
        assertThat(reading.damage()).as("damage of a blob that has none").isEmpty();
        assertThat(reading.messages()).containsExactlyElementsOf(messages);
    }

    /** Whatever a message holds comes back. */
    @Nested
    @TestInstance(TestInstance.Lifecycle.PER_CLASS)
    class Keeping {

        @EachFormat
        void messagesThatAreHardToKeepComeBackEqualAndInOrder(MessageFormat format) {
            Laws.holdFor(SEEDS, seed -> {
                BlobName name = name(format, "seed/" + seed);
                List<Message> batch = putGenerated(format, name, seed);
                try (OpenBlob blob = store.open(name)) {
                    assertWhole(BlobReading.of(() -> MessageFormats.installed().read(blob, store)), batch);
                }
                try (OpenBlob blob = store.open(name)) {
                    assertWhole(BlobReading.of(() -> format.read(blob, store)), batch);
                }
            });
        }

        @EachFormat
        void withoutPayloadsAllElseComesBack(MessageFormat format) {
            Laws.holdFor(SEEDS, seed -> {
                BlobName name = name(format, "seed/" + seed);
                List<Message> batch = putGenerated(format, name, seed);
                try (OpenBlob blob = store.open(name)) {
                    BlobReading reading =
                            BlobReading.of(() -> MessageFormats.installed().read(blob, store, WITHOUT_PAYLOADS));
                    assertThat(reading.damage()).isEmpty();
                    assertThat(reading.messages())
                            .zipSatisfy(
                                    batch,
                                    (read, sent) -> assertThat(read)
                                            .isIn(
                                                    sent,
                                                    sent.toBuilder()
                                                            .payload(new byte[0])
                                                            .build()));
                }
            });
        }

        @EachFormat
        void everyPayloadComesBackByteForByte(MessageFormat format) {
            byte[] mebibyte = new MessageGenerator(1).bytes(1 << 20);
            byte[] mebibyteOfText = "é\"\\\n{}".repeat(150_000).getBytes(StandardCharsets.UTF_8);
            List<byte[]> payloads = List.of(
                    new byte[0],
                    new byte[] {0},
                    MessageGenerator.allBytes(),
                    utf8("{\"a\": 1}"),
                    utf8("\uFEFFwith a mark"),
                    utf8("lines\r\nof\ntext\r, \u2028 and \u2029 and \u0085"),
                    utf8("nul \u0000 and \u0001 and \u001F and \u007F"),
                    utf8("\"quoted\" \\ back / slash"),
                    utf8("é€😀\uDBFF\uDFFF\uFFFD\uFFFF"),
                    utf8("=?UTF-8?B?w6k=?="),
                    hex("C3"),
                    hex("C080"),
                    hex("E08080"),
                    hex("EDA080"),
                    hex("EDA0BDEDB880"),
                    hex("F4908080"),
                    hex("F8888080"),
                    hex("FFFE610000"),
                    hex("1F8B08"),
                    hex("28B52FFD"),
                    "caf\u00E9".getBytes(StandardCharsets.ISO_8859_1),
                    "text".getBytes(StandardCharsets.UTF_16),
                    mebibyte,
                    mebibyteOfText);
            assertComesBack(
                    format,
                    IntStream.range(0, payloads.size())
                            .mapToObj(i -> message(i).payload(payloads.get(i)).build())
                            .toList());
        }

        @EachFormat
        void textsOfAnyCharactersComeBackWhereverTheyAre(MessageFormat format) {
            List<String> texts = List.of(
                    "\uD800",
                    "\uDFFF\uD800",
                    "a\uD83D",
                    "\uDE00 after \uD83D\uDE00",
                    "\u0000",
                    "a\r\nb\u2028c",
                    " ",
                    "é",
                    "e\u0301",
                    "\"",
                    "\\u0041",
                    "null",
                    "\uFEFF",
                    "x".repeat(2_000));
            assertComesBack(
                    format,
                    IntStream.range(0, texts.size())
                            .mapToObj(i -> everywhere(texts.get(i), i))
                            .toList());
        }

        private static Message everywhere(String text, int number) {
            Attributes attributes = Attributes.builder().add(text, text).build();
            return message(number)
                    .id(text)
                    .source(text)
                    .orderingKey(text)
                    .position(new Position(text, text, number))
                    .attributes(attributes)
                    .brokerProperties(attributes)
                    .build();
        }

        @EachFormat
        void attributesKeepTypesRepetitionsAndOrder(MessageFormat format) {
            Attributes plain =
                    Attributes.builder().add("b", "1").add("a", "2").add("", "").build();
            Attributes repeated = Attributes.builder()
                    .add("a", "1")
                    .add("b", "2")
                    .add("a", "1")
                    .build();
            Attributes typed = Attributes.builder()
                    .add("n", AttributeValue.of(5))
                    .add("n", AttributeValue.of(5L))
                    .add("t", "5")
                    .add("none", AttributeValue.ofNull())
                    .add("empty", "")
                    .add("json", AttributeValue.ofJson("{ \"a\": 1.0 }"))
                    .add("bytes", AttributeValue.of(MessageGenerator.allBytes()))
                    .add("id", AttributeValue.of(new UUID(1, 2)))
                    .add("zero", AttributeValue.of(-0.0))
                    .build();
            Attributes many = Attributes.of(IntStream.range(0, 200)
                    .mapToObj(i -> new Attributes.Entry("name" + 37 * i % 200, AttributeValue.of("v" + i)))
                    .toList());
            List<Attributes> all = List.of(Attributes.empty(), plain, repeated, typed, many);
            assertComesBack(
                    format,
                    IntStream.range(0, all.size() * all.size())
                            .mapToObj(i -> message(i)
                                    .attributes(all.get(i / all.size()))
                                    .brokerProperties(all.get(i % all.size()))
                                    .build())
                            .toList());
        }

        @EachFormat
        void positionsAndTimesComeBackWithEveryDigit(MessageFormat format) {
            List<Instant> times = List.of(
                    Instant.EPOCH,
                    Instant.parse("1969-12-31T23:59:59.999999999Z"),
                    Instant.parse("2026-01-31T00:00:00.000000001Z"),
                    Instant.parse("2026-02-28T12:00:00.1Z"),
                    Instant.parse("2024-02-29T23:59:59.123456Z"),
                    Instant.parse("0001-01-01T00:00:00Z"),
                    Instant.parse("9999-12-31T23:59:59.999Z"));
            List<Long> offsets = List.of(0L, 1L, 1L << 53, (1L << 53) + 1, Long.MAX_VALUE);
            assertComesBack(
                    format,
                    IntStream.range(0, times.size())
                            .mapToObj(i -> message(i)
                                    .publishTime(times.get(i))
                                    .position(new Position("0", offsets.get(i % offsets.size())))
                                    .build())
                            .toList());
        }

        @EachFormat
        void theMetadataFitsTheStoreWhateverTheSenderPutsIntoAMessage(MessageFormat format) {
            BlobLimits narrow = new BlobLimits(1024, 1024, 600);
            Message large = message(1)
                    .id("i".repeat(5_000))
                    .source("é".repeat(3_000))
                    .orderingKey("k".repeat(3_000))
                    .position(new Position("l".repeat(3_000), "p".repeat(3_000), Long.MAX_VALUE))
                    .attributes(
                            Attributes.builder().add("long", "x".repeat(9_000)).build())
                    .build();
            assertThat(format.encode(name(format, "a"), List.of(large), narrow))
                    .allSatisfy(
                            blob -> assertThat(blob.metadata().encodedSize()).isLessThanOrEqualTo(600));
            assertComesBack(format, List.of(large), narrow);
        }

        private static byte[] utf8(String text) {
            return text.getBytes(StandardCharsets.UTF_8);
        }

        private static byte[] hex(String digits) {
            return java.util.HexFormat.of().parseHex(digits);
        }
    }

    /** The same messages are always the same bytes, so that a redelivery finds its blob. */
    @Nested
    @TestInstance(TestInstance.Lifecycle.PER_CLASS)
    class Sameness {

        @EachFormat
        void theSameMessagesAlwaysBecomeTheSameBytes(MessageFormat format) {
            List<ByteBuffer> first = contents(format, few(format));
            assertThat(contents(format, few(format))).isEqualTo(first);
            List<Message> rebuilt = few(format).stream()
                    .map(message -> message.toBuilder().build())
                    .toList();
            assertThat(contents(format, rebuilt)).isEqualTo(first);
        }

        @EachFormat
        void anotherDeliveryAttemptChangesNoByte(MessageFormat format) {
            assertThat(contents(format, attempt(format, 2))).isEqualTo(contents(format, attempt(format, 1)));
            assertThat(contents(format, attempt(format, 2))).isEqualTo(contents(format, few(format)));
        }

        @EachFormat
        void manyThreadsMakeTheSameBytes(MessageFormat format) {
            List<ByteBuffer> alone = contents(format, few(format));
            assertThat(IntStream.range(0, 200).parallel().mapToObj(i -> contents(format, few(format))))
                    .allMatch(alone::equals);
        }

        private static List<Message> attempt(MessageFormat format, int attempt) {
            return few(format).stream()
                    .map(message -> message.toBuilder().deliveryAttempt(attempt).build())
                    .toList();
        }

        private static List<ByteBuffer> contents(MessageFormat format, List<Message> messages) {
            return format.encode(name(format, "a"), messages, ROOMY).stream()
                    .map(Blob::content)
                    .toList();
        }
    }

    /** A blob says of itself what it is. */
    @Nested
    @TestInstance(TestInstance.Lifecycle.PER_CLASS)
    class Describing {

        @EachFormat
        void theLastBlobHasTheNameAndSaysWhichFormatItIsOf(MessageFormat format) {
            BlobName name = name(format, "a");
            List<Blob> blobs = format.encode(name, few(format), ROOMY);
            Blob last = blobs.get(blobs.size() - 1);
            assertThat(last.name()).isEqualTo(name);
            assertThat(last.metadata().get(MessageFormat.METADATA_KEY)).contains(format.name());
            assertThat(format.holdsMessages(BlobInfo.of(last))).isTrue();
            assertThat(blobs)
                    .filteredOn(blob -> format.holdsMessages(BlobInfo.of(blob)))
                    .hasSize(1);
        }

        @EachFormat
        void aBlobOfAnotherFormatIsRefused(MessageFormat format) {
            Blob other = Blob.of(
                    name(format, "a"),
                    new byte[0],
                    FOREIGN_TYPE,
                    BlobMetadata.of(Map.of(MessageFormat.METADATA_KEY, "another")));
            assertThat(format.holdsMessages(BlobInfo.of(other))).isFalse();
            assertRefused(format, other);
        }

        @EachFormat
        void aBlobThatSaysNothingAndIsNamedOtherwiseIsRefused(MessageFormat format) {
            Blob other = Blob.of(BlobName.of("a.html"), new byte[] {'<'}, "text/html", BlobMetadata.empty());
            assertThat(format.holdsMessages(BlobInfo.of(other))).isFalse();
            assertRefused(format, other);
        }

        private static void assertRefused(MessageFormat format, Blob blob) {
            BlobReading reading = read(format, BlobInfo.of(blob), blob.contentBytes());
            assertThat(reading.messages()).isEmpty();
            assertThat(reading.damage())
                    .hasValueSatisfying(
                            e -> assertThat(e).hasMessageContaining(blob.name().value()));
        }

        @EachBatchFormat
        void theManifestSaysHowManyMessagesFromWhenToWhenAndWhich(MessageFormat format) {
            Instant early = Instant.parse("2026-01-31T02:10:00.000000001Z");
            Instant late = Instant.parse("2026-01-31T03:00:00Z");
            List<Message> messages = List.of(
                    message(1).publishTime(late).build(),
                    message(2).publishTime(early).build(),
                    message(3).publishTime(late).build());
            Digest digest = new Digest();
            messages.forEach(message -> digest.add(message.source()).add(message.id()));

            BlobMetadata metadata = metadata(format, messages, ROOMY);
            assertThat(Manifest.of(metadata)).contains(new Manifest(3, early, late, digest.hex(16)));
            assertThat(metadata.asMap())
                    .contains(
                            entry("persistor-count", "3"),
                            entry("persistor-first-publish-time", early.toString()),
                            entry("persistor-last-publish-time", late.toString()),
                            entry("persistor-source", "orders"))
                    .doesNotContainKeys("persistor-partition", "persistor-first-offset", "persistor-last-offset");
        }

        @EachBatchFormat
        void theManifestSaysWhichOffsetsOfAPartition(MessageFormat format) {
            assertThat(metadata(format, List.of(at("3", 18), at("3", 17), at("3", 21)), ROOMY)
                            .asMap())
                    .contains(
                            entry("persistor-partition", "3"),
                            entry("persistor-first-offset", "17"),
                            entry("persistor-last-offset", "21"));
            assertThat(metadata(format, List.of(at("3", 18), at("4", 17)), ROOMY)
                            .asMap())
                    .doesNotContainKeys("persistor-partition", "persistor-first-offset");
        }

        @EachBatchFormat
        void theManifestSaysOfWhichLogTheOffsetsAre(MessageFormat format) {
            assertThat(metadata(format, List.of(at("old", "3", 17), at("old", "3", 18)), ROOMY)
                            .asMap())
                    .contains(entry("persistor-log", "old"), entry("persistor-last-offset", "18"));
            assertThat(metadata(format, List.of(at("3", 17), at("3", 18)), ROOMY)
                            .asMap())
                    .doesNotContainKey("persistor-log");
            assertThat(metadata(format, List.of(at("old", "3", 17), at("new", "3", 18)), ROOMY)
                            .asMap())
                    .doesNotContainKeys("persistor-log", "persistor-partition", "persistor-first-offset");
        }

        @EachBatchFormat
        void theManifestIsThereHoweverNarrowTheStore(MessageFormat format) {
            List<Message> messages = List.of(at("p".repeat(1_000), 1), at("p".repeat(1_000), 2));
            assertThat(Manifest.of(metadata(format, messages, new BlobLimits(1024, 1024, 300))))
                    .map(Manifest::count)
                    .contains(2);
        }

        private static Message at(String partition, long offset) {
            return at("", partition, offset);
        }

        private static Message at(String log, String partition, long offset) {
            return message((int) offset)
                    .position(new Position(log, partition, offset))
                    .build();
        }

        private static BlobMetadata metadata(MessageFormat format, List<Message> messages, BlobLimits limits) {
            List<Blob> blobs = format.encode(name(format, "a"), messages, limits);
            return blobs.get(blobs.size() - 1).metadata();
        }
    }

    /** A damaged blob gives what is whole in it, and then says that it is damaged: once, and never in silence. */
    @Nested
    @TestInstance(TestInstance.Lifecycle.PER_CLASS)
    class Damage {

        @EachFormat
        void tornAtAnyByteItGivesItsWholeMessagesAndThenSaysSo(MessageFormat format) {
            Blob blob = encode(format);
            byte[] content = blob.contentBytes();
            int before = 0;
            for (int length = 0; length < content.length; length++) {
                BlobReading reading = read(format, BlobInfo.of(blob), Arrays.copyOf(content, length));
                assertThat(reading.damage())
                        .as("damage when torn after %d bytes", length)
                        .hasValueSatisfying(e ->
                                assertThat(e).hasMessageContaining(blob.name().value()));
                assertBegins(reading, format, "torn after " + length + " bytes");
                assertThat(reading.messages())
                        .as("torn after %d bytes instead of one earlier", length)
                        .hasSizeGreaterThanOrEqualTo(before);
                before = reading.messages().size();
            }
        }

        @EachBatchFormat
        void tornBeforeItWasStoredItIsNotTakenForWhole(MessageFormat format) {
            Blob blob = encode(format);
            for (int length = 0; length < blob.size(); length++) {
                byte[] torn = Arrays.copyOf(blob.contentBytes(), length);
                BlobReading reading = read(format, unchecked(blob, length), torn);
                assertBegins(reading, format, "torn after " + length + " bytes");
                if (reading.damage().isEmpty()) {
                    assertThat(reading.messages())
                            .as("torn after %d bytes, and taken for whole", length)
                            .isEqualTo(few(format));
                }
            }
        }

        @EachFormat
        void aByteThatChangedIsReported(MessageFormat format) {
            Blob blob = encode(format);
            for (int i = 0; i < blob.size(); i++) {
                for (int bit : new int[] {1, 0x20, 0x80}) {
                    BlobReading reading = read(format, BlobInfo.of(blob), flipped(blob, i, bit));
                    assertThat(reading.damage())
                            .as("damage when byte %d changed", i)
                            .isPresent();
                }
            }
        }

        @EachFormat
        void aByteThatChangedBeforeItWasStoredEndsInMessagesOrInDamage(MessageFormat format) {
            Blob blob = encode(format);
            for (int i = 0; i < blob.size(); i++) {
                for (int bit = 1; bit < 0x100; bit <<= 1) {
                    BlobReading reading = read(format, unchecked(blob, blob.size()), flipped(blob, i, bit));
                    assertThat(reading.messages().size() == few(format).size()
                                    || reading.damage().isPresent())
                            .as("byte %d changed, and a message is missing in silence", i)
                            .isTrue();
                }
            }
        }

        private byte[] flipped(Blob blob, int at, int bit) {
            byte[] content = blob.contentBytes();
            content[at] ^= (byte) bit;
            return content;
        }

        @EachFormat
        void whatFollowsTheContentIsReported(MessageFormat format) {
            Blob blob = encode(format);
            for (byte[] rest : rests(blob)) {
                BlobReading reading = read(format, BlobInfo.of(blob), joined(blob.contentBytes(), rest));
                assertThat(reading.damage())
                        .as("damage, with %d bytes behind", rest.length)
                        .isPresent();
            }
        }

        @EachBatchFormat
        void whatFollowedTheContentBeforeItWasStoredIsReported(MessageFormat format) {
            Blob blob = encode(format);
            for (byte[] rest : rests(blob)) {
                byte[] content = joined(blob.contentBytes(), rest);
                BlobReading reading = read(format, unchecked(blob, content.length), content);
                assertThat(reading.damage())
                        .as("damage, with %d bytes behind", rest.length)
                        .isPresent();
                assertThat(reading.messages()).startsWith(few(format).toArray(Message[]::new));
            }
        }

        private static List<byte[]> rests(Blob blob) {
            return List.of(
                    new byte[] {'x'},
                    new byte[] {0},
                    new byte[] {0x1F, (byte) 0x8B},
                    "{}\n".getBytes(StandardCharsets.UTF_8),
                    new byte[100_000],
                    blob.contentBytes());
        }

        private static byte[] joined(byte[] one, byte[] other) {
            byte[] joined = Arrays.copyOf(one, one.length + other.length);
            System.arraycopy(other, 0, joined, one.length, other.length);
            return joined;
        }

        @EachBatchFormat
        void contentOfAnotherKindIsReported(MessageFormat format) {
            Blob blob = encode(format);
            List<byte[]> others = List.of(
                    new byte[0],
                    "\n\n".getBytes(StandardCharsets.UTF_8),
                    "text".getBytes(StandardCharsets.UTF_8),
                    "<html></html>".getBytes(StandardCharsets.UTF_8),
                    "[]".getBytes(StandardCharsets.UTF_8),
                    "null\n".getBytes(StandardCharsets.UTF_8),
                    "{}\n{\"id\":\"1\"}\n".getBytes(StandardCharsets.UTF_8),
                    MessageGenerator.allBytes(),
                    new byte[100_000],
                    new MessageGenerator(2).bytes(100_000));
            for (byte[] other : others) {
                BlobReading reading = read(format, unchecked(blob, other.length), other);
                assertThat(reading.messages()).isEmpty();
                assertThat(reading.damage()).isPresent();
            }
        }

        @EachFormat
        void aStoreThatFailsIsNoDamageAndGoesOnFailing(MessageFormat format) {
            Blob blob = encode(format);
            for (int length = 0; length <= blob.size(); length++) {
                InputStream breaking = new BreakingInputStream(Arrays.copyOf(blob.contentBytes(), length));
                OpenBlob opened = new OpenBlob(BlobInfo.of(blob), breaking);
                assertThatThrownBy(() -> drain(format.read(opened, sourceOf(blob))))
                        .as("broken after %d bytes", length)
                        .isInstanceOf(BlobStoreException.class)
                        .matches(e -> ((BlobStoreException) e).isRetryable(), "is retryable");
            }
        }

        private static void drain(MessageReader reader) {
            try (reader) {
                reader.forEachRemaining(message -> {});
            } catch (BlobStoreException e) {
                assertThatThrownBy(reader::hasNext).isInstanceOf(BlobStoreException.class);
                throw e;
            }
        }

        private static Blob encode(MessageFormat format) {
            List<Blob> blobs = format.encode(name(format, "torn/blob"), few(format), ROOMY);
            assertThat(blobs).as("blobs of a store with room for all metadata").hasSize(1);
            return blobs.get(0);
        }

        /** As a store describes the blob that was given these bytes to store, and keeps no checksum. */
        private static BlobInfo unchecked(Blob blob, int size) {
            return BlobInfo.withoutChecksum(blob.name(), size, blob.contentType(), blob.metadata());
        }

        private static void assertBegins(BlobReading reading, MessageFormat format, String how) {
            List<Message> all = few(format);
            assertThat(reading.messages())
                    .as(how)
                    .isEqualTo(all.subList(
                            0, Math.min(all.size(), reading.messages().size())));
        }
    }

    /** Messages come one by one. */
    @Nested
    @TestInstance(TestInstance.Lifecycle.PER_CLASS)
    class Streaming {

        private static final int LARGE = 64;

        @EachBatchFormat
        void theFirstMessageComesLongBeforeTheEndIsRead(MessageFormat format) {
            Blob blob = large(format);
            CountingInputStream content = new CountingInputStream(blob.contentBytes());
            OpenBlob opened = new OpenBlob(BlobInfo.of(blob), content);
            try (MessageReader reader = format.read(opened, sourceOf(blob))) {
                assertThat(reader.next().id()).isEqualTo("1000");
                assertThat(content.count()).isLessThan(blob.size() / 4);
            }
        }

        @EachBatchFormat
        void theEndIsReadBeforeThereIsNoMore(MessageFormat format) {
            Blob blob = large(format);
            CountingInputStream content = new CountingInputStream(blob.contentBytes());
            OpenBlob opened = new OpenBlob(BlobInfo.of(blob), content);
            assertThat(BlobReading.of(() -> format.read(opened, sourceOf(blob))).messages())
                    .hasSize(LARGE);
            assertThat(content.ended()).isTrue();
        }

        @EachFormat
        void aReaderIsClosedAnyTimeAndLeavesTheBlobToItsOpener(MessageFormat format) {
            List<Blob> blobs = format.encode(name(format, "a"), few(format), ROOMY);
            Blob blob = blobs.get(0);
            CountingInputStream content = new CountingInputStream(blob.contentBytes());
            OpenBlob opened = new OpenBlob(BlobInfo.of(blob), content);
            MessageReader reader = format.read(opened, sourceOf(blob));
            assertThat(reader.next()).isEqualTo(few(format).get(0));
            reader.close();
            reader.close();
            assertThat(content.closed()).isFalse();
        }

        @EachFormat
        void pastTheEndThereIsNothing(MessageFormat format) {
            Blob blob = format.encode(name(format, "a"), few(format), ROOMY).get(0);
            OpenBlob opened = new OpenBlob(BlobInfo.of(blob), new ByteArrayInputStream(blob.contentBytes()));
            try (MessageReader reader = format.read(opened, sourceOf(blob))) {
                reader.forEachRemaining(message -> {});
                assertThat(reader.hasNext()).isFalse();
                assertThatThrownBy(reader::next).isInstanceOf(NoSuchElementException.class);
            }
        }

        private static Blob large(MessageFormat format) {
            MessageGenerator generator = new MessageGenerator(3);
            List<Message> messages = IntStream.range(0, LARGE)
                    .mapToObj(i -> message(i).payload(generator.bytes(1 << 16)).build())
                    .toList();
            return format.encode(name(format, "large"), messages, ROOMY).get(0);
        }
    }

    private static BlobReading read(MessageFormat format, BlobInfo info, byte[] content) {
        OpenBlob opened = new OpenBlob(info, new ByteArrayInputStream(content));
        return BlobReading.of(() -> format.read(opened, BlobStore.over(new MemoryDriver())));
    }

    private static BlobSource sourceOf(Blob blob) {
        BlobStore source = BlobStore.over(new MemoryDriver());
        source.put(blob);
        return source;
    }
}
