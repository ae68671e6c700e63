package dev.persistor.core.write;

import static dev.persistor.core.fixtures.TestMessages.aMessage;
import static org.assertj.core.api.Assertions.assertThat;

import dev.persistor.core.archive.ReplayAttributes;
import dev.persistor.core.capture.Archived;
import dev.persistor.core.capture.Capture;
import dev.persistor.core.capture.PartitionWriter;
import dev.persistor.core.config.PersistorSettings;
import dev.persistor.core.config.Settings;
import dev.persistor.core.format.MessageFormats;
import dev.persistor.core.format.MessageReader;
import dev.persistor.core.message.Attributes;
import dev.persistor.core.message.Message;
import dev.persistor.core.message.Position;
import dev.persistor.core.pull.LogBroker;
import dev.persistor.core.pull.PullLimits;
import dev.persistor.core.pull.PullReport;
import dev.persistor.core.pull.PullRun;
import dev.persistor.core.pull.PullSource;
import dev.persistor.core.pull.Received;
import dev.persistor.core.store.BlobInfo;
import dev.persistor.core.store.BlobStore;
import dev.persistor.core.store.OpenBlob;
import dev.persistor.core.store.memory.MemoryDriver;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Messages of a log that is read once more, from any place, are found where they are. */
class LogFolderTest {

    private final BlobStore store = BlobStore.over(new MemoryDriver());
    private final MessageFormats formats = MessageFormats.installed();

    private static Message message(String log, long offset, String payload) {
        return aMessage("0-" + offset, payload)
                .publishTime(Instant.parse("2026-01-31T02:00:00Z").plusMillis(offset))
                .position(new Position(log, "0", offset))
                .build();
    }

    private static List<Message> messages(String log, int from, int to, String payload) {
        return IntStream.range(from, to)
                .mapToObj(offset -> message(log, offset, payload + " " + offset))
                .toList();
    }

    private Capture capture(String... more) {
        Map<String, String> environment = new HashMap<>(Map.of(
                "PERSISTOR_STORE", "mem:///",
                "PERSISTOR_FORMAT", "jsonl",
                "PERSISTOR_PATH", "{source}/{yyyy}/{id}{ext}",
                "PERSISTOR_BATCH_LINGER", "1m",
                "PERSISTOR_BATCH_MESSAGES", "10"));
        for (int i = 0; i < more.length; i += 2) {
            environment.put(more[i], more[i + 1]);
        }
        return Capture.over(store, Settings.read(environment, PersistorSettings.all()));
    }

    /** Reads messages as a process does that begins with the first of them. */
    private List<Archived> read(Capture capture, List<Message> messages) {
        List<CompletableFuture<Archived>> begun;
        try (PartitionWriter logs = capture.partitions(Duration.ZERO)) {
            begun = messages.stream().map(logs::begin).toList();
        }
        return begun.stream().map(CompletableFuture::join).toList();
    }

    private List<Message> archived() {
        List<Message> messages = new ArrayList<>();
        for (BlobInfo blob : store.list("").toList()) {
            try (OpenBlob open = store.open(blob.name());
                    MessageReader reader = formats.read(open, store)) {
                reader.forEachRemaining(messages::add);
            }
        }
        return messages;
    }

    private List<String> names() {
        return store.list("").map(blob -> blob.name().value()).toList();
    }

