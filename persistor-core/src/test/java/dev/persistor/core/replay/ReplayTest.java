package dev.persistor.core.replay;

import static dev.persistor.core.fixtures.TestMessages.aMessage;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.persistor.core.archive.Archive;
import dev.persistor.core.archive.ArchivedMessage;
import dev.persistor.core.archive.MessageFilter;
import dev.persistor.core.archive.ReplayAttributes;
import dev.persistor.core.batch.Batching;
import dev.persistor.core.format.Compression;
import dev.persistor.core.format.jsonl.JsonLinesFormat;
import dev.persistor.core.message.Attributes;
import dev.persistor.core.message.Message;
import dev.persistor.core.message.Position;
import dev.persistor.core.message.TimeRange;
import dev.persistor.core.naming.PathTemplate;
import dev.persistor.core.store.BlobStore;
import dev.persistor.core.store.memory.MemoryDriver;
import dev.persistor.core.write.Persistor;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

class ReplayTest {

    private static final Instant START = Instant.parse("2026-01-31T02:00:00Z");

    private final BlobStore store = BlobStore.over(new MemoryDriver());
    private final Archive archive = Archive.on(store).build();
    private final CollectingPublisher target = new CollectingPublisher();

    private static Message message(int number) {
        Message.Builder message = aMessage(Integer.toString(1_000 + number), "payload " + number)
                .publishTime(START.plusMillis(100L * number))
                .attributes(Attributes.builder()
                        .add("number", Integer.toString(number))
                        .build());
        return number % 3 == 0
                ? message.build()
                : message.orderingKey("key-" + number % 5).build();
    }

    private List<Message> archived(int count) {
        List<Message> messages =
                IntStream.range(0, count).mapToObj(ReplayTest::message).toList();
        List<Message> shuffled = new ArrayList<>(messages);
        Collections.shuffle(shuffled, new Random(7));
        try (Persistor persistor = Persistor.builder(store)
                .format(new JsonLinesFormat(Compression.NONE))
                .batching(Batching.upTo(20).orAfter(Duration.ofMillis(5)))
                .build()) {
            persistor.persistAll(shuffled);
        }
        return messages;
    }

    private Replay.Builder replay() {
        return Replay.of(archive, MessageFilter.ALL).to(target);
    }

    /** What a message was before it was replayed. */
    private static Message original(Message replayed) {
        Attributes.Builder attributes = Attributes.builder();
        replayed.attributes().forEach(entry -> {
            if (!entry.name().startsWith("persistor-")) {
                attributes.add(entry.name(), entry.value());
            }
        });
        return replayed.toBuilder().attributes(attributes.build()).build();
    }

    private List<Message> published() {
        return target.published.stream().map(ReplayTest::original).toList();
    }

    @Test
    void everyMessageGoesOutOnceInTheOrderOfTimeAndUnaltered() throws InterruptedException {
        List<Message> messages = archived(300);

        ReplayReport report = replay().build().run();

        assertThat(published()).isEqualTo(messages);
        assertThat(report.published()).isEqualTo(300);
        assertThat(report.isComplete()).isTrue();
        assertThat(report.bySource()).isEqualTo(Map.of("orders", 300L));
    }

    @Test
    void aMessageCarriesWhatItWas() throws InterruptedException {
        archived(1);
        replay().mark("incident", "4711").timeIn("timestamp").build().run();

        Message replayed = target.published.get(0);
        assertThat(replayed.attributes().toMap())
                .containsEntry("number", "0")
                .containsEntry(ReplayAttributes.ORIGINAL_ID, "1000")
                .containsEntry(ReplayAttributes.ORIGINAL_SOURCE, "orders")
                .containsEntry(ReplayAttributes.ORIGINAL_PUBLISH_TIME, "2026-01-31T02:00:00Z")
                .containsEntry("timestamp", "2026-01-31T02:00:00Z")
                .containsEntry("incident", "4711")
                .containsEntry(
                        ReplayAttributes.REPLAYED_FROM,
                        store.list("").findFirst().orElseThrow().name() + "#0");
    }

