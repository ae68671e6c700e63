package dev.persistor.core.replay;

import static org.assertj.core.api.Assertions.assertThat;

import dev.persistor.core.archive.Archive;
import dev.persistor.core.archive.ArchivedMessage;
import dev.persistor.core.archive.Exclusions;
import dev.persistor.core.archive.MessageFilter;
import dev.persistor.core.batch.Batching;
import dev.persistor.core.format.Compression;
import dev.persistor.core.format.jsonl.JsonLinesFormat;
import dev.persistor.core.message.Message;
import dev.persistor.core.retry.RetryBudget;
import dev.persistor.core.store.BlobStore;
import dev.persistor.core.store.memory.MemoryDriver;
import dev.persistor.core.write.Persistor;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What follows failed messages, through the real publisher of batches, with a target in memory that refuses some. */
@Timeout(60)
class ReplayFailuresTest {

    private static final Instant START = Instant.parse("2026-01-31T02:00:00Z");
    private static final int MESSAGES = 200;
    private static final int KEYS = 4;

    private final BlobStore store = BlobStore.over(new MemoryDriver());
    private final Archive archive = Archive.on(store).build();
    private final MemoryTarget target = new MemoryTarget();
    private final Set<String> heard = Collections.synchronizedSet(new HashSet<>());
    private @TempDir Path folder;

    /** Takes batches of a message each, so that a refused one fails alone. */
    private static final class MemoryTarget implements BatchTarget {

        private final List<Message> taken = Collections.synchronizedList(new ArrayList<>());
        private volatile Predicate<Message> refuses = message -> false;
        private volatile Predicate<Message> losesAnswer = message -> false;

        @Override
        public Optional<String> batchKey(Message message) {
            return message.orderingKey();
        }

        @Override
        public Batch open(Optional<String> key) {
            return new Batch() {
                private final List<Message> messages = new ArrayList<>();

                @Override
                public boolean tryAdd(Message message) {
                    return messages.isEmpty() && messages.add(message);
                }

                @Override
                public int maxBytes() {
                    return Integer.MAX_VALUE;
                }

                @Override
                public List<Published> send() {
                    return take(messages.get(0));
                }
            };
        }

        private List<Published> take(Message message) {
            if (refuses.test(message)) {
                throw new PublishException("refused", false, null);
            }
            taken.add(message);
            if (losesAnswer.test(message)) {
                throw new PublishException("no answer", true, null);
            }
            return List.of(Published.withoutId());
        }

        @Override
        public List<String> losses(Message message) {
            return List.of();
        }

        @Override
        public boolean isBusy(RuntimeException failure) {
            return false;
        }

        @Override
        public PublishException translate(String what, RuntimeException failure) {
            return new PublishException(what + ": " + failure, false, failure);
        }

        @Override
        public void close() {}
    }

    private static String id(int number) {
        return Integer.toString(1_000 + number);
    }

    @BeforeEach
    void archive() {
        List<Message> messages = IntStream.range(0, MESSAGES)
                .mapToObj(number -> Message.builder()
                        .id(id(number))
                        .source("orders")
                        .publishTime(START.plusSeconds(number))
                        .orderingKey("key-" + number % KEYS)
                        .build())
                .toList();
        try (Persistor persistor = Persistor.builder(store)
                .format(new JsonLinesFormat(Compression.NONE))
                .batching(Batching.upTo(20).orAfter(Duration.ofMillis(5)))
                .build()) {
            persistor.persistAll(messages);
        }
    }

    private ReplayReport replay(Function<Replay.Builder, Replay.Builder> how) throws Exception {
        return replay(MessageFilter.ALL, how);
    }

    private ReplayReport replay(MessageFilter filter, Function<Replay.Builder, Replay.Builder> how) throws Exception {
        heard.clear();
        try (Checkpoint checkpoint = Checkpoint.open(folder.resolve("checkpoint"), "all to the target");
                BatchingPublisher publisher = BatchingPublisher.to(target, RetryBudget.none(), 2)) {
            ReplayReport report = how.apply(Replay.of(archive, filter)
                            .to(publisher)
                            .checkpoint(checkpoint)
                            .listener(new Hearing()))
                    .build()
                    .run();
            assertThat(report.matched())
                    .as("the numbers add up")
                    .isEqualTo(report.published()
                            + report.publishedBefore()
                            + report.duplicates()
                            + report.excluded()
                            + report.accepted()
                            + report.failed()
                            + report.postponed())
                    .isEqualTo(heard.size());
            return report;
        }
    }

