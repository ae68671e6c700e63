package dev.persistor.core.compact;

import static dev.persistor.core.fixtures.TestMessages.aMessage;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.persistor.core.archive.Archive;
import dev.persistor.core.archive.ArchiveReader;
import dev.persistor.core.archive.FailureNote;
import dev.persistor.core.archive.Finding;
import dev.persistor.core.archive.MessageFilter;
import dev.persistor.core.archive.ReadOrder;
import dev.persistor.core.archive.ReplayAttributes;
import dev.persistor.core.archive.Shard;
import dev.persistor.core.archive.Verification;
import dev.persistor.core.batch.Batching;
import dev.persistor.core.fixtures.ForwardingDriver;
import dev.persistor.core.format.Compression;
import dev.persistor.core.format.Manifest;
import dev.persistor.core.format.RawFormat;
import dev.persistor.core.format.jsonl.JsonLinesFormat;
import dev.persistor.core.message.Attributes;
import dev.persistor.core.message.BrokerProperties;
import dev.persistor.core.message.Message;
import dev.persistor.core.message.Position;
import dev.persistor.core.message.TimeRange;
import dev.persistor.core.naming.PathTemplate;
import dev.persistor.core.retry.RetryBudget;
import dev.persistor.core.store.Blob;
import dev.persistor.core.store.BlobInfo;
import dev.persistor.core.store.BlobMetadata;
import dev.persistor.core.store.BlobName;
import dev.persistor.core.store.BlobPage;
import dev.persistor.core.store.BlobRange;
import dev.persistor.core.store.BlobStore;
import dev.persistor.core.store.BlobStoreException;
import dev.persistor.core.store.OpenBlob;
import dev.persistor.core.store.memory.MemoryDriver;
import dev.persistor.core.write.Persistor;
import dev.persistor.core.write.PickyFormat;
import dev.persistor.core.write.StoreNotes;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Predicate;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

class CompactionTest {

    private static final Instant START = Instant.parse("2026-01-31T06:00:00Z");
    private static final Instant LATER = Instant.parse("2026-02-02T00:00:00Z");

    /** Counts and alters what is asked of a driver. */
    private static class Watched extends ForwardingDriver {
        private final AtomicInteger writes = new AtomicInteger();
        private final AtomicInteger openings = new AtomicInteger();
        private final AtomicInteger finds = new AtomicInteger();
        private final AtomicInteger pages = new AtomicInteger();
        private int failingAfter = Integer.MAX_VALUE;
        private Predicate<String> altered = key -> false;

        Watched() {
            super(new MemoryDriver());
        }

        @Override
        public boolean create(String key, Blob blob) throws Exception {
            if (writes.incrementAndGet() > failingAfter) {
                throw BlobStoreException.permanent("write " + key + ": the power is gone");
            }
            return super.create(key, blob);
        }

        @Override
        public Optional<BlobInfo> find(String key) throws Exception {
            finds.incrementAndGet();
            return super.find(key);
        }

        @Override
        public Optional<OpenBlob> open(String key) throws Exception {
            openings.incrementAndGet();
            Optional<OpenBlob> open = super.open(key);
            return altered.test(key) ? open.map(Watched::altered) : open;
        }

        private static OpenBlob altered(OpenBlob blob) {
            byte[] bytes = new byte[Math.toIntExact(blob.info().size())];
            Arrays.fill(bytes, (byte) 'x');
            return new OpenBlob(blob.info(), new ByteArrayInputStream(bytes));
        }

        @Override
        public BlobPage page(BlobRange range) throws Exception {
            pages.incrementAndGet();
            return super.page(range);
        }

        void reset() {
            List.of(writes, openings, finds, pages).forEach(count -> count.set(0));
        }
    }

    private final Watched from = new Watched();
    private final Watched to = new Watched();
    private final BlobStore originals = store(from, "archive/");
    private final BlobStore target = store(to, "compacted/");

    private static BlobStore store(Watched driver, String folder) {
        return BlobStore.over(driver, folder).withRetries(RetryBudget.none());
    }

    private static Message message(int number) {
        return aMessage("id-" + number, "payload " + number)
                .publishTime(START.plusSeconds(number * 60L))
                .build();
    }