    @Test
    void aMessageThatWasReplayedBeforeKeepsWhatItFirstWas() throws InterruptedException {
        archived(1);
        replay().build().run();
        Message again = target.published.get(0).toBuilder()
                .id("new")
                .publishTime(START.plusSeconds(9))
                .build();
        BlobStore second = BlobStore.over(new MemoryDriver());
        try (Persistor persistor = Persistor.builder(second).build()) {
            persistor.persistAll(List.of(again));
        }
        CollectingPublisher twice = new CollectingPublisher();
        Replay.of(Archive.on(second).build(), MessageFilter.ALL)
                .to(twice)
                .build()
                .run();

        assertThat(twice.published.get(0).attributes()).isEqualTo(again.attributes());
    }

    @Test
    void otherCopiesOfAMessageStayBehindUnlessTheyAreAskedFor() throws InterruptedException {
        List<Message> messages = archived(40);
        try (Persistor persistor = Persistor.builder(store).build()) {
            persistor.persistAll(messages.subList(10, 20));
        }

        ReplayReport report = replay().build().run();
        assertThat(published()).isEqualTo(messages);
        assertThat(report.duplicates()).isEqualTo(10);
        assertThat(report.matched()).isEqualTo(50);

        target.published.clear();
        assertThat(replay().withDuplicates().build().run().published()).isEqualTo(50);
        assertThat(published()).containsAll(messages).hasSize(50);
    }

    private void persist(List<Message> messages) {
        try (Persistor persistor = Persistor.builder(store).build()) {
            persistor.persistAll(messages);
        }
    }

    private static Message with(String attribute, String value, Message message) {
        Attributes.Builder attributes = Attributes.builder();
        message.attributes().forEach(entry -> attributes.add(entry.name(), entry.value()));
        return message.toBuilder()
                .attributes(attributes.add(attribute, value).build())
                .build();
    }

    @Test
    void differentMessagesWithOneIdAllGoOut() throws InterruptedException {
        Message first = message(1);
        List<Message> messages = List.of(
                first,
                first.toBuilder().payload(new byte[] {1}).build(),
                first.toBuilder().orderingKey("other").build(),
                with("more", "x", first),
                first.toBuilder().publishTime(START.plusSeconds(60)).build());
        persist(messages);
        persist(messages.subList(0, 1));

        ReplayReport report = replay().build().run();

        assertThat(published()).containsExactlyInAnyOrderElementsOf(messages);
        assertThat(report.matched()).isEqualTo(5);
        assertThat(report.published()).isEqualTo(5);
        assertThat(report.duplicates()).isZero();
        assertThat(report.sameIdCount()).isEqualTo(4);
        assertThat(report.isComplete()).isTrue();
    }

    @Test
    void aPlanNamesCopiesAndDifferentMessagesWithOneIdWithBothPlaces() throws InterruptedException {
        archived(1);
        // One after the other: together, either of them could have the name, and the other stand beside it.
        persist(List.of(message(0)));
        persist(List.of(message(0).toBuilder().orderingKey("other").build()));

        ReplayReport plan = replay().build().plan();

        assertThat(plan.matched()).isEqualTo(3);
        assertThat(plan.duplicates()).isEqualTo(1);
        assertThat(plan.planned()).isEqualTo(2);
        assertThat(plan.copies()).singleElement().satisfies(copy -> {
            assertThat(copy.identity().id()).isEqualTo("1000");
            assertThat(List.of(copy.place(), copy.earlier()))
                    .anyMatch(place -> place.endsWith("/1000.bin#0"))
                    .anyMatch(place -> place.endsWith(".jsonl#0"));
        });
        assertThat(plan.sameId())
                .singleElement()
                .satisfies(other -> assertThat(List.of(other.place(), other.earlier()))
                        .anyMatch(place -> place.contains(".collision-")));
    }

