package dev.persistor.core.replay;

import static dev.persistor.core.fixtures.TestMessages.aMessage;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.persistor.core.archive.Archive;
import dev.persistor.core.archive.MessageFilter;
import dev.persistor.core.archive.ReplayAttributes;
import dev.persistor.core.message.Message;
import dev.persistor.core.store.BlobInfo;
import dev.persistor.core.store.BlobName;
import dev.persistor.core.store.BlobStore;
import dev.persistor.core.store.file.FileDriver;
import dev.persistor.core.store.memory.MemoryDriver;
import dev.persistor.core.write.Persistor;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A checkpoint in a store. What a run has not written when it is killed is lost: checkpoints are left open then. */
class StoreCheckpointTest {

    private static final int MESSAGES = 400;
    private static final int UNDER_WAY = 10;
    private static final Instant START = Instant.parse("2026-01-31T02:00:00Z");

    private final BlobStore store = BlobStore.over(new MemoryDriver());
    private final Archive archive = Archive.on(store).build();
    private BlobStore checkpoints = BlobStore.over(new MemoryDriver());

    /** Ends a run where it stands. */
    private static final class KilledException extends RuntimeException {
        private static final long serialVersionUID = 1L;
    }

    /** Does something instead of publishing a message. */
    private static CollectingPublisher interrupted(int at, Runnable event) {
        return new CollectingPublisher() {
            @Override
            public CompletableFuture<Published> publish(Message message) throws InterruptedException {
                if (published.size() == at) {
                    event.run();
                }
                return super.publish(message);
            }
        };
    }

    private static CollectingPublisher dying(int at) {
        return interrupted(at, () -> {
            throw new KilledException();
        });
    }

    @BeforeEach
    void archive() {
        try (Persistor persistor = Persistor.builder(store).build()) {
            persistor.persistAll(IntStream.range(0, MESSAGES)
                    .mapToObj(number -> aMessage(Integer.toString(number), "payload " + number)
                            .publishTime(START.plusMillis(number))
                            .build())
                    .toList());
        }
    }

    private Checkpoint open() {
        return Checkpoint.open(checkpoints, "gap/", "all to the target");
    }

    private Replay.Builder replay(MessagePublisher target, Checkpoint checkpoint) {
        return Replay.of(archive, MessageFilter.ALL)
                .to(target)
                .mostUnderWay(UNDER_WAY)
                .checkpoint(checkpoint);
    }

    private ReplayReport run(MessagePublisher target) throws InterruptedException {
        Checkpoint checkpoint = open();
        ReplayReport report = replay(target, checkpoint).build().run();
        checkpoint.close();
        return report;
    }

    private static Set<String> places(CollectingPublisher target) {
        return target.published.stream()
                .map(message -> message.attributes()
                        .text(ReplayAttributes.REPLAYED_FROM)
                        .orElseThrow())
                .collect(Collectors.toSet());
    }

    private long segments() {
        try (Stream<BlobInfo> blobs = checkpoints.list("")) {
            return blobs.count();
        }
    }

    @Test
    void afterKillsAnywhereNothingIsMissingAndWhatGoesOutTwiceIsNamedAndWasUnderWay() throws Exception {
        Random random = new Random(5);
        List<String> all = new ArrayList<>();
        int kills = 0;
        boolean isComplete = false;
        while (!isComplete) {
            CollectingPublisher target = dying(random.nextInt(60));
            target.answersOnFlushOnly = random.nextBoolean();
            Set<String> before = new HashSet<>(all);
            try {
                ReplayReport report = run(target);
                Set<String> twice = places(target);
                twice.retainAll(before);
                assertThat(report.maybeTwice()).containsAll(twice);
                isComplete = true;
            } catch (KilledException e) {
                kills++;
            }
            Set<String> again = places(target);
            again.retainAll(before);
            assertThat(again).hasSizeLessThanOrEqualTo(UNDER_WAY);
            all.addAll(places(target));
        }
        assertThat(kills).isGreaterThan(5);
        assertThat(new HashSet<>(all)).hasSize(MESSAGES);
        assertThat(all.size() - MESSAGES).isLessThanOrEqualTo(kills * UNDER_WAY);
    }

