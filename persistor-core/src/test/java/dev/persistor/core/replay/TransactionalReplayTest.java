package dev.persistor.core.replay;

import static dev.persistor.core.fixtures.TestMessages.aMessage;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.persistor.core.archive.Archive;
import dev.persistor.core.archive.ArchivedMessage;
import dev.persistor.core.archive.MessageFilter;
import dev.persistor.core.batch.Batching;
import dev.persistor.core.format.Compression;
import dev.persistor.core.format.jsonl.JsonLinesFormat;
import dev.persistor.core.message.Message;
import dev.persistor.core.message.Position;
import dev.persistor.core.store.BlobStore;
import dev.persistor.core.store.memory.MemoryDriver;
import dev.persistor.core.write.Persistor;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** With transactions, each message is published once, at whatever step the replay is killed. */
class TransactionalReplayTest {

    private static final int MESSAGES = 60;
    private static final int UNDER_WAY = 7;
    private static final Instant START = Instant.parse("2026-01-31T02:00:00Z");

    private final BlobStore store = BlobStore.over(new MemoryDriver());
    private final Archive archive = Archive.on(store).build();
    private final Target target = new Target();
    private final Map<String, Published> told = new HashMap<>();
    private @TempDir Path folder;
    private BlobStore checkpoints = BlobStore.over(new MemoryDriver());
    private boolean inStore;

    /** Ends a run where it stands. */
    private static final class KillException extends RuntimeException {
        private static final long serialVersionUID = 1L;
    }

    /** What a target has committed. It outlives the runs. */
    private static final class Target {
        private final List<String> committed = new ArrayList<>();
        private OptionalLong number = OptionalLong.empty();
        private Predicate<String> refuses = id -> false;
        /** How many more steps are done before the kill. */
        private int steps = Integer.MAX_VALUE;

        private void step() {
            if (--steps < 0) {
                throw new KillException();
            }
        }

        private Transactions open() {
            return new Transactions() {
                private List<String> sent = List.of();

                @Override
                public OptionalLong committed() {
                    return number;
                }

                @Override
                public List<Published> send(List<Message> messages) {
                    step();
                    number = OptionalLong.of(number.orElse(0));
                    sent = messages.stream().map(Message::id).toList();
                    for (int i = 0; i < sent.size(); i++) {
                        if (refuses.test(sent.get(i))) {
                            // The first of those that the target looked at together.
                            throw new RefusedException(
                                    i - i % 3, new PublishException("refused " + sent.get(i), false, null));
                        }
                    }
                    step();
                    return IntStream.range(0, sent.size())
                            .mapToObj(i -> Published.at(new Position("0", committed.size() + i)))
                            .toList();
                }

                @Override
                public void commit(long next) {
                    step();
                    assertThat(next).isGreaterThan(number.orElse(0));
                    committed.addAll(sent);
                    number = OptionalLong.of(next);
                    step();
                }

                @Override
                public void close() {}
            };
        }
    }

    @BeforeEach
    void archive() {
        try (Persistor persistor = Persistor.builder(store)
                .format(new JsonLinesFormat(Compression.NONE))
                .batching(Batching.upTo(20).orAfter(Duration.ofMillis(5)))
                .build()) {
            persistor.persistAll(IntStream.range(0, MESSAGES)
                    .mapToObj(number -> aMessage(id(number), "payload " + number)
                            .publishTime(START.plusMillis(number))
                            .orderingKey("key-" + number % 4)
                            .build())
                    .toList());
        }
    }

    private static String id(int number) {
        return Integer.toString(1_000 + number);
    }

    private Path file() {
        return folder.resolve("checkpoint");
    }

    private ReplayReport run() throws InterruptedException {
        return run(OnFailure.STOP_KEY);
    }