    /** The messages that a consumer builds out of replayed ones, forwarding all of their attributes. */
    private static List<Message> forwarded(List<Message> replayed, String payload) {
        List<Message> forwarded = new ArrayList<>();
        for (Message each : replayed) {
            forwarded.add(each.toBuilder()
                    .id("forwarded-" + payload + each.id())
                    .publishTime(START.plusSeconds(3_600))
                    .payload(payload.getBytes(StandardCharsets.UTF_8))
                    .build());
        }
        return forwarded;
    }

    @Test
    void messagesOntoWhichAConsumerForwardedTheAttributesOfAReplayAllGoOut() throws InterruptedException {
        List<Message> messages = archived(20);
        replay().build().run();
        List<Message> forwarded = new ArrayList<>(forwarded(target.published, "accepted"));
        forwarded.addAll(forwarded(target.published, "accepted, too"));
        forwarded.addAll(forwarded(target.published.subList(0, 1), "accepted").stream()
                .map(message -> message.toBuilder().id("again").build())
                .toList());
        persist(forwarded);
        target.published.clear();

        ReplayReport report = replay().build().run();

        assertThat(report.duplicates()).isZero();
        assertThat(report.published()).isEqualTo(messages.size() + forwarded.size());
        assertThat(target.published)
                .extracting(Message::id)
                .containsAll(forwarded.stream().map(Message::id).toList());
    }

    @Test
    void whatWasReplayedTwiceGoesOutOnceAlsoWithoutItsOriginal() throws InterruptedException {
        archived(20);
        replay().build().run();
        List<Message> came = new ArrayList<>();
        for (Message each : target.published) {
            came.add(each.toBuilder()
                    .id("a" + each.id())
                    .publishTime(START.plusSeconds(60))
                    .build());
            came.add(each.toBuilder()
                    .id("b" + each.id())
                    .publishTime(START.plusSeconds(90))
                    .build());
        }
        BlobStore second = BlobStore.over(new MemoryDriver());
        try (Persistor persistor = Persistor.builder(second).build()) {
            persistor.persistAll(came);
        }
        ReplayReport report = Replay.of(Archive.on(second).build(), MessageFilter.ALL)
                .to(target)
                .build()
                .run();
        assertThat(report.published()).isEqualTo(20);
        assertThat(report.duplicates()).isEqualTo(20);
    }

    @Test
    void aPlanPublishesNothingAndSaysWhatWouldHappen() throws InterruptedException {
        archived(30);
        MessageFilter filter = MessageFilter.builder()
                .range(new TimeRange(START.plusSeconds(1), START.plusSeconds(2)))
                .build();

        ReplayReport plan = Replay.of(archive, filter).to(target).build().plan();

        assertThat(target.published).isEmpty();
        assertThat(plan.planned()).isEqualTo(10);
        assertThat(plan.published()).isZero();
        assertThat(plan.firstPublishTime()).contains(START.plusSeconds(1));
        assertThat(plan.lastPublishTime()).contains(START.plusMillis(1_900));
        assertThat(plan.losses()).isEqualTo(Map.of("ordering key", 7L));
    }

    @Test
    void noMoreAreUnderWayThanAllowedAndInTheOrderOfTimeOnlyOne() throws InterruptedException {
        List<Message> messages = archived(100);
        target.answersOnFlushOnly = true;
        replay().mostUnderWay(7).build().run();
        assertThat(target.mostWaiting).isEqualTo(7);

        CollectingPublisher one = new CollectingPublisher();
        one.answersOnFlushOnly = true;
        Replay.of(archive, MessageFilter.ALL)
                .to(one)
                .order(ReplayOrder.TIME)
                .build()
                .run();
        assertThat(one.mostWaiting).isEqualTo(1);
        assertThat(one.published).extracting(ReplayTest::original).isEqualTo(messages);
    }