    private static Message at(long offset, String passedFrom) {
        Message.Builder message = aMessage("0-" + offset, "payload " + offset)
                .source("hub")
                .publishTime(START.plusSeconds(offset * 600))
                .position(new Position("log-1", "0", offset));
        return passedFrom.isEmpty()
                ? message.build()
                : message.brokerProperties(Attributes.builder()
                                .add(BrokerProperties.PASSED_FROM, passedFrom)
                                .build())
                        .build();
    }

    private static List<Message> messages(int first, int last) {
        return IntStream.rangeClosed(first, last)
                .mapToObj(CompactionTest::message)
                .toList();
    }

    private static void raw(BlobStore store, Collection<Message> messages) {
        raw(store, messages, PathTemplate.DEFAULT);
    }

    private static void raw(BlobStore store, Collection<Message> messages, PathTemplate naming) {
        try (Persistor persistor = Persistor.builder(store).naming(naming).build()) {
            persistor.persistAll(messages);
        }
    }

    private static void batch(BlobStore store, Collection<Message> messages) {
        try (Persistor persistor = Persistor.builder(store)
                .format(new JsonLinesFormat(Compression.NONE))
                .batching(Batching.upTo(1_000).orAfter(Duration.ofMillis(1)))
                .naming(PathTemplate.parse("{source}/{yyyy}/{MM}/{dd}/{id}{ext}"))
                .build()) {
            persistor.persistTogether(messages);
        }
    }

    private Compaction.Builder compaction(MessageFilter filter) {
        return Compaction.of(originals, Archive.on(originals).anyNames().build(), filter)
                .batchMessages(10)
                .endedBefore(LATER);
    }

    private CompactionReport compact() throws InterruptedException {
        return compaction(MessageFilter.ALL).to(target).run();
    }

    private static List<Message> read(BlobStore store) {
        List<Message> messages = new ArrayList<>();
        try (ArchiveReader reader = Archive.on(store).build().read(MessageFilter.ALL, ReadOrder.NONE)) {
            reader.forEachRemaining(archived -> messages.add(archived.message()));
            assertThat(reader.findings()).isEmpty();
        }
        return messages;
    }

    private static List<String> names(BlobStore store) {
        try (Stream<BlobInfo> blobs = store.list("")) {
            return blobs.map(blob -> blob.name().value()).toList();
        }
    }

    private static Verification verify(BlobStore store) {
        return Archive.on(store).build().verify(MessageFilter.ALL, List.of());
    }

    @Test
    void singleMessagesBecomeBatchesHourByHourAndNothingElseChanges() throws InterruptedException {
        List<Message> all = messages(0, 149);
        raw(originals, all);
        List<String> before = names(originals);

        CompactionReport report = compact();

        assertThat(report.isComplete()).isTrue();
        assertThat(report.hoursDone()).isEqualTo(3);
        assertThat(report.originals()).isEqualTo(150);
        assertThat(report.messages()).isEqualTo(150);
        assertThat(report.written()).isEqualTo(150);
        assertThat(report.blobs()).isEqualTo(15);
        assertThat(read(target)).containsExactlyElementsOf(all);
        assertThat(names(target))
                .hasSize(15)
                .allSatisfy(name -> assertThat(name).matches("orders/2026/01/31/0[678]/.*\\.jsonl\\.gz"));
        assertThat(names(originals)).isEqualTo(before);
        assertThat(verify(target).isGood()).isTrue();
        assertThat(report.expirable()).containsExactly("orders/");
    }

    @Test
    void aSecondRunOnlyListsAndWritesNothing() throws InterruptedException {
        raw(originals, messages(0, 149));
        compact();
        List<String> names = names(target);
        from.reset();
        to.reset();

        CompactionReport report = compact();

        assertThat(report.hoursDone()).isZero();
        assertThat(report.hoursDoneEarlier()).isEqualTo(3);
        assertThat(report.isComplete()).isTrue();
        assertThat(report.expirable()).containsExactly("orders/");
        assertThat(from.openings).hasValue(0);
        assertThat(from.finds).hasValue(0);
        assertThat(to.openings).hasValue(0);
        assertThat(to.finds).hasValue(0);
        assertThat(to.writes).hasValue(0);
        assertThat(names(target)).isEqualTo(names);
    }