    @Test
    void ofTwoRunsThatBeginTogetherOneEndsBeforeItPublishesAnything() throws Exception {
        CollectingPublisher target = new CollectingPublisher();
        CollectingPublisher late = new CollectingPublisher();
        try (Checkpoint first = open();
                Checkpoint second = open()) {
            replay(target, first).build().run();
            assertThatExceptionOfType(CheckpointTakenException.class)
                    .isThrownBy(() -> replay(late, second).build().run())
                    .withMessageContaining("another replay is using the checkpoint mem:")
                    .withMessageContaining("gap/");
            assertThat(late.published).isEmpty();
        }
        assertThat(target.published).hasSize(MESSAGES);
    }

    @Test
    void aRunThatAnotherTakesOverFromEndsAndOnlyWhatItHadUnderWayGoesOutTwice() throws Exception {
        CollectingPublisher later = new CollectingPublisher();
        CollectingPublisher earlier = interrupted(133, () -> runUnchecked(later));
        assertThatExceptionOfType(CheckpointTakenException.class)
                .isThrownBy(() -> replay(earlier, open()).build().run());
        Set<String> all = places(earlier);
        all.addAll(places(later));
        assertThat(all).hasSize(MESSAGES);
        assertThat(earlier.published.size() + later.published.size() - MESSAGES).isLessThanOrEqualTo(UNDER_WAY);
    }

    private void runUnchecked(CollectingPublisher target) {
        try {
            assertThat(run(target).isComplete()).isTrue();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    void aSegmentHasTheLinesOfHalfOfWhatMayBeUnderWayHoweverSlowTheTargetAnswers() throws Exception {
        CollectingPublisher slow = new CollectingPublisher();
        slow.answersOnFlushOnly = true;
        run(slow);
        assertThat(segments()).isBetween(1L, 2L * MESSAGES / UNDER_WAY + 5);
    }

    @Test
    void aPlanWritesNothing() throws Exception {
        try (Checkpoint checkpoint = open()) {
            replay(new CollectingPublisher(), checkpoint).build().plan();
        }
        assertThat(segments()).isZero();
    }

    @Test
    void aCheckpointIsOfOneReplay() throws Exception {
        run(new CollectingPublisher());
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Checkpoint.open(checkpoints, "gap/", "others to the target"))
                .withMessageContaining("belongs to another replay: all to the target");
        // In another folder is another checkpoint.
        Checkpoint.open(checkpoints, "other/", "others to the target").close();
    }

    @Test
    void aSegmentThatIsMissingIsNamedSinceItsMessagesWouldGoOutTwice(@TempDir Path folder) throws Exception {
        checkpoints = BlobStore.over(FileDriver.open(folder));
        run(new CollectingPublisher());
        BlobName second = BlobName.of("gap/segments/000000000002.lines");
        assertThat(checkpoints.find(second)).isPresent();
        Files.delete(folder.resolve(second.value()));
        assertThatIllegalArgumentException()
                .isThrownBy(this::open)
                .withMessageContaining("is damaged")
                .withMessageContaining(second.value() + " is missing");
    }

    @Test
    void whatFailedIsTriedAgain() throws Exception {
        CollectingPublisher target = new CollectingPublisher();
        target.refuses = message -> message.attributes()
                .text(ReplayAttributes.ORIGINAL_ID)
                .filter("17"::equals)
                .isPresent();
        assertThat(run(target).failed()).isEqualTo(1);
        target.refuses = message -> false;
        ReplayReport report = run(target);
        assertThat(report.published()).isEqualTo(1);
        assertThat(report.publishedBefore()).isEqualTo(MESSAGES - 1);
        assertThat(target.published.stream().collect(Collectors.groupingBy(Message::id, Collectors.counting())))
                .allSatisfy((id, times) -> assertThat(times).isEqualTo(1));
    }
}