    /** Hears of each message once. */
    private final class Hearing implements ReplayListener {

        private void hear(ArchivedMessage message) {
            assertThat(heard.add(message.message().id()))
                    .as("heard of %s once", message.message().id())
                    .isTrue();
        }

        @Override
        public void published(ArchivedMessage message, Published answer) {
            hear(message);
        }

        @Override
        public void failed(ArchivedMessage message, PublishException failure) {
            hear(message);
        }

        @Override
        public void skipped(ArchivedMessage message) {
            hear(message);
        }

        @Override
        public void excluded(ArchivedMessage message, String exclusion) {
            hear(message);
        }

        @Override
        public void postponed(ArchivedMessage message) {
            hear(message);
        }
    }

    private static Predicate<Message> only(int... numbers) {
        Set<String> ids = new HashSet<>();
        IntStream.of(numbers).forEach(number -> ids.add(id(number)));
        return message -> ids.contains(message.id());
    }

    private void assertOrderWithinKeys() {
        for (int key = 0; key < KEYS; key++) {
            String name = "key-" + key;
            List<String> ids = target.taken.stream()
                    .filter(message -> message.orderingKey().orElseThrow().equals(name))
                    .map(Message::id)
                    .toList();
            assertThat(ids).as(name).isSorted().doesNotHaveDuplicates();
        }
    }

    @Test
    void whatFollowsAFailureOfItsKeyIsHeldBackAndTheNextRunPublishesAllInOrder() throws Exception {
        target.refuses = only(41);
        ReplayReport report = replay(how -> how);
        assertThat(report.failed()).isEqualTo(40);
        assertThat(report.heldBack()).isEqualTo(39);
        assertThat(report.reasons()).containsOnlyKeys("refused").containsEntry("refused", 1L);
        assertThat(report.causes()).singleElement().satisfies(cause -> {
            assertThat(cause.id()).isEqualTo(id(41));
            assertThat(cause.orderingKey()).hasValue("key-1");
            assertThat(cause.heldBack()).isEqualTo(39);
        });
        assertThat(report.isComplete()).isFalse();

        target.refuses = message -> false;
        ReplayReport again = replay(how -> how);
        assertThat(again.published()).isEqualTo(40);
        assertThat(again.publishedBefore()).isEqualTo(160);
        assertThat(again.maybeTwiceCount()).isZero();
        assertThat(again.isComplete()).isTrue();
        assertOrderWithinKeys();
    }

    @Test
    void onDemandAllOthersGoOutInOrder() throws Exception {
        target.refuses = only(41, 42, 45, 49, 150);
        ReplayReport report = replay(how -> how.onFailure(OnFailure.CONTINUE));
        assertThat(report.failed()).isEqualTo(5);
        assertThat(report.heldBack()).isZero();
        assertThat(report.published()).isEqualTo(195);
        assertOrderWithinKeys();
    }

    @Test
    void onDemandTheFirstFailureEndsIt() throws Exception {
        target.refuses = only(41, 42, 43);
        ReplayReport report = replay(how -> how.onFailure(OnFailure.STOP).mostUnderWay(10));
        assertThat(report.failed()).isEqualTo(1);
        assertThat(report.matched()).isLessThan(60);
        assertThat(report.stopped()).hasValue(StopReason.FAILURES);
    }