    @Test
    void aMessageThatDiffersFromTheOneAtItsOffsetIsWrittenBeside() {
        List<Message> first = messages("", 0, 10, "first");
        List<Message> mixed = new ArrayList<>(first);
        mixed.set(4, message("", 4, "other"));
        try (Capture capture = capture()) {
            assertThat(read(capture, first)).containsOnly(Archived.PERSISTED);
            List<Archived> again = new ArrayList<>(read(capture, mixed));
            assertThat(again.get(4)).isEqualTo(Archived.PERSISTED);
            again.remove(4);
            assertThat(again).containsOnly(Archived.ALREADY_THERE);
            assertThat(capture.counters().collided()).isEqualTo(1);
        }
        List<Message> expected = new ArrayList<>(first);
        expected.add(mixed.get(4));
        assertThat(archived()).containsExactlyInAnyOrderElementsOf(expected);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 5, 9, 10, 13, 19})
    void aLogIsReadAgainFromAnyPlaceWithoutASecondCopyWhereACollisionWasStored(int from) {
        List<Message> first = messages("", 0, 20, "first");
        List<Message> other = messages("", 0, 20, "other");
        try (Capture capture = capture()) {
            read(capture, first);
            assertThat(read(capture, other)).containsOnly(Archived.PERSISTED);
            List<String> names = names();
            assertThat(read(capture, other.subList(from, 20))).containsOnly(Archived.ALREADY_THERE);
            assertThat(read(capture, first.subList(from, 20))).containsOnly(Archived.ALREADY_THERE);
            assertThat(names()).isEqualTo(names);
        }
        assertThat(archived()).hasSize(40);
    }

    /** The other batches end elsewhere than those that they collide with, and are read again in batches of another size. */
    @ParameterizedTest
    @ValueSource(strings = {"3", "7", "40"})
    void collisionsAreFoundWhateverTheBatches(String size) {
        List<Message> first = messages("", 0, 40, "first");
        List<Message> other = messages("", 0, 40, "other");
        try (Capture capture = capture()) {
            read(capture, first.subList(0, 25));
            read(capture, other.subList(3, 17));
            read(capture, other);
        }
        try (Capture capture = capture("PERSISTOR_BATCH_MESSAGES", size)) {
            assertThat(read(capture, other.subList(1, 40))).containsOnly(Archived.ALREADY_THERE);
            read(capture, first);
            assertThat(read(capture, first)).containsOnly(Archived.ALREADY_THERE);
        }
        assertThat(archived()).hasSize(80).doesNotHaveDuplicates();
    }

    @Test
    void aBatchEndsBeforeTheNextThatIsThere() {
        List<Message> log = messages("", 0, 30, "first");
        try (Capture capture = capture()) {
            read(capture, log.subList(10, 20));
            List<Archived> again = read(capture, log.subList(5, 15));
            assertThat(again.subList(0, 5)).containsOnly(Archived.PERSISTED);
            assertThat(again.subList(5, 10)).containsOnly(Archived.ALREADY_THERE);
            assertThat(read(capture, log).subList(5, 20)).containsOnly(Archived.ALREADY_THERE);
        }
        assertThat(archived()).hasSize(30).doesNotHaveDuplicates();
    }

    /** Without being told: offsets that go back are looked up again. */
    @Test
    void whatThisVeryReaderWroteIsFoundWhenOffsetsGoBack() {
        List<Message> log = messages("", 0, 10, "first");
        try (Capture capture = capture()) {
            List<CompletableFuture<Archived>> begun = new ArrayList<>();
            try (PartitionWriter logs = capture.partitions(Duration.ZERO)) {
                log.forEach(message -> begun.add(logs.begin(message)));
                log.subList(5, 10).forEach(message -> begun.add(logs.begin(message)));
            }
            assertThat(begun.subList(10, 15).stream().map(CompletableFuture::join))
                    .containsOnly(Archived.ALREADY_THERE);
        }
        assertThat(archived()).hasSize(10);
    }

    @ParameterizedTest
    @ValueSource(strings = {"{source}/{yyyy}/{id}{ext}", "{source}/{batch}{ext}", "{source}/{hash}{ext}"})
    void aTopicThatWasCreatedAgainSharesNeitherNamesNorComparisonsWithTheOneBefore(String template) {
        List<Message> before = messages("before", 0, 20, "first");
        List<Message> now = messages("now", 0, 20, "first");
        try (Capture capture = capture("PERSISTOR_PATH", template)) {
            read(capture, before);
            assertThat(read(capture, now)).containsOnly(Archived.PERSISTED);
            assertThat(read(capture, now.subList(7, 20))).containsOnly(Archived.ALREADY_THERE);
            assertThat(read(capture, before.subList(7, 20))).containsOnly(Archived.ALREADY_THERE);
            assertThat(capture.counters().collided()).isZero();
        }
        assertThat(archived()).hasSize(40);
    }

    /** Here the template gives both logs one name: the second is stored beside, and found there. */
    @Test
    void aTemplateThatDoesNotNameTheLogStillKeepsBothLogs() {
        List<Message> before = messages("before", 0, 20, "first");
        List<Message> now = messages("now", 0, 20, "first");
        try (Capture capture = capture("PERSISTOR_PATH", "{source}/{partition}/{offset}{ext}")) {
            read(capture, before);
            assertThat(read(capture, now)).containsOnly(Archived.PERSISTED);
            List<String> names = names();
            for (int from = 0; from < 20; from += 3) {
                assertThat(read(capture, now.subList(from, 20))).containsOnly(Archived.ALREADY_THERE);
                assertThat(read(capture, before.subList(from, 20))).containsOnly(Archived.ALREADY_THERE);
            }
            assertThat(names()).isEqualTo(names);
        }
        assertThat(archived()).hasSize(40);
    }

    @Test
    void whatIsComparedWithIsRememberedUpToABound() {
        List<Message> log = messages("", 0, 200, "first");
        StoredBatches batches = new StoredBatches(50);
        try (Capture capture = capture()) {
            read(capture, log);
        }
        List<BlobInfo> blobs = store.list("").toList();
        assertThat(blobs).hasSize(20);
        for (int round = 0; round < 2; round++) {
            for (BlobInfo blob : blobs) {
                StoredBatch batch = batches.of(blob.name(), store, formats);
                assertThat(batch.size()).isEqualTo(10);
                assertThat(batches.messages()).isLessThanOrEqualTo(50);
            }
        }
        assertThat(batches.messages()).isEqualTo(50);
        StoredBatches small = new StoredBatches(5);
        assertThat(small.of(blobs.get(0).name(), store, formats).size()).isEqualTo(10);
        small.of(blobs.get(1).name(), store, formats);
        assertThat(small.messages()).as("one blob is remembered in any case").isEqualTo(10);
    }

    @Test
    void aStoredBatchFindsEachMessageAtItsIndexAndNothingElse() {
        StoredBatch.Builder builder = new StoredBatch.Builder();
        List<Message> log = messages("log", 0, 1_000, "first");
        log.forEach(builder::add);
        StoredBatch batch = builder.build();
        for (int i = 0; i < log.size(); i++) {
            Message message = log.get(i);
            assertThat(batch.indexOf(message)).hasValue(i);
            assertThat(batch.indexOf(message.toBuilder().deliveryAttempt(2).build()))
                    .hasValue(i);
        }
        Message some = log.get(7);
        assertThat(List.of(
                        some.toBuilder().id("other").build(),
                        some.toBuilder().source("other").build(),
                        some.toBuilder().publishTime(Instant.EPOCH).build(),
                        some.toBuilder().orderingKey("other").build(),
                        some.toBuilder().payload(new byte[] {1}).build(),
                        some.toBuilder().position(new Position("other", "0", 7)).build(),
                        some.toBuilder().position(new Position("log", "1", 7)).build(),
                        some.toBuilder()
                                .attributes(Attributes.builder().add("a", "b").build())
                                .build(),
                        some.toBuilder()
                                .brokerProperties(
                                        Attributes.builder().add("a", "b").build())
                                .build()))
                .allSatisfy(other -> assertThat(batch.indexOf(other)).isEmpty());
        assertThat(new StoredBatch.Builder().build().indexOf(some)).isEmpty();
    }

    /** A message that a replay sent into the topic that is archived. */
    private Message replayed(Capture capture, long offset) {
        Message original = messages("", 0, 10, "first").get(3);
        read(capture, messages("", 0, 10, "first"));
        return message("", offset, "first 3").toBuilder()
                .attributes(Attributes.builder()
                        .add("persistor-original-id", original.id())
                        .add("persistor-original-source", original.source())
                        .add(
                                "persistor-original-publish-time",
                                original.publishTime().toString())
                        .add(ReplayAttributes.REPLAYED_FROM, names().get(0) + "#3")
                        .build())
                .build();
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void aReplayedMessageOfALogIsSkippedWhereTheSettingsSaySo(boolean skip) {
        try (Capture capture = capture("PERSISTOR_SKIP_REPLAYED", Boolean.toString(skip))) {
            Message replayed = replayed(capture, 77);
            assertThat(read(capture, List.of(replayed, message("", 78, "new"))))
                    .containsExactly(skip ? Archived.ALREADY_THERE : Archived.PERSISTED, Archived.PERSISTED);
            assertThat(capture.counters().skippedReplayed()).isEqualTo(skip ? 1 : 0);
        }
        assertThat(archived()).hasSize(skip ? 11 : 12);
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void aReplayedMessageThatIsPulledIsSkippedWhereTheSettingsSaySo(boolean skip) {
        PullLimits limits =
                new PullLimits(1, Duration.ofSeconds(20), Duration.ofSeconds(20), 100, 1 << 20, Duration.ofSeconds(10));
        LogBroker<Long> broker = deliveries -> {};
        try (Capture capture =
                capture("PERSISTOR_SKIP_REPLAYED", Boolean.toString(skip), "PERSISTOR_BATCH_LINGER", "10ms")) {
            Message replayed = replayed(capture, 77);
            PullSource<Long> source = (most, wait) -> List.of(Received.of(77L, replayed));
            PullReport report = PullRun.of(capture, limits, broker).start().pullFrom(source);
            assertThat(report.alreadyThere()).isEqualTo(skip ? 1 : 0);
            assertThat(report.persisted()).isEqualTo(skip ? 0 : 1);
            assertThat(capture.counters().skippedReplayed()).isEqualTo(skip ? 1 : 0);
        }
    }

    @Test
    void lostOffsetsAreCountedAndInTheReportOfTheRun() {
        PullLimits limits =
                new PullLimits(1, Duration.ofSeconds(20), Duration.ofSeconds(20), 100, 1 << 20, Duration.ofSeconds(10));
        LogBroker<Long> broker = deliveries -> {};
        try (Capture capture = capture("PERSISTOR_BATCH_LINGER", "10ms");
                PartitionWriter logs = capture.partitions(Duration.ZERO)) {
            PullSource<Long> source = (most, wait) -> {
                logs.lost(new LostOffsets("orders", "", "0", 3, 9, "The broker deleted them"));
                return List.of(Received.of(10L, message("", 10, "first")));
            };
            PullReport report =
                    PullRun.of(capture, limits, broker).logs(logs).start().pullFrom(source);
            assertThat(report.lost()).isEqualTo(7);
            assertThat(report.persisted()).isEqualTo(1);
            assertThat(capture.counters().lostOffsets()).isEqualTo(7);
        }
    }
}