    @Test
    void aPlanWritesNothing() {
        raw(originals, messages(0, 149));
        CompactionReport plan = compaction(MessageFilter.ALL).to(target).plan();
        assertThat(plan.hoursLeft()).isEqualTo(3);
        assertThat(plan.dueOriginals()).isEqualTo(150);
        assertThat(plan.dueMessages()).isEqualTo(150);
        assertThat(plan.dueBatches()).isEqualTo(15);
        assertThat(to.writes).hasValue(0);
        assertThat(from.openings).hasValue(0);
    }

    @Test
    void aMessageThatCameLateIsWrittenAlone() throws InterruptedException {
        raw(originals, messages(0, 149));
        compact();
        Message late = aMessage("late").publishTime(START.plusSeconds(90)).build();
        raw(originals, List.of(late));

        CompactionReport report = compact();

        assertThat(report.hoursDone()).isEqualTo(1);
        assertThat(report.hoursDoneEarlier()).isEqualTo(2);
        assertThat(report.stored()).isEqualTo(60);
        assertThat(report.written()).isEqualTo(1);
        assertThat(report.blobs()).isEqualTo(1);
        assertThat(read(target)).hasSize(151).contains(late);
        assertThat(report.expirable()).containsExactly("orders/");
    }

    @Test
    void batchesThatReachIntoSeveralHoursAreDividedByHours() throws InterruptedException {
        batch(originals, messages(0, 149));
        CompactionReport report = compact();
        assertThat(report.hoursDone()).isEqualTo(3);
        assertThat(report.blobs()).isEqualTo(18 - 3);
        assertThat(read(target)).containsExactlyInAnyOrderElementsOf(messages(0, 149));
        assertThat(report.expirable()).containsExactly("orders/");
    }

    @Test
    void copiesAreWrittenOnceAndDifferentMessagesWithOneIdEach() throws InterruptedException {
        raw(originals, messages(0, 9));
        batch(originals, messages(5, 9));
        Message other = message(3).toBuilder()
                .payload("another".getBytes(StandardCharsets.UTF_8))
                .build();
        raw(originals, List.of(other));

        CompactionReport report = compact();

        assertThat(report.messages()).isEqualTo(16);
        assertThat(report.copies()).isEqualTo(5);
        assertThat(report.written()).isEqualTo(11);
        assertThat(read(target)).hasSize(11).contains(other).containsAll(messages(0, 9));
    }

    @Test
    void aMessageThatAReplayPublishedIsNoCopyOfItsOriginal() throws InterruptedException {
        Message original = message(1);
        Message replayed = original.toBuilder()
                .id("again")
                .publishTime(original.publishTime().plusSeconds(1))
                .attributes(Attributes.builder()
                        .add(ReplayAttributes.ORIGINAL_ID, original.id())
                        .add(ReplayAttributes.ORIGINAL_SOURCE, original.source())
                        .add(
                                ReplayAttributes.ORIGINAL_PUBLISH_TIME,
                                original.publishTime().toString())
                        .build())
                .build();
        raw(originals, List.of(original, replayed));
        compact();
        assertThat(read(target)).containsExactlyInAnyOrder(original, replayed);
    }

    @Nested
    class Logs {

        @Test
        void theCopyThatTellsItsOffsetAndWhatWasPassedBeforeItIsKept() throws InterruptedException {
            Message without = at(5, "").toBuilder().position(null).build();
            batch(originals, List.of(without));
            batch(originals, List.of(at(1, ""), at(5, "")));
            batch(originals, List.of(at(2, ""), at(5, "3")));
            assertThat(verify(originals).gaps()).isEmpty();

            CompactionReport report = compact();

            assertThat(read(target)).containsExactlyInAnyOrder(at(1, ""), at(2, ""), at(5, "3"));
            assertThat(report.copies()).isEqualTo(2);
            assertThat(verify(target).gaps()).isEmpty();
        }

        @Test
        void whatALaterCopyTellsOfPassedOffsetsIsWrittenToo() throws InterruptedException {
            batch(originals, List.of(at(1, ""), at(5, "")));
            compact();
            assertThat(verify(target).gaps()).hasSize(1);
            batch(originals, List.of(at(2, ""), at(5, "3")));
            compact();
            assertThat(verify(originals).gaps()).isEmpty();
            assertThat(verify(target).gaps()).isEmpty();
        }

