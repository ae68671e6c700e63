package dev.persistor.core.archive;

import static dev.persistor.core.fixtures.TestMessages.aMessage;
import static org.assertj.core.api.Assertions.assertThat;

import dev.persistor.core.batch.Batching;
import dev.persistor.core.format.Compression;
import dev.persistor.core.format.Manifest;
import dev.persistor.core.format.jsonl.JsonLinesFormat;
import dev.persistor.core.message.Attributes;
import dev.persistor.core.message.BrokerProperties;
import dev.persistor.core.message.Message;
import dev.persistor.core.message.Position;
import dev.persistor.core.message.PositionRange;
import dev.persistor.core.message.TimeRange;
import dev.persistor.core.store.BlobInfo;
import dev.persistor.core.store.BlobName;
import dev.persistor.core.store.BlobStore;
import dev.persistor.core.store.file.FileDriver;
import dev.persistor.core.write.Persistor;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class VerifyTest {

    private static final Instant START = Instant.parse("2026-01-31T02:10:00Z");

    @TempDir
    private Path folder;

    private BlobStore store;

    @BeforeEach
    void open() {
        store = BlobStore.over(FileDriver.open(folder));
    }

    private static Message message(int number) {
        return aMessage("0-" + number, "payload " + number)
                .source("hub")
                .publishTime(START.plusSeconds(number))
                .position(new Position("0", number))
                .attributes(Attributes.builder()
                        .add("long", "x".repeat(number % 10 == 0 ? 1_100_000 : 3))
                        .build())
                .build();
    }

    private void raw(IntStream numbers) {
        try (Persistor persistor = Persistor.builder(store).build()) {
            persistor.persistAll(numbers.mapToObj(VerifyTest::message).toList());
        }
    }

    private void batches(IntStream numbers) {
        try (Persistor persistor = Persistor.builder(store)
                .format(new JsonLinesFormat(Compression.NONE))
                .batching(Batching.upTo(10).orAfter(Duration.ofMillis(5)))
                .build()) {
            persistor.persistTogether(numbers.mapToObj(VerifyTest::message).toList());
        }
    }

    private Verification verify(String... expectedIds) {
        return Archive.on(store).build().verify(MessageFilter.ALL, Arrays.asList(expectedIds));
    }

    private Path file(BlobName name) {
        return folder.resolve(name.value());
    }

    private BlobName blob(int index, String suffix) {
        return store.list("")
                .map(info -> info.name())
                .filter(name -> name.value().endsWith(suffix))
                .toList()
                .get(index);
    }

    @Test
    void anArchiveThatIsWholeIsGood() {
        raw(IntStream.range(0, 30));
        batches(IntStream.range(30, 90));

        Verification good = verify("0-0", "0-89");

        assertThat(good.isGood()).isTrue();
        assertThat(good.messages()).isEqualTo(90);
        assertThat(good.blobs()).isEqualTo(36);
        assertThat(good.foreignCount()).isZero();
        assertThat(good.duplicateCount()).isZero();
    }

    @Test
    void eachDamageIsNamedAndTheRestIsRead() throws IOException {
        raw(IntStream.range(0, 20));
        batches(IntStream.range(20, 60));
        BlobName flipped = blob(3, ".bin");
        byte[] bytes = Files.readAllBytes(file(flipped));
        bytes[2] ^= 0x20;
        Files.write(file(flipped), bytes);
        BlobName torn = blob(1, ".jsonl");
        Files.write(file(torn), Arrays.copyOf(Files.readAllBytes(file(torn)), 1_500));
        BlobName withoutSidecar =
                BlobName.of(blob(0, ".attributes.json").value().replace(".attributes.json", ""));
        Files.delete(file(BlobName.of(withoutSidecar + ".attributes.json")));
        Files.writeString(folder.resolve("hub/notes.txt"), "not ours");

        Verification bad = verify();

        assertThat(bad.isGood()).isFalse();
        assertThat(bad.findings()).extracting(Finding::blob).containsExactlyInAnyOrder(flipped, torn, withoutSidecar);
        assertThat(bad.findings())
                .allMatch(damage -> damage.reason().contains(damage.blob().value()))
                .anyMatch(damage -> damage.reason().contains("sidecar"));
        assertThat(bad.foreign()).containsExactly(BlobName.of("hub/notes.txt"));
        assertThat(bad.messages()).isBetween(60L - 2 - 10, 60L - 3);
        assertThat(bad.gaps()).isNotEmpty();
    }

    @Test
    void copiesMissingOffsetsAndMissingIdsAreFound() {
        raw(IntStream.of(1, 2, 3, 7, 8, 12));
        batches(IntStream.of(2, 13));

        Verification found = verify("0-3", "0-4", "unknown");

        assertThat(found.duplicateCount()).isEqualTo(1);
        assertThat(found.duplicates())
                .extracting(duplicate -> duplicate.identity().toString())
                .containsExactly("0-2 of hub");
        assertThat(found.gaps())
                .containsExactly(
                        new Verification.Gap("hub", "", "0", 4, 6), new Verification.Gap("hub", "", "0", 9, 11));
        assertThat(found.missing()).containsExactly("0-4", "unknown");
    }

    @Test
    void aDescriptionWithoutItsFileIsDamage() throws IOException {
        raw(IntStream.rangeClosed(1, 3));
        BlobName gone = store.list("")
                .map(BlobInfo::name)
                .filter(name -> name.value().contains("0-2"))
                .findFirst()
                .orElseThrow();
        Files.delete(folder.resolve(gone.value()));
        assertThat(verify().findings()).singleElement().satisfies(finding -> {
            assertThat(finding.blob()).isEqualTo(gone);
            assertThat(finding.kind()).isEqualTo(Finding.Kind.DAMAGED);
            assertThat(finding.reason()).contains("its description but not its content", ".persistor/blobs/" + gone);
        });
    }

    @ParameterizedTest
    @CsvSource({"1, 0", "3, 1", "0, 0", "-1, 1", "5, 1", "9, 1", "x, 1"})
    void offsetsThatTheBrokerPassedOverAreNoGap(String passedFrom, int gaps) {
        Message second = of("log", 5).toBuilder()
                .brokerProperties(Attributes.builder()
                        .add(BrokerProperties.PASSED_FROM, passedFrom)
                        .build())
                .build();
        try (Persistor persistor = Persistor.builder(store).build()) {
            persistor.persistAll(List.of(of("log", 0), second));
        }
        assertThat(verify().gaps()).hasSize(gaps);
    }

    @Test
    void offsetsAreComparedOnlyWithinOneLog() {
        try (Persistor persistor = Persistor.builder(store).build()) {
            persistor.persistAll(List.of(of("old", 0), of("old", 1), of("new", 2), of("new", 5)));
        }
        assertThat(verify().gaps()).containsExactly(new Verification.Gap("hub", "new", "0", 3, 4));

        ArchivedOffsets offsets = Archive.on(store).build().offsets("hub");
        assertThat(offsets.missing("old", "0", new OffsetRange(0, 5))).containsExactly(new OffsetRange(2, 5));
        assertThat(offsets.missing("new", "0", new OffsetRange(0, 5)))
                .containsExactly(new OffsetRange(0, 1), new OffsetRange(3, 4));
        assertThat(offsets.missing("", "0", new OffsetRange(0, 5))).containsExactly(new OffsetRange(0, 5));
    }

    @Test
    void theOffsetsOfABatchAreThoseOfItsLog() {
        try (Persistor persistor = Persistor.builder(store)
                .format(new JsonLinesFormat(Compression.NONE))
                .batching(Batching.upTo(10).orAfter(Duration.ofMillis(5)))
                .build()) {
            persistor.persistTogether(List.of(of("old", 0), of("new", 1), of("old", 1), of("new", 2)));
        }
        ArchivedOffsets offsets = Archive.on(store).build().offsets("hub");
        assertThat(offsets.missing("old", "0", new OffsetRange(0, 3))).containsExactly(new OffsetRange(2, 3));
        assertThat(offsets.missing("new", "0", new OffsetRange(0, 3)))
                .containsExactly(new OffsetRange(0, 0), new OffsetRange(3, 3));
        assertThat(store.list("").map(blob -> Manifest.offsets(blob.metadata()).orElseThrow()))
                .containsExactlyInAnyOrder(new PositionRange("old", "0", 0, 1), new PositionRange("new", "0", 1, 2));
    }

    private ArchivedOffsets offsetsSince(int number) {
        return Archive.on(store).build().offsets("hub", Optional.of(START.plusSeconds(number)));
    }

    @Test
    void aBatchWithAGapHasOnlyTheOffsetsOfItsMessages() {
        batches(IntStream.of(1, 2, 5, 6));
        ArchivedOffsets offsets = Archive.on(store).build().offsets("hub");
        assertThat(offsets.missing("", "0", new OffsetRange(0, 7)))
                .containsExactly(new OffsetRange(0, 0), new OffsetRange(3, 4), new OffsetRange(7, 7));
        assertThat(offsets.first("", "0")).hasValue(1);
        assertThat(offsets.first("", "1")).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void offsetsWithoutALogAreOfTheLogFromTheMessagesPublishedSinceItBegan(boolean inOneBatch) {
        if (inOneBatch) {
            batches(IntStream.rangeClosed(1, 6));
        } else {
            raw(IntStream.rangeClosed(1, 6));
        }
        for (int begun = 1; begun <= 6; begun++) {
            ArchivedOffsets offsets = offsetsSince(begun);
            assertThat(offsets.missing("log", "0", new OffsetRange(0, 6)))
                    .as("begun at %s", begun)
                    .containsExactly(new OffsetRange(0, begun - 1));
            assertThat(offsets.first("log", "0")).hasValue(begun);
            assertThat(offsets.missing("log", "1", new OffsetRange(0, 6))).containsExactly(new OffsetRange(0, 6));
        }
        assertThat(offsetsSince(7).first("log", "0")).isEmpty();
        assertThat(Archive.on(store).build().offsets("hub").first("log", "0")).isEmpty();
    }

    private static Message of(String log, int offset) {
        return message(offset).toBuilder()
                .position(new Position(log, "0", offset))
                .build();
    }

    private void persist(Message... messages) {
        try (Persistor persistor = Persistor.builder(store).build()) {
            persistor.persistAll(List.of(messages));
        }
    }

    /** A message as another program may have published it again: without a proof that it is the same. */
    private static Message claiming(String id, Message original) {
        Attributes.Builder attributes = Attributes.builder();
        original.attributes().forEach(entry -> attributes.add(entry.name(), entry.value()));
        return original.toBuilder()
                .id(id)
                .publishTime(START.plusSeconds(1_000))
                .position(null)
                .attributes(attributes
                        .add(ReplayAttributes.ORIGINAL_ID, original.id())
                        .add(ReplayAttributes.ORIGINAL_SOURCE, original.source())
                        .add(
                                ReplayAttributes.ORIGINAL_PUBLISH_TIME,
                                original.publishTime().toString())
                        .build())
                .build();
    }

    @Test
    void aReplayedMessageIsACopyOfWhatItWas() {
        raw(IntStream.of(1));
        persist(claiming("new", message(1)));

        Verification found = verify("0-1", "new");

        assertThat(found.duplicateCount()).isEqualTo(1);
        assertThat(found.sameIdCount()).isZero();
        assertThat(found.missing()).isEmpty();
        assertThat(found.duplicates())
                .extracting(RepeatedMessage::earlier)
                .containsExactly("hub/2026/01/31/02/0-1.bin#0");
    }

    @Test
    void aMessageThatOnlyClaimsToBeAReplayIsNoCopyAndMakesNothingBeThere() {
        Message other =
                claiming("new", message(1)).toBuilder().payload(new byte[] {1}).build();
        persist(other);
        assertThat(verify("0-1").missing()).containsExactly("0-1");

        raw(IntStream.of(1));
        Verification found = verify("0-1", "new");
        assertThat(found.duplicateCount()).isZero();
        assertThat(found.sameIdCount()).isEqualTo(1);
        assertThat(found.missing()).isEmpty();
    }

    @Test
    void differentMessagesWithOneIdAreCountedAndNamedAndAreNoCopies() {
        Message first = message(1);
        Message second = first.toBuilder()
                .publishTime(START.plusSeconds(4_000))
                .payload(new byte[] {1})
                .build();
        persist(first, second, first.toBuilder().position(null).build());

        Verification found = verify("0-1");

        assertThat(found.messages()).isEqualTo(2);
        assertThat(found.isGood()).isTrue();
        assertThat(found.duplicateCount()).isZero();
        assertThat(found.sameIdCount()).isEqualTo(1);
        assertThat(found.sameId())
                .containsExactly(new RepeatedMessage(
                        new Identity("hub", "0-1", ""), "hub/2026/01/31/03/0-1.bin#0", "hub/2026/01/31/02/0-1.bin#0"));
    }

    @Test
    void statisticsShowWhatThereIsOfEachSourceAndWhen() {
        raw(IntStream.range(0, 100));
        batches(IntStream.range(160, 200));
        Archive archive = Archive.on(store).build();

        ArchiveStatistics all = archive.statistics(MessageFilter.ALL);

        assertThat(all.messages()).isEqualTo(140);
        ArchiveStatistics.SourceStatistics hub =
                Objects.requireNonNull(all.sources().get("hub"));
        assertThat(hub.first()).isEqualTo(START);
        assertThat(hub.last()).isEqualTo(START.plusSeconds(199));
        assertThat(hub.payloadBytes()).isEqualTo(10 * 9 + 90 * 10 + 40 * 11);
        assertThat(hub.counts().values().stream().mapToLong(Long::longValue).sum())
                .isEqualTo(140);
        assertThat(hub.counts().keySet())
                .noneMatch(time -> time.isAfter(START.plusSeconds(100)) && time.isBefore(START.plusSeconds(150)));

        MessageFilter window = MessageFilter.builder()
                .range(new TimeRange(START.plusSeconds(90), START.plusSeconds(170)))
                .build();
        assertThat(archive.statistics(window).messages()).isEqualTo(20);
        assertThat(archive.statistics(MessageFilter.builder().id("0-5").build()).messages())
                .isEqualTo(1);
    }

    @Test
    void manyTimesAreCountedInWiderSteps() {
        TimeCounts counts = new TimeCounts();
        for (int hour = 0; hour < 20_000; hour++) {
            counts.add(START.plus(Duration.ofHours(hour)), 2);
        }
        assertThat(counts.byStart().size()).isBetween(2_000, 4_096);
        assertThat(counts.byStart().values().stream().mapToLong(Long::longValue).sum())
                .isEqualTo(40_000);
        assertThat(counts.step()).isGreaterThan(Duration.ofHours(2));
    }
}