    /** A file is closed after a kill too, to be unlocked. In a store, what a kill finds unwritten is lost. */
    private ReplayReport run(OnFailure onFailure) throws InterruptedException {
        if (!inStore) {
            try (Checkpoint checkpoint = Checkpoint.open(file(), "replay")) {
                return run(onFailure, checkpoint);
            }
        }
        Checkpoint checkpoint = Checkpoint.open(checkpoints, "", "replay");
        ReplayReport report = run(onFailure, checkpoint);
        checkpoint.close();
        return report;
    }

    private ReplayReport run(OnFailure onFailure, Checkpoint checkpoint) throws InterruptedException {
        try (Transactions transactions = target.open()) {
            return Replay.of(archive, MessageFilter.ALL)
                    .to(new CollectingPublisher())
                    .mostUnderWay(UNDER_WAY)
                    .onFailure(onFailure)
                    .checkpoint(checkpoint)
                    .inTransactions(transactions)
                    .listener(new ReplayListener() {
                        @Override
                        public void published(ArchivedMessage message, Published answer) {
                            target.step();
                            Published before = told.put(message.message().id(), answer);
                            assertThat(before == null || before.equals(answer))
                                    .as(
                                            "%s was told at %s and at %s",
                                            message.message().id(), before, answer)
                                    .isTrue();
                            target.step();
                        }
                    })
                    .build()
                    .run();
        }
    }

    private static long placeOf(Published answer) {
        return answer.position().orElseThrow().offset();
    }

    private void assertExactlyOnce(String description) {
        assertThat(target.committed).as(description).doesNotHaveDuplicates().hasSize(MESSAGES);
        for (int key = 0; key < 4; key++) {
            int each = key;
            assertThat(target.committed.stream().filter(id -> Integer.parseInt(id) % 4 == each))
                    .as("%s, key %d", description, key)
                    .isSorted();
        }
        assertThat(told).as("told: %s", description).hasSize(MESSAGES);
        told.forEach((id, answer) -> assertThat(target.committed.get((int) placeOf(answer)))
                .as(description)
                .isEqualTo(id));
    }

    @Test
    void everyMessageIsPublishedOnceInTransactionsThatAreNoLargerThanWhatMayBeUnderWay() throws InterruptedException {
        ReplayReport report = run();
        assertThat(report.isComplete()).isTrue();
        assertThat(report.published()).isEqualTo(MESSAGES);
        assertThat(target.number.orElseThrow()).isGreaterThanOrEqualTo(MESSAGES / UNDER_WAY);
        assertExactlyOnce("without a kill");
    }

    /** Another version of Persistor goes on with the file. */
    @Test
    void theLinesOfATransactionNeverChange() throws Exception {
        run();
        List<String> lines = Files.readAllLines(file());
        assertThat(lines.get(1)).isEqualTo("transaction 1");
        assertThat(lines.subList(2, 2 + UNDER_WAY)).allMatch(line -> line.matches("sent [0-9a-f]{32} 0 [0-9]+"));
        assertThat(lines.get(2 + UNDER_WAY)).isEqualTo("committed 1");
        assertThat(lines.subList(3 + UNDER_WAY, 3 + 2 * UNDER_WAY)).allMatch(line -> line.matches("=[0-9a-f]{32}"));
    }

    /** A kill at the first step, at the second, and so on: one kill in each replay. */
    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void aKillAtAnyStepLeavesNoDoubt(boolean inAStore) throws Exception {
        inStore = inAStore;
        run();
        int all = Integer.MAX_VALUE - target.steps;
        for (int step = 0; step < all; step += 1) {
            forgetAll();
            runUntilKilled(step);
            ReplayReport report = run();
            assertThat(report.maybeTwiceCount())
                    .as("after a kill at step %d", step)
                    .isZero();
            assertExactlyOnce("killed at step " + step);
        }
    }

    private void forgetAll() throws IOException {
        target.committed.clear();
        target.number = OptionalLong.empty();
        told.clear();
        Files.deleteIfExists(file());
        checkpoints = BlobStore.over(new MemoryDriver());
    }