    @Test
    void noMoreThanTheNumberOfFailuresCountAlsoWithManyUnderWay() throws Exception {
        target.refuses = message -> true;
        for (OnFailure onFailure : List.of(OnFailure.STOP_KEY, OnFailure.CONTINUE)) {
            ReplayReport report = replay(how -> how.mostFailures(7).onFailure(onFailure));
            assertThat(report.failed()).isEqualTo(7);
            assertThat(report.stopped()).hasValue(StopReason.FAILURES);
        }
        target.refuses = message -> false;
        ReplayReport rest = replay(how -> how);
        assertThat(rest.published()).isEqualTo(MESSAGES);
        assertThat(rest.maybeTwiceCount()).isZero();
        assertThat(rest.isComplete()).isTrue();
        assertOrderWithinKeys();
    }

    @Test
    void messagesWhoseAnswersWereLostAreNamedWhenTheyGoOutAgain() throws Exception {
        target.losesAnswer = only(10, 13);
        ReplayReport report = replay(how -> how);
        assertThat(report.failed()).isEqualTo(95);
        target.losesAnswer = message -> false;
        target.refuses = only(10);
        assertThat(replay(how -> how).maybeTwiceCount())
                .as("13 went out, and 10 did not")
                .isEqualTo(1);
        target.refuses = message -> false;
        assertThat(replay(how -> how).maybeTwice())
                .singleElement()
                .satisfies(place -> assertThat(place).contains("#"));
    }

    @Test
    void failuresThatARunDoesNotMeetStillCount() throws Exception {
        target.refuses = only(199);
        assertThat(replay(how -> how).failed()).isEqualTo(1);
        ReplayReport limited = replay(
                MessageFilter.builder()
                        .exclude(Exclusions.builder().key("key-3").build())
                        .build(),
                how -> how.limit(1_000));
        assertThat(limited.failedEarlier()).as("excluded").isZero();
        assertThat(limited.isComplete()).isTrue();

        Archive empty = Archive.on(BlobStore.over(new MemoryDriver())).build();
        try (Checkpoint checkpoint = Checkpoint.open(folder.resolve("checkpoint"), "all to the target");
                BatchingPublisher publisher = BatchingPublisher.to(target, RetryBudget.none(), 1)) {
            ReplayReport report = Replay.of(empty, MessageFilter.ALL)
                    .to(publisher)
                    .checkpoint(checkpoint)
                    .build()
                    .run();
            assertThat(report.failedEarlier()).as("its blob is gone").isEqualTo(1);
            assertThat(report.isComplete()).isFalse();
        }
    }

    @Test
    void acceptedFailuresAreNotTriedAgainAndNewOnesAreNotAccepted() throws Exception {
        target.refuses = only(196);
        assertThat(replay(how -> how).failed()).isEqualTo(1);
        target.refuses = message -> false;
        ReplayReport accepting = replay(Replay.Builder::acceptFailures);
        assertThat(accepting.accepted()).isEqualTo(1);
        assertThat(accepting.isComplete()).isTrue();
        ReplayReport later = replay(how -> how);
        assertThat(later.accepted()).isEqualTo(1);
        assertThat(later.published()).isZero();
        assertThat(later.isComplete()).isTrue();
    }

    @Test
    void excludedMessagesHoldNothingBackAndWhatWentOutEarlierStaysPublished() throws Exception {
        target.refuses = only(41);
        replay(how -> how);
        Exclusions exclusions = Exclusions.builder().id(id(41)).id(id(0)).build();
        ReplayReport report = replay(MessageFilter.builder().exclude(exclusions).build(), how -> how);
        assertThat(report.excluded()).isEqualTo(1);
        assertThat(report.published()).isEqualTo(39);
        assertThat(report.publishedBefore()).as("with the other excluded one").isEqualTo(160);
        assertThat(report.isComplete()).isTrue();
        assertOrderWithinKeys();
    }

    @Test
    void aReplayThatIsToldToStopGivesWhatIsUnderWayAnOutcome() throws Exception {
        int[] asked = {0};
        ReplayReport report = replay(how -> how.stopWhen(() -> asked[0]++ == 50));
        assertThat(report.published()).isEqualTo(50);
        assertThat(report.stopped()).hasValue(StopReason.REQUEST);
        assertThat(report.isComplete()).isFalse();
        ReplayReport rest = replay(how -> how);
        assertThat(rest.published()).isEqualTo(150);
        assertThat(rest.maybeTwiceCount()).isZero();
    }
}