        @Test
        void aCopyOfAnotherLogIsAnotherMessage() throws InterruptedException {
            Message other = at(5, "").toBuilder()
                    .position(new Position("log-2", "0", 5))
                    .build();
            batch(originals, List.of(at(5, "")));
            batch(originals, List.of(other));
            compact();
            assertThat(read(target)).containsExactlyInAnyOrder(at(5, ""), other);
        }

        @Test
        void gapsAreThoseOfTheOriginals() throws InterruptedException {
            batch(originals, List.of(at(1, ""), at(2, ""), at(4, ""), at(9, "8")));
            compact();
            assertThat(verify(target).gaps())
                    .isEqualTo(verify(originals).gaps())
                    .hasSize(2);
            assertThat(names(target)).allSatisfy(name -> assertThat(name).startsWith("hub/2026/01/31/0"));
        }
    }

    @Nested
    class AnInterruptedRun {

        @Test
        void isFinishedByTheNextOneWithTheSameBlobsWhereverItEnded() throws InterruptedException {
            List<Message> all = new ArrayList<>(messages(0, 99));
            IntStream.range(0, 25).forEach(offset -> all.add(at(offset, "")));
            List<String> undisturbed = undisturbed(all);
            // The first blob is the note of the template.
            for (int writes = 1; writes < 19; writes++) {
                Watched broken = new Watched();
                broken.failingAfter = writes;
                BlobStore other = store(broken, "other/");
                CompactionReport failed = runInto(other);
                assertThat(failed.isComplete()).as("after %s writes", writes).isFalse();
                assertThat(failed.stopped()).isTrue();
                assertThat(failed.expirable()).isEmpty();
                assertThat(failed.failures().values().toString()).contains("the power is gone");
                broken.failingAfter = Integer.MAX_VALUE;

                CompactionReport report = runInto(other);

                assertThat(report.isComplete()).isTrue();
                assertThat(report.stored() + report.written()).isLessThanOrEqualTo(125);
                assertThat(read(other)).hasSize(125).containsAll(all);
                assertThat(names(other)).as("after %s writes", writes).isEqualTo(undisturbed);
            }
        }

        private List<String> undisturbed(List<Message> all) throws InterruptedException {
            raw(originals, all);
            assertThat(compact().isComplete()).isTrue();
            return names(target);
        }

        private CompactionReport runInto(BlobStore other) throws InterruptedException {
            return compaction(MessageFilter.ALL).to(other).run();
        }

        @Test
        void thatIsToldToStopNotesNothingThatIsNotWhole() throws InterruptedException {
            raw(originals, messages(0, 99));
            AtomicInteger asked = new AtomicInteger();
            CompactionReport report = compaction(MessageFilter.ALL)
                    .hoursAtATime(1)
                    .stopWhen(() -> asked.incrementAndGet() > 190)
                    .to(target)
                    .run();
            assertThat(report.stopped()).isTrue();
            assertThat(report.hoursDone() + report.hoursLeft()).isEqualTo(2);
            assertThat(report.hoursLeft()).isPositive();
            assertThat(compact().isComplete()).isTrue();
            assertThat(read(target)).containsExactlyElementsOf(messages(0, 99));
        }
    }

    @Nested
    class WhatIsWrong {

        @Test
        void withAnOriginalLeavesTheHourOpenAndItsPrefixUnnamed() throws InterruptedException {
            raw(originals, messages(0, 99));
            from.altered = key -> key.contains("/id-7.");

            CompactionReport report = compact();

            assertThat(report.isComplete()).isFalse();
            assertThat(report.findings())
                    .singleElement()
                    .satisfies(finding -> assertThat(finding.kind()).isEqualTo(Finding.Kind.DAMAGED));
            assertThat(report.hoursDone()).isEqualTo(1);
            assertThat(report.hoursLeft()).isEqualTo(1);
            assertThat(report.expirable()).containsExactly("orders/2026/01/31/07/");
            assertThat(read(target)).hasSize(99).doesNotContain(message(7));

            from.altered = key -> false;
            assertThat(compact().written()).isEqualTo(1);
            assertThat(read(target)).containsExactlyInAnyOrderElementsOf(messages(0, 99));
        }