    private void runUntilKilled(int step) throws InterruptedException {
        target.steps = step;
        try {
            run();
        } catch (KillException e) {
            // Lines are written one by one, so that closing adds nothing.
        }
        target.steps = Integer.MAX_VALUE;
    }

    private static IntStream seeds() {
        return IntStream.range(0, 40);
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void killsAgainAndAgainAndTornLinesLeaveNoDoubt(int seed) throws Exception {
        inStore = seed % 4 == 3;
        Random random = new Random(seed);
        for (int kill = 0; kill < 20; kill++) {
            runUntilKilled(random.nextInt(60));
            tear(random);
        }
        run();
        assertExactlyOnce("seed " + seed);
    }

    /** A kill may leave a part of the last line, which was not on its way to the disk yet: the step behind it was not done. */
    private void tear(Random random) throws Exception {
        if (Files.exists(file()) && random.nextBoolean()) {
            Files.writeString(file(), "sent 0123", java.nio.file.StandardOpenOption.APPEND);
        }
    }

    @Test
    void aRefusedMessageFailsWithThoseBehindItInItsKeyAndTheOthersGoOut() throws InterruptedException {
        target.refuses = Set.of(id(9), id(30))::contains;
        ReplayReport report = run();
        assertThat(report.failed()).isEqualTo(13 + 8);
        assertThat(report.heldBack()).isEqualTo(12 + 7);
        Set<String> expected = new TreeSet<>();
        for (int number = 0; number < MESSAGES; number++) {
            boolean isHeld = (number % 4 == 1 && number >= 9) || (number % 4 == 2 && number >= 30);
            if (!isHeld) {
                expected.add(id(number));
            }
        }
        assertThat(target.committed).doesNotHaveDuplicates().containsExactlyInAnyOrderElementsOf(expected);

        target.refuses = id -> false;
        report = run();
        assertThat(report.isComplete()).isTrue();
        assertExactlyOnce("what failed goes out when the reason is gone");
    }

    @Test
    void refusalsAndKillsTogetherLoseNothing() throws InterruptedException {
        for (int seed = 0; seed < 10; seed++) {
            Random random = new Random(seed);
            target.refuses = id -> random.nextInt(20) == 0;
            for (int kill = 0; kill < 10; kill++) {
                runUntilKilled(random.nextInt(80));
            }
        }
        target.refuses = id -> false;
        assertThat(run().isComplete()).isTrue();
        assertExactlyOnce("after refusals and kills");
    }

    @Test
    void messagesBehindAFailedOneGoOutWhereTheyAreToldTo() throws InterruptedException {
        target.refuses = id(9)::equals;
        ReplayReport report = run(OnFailure.CONTINUE);
        assertThat(report.failed()).isEqualTo(1);
        assertThat(target.committed).hasSize(MESSAGES - 1).doesNotHaveDuplicates();
    }

    @Test
    void anOldCopyOfTheCheckpointIsRefused() throws Exception {
        runUntilKilled(20);
        Path copy = Files.copy(file(), folder.resolve("copy"));
        run();
        Files.copy(copy, file(), java.nio.file.StandardCopyOption.REPLACE_EXISTING);
        assertThatThrownBy(this::run)
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("it is an old copy");
        assertThat(target.committed).doesNotHaveDuplicates();
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2})
    void whatTheTargetHasForgottenIsToldAsDoubtAlsoOfTheFirstTransaction(long last) throws Exception {
        // A kill between the commit and the line about it.
        for (int step = 0; target.number.isEmpty() || target.number.getAsLong() < last; step++) {
            forgetAll();
            runUntilKilled(step);
        }
        int before = target.committed.size();
        target.number = OptionalLong.empty();
        ReplayReport report = run();
        assertThat(report.maybeTwiceCount())
                .isEqualTo(target.committed.size() - MESSAGES)
                .isPositive();
        assertThat(before).isLessThan(MESSAGES);
    }
}