    @Test
    void theLimitAndTooManyFailuresEndTheReplayAndItSaysSo() throws InterruptedException {
        archived(100);
        ReplayReport limited = replay().limit(25).build().run();
        assertThat(limited.published()).isEqualTo(25);
        assertThat(limited.stopped()).hasValue(StopReason.LIMIT);

        target.refuses = message -> true;
        ReplayReport failing = replay().mostFailures(5).build().run();
        assertThat(failing.failed()).isEqualTo(5);
        assertThat(failing.stopped()).hasValue(StopReason.FAILURES);
        assertThat(failing.isComplete()).isFalse();
    }

    @Test
    void failedMessagesAreCountedByTheirReasons() throws InterruptedException {
        List<Message> messages = archived(50);
        target.refuses = message -> Integer.parseInt(message.id()) % 10 == 0;
        List<ArchivedMessage> failed = new ArrayList<>();

        ReplayReport report = replay().onFailure(OnFailure.CONTINUE)
                .listener(new ReplayListener() {
                    @Override
                    public void failed(ArchivedMessage message, PublishException failure) {
                        failed.add(message);
                    }
                })
                .build()
                .run();

        assertThat(report.failed()).isEqualTo(5);
        assertThat(report.reasons()).isEqualTo(Map.of("publish: refused", 5L));
        assertThat(failed)
                .extracting(ArchivedMessage::message)
                .isEqualTo(messages.stream()
                        .filter(message -> Integer.parseInt(message.id()) % 10 == 0)
                        .toList());
        assertThat(published()).hasSize(45);
    }

    @Test
    void aPublisherThatThrowsSomethingElseIsAFailureOfTheMessage() throws InterruptedException {
        archived(3);
        MessagePublisher strange = new CollectingPublisher() {
            @Override
            public CompletableFuture<Published> publish(Message message) {
                return CompletableFuture.failedFuture(new IllegalStateException("broken"));
            }
        };
        ReplayReport report = Replay.of(archive, MessageFilter.ALL)
                .to(strange)
                .onFailure(OnFailure.CONTINUE)
                .build()
                .run();
        assertThat(report.failed()).isEqualTo(3);
        assertThat(report.reasons().keySet()).allMatch(reason -> reason.contains("broken"));
    }

    @Test
    void theReasonOfAFailureIsTheTargetsAlsoWhereItsFutureWrapsIt() throws InterruptedException {
        archived(3);
        MessagePublisher wrapping = new CollectingPublisher() {
            @Override
            public CompletableFuture<Published> publish(Message message) {
                return CompletableFuture.<Published>failedFuture(new PublishException("topic: full", true, null))
                        .thenApply(answer -> answer);
            }
        };
        ReplayReport report = Replay.of(archive, MessageFilter.ALL)
                .to(wrapping)
                .onFailure(OnFailure.CONTINUE)
                .build()
                .run();
        assertThat(report.reasons()).isEqualTo(Map.of("topic: full", 3L));
    }

    @Test
    void reasonsWithAnIdInEachAreCountedTogetherBeyondAHundred() throws InterruptedException {
        archived(150);
        MessagePublisher talkative = new CollectingPublisher() {
            @Override
            public CompletableFuture<Published> publish(Message message) {
                return CompletableFuture.failedFuture(
                        new PublishException("publish " + message.id() + ": refused", false, null));
            }
        };
        ReplayReport report = Replay.of(archive, MessageFilter.ALL)
                .to(talkative)
                .onFailure(OnFailure.CONTINUE)
                .build()
                .run();
        assertThat(report.reasons())
                .hasSize(101)
                .containsEntry("publish 1000: refused", 1L)
                .containsEntry("others", 50L);
    }

    @Test
    void withoutOrderMessagesGoOutAsTheBlobsAreNamed() throws InterruptedException {
        List<Message> messages = List.of(message(3), message(1), message(2));
        for (int i = 0; i < 3; i++) {
            try (Persistor persistor = Persistor.builder(store)
                    .naming(PathTemplate.parse("orders/" + i + "/{id}{ext}"))
                    .build()) {
                persistor.persistAll(messages.subList(i, i + 1));
            }
        }
        replay().order(ReplayOrder.NONE).build().run();
        assertThat(published()).isEqualTo(messages);
    }