        @Test
        void withABlobOfTheTargetIsNoticedWhenItIsReadBack() throws InterruptedException {
            raw(originals, messages(0, 99));
            to.altered = key -> key.contains("/07/");

            CompactionReport report = compact();

            assertThat(report.isComplete()).isFalse();
            assertThat(report.failures()).containsOnlyKeys(new SourceHour("orders", START.plusSeconds(3_600)));
            assertThat(report.failures().values().toString())
                    .contains("the target's blob orders/2026/01/31/07/")
                    .contains("compact the hour again");
            assertThat(report.expirable()).containsExactly("orders/2026/01/31/06/");
            assertThat(compact().hoursDone()).as("it is not noted").isZero();

            to.altered = key -> false;
            assertThat(compact().isComplete()).isTrue();
        }

        @Test
        void withABlobThatTheTargetHadBeforeIsNoticed() throws InterruptedException {
            raw(originals, messages(0, 9));
            raw(target, messages(3, 3));
            to.altered = key -> key.endsWith("id-3.bin");
            CompactionReport report = compact();
            assertThat(report.written()).isEqualTo(10);
            assertThat(report.isComplete()).isFalse();
            assertThat(report.failures().values().toString())
                    .contains("the target's blob orders/2026/01/31/06/id-3.bin could not be read: ");
            assertThat(report.expirable()).isEmpty();
        }

        @Test
        void withABlobThatIsWholeAndHoldsOtherMessagesIsNoticedToo() throws InterruptedException {
            raw(originals, messages(0, 9));
            Message changed = message(3).toBuilder()
                    .brokerProperties(Attributes.builder().add("x", "y").build())
                    .build();
            BlobStore forging = store(
                    new Watched() {
                        @Override
                        public boolean create(String key, Blob blob) throws Exception {
                            if (!key.contains("/orders/")) {
                                return super.create(key, blob);
                            }
                            List<Message> other = new ArrayList<>(messages(0, 9));
                            other.set(3, changed);
                            return super.create(
                                    key,
                                    new JsonLinesFormat(Compression.GZIP)
                                            .encode(blob.name(), other, limits())
                                            .get(0));
                        }
                    },
                    "forged/");
            CompactionReport report = compaction(MessageFilter.ALL).to(forging).run();
            assertThat(report.isComplete()).isFalse();
            assertThat(report.failures().values().toString()).contains("does not hold what was written to it");
        }

        @Test
        void withTheTemplateIsNoticedAndNoPrefixIsNamed() throws InterruptedException {
            batch(originals, messages(0, 99));
            CompactionReport report = Compaction.of(
                            originals, Archive.on(originals).build(), MessageFilter.ALL)
                    .to(target)
                    .run();
            assertThat(report.isComplete()).isFalse();
            assertThat(report.failures()).hasSize(2);
            assertThat(report.failures().values().toString()).contains("with every path template of the archive");
            assertThat(report.expirable()).isEmpty();
            assertThat(compact().isComplete()).isTrue();
        }

        @Test
        void withOneMessageKeepsNoOtherFromBeingWritten() throws InterruptedException {
            List<Message> all = new ArrayList<>(messages(0, 9));
            all.add(aMessage("u", "unbearable").publishTime(START).build());
            raw(originals, all);
            CompactionReport report = compaction(MessageFilter.ALL)
                    .batchMessages(100)
                    .format(new PickyFormat())
                    .to(target)
                    .run();
            assertThat(report.isComplete()).isFalse();
            assertThat(report.failures().values().toString()).contains("the format picky cannot hold the message u");
            assertThat(report.expirable()).isEmpty();
            assertThat(read(target)).containsExactlyInAnyOrderElementsOf(messages(0, 9));
        }
    }

    @Nested
    class Hours {