    @Test
    void withoutMarksMessagesGoOutAsTheyAre() throws InterruptedException {
        List<Message> messages = archived(30);
        replay().withoutMarks().build().run();
        assertThat(target.published).isEqualTo(messages);
    }

    @Test
    void anAttributeThatAMessageHasIsNeitherReplacedNorSaidToBeAdded() throws InterruptedException {
        persist(List.of(with("incident", "its own", message(0))));
        replay().mark("incident", "4711").build().run();
        assertThat(target.published.get(0).attributes().toMap())
                .containsEntry("incident", "its own")
                .doesNotContainKey(ReplayAttributes.ADDED);
    }

    /** Each replay adds an attribute of its own; the last one says which are not the message's. */
    @Test
    void whatWasReplayedTwiceWithDifferentMarksIsStillACopyOfItsOriginal() throws InterruptedException {
        archived(5);
        for (String incident : List.of("first", "second")) {
            List<Message> before = List.copyOf(target.published);
            target.published.clear();
            BlobStore between = BlobStore.over(new MemoryDriver());
            try (Persistor persistor = Persistor.builder(between).build()) {
                persistor.persistAll(before);
            }
            Archive source = before.isEmpty() ? archive : Archive.on(between).build();
            Replay.of(source, MessageFilter.ALL)
                    .to(target)
                    .mark(incident, "4711")
                    .build()
                    .run();
        }
        assertThat(target.published.get(0).attributes().toMap())
                .containsEntry(ReplayAttributes.ADDED, "first,second")
                .containsEntry("first", "4711")
                .containsEntry("second", "4711");
        persist(target.published.stream()
                .map(message -> message.toBuilder().id("new " + message.id()).build())
                .toList());
        target.published.clear();

        ReplayReport report = replay().build().run();

        assertThat(report.published()).isEqualTo(5);
        assertThat(report.duplicates()).isEqualTo(5);
    }

    @Test
    void aTargetIsAskedOnceForItsWarningsByAPlanAndARun() throws Exception {
        archived(3);
        List<Boolean> asked = new ArrayList<>();
        CollectingPublisher warning = new CollectingPublisher() {
            @Override
            public List<String> warnings(boolean newIds) {
                asked.add(newIds);
                return List.of("drops duplicates");
            }
        };
        Replay.Builder replay = Replay.of(archive, MessageFilter.ALL).to(warning);
        assertThat(replay.build().plan().warnings()).containsExactly("drops duplicates");
        assertThat(replay.build().run().warnings()).containsExactly("drops duplicates");
        assertThat(asked).containsExactly(false);
    }

    @Nested
    class WithACheckpoint {

        @Test
        void theReportsNumbersAddUpToWhatMatchedAndTheLimitCountsWhatIsPublished() throws Exception {
            List<Message> messages = archived(30);
            persist(messages.subList(0, 10));
            try (Checkpoint checkpoint = open()) {
                assertThat(replay().checkpoint(checkpoint).limit(8).build().run())
                        .satisfies(report -> assertThat(report.planned()).isEqualTo(8))
                        .satisfies(
                                report -> assertThat(report.publishedBefore()).isZero());
            }
            target.refuses = message -> message.id().equals("1029");
            try (Checkpoint checkpoint = open()) {
                ReplayReport limited =
                        replay().checkpoint(checkpoint).limit(5).build().run();
                assertThat(limited.published()).isEqualTo(5);
                assertThat(limited.publishedBefore()).isEqualTo(8);
            }
            try (Checkpoint checkpoint = open()) {
                ReplayReport rest = replay().checkpoint(checkpoint).build().run();
                assertThat(rest.matched()).isEqualTo(40);
                assertThat(rest.duplicates()).isEqualTo(10);
                assertThat(rest.publishedBefore()).isEqualTo(13);
                assertThat(rest.planned()).isEqualTo(17);
                assertThat(rest.published()).isEqualTo(16);
                assertThat(rest.failed()).isEqualTo(1);
            }
        }

        @TempDir
        private Path folder;