        @Test
        void thatMayStillGetMessagesAndThoseThatTheRangeCutsAreLeft() throws InterruptedException {
            raw(originals, messages(0, 299));
            CompactionReport report = compaction(MessageFilter.builder()
                            .range(new TimeRange(START.plusSeconds(60), LATER))
                            .build())
                    .endedBefore(START.plusSeconds(3 * 3_600 + 1))
                    .to(target)
                    .run();
            assertThat(report.hoursCut()).isEqualTo(1);
            assertThat(report.hoursDone()).isEqualTo(2);
            assertThat(report.hoursTooYoung()).isEqualTo(2);
            assertThat(report.isComplete()).isTrue();
            assertThat(read(target)).containsExactlyElementsOf(messages(60, 179));
            assertThat(report.expirable()).containsExactly("orders/2026/01/31/07/", "orders/2026/01/31/08/");
        }

        @Test
        void ofARangeAreNotReadAgain() throws InterruptedException {
            raw(originals, messages(0, 299));
            MessageFilter two = MessageFilter.builder()
                    .range(new TimeRange(START.plusSeconds(3_600), START.plusSeconds(3 * 3_600)))
                    .build();
            assertThat(compaction(two).to(target).run().hoursDone()).isEqualTo(2);
            from.reset();
            assertThat(compaction(two).to(target).run().hoursDoneEarlier()).isEqualTo(2);
            assertThat(from.openings).hasValue(0);
            assertThat(compact().hoursDone()).isEqualTo(3);
        }

        @Test
        void areDividedAmongShards() throws InterruptedException {
            raw(originals, messages(0, 600));
            long done = 0;
            for (int index = 0; index < 3; index++) {
                CompactionReport report = compaction(MessageFilter.builder()
                                .shard(new Shard(index, 3))
                                .build())
                        .to(target)
                        .run();
                assertThat(report.isComplete()).isTrue();
                assertThat(report.hoursDone() + report.hoursOfOtherShards()).isEqualTo(11);
                done += report.hoursDone();
            }
            assertThat(done).isEqualTo(11);
            assertThat(read(target)).containsExactlyElementsOf(messages(0, 600));
            assertThat(compact().expirable()).containsExactly("orders/");
        }

        @Test
        void ofOneSourceAreCompactedAndThoseOfOthersInTheSameFoldersStay() throws InterruptedException {
            PathTemplate shared = PathTemplate.parse("{yyyy}/{MM}/{dd}/{HH}/{source}-{id}{ext}");
            Message other = message(0).toBuilder().source("other").build();
            raw(originals, messages(0, 9), shared);
            raw(originals, List.of(other), shared);
            CompactionReport report = compaction(
                            MessageFilter.builder().source("orders").build())
                    .to(target)
                    .run();
            assertThat(report.isComplete()).isTrue();
            assertThat(read(target)).containsExactlyElementsOf(messages(0, 9));
            assertThat(report.expirable()).isEmpty();
        }
    }

    @Nested
    class BlobsThatDoNotDescribeThemselves {

        private final Message large = message(5).toBuilder()
                .attributes(
                        Attributes.builder().add("large", "x".repeat(20_000)).build())
                .build();

        @Test
        void areReadToFindTheirHoursAndOnlyOnce() throws InterruptedException {
            raw(originals, List.of(message(1), message(2), large));
            CompactionReport report = compact();
            assertThat(report.isComplete()).isTrue();
            assertThat(read(target)).containsExactlyInAnyOrder(message(1), message(2), large);
            assertThat(report.expirable()).containsExactly("orders/");

            from.reset();
            assertThat(compact().hoursDoneEarlier()).isEqualTo(1);
            assertThat(from.openings).hasValue(0);
        }

        @Test
        void areNotNotedBeforeAllOfTheirHoursAreCompacted() throws InterruptedException {
            PathTemplate flat = PathTemplate.parse("{source}/{id}{ext}");
            Message later = large.toBuilder()
                    .id("later")
                    .publishTime(START.plusSeconds(7_200))
                    .build();
            raw(originals, List.of(large, later), flat);
            CompactionReport first = compaction(MessageFilter.ALL)
                    .endedBefore(START.plusSeconds(3_600))
                    .to(target)
                    .run();
            assertThat(first.hoursDone()).isEqualTo(1);
            assertThat(first.hoursTooYoung()).isEqualTo(1);
            assertThat(first.expirable()).isEmpty();

            CompactionReport second = compact();
            assertThat(second.isComplete()).isTrue();
            assertThat(second.expirable()).containsExactly("orders/");
            assertThat(read(target)).containsExactlyInAnyOrder(large, later);
        }

        @Test
        void thatTheRangeCutsAreNotTakenForCompacted() throws InterruptedException {
            PathTemplate flat = PathTemplate.parse("{source}/{id}{ext}");
            Message later = large.toBuilder()
                    .id("later")
                    .publishTime(START.plusSeconds(7_200))
                    .build();
            raw(originals, List.of(large, later), flat);
            CompactionReport report = compaction(MessageFilter.builder()
                            .range(new TimeRange(START, START.plusSeconds(3_600)))
                            .build())
                    .to(target)
                    .run();
            assertThat(report.hoursDone()).isEqualTo(1);
            assertThat(report.expirable()).isEmpty();
            assertThat(compact().written()).isEqualTo(1);
        }
    }

    @Test
    void aFileWithoutMetadataThatTheRangeCutsIsNotTakenForCompacted() throws InterruptedException {
        Blob both = new JsonLinesFormat(Compression.NONE)
                .encode(BlobName.of("files/1.jsonl"), List.of(message(5), message(125)), originals.limits())
                .get(0);
        originals.put(both.withMetadata(BlobMetadata.empty()));
        CompactionReport report = compaction(MessageFilter.builder()
                        .range(new TimeRange(START, START.plusSeconds(3_600)))
                        .build())
                .to(target)
                .run();
        assertThat(report.hoursDone()).isEqualTo(1);
        assertThat(report.expirable()).isEmpty();
        CompactionReport second = compact();
        assertThat(second.written()).isEqualTo(1);
        assertThat(second.expirable()).containsExactly("files/");
        assertThat(read(target)).containsExactly(message(5), message(125));
    }

    @Nested
    class APrefix {

        private void put(String name, Map<String, String> metadata) {
            originals.put(Blob.of(BlobName.of(name), new byte[1], "text/plain", BlobMetadata.of(metadata)));
        }

        @Test
        void withAForeignBlobIsNotNamed() throws InterruptedException {
            raw(originals, messages(0, 99));
            put("orders/2026/01/31/06/notes.txt", Map.of());
            assertThat(compact().expirable()).containsExactly("orders/2026/01/31/07/");
        }

        @Test
        void withAForeignBlobInAFolderBelowIsNotNamed() throws InterruptedException {
            raw(originals, messages(0, 99));
            put("orders/2026/01/31/06/own/notes.txt", Map.of());
            assertThat(compact().expirable()).containsExactly("orders/2026/01/31/07/");
        }

        @Test
        void isThatOfADayIfNothingElseIsInTheDay() throws InterruptedException {
            raw(originals, messages(0, 99));
            put("orders/2026/01/notes.txt", Map.of());
            put("_quarantine/orders/1.bin", Map.of("persistor-format", "quarantine"));
            assertThat(compact().expirable()).containsExactly("orders/2026/01/31/");
        }

        @Test
        void withAMessageThatAReplayCouldNotPublishIsNotNamed() throws InterruptedException {
            raw(originals, messages(0, 99));
            Blob kept = new RawFormat()
                    .encode(BlobName.of("orders/2026/01/31/06/failed.bin"), List.of(message(200)), originals.limits())
                    .get(0);
            originals.put(kept.withMetadata(new FailureNote("topic", "full").addedTo(kept.metadata())));
            CompactionReport report = compact();
            assertThat(report.isComplete()).isTrue();
            assertThat(report.expirable()).containsExactly("orders/2026/01/31/07/");
            assertThat(read(target)).containsExactlyElementsOf(messages(0, 99));
        }

        @Test
        void thatGotAMessageSinceItWasReadIsNotNamed() throws InterruptedException {
            raw(originals, messages(0, 99));
            CompactionReport report = compaction(MessageFilter.ALL)
                    .hoursAtATime(1)
                    .listener(new CompactionListener() {
                        @Override
                        public void ended(SourceHour hour) {
                            if (hour.hour().equals(START)) {
                                raw(
                                        originals,
                                        List.of(aMessage("late")
                                                .publishTime(START)
                                                .build()));
                            }
                        }
                    })
                    .to(target)
                    .run();
            assertThat(report.isComplete()).isTrue();
            assertThat(report.expirable()).containsExactly("orders/2026/01/31/07/");
        }
    }