        /** Ends the replay at a message, as a kill would: nothing is settled any more. */
        private static final class Killed extends RuntimeException {
            private static final long serialVersionUID = 1L;
        }

        private Path file() {
            return folder.resolve("checkpoint");
        }

        private Checkpoint open() {
            return Checkpoint.open(file(), "all to the target");
        }

        @Test
        void afterKillsAnywhereNothingIsMissingAndOnlyWhatWasUnderWayGoesOutTwice() throws Exception {
            List<Message> messages = archived(400);
            Random random = new Random(3);
            List<Message> all = new ArrayList<>();
            int kills = 0;
            int maybeTwice = 0;
            for (boolean complete = false; !complete; ) {
                int diesAt = random.nextInt(60);
                CollectingPublisher dying = new CollectingPublisher() {
                    @Override
                    public CompletableFuture<Published> publish(Message message) throws InterruptedException {
                        if (published.size() == diesAt) {
                            throw new Killed();
                        }
                        return super.publish(message);
                    }
                };
                dying.answersOnFlushOnly = random.nextBoolean();
                try (Checkpoint checkpoint = open()) {
                    ReplayReport report = Replay.of(archive, MessageFilter.ALL)
                            .to(dying)
                            .mostUnderWay(10)
                            .checkpoint(checkpoint)
                            .build()
                            .run();
                    maybeTwice += report.maybeTwice().size();
                    complete = true;
                } catch (Killed e) {
                    kills++;
                }
                all.addAll(dying.published);
            }
            assertThat(kills).isGreaterThan(5);
            Map<String, Long> times = all.stream().collect(Collectors.groupingBy(Message::id, Collectors.counting()));
            assertThat(times.keySet())
                    .isEqualTo(messages.stream().map(Message::id).collect(Collectors.toSet()));
            assertThat(all.size() - messages.size()).isLessThanOrEqualTo(kills * 10);
            assertThat(maybeTwice).isLessThanOrEqualTo(10);
        }

        @Test
        void whatMayGoOutTwiceIsNamedExactly() throws Exception {
            archived(30);
            target.answersOnFlushOnly = true;
            CollectingPublisher dying = new CollectingPublisher() {
                @Override
                public CompletableFuture<Published> publish(Message message) throws InterruptedException {
                    if (published.size() == 12) {
                        throw new Killed();
                    }
                    return super.publish(message);
                }
            };
            dying.answersOnFlushOnly = true;
            try (Checkpoint checkpoint = open()) {
                Replay interrupted = Replay.of(archive, MessageFilter.ALL)
                        .to(dying)
                        .mostUnderWay(5)
                        .checkpoint(checkpoint)
                        .build();
                assertThatThrownBy(interrupted::run).isInstanceOf(Killed.class);
            }
            ReplayReport report;
            try (Checkpoint checkpoint = open()) {
                report = replay().checkpoint(checkpoint).build().run();
            }
            Set<String> again = new HashSet<>();
            target.published.forEach(message -> again.add(
                    message.attributes().text(ReplayAttributes.REPLAYED_FROM).orElseThrow()));
            Set<String> before = new HashSet<>();
            dying.published.forEach(message -> before.add(
                    message.attributes().text(ReplayAttributes.REPLAYED_FROM).orElseThrow()));
            again.retainAll(before);
            // The message at which it died was begun and never handed over; it may be out, as far as anyone knows.
            assertThat(report.maybeTwice()).containsAll(again).hasSize(again.size() + 1);
            assertThat(report.publishedBefore() + report.published()).isEqualTo(30);
        }

        @Test
        void anotherMessageWithTheIdOfOneThatIsOutGoesOut() throws Exception {
            archived(3);
            try (Checkpoint checkpoint = open()) {
                replay().checkpoint(checkpoint).build().run();
            }
            Message other = message(1).toBuilder().payload(new byte[] {1}).build();
            persist(List.of(other));
            target.published.clear();
            try (Checkpoint checkpoint = open()) {
                ReplayReport report = replay().checkpoint(checkpoint).build().run();
                assertThat(report.publishedBefore()).isEqualTo(3);
                assertThat(report.published()).isEqualTo(1);
            }
            assertThat(published()).containsExactly(other);
        }

        @Test
        void aReplayedCopyOfAMessageThatIsOutIsOut() throws Exception {
            archived(3);
            try (Checkpoint checkpoint = open()) {
                replay().checkpoint(checkpoint).build().run();
            }
            BlobStore second = BlobStore.over(new MemoryDriver());
            try (Persistor persistor = Persistor.builder(second).build()) {
                persistor.persistAll(target.published.stream()
                        .map(message ->
                                message.toBuilder().id("new" + message.id()).build())
                        .toList());
            }
            try (Checkpoint checkpoint = open()) {
                ReplayReport report = Replay.of(Archive.on(second).build(), MessageFilter.ALL)
                        .to(target)
                        .checkpoint(checkpoint)
                        .build()
                        .run();
                assertThat(report.publishedBefore()).isEqualTo(3);
            }
        }

        @Test
        void withCopiesEachArchivedMessageIsPublishedOnceAndAgainInNoLaterRun() throws Exception {
            List<Message> messages = archived(30);
            persist(messages.subList(0, 10));
            try (Checkpoint checkpoint = open()) {
                ReplayReport limited = replay().withDuplicates()
                        .checkpoint(checkpoint)
                        .limit(17)
                        .build()
                        .run();
                assertThat(limited.published()).isEqualTo(17);
            }
            try (Checkpoint checkpoint = open()) {
                ReplayReport rest =
                        replay().withDuplicates().checkpoint(checkpoint).build().run();
                assertThat(rest.publishedBefore()).isEqualTo(17);
                assertThat(rest.published()).isEqualTo(23);
            }
            try (Checkpoint checkpoint = open()) {
                ReplayReport again =
                        replay().withDuplicates().checkpoint(checkpoint).build().run();
                assertThat(again.publishedBefore()).isEqualTo(40);
                assertThat(again.published()).isZero();
            }
        }

        /** Files of earlier runs must go on to be understood. */
        @Test
        void theLinesOfAFileNeverChange() throws Exception {
            persist(List.of(Message.builder()
                    .id("1")
                    .source("s")
                    .publishTime(Instant.EPOCH)
                    .build()));
            persist(List.of(Message.builder()
                    .id("1")
                    .source("s")
                    .publishTime(Instant.EPOCH.plusSeconds(1))
                    .position(new Position("log", "0", 1))
                    .build()));
            try (Checkpoint checkpoint = open()) {
                replay().checkpoint(checkpoint).mostUnderWay(1).build().run();
            }
            assertThat(file()).hasContent("""
                            persistor-checkpoint 3 all to the target
                            >b73288894e6f74a703ca66bc769ecd4a
                            =b73288894e6f74a703ca66bc769ecd4a
                            >6efb180c48f6ac6402f76b97683888c2
                            =6efb180c48f6ac6402f76b97683888c2
                            """);
        }

        @Test
        void aFileOfAnotherVersionIsRefusedByName() throws Exception {
            Files.writeString(file(), "persistor-checkpoint 1 all to the target\n");
            assertThatThrownBy(this::open)
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("another version");
        }

        @Test
        void aTornLastLineCountsAsNotWritten() throws Exception {
            archived(10);
            try (Checkpoint checkpoint = open()) {
                replay().limit(4).checkpoint(checkpoint).build().run();
            }
            byte[] whole = Files.readAllBytes(file());
            Files.write(file(), java.util.Arrays.copyOf(whole, whole.length - 5));
            target.published.clear();
            try (Checkpoint checkpoint = open()) {
                ReplayReport report = replay().checkpoint(checkpoint).build().run();
                assertThat(report.maybeTwice()).hasSize(1);
                assertThat(report.published()).isEqualTo(7);
            }
            try (Checkpoint checkpoint = open()) {
                assertThat(replay().checkpoint(checkpoint).build().run().published())
                        .isZero();
            }
        }