    @Test
    void theSameMessagesInOtherBlobsMakeTheSameBatches() throws InterruptedException {
        raw(originals, messages(0, 99));
        compact();
        BlobStore batches = store(new Watched(), "batches/");
        batch(batches, messages(50, 99));
        batch(batches, messages(0, 49));
        BlobStore other = store(new Watched(), "other/");
        CompactionReport report = Compaction.of(
                        batches, Archive.on(batches).anyNames().build(), MessageFilter.ALL)
                .batchMessages(10)
                .hoursAtATime(3)
                .to(other)
                .run();
        assertThat(report.isComplete()).isTrue();
        assertThat(names(other)).isEqualTo(names(target));
    }

    @Test
    void templatesThatAreNotedInTheStoresAreLookedUnderToo() throws InterruptedException {
        batch(originals, messages(0, 99));
        originals.put(StoreNotes.template(PathTemplate.parse("{source}/{yyyy}/{MM}/{dd}/{id}{ext}")));
        Compaction.Builder compaction =
                Compaction.of(originals, Archive.on(originals).build(), MessageFilter.ALL);
        assertThat(compaction
                        .naming(PathTemplate.parse("before/{source}/{yyyy}/{MM}/{id}{ext}"))
                        .to(target)
                        .run()
                        .isComplete())
                .isTrue();
        raw(originals, List.of(aMessage("late").publishTime(START).build()));

        CompactionReport report =
                compaction.naming(PathTemplate.DEFAULT).to(target).run();

        assertThat(report.isComplete()).isTrue();
        assertThat(report.stored()).isEqualTo(60);
        assertThat(report.written()).isEqualTo(1);
    }

    @Test
    void aLargeMessageIsAloneAndEndsNoBatch() throws InterruptedException {
        List<Message> all = new ArrayList<>(messages(0, 8));
        all.add(aMessage("large", "x".repeat(200_000))
                .publishTime(START.plusSeconds(200))
                .build());
        raw(originals, all);
        CompactionReport report =
                compaction(MessageFilter.ALL).batchBytes(100_000).to(target).run();
        assertThat(report.blobs()).isEqualTo(2);
        try (Stream<BlobInfo> blobs = target.list("")) {
            assertThat(blobs.map(
                            blob -> Manifest.of(blob.metadata()).orElseThrow().count()))
                    .containsExactlyInAnyOrder(9, 1);
        }
        assertThat(read(target)).containsExactlyInAnyOrderElementsOf(all);
    }

    @Test
    void foldersOfTheTargetsTemplateDivideTheBatches() throws InterruptedException {
        raw(originals, messages(0, 59));
        CompactionReport report = compaction(MessageFilter.ALL)
                .naming(PathTemplate.parse("{source}/{yyyy}/{MM}/{dd}/{HH}/{mm}/{batch}{ext}"))
                .to(target)
                .run();
        assertThat(report.isComplete()).isTrue();
        assertThat(report.blobs()).isEqualTo(60);
        assertThat(read(target)).containsExactlyElementsOf(messages(0, 59));
    }

    @Test
    void storesInOneAnotherAreRefused() {
        Compaction.Builder compaction = compaction(MessageFilter.ALL);
        assertThatThrownBy(() -> compaction.to(originals))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("the target is the archive itself")
                .hasMessageContaining("use another bucket or container, or a folder outside");
        assertThatThrownBy(() -> compaction.to(store(new Watched(), "archive/compacted/")))
                .hasMessageContaining("contain each other");
        BlobStore below = store(new Watched(), "archive/below/");
        assertThatThrownBy(() -> Compaction.of(below, Archive.on(below).build(), MessageFilter.ALL)
                        .to(originals))
                .hasMessageContaining("contain each other");
        assertThat(compaction.to(store(new Watched(), "archive-compacted/"))).isNotNull();
    }

    @Test
    void anHourIsCompactedWhole() {
        MessageFilter ids = MessageFilter.builder().id("1").build();
        assertThatThrownBy(() -> compaction(ids))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("id=1");
        assertThatThrownBy(() -> compaction(MessageFilter.ALL).format(new RawFormat()))
                .hasMessageContaining("the format raw holds one message a blob");
    }
}