        @Test
        void aCheckpointIsOfOneReplay() throws Exception {
            archived(1);
            try (Checkpoint checkpoint = open()) {
                replay().checkpoint(checkpoint).build().run();
            }
            assertThatThrownBy(() -> Checkpoint.open(file(), "others to the target"))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("all to the target")
                    .hasMessageContaining("others to the target");
            Files.writeString(file(), "something else\n");
            assertThatThrownBy(this::open).hasMessageContaining("not a replay checkpoint");
        }

        @Test
        void twoReplaysDoNotGoOnWithOneCheckpointAtATime() throws Exception {
            archived(3);
            Checkpoint first = open();
            assertThatThrownBy(this::open)
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining(file().toString())
                    .hasMessageContaining("in use by a running replay");
            replay().checkpoint(first).build().run();
            first.close();
            try (Checkpoint second = open()) {
                assertThat(replay().checkpoint(second).build().run().publishedBefore())
                        .isEqualTo(3);
            }
        }
    }

    @Nested
    class Paces {

        private long now;
        private final List<Long> sleeps = new ArrayList<>();

        private void sleep(long nanos) {
            sleeps.add(nanos);
            now += nanos;
        }

        @Test
        void aRateSpacesMessagesEvenlyAndMakesUpForNoPause() throws InterruptedException {
            Throttle pace = Throttle.perSecond(500, () -> now, this::sleep);
            for (int i = 0; i < 3; i++) {
                pace.await(message(i));
            }
            now += Duration.ofSeconds(5).toNanos();
            pace.await(message(3));
            pace.await(message(4));
            assertThat(sleeps).containsExactly(2_000_000L, 2_000_000L, 2_000_000L);
        }

        @Test
        void aSpeedKeepsTheSpacingOfThePublishTimes() throws InterruptedException {
            Throttle pace = Throttle.speed(2, () -> now, this::sleep);
            pace.await(message(0));
            pace.await(message(1));
            pace.await(message(11));
            assertThat(sleeps).containsExactly(50_000_000L, 500_000_000L);
        }

        @Test
        void aPaceThatIsNoPaceIsRefused() {
            assertThatThrownBy(() -> Throttle.perSecond(0))
                    .hasMessageContaining("messages a second")
                    .hasMessageContaining("0");
            assertThatThrownBy(() -> Throttle.speed(Double.NaN))
                    .hasMessageContaining("speed")
                    .hasMessageContaining("NaN");
        }
    }

    @Test
    @Timeout(60)
    void anErrorOfThePublisherEndsTheReplayWhenWhatIsUnderWayHasAnOutcome() {
        archived(50);
        NoClassDefFoundError error = new NoClassDefFoundError("client/Missing");
        List<String> failed = new ArrayList<>();
        CollectingPublisher broken = new CollectingPublisher() {
            @Override
            public CompletableFuture<Published> publish(Message message) throws InterruptedException {
                return message.id().equals("1003")
                        ? CompletableFuture.failedFuture(new PublishException("publish: " + error, false, error))
                        : super.publish(message);
            }
        };
        broken.answersOnFlushOnly = true;
        Replay replay = Replay.of(archive, MessageFilter.ALL)
                .to(broken)
                .listener(new ReplayListener() {
                    @Override
                    public void failed(ArchivedMessage message, PublishException failure) {
                        failed.add(message.message().id());
                    }
                })
                .build();
        assertThatThrownBy(replay::run).isSameAs(error);
        assertThat(failed).containsExactly("1003");
        assertThat(broken.published).hasSizeLessThan(50);
    }

    @Test
    void eachMessageWaitsForItsTurnBeforeItGoesOut() throws InterruptedException {
        archived(20);
        List<String> turns = new ArrayList<>();
        replay().throttle(message -> {
                    assertThat(target.published).as("published before its turn").hasSize(turns.size());
                    turns.add(message.id());
                })
                .build()
                .run();
        assertThat(turns).hasSize(20);
    }
}
