package dev.persistor.core.pull;

import static dev.persistor.core.fixtures.Latches.awaitOrFail;
import static dev.persistor.core.fixtures.TestMessages.aMessage;
import static org.assertj.core.api.Assertions.assertThat;

import dev.persistor.core.capture.Capture;
import dev.persistor.core.config.PersistorSettings;
import dev.persistor.core.config.Settings;
import dev.persistor.core.fixtures.PassingDriver;
import dev.persistor.core.message.Attributes;
import dev.persistor.core.message.Message;
import dev.persistor.core.store.Blob;
import dev.persistor.core.store.BlobStore;
import dev.persistor.core.store.BlobStoreException;
import dev.persistor.core.store.memory.MemoryDriver;
import dev.persistor.core.write.RejectedEvent;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

class PullRunTest {

    private static final PullLimits LIMITS =
            new PullLimits(1_000, Duration.ofSeconds(20), Duration.ofMillis(300), 100, 1 << 20, Duration.ofSeconds(10));
    private static final Duration RARELY = Duration.ofMinutes(1);

    private final Broker broker = new Broker();
    private final MemoryDriver driver = new MemoryDriver();
    private final BlobStore memory = BlobStore.over(driver);

    /** Has messages in a queue, and remembers what it is told. */
    private static final class Broker implements PullSource<Integer>, PullBroker<Integer> {
        private final Deque<Received<Integer>> queue = new ArrayDeque<>();
        private final List<Integer> acknowledged = new ArrayList<>();
        private final List<Integer> givenBack = new ArrayList<>();
        private final List<Integer> extended = new ArrayList<>();
        private final List<Integer> asked = new ArrayList<>();
        private int failures;
        private boolean retryable = true;

        @Override
        public synchronized List<Received<Integer>> receive(int most, Duration wait) {
            if (failures > 0) {
                failures--;
                throw new PullException("pull: no answer", retryable, null);
            }
            asked.add(most);
            List<Received<Integer>> answer = new ArrayList<>();
            while (answer.size() < most && !queue.isEmpty()) {
                answer.add(queue.remove());
            }
            return answer;
        }

        @Override
        public synchronized void acknowledge(List<Integer> deliveries) {
            acknowledged.addAll(deliveries);
        }

        @Override
        public synchronized void giveBack(List<Integer> deliveries) {
            givenBack.addAll(deliveries);
        }

        @Override
        public synchronized void extend(List<Integer> deliveries) {
            extended.addAll(deliveries);
        }

        synchronized boolean isGivenBack(int delivery) {
            return givenBack.contains(delivery);
        }
    }

    private static final Duration GRACE = Duration.ofSeconds(10);

    private static Message message(int number) {
        return aMessage(Integer.toString(number)).payload(new byte[10]).build();
    }

    private void queue(int... numbers) {
        IntStream.of(numbers).forEach(number -> broker.queue.add(Received.of(number, message(number))));
    }

    private Capture capture(Consumer<Blob> before, String... more) {
        Map<String, String> environment = new HashMap<>(Map.of(
                "PERSISTOR_STORE", "mem:///", "PERSISTOR_PATH", "{id}{ext}", "PERSISTOR_RETRY_DEADLINE", "50ms"));
        for (int i = 0; i < more.length; i += 2) {
            environment.put(more[i], more[i + 1]);
        }
        return Capture.over(
                BlobStore.over(new PassingDriver(driver, before)), Settings.read(environment, PersistorSettings.all()));
    }

    private PullReport run(PullLimits limits, Consumer<Blob> before, String... more) {
        try (Capture capture = capture(before, more)) {
            return PullRun.of(capture, limits, broker)
                    .extendEvery(RARELY)
                    .start()
                    .pullFrom(broker);
        }
    }

    private static PullLimits limits(int messages, int outstanding, Duration grace) {
        return new PullLimits(messages, LIMITS.duration(), LIMITS.idle(), outstanding, 1 << 20, grace);
    }

    /** As offsets of two partitions can be. */
    @Test
    void deliveriesOfTheSameNameAreEachSettled() {
        CountDownLatch bothHeld = new CountDownLatch(1);
        try (Capture capture = capture(blob -> awaitOrFail(bothHeld))) {
            PullRun<Integer> run = PullRun.of(capture, LIMITS, broker).start();
            run.takeAll(List.of(Received.of(7, message(1)), Received.of(7, message(2))));
            assertThat(run.status().messages()).isEqualTo(2);
            bothHeld.countDown();
            PullReport report = run.finish();
            assertThat(report.persisted()).isEqualTo(2);
            assertThat(report.failed()).isZero();
        }
        assertThat(broker.acknowledged).containsExactly(7, 7);
        assertThat(broker.givenBack).isEmpty();
    }

    @Test
    void aRunThatOnlyHadNoTurnForAWhileIsNotIdle() {
        queue(1, 2, 3);
        PullLimits impatient =
                new PullLimits(LIMITS.messages(), LIMITS.duration(), Duration.ofNanos(1), 1, 1 << 20, LIMITS.grace());
        PullReport report = run(impatient, blob -> {});
        assertThat(report.received()).isEqualTo(3);
        assertThat(report.stopped()).isEqualTo(StopReason.IDLE);
    }

    @Test
    void whoFindsNothingAsksWhetherThereIsAnybody() {
        try (Capture capture = capture(blob -> {})) {
            PullSource<Integer> nobody = new PullSource<>() {
                @Override
                public List<Received<Integer>> receive(int most, Duration wait) {
                    return List.of();
                }

                @Override
                public void confirm() {
                    throw new PullException("look: no answer", true, null);
                }
            };
            PullRun<Integer> run =
                    PullRun.of(capture, LIMITS, broker).extendEvery(RARELY).start();
            PullReport report = run.pullFrom(nobody);
            assertThat(report.stopped()).isEqualTo(StopReason.FAILURE);
            assertThat(report.isSuccess()).isFalse();
            assertThat(run.status().isReached()).isFalse();
            assertThat(run.status().trouble()).contains("look: no answer");
        }
    }

    private static PullLimits lasting(Duration duration) {
        return new PullLimits(LIMITS.messages(), duration, LIMITS.idle(), 100, 1 << 20, LIMITS.grace());
    }

    /** Who hands over of its own accord says nothing while it is away. */
    @Test
    void aRunIsNotIdleBeforeItsBrokerIsReached() throws Exception {
        try (Capture capture = capture(blob -> {})) {
            PullRun<Integer> away = PullRun.of(capture, lasting(Duration.ofSeconds(1)), broker)
                    .extendEvery(RARELY)
                    .start();
            away.connecting();
            away.awaitEnd();
            PullReport report = away.finish();
            assertThat(report.stopped()).isEqualTo(StopReason.FAILURE);
            assertThat(report.time()).isGreaterThan(Duration.ofSeconds(1));

            PullRun<Integer> late =
                    PullRun.of(capture, LIMITS, broker).extendEvery(RARELY).start();
            late.connecting();
            assertThat(late.status().isReached()).isFalse();
            CompletableFuture<Void> ended = CompletableFuture.runAsync(late::awaitEnd);
            assertThat(late.status().trouble()).isEmpty();
            late.connected();
            assertThat(late.status().isReached()).isTrue();
            ended.get();
            report = late.finish();
            assertThat(report.stopped()).isEqualTo(StopReason.IDLE);
            assertThat(report.time()).isLessThan(LIMITS.duration());
        }
    }

    @Test
    void aRunSaysWhyItsBrokerIsNotReached() throws Exception {
        try (Capture capture = capture(blob -> {})) {
            PullRun<Integer> run =
                    PullRun.of(capture, LIMITS, broker).extendEvery(RARELY).start();
            run.answered();
            assertThat(run.status().isReached()).isTrue();
            assertThat(run.status().trouble()).isEmpty();

            run.connecting();
            assertThat(run.status().isReached()).isFalse();
            assertThat(run.status().trouble()).contains("reconnecting");
            run.troubled(new PullException("ask: no answer", true, null));
            run.troubled(new PullException("ask: refused", true, null));
            assertThat(run.status().isReached()).isFalse();
            assertThat(run.status().trouble()).as("the last one").contains("ask: refused");

            run.answered();
            assertThat(run.status().isReached()).isTrue();
            assertThat(run.status().trouble()).isEmpty();

            run.troubled(new PullException("ask: not allowed", false, null));
            assertThat(run.status().isReached()).isFalse();
            assertThat(run.status().trouble()).contains("ask: not allowed");
            run.answered();
            assertThat(run.status().isReached()).as("after a late answer").isFalse();
            assertThat(run.status().trouble()).contains("ask: not allowed");
            assertThat(run.finish().stopped()).isEqualTo(StopReason.FAILURE);
        }
    }

    @Test
    void aRunThatIsEndedMakesDurableWhatItHoldsAndTellsWhereItStands() throws Exception {
        queue(1, 2, 3);
        CountDownLatch mayWrite = new CountDownLatch(1);
        try (Capture capture = capture(blob -> awaitOrFail(mayWrite))) {
            PullRun<Integer> run = PullRun.of(
                            capture, PullLimits.endless(Settings.read(Map.of(), PullSettings.all()), GRACE), broker)
                    .extendEvery(RARELY)
                    .start();
            List<Duration> durable = new CopyOnWriteArrayList<>();
            run.whenDurable(durable::add);
            assertThat(run.status()).isEqualTo(PullStatus.NONE);
            CompletableFuture<PullReport> pulled = CompletableFuture.supplyAsync(() -> run.pullFrom(broker));
            Awaitility.await().until(() -> run.status().messages() == 3);
            assertThat(run.status())
                    .isEqualTo(new PullStatus(3, 30, Optional.of(Instant.EPOCH), true, Optional.empty()));
            run.end();
            assertThat(pulled).isNotDone();
            mayWrite.countDown();
            PullReport report = pulled.get();
            assertThat(report.stopped()).isEqualTo(StopReason.ENDED);
            assertThat(report.persisted()).isEqualTo(3);
            assertThat(report.isSuccess()).isTrue();
            assertThat(durable).hasSize(3).allSatisfy(time -> assertThat(time).isBetween(Duration.ZERO, RARELY));
            assertThat(run.status()).isEqualTo(new PullStatus(0, 0, Optional.empty(), true, Optional.empty()));
        }
        assertThat(broker.acknowledged).containsExactlyInAnyOrder(1, 2, 3);
    }

    @Test
    void whatIsDurableIsAcknowledgedAndTheRunEndsWhenNothingComes() {
        queue(1, 2, 3);
        PullReport report = run(LIMITS, blob -> {});
        assertThat(report.received()).isEqualTo(3);
        assertThat(report.persisted()).isEqualTo(3);
        assertThat(report.bytes()).isEqualTo(30);
        assertThat(report.stopped()).isEqualTo(StopReason.IDLE);
        assertThat(report.isSuccess()).isTrue();
        assertThat(broker.acknowledged).containsExactlyInAnyOrder(1, 2, 3);
        assertThat(broker.givenBack).isEmpty();
        assertThat(memory.list("")).hasSize(3);
    }

    @Test
    void aRedeliveryIsFoundThereAndCountedSo() {
        queue(1, 1);
        broker.queue.add(Received.of(99, message(1)));
        PullReport report = run(limits(1_000, 1, LIMITS.grace()), blob -> {});
        assertThat(report.persisted()).isEqualTo(1);
        assertThat(report.alreadyThere()).isEqualTo(2);
        assertThat(broker.acknowledged).containsExactlyInAnyOrder(1, 1, 99);
    }

    @Test
    void oneThatFailsIsGivenBackAndTheRestOfItsAnswerIsDone() {
        queue(1, 2, 3);
        PullReport report = run(LIMITS, blob -> {
            if (blob.name().value().startsWith("2")) {
                throw BlobStoreException.permanent("put: no");
            }
        });
        assertThat(report.failed()).isEqualTo(1);
        assertThat(report.persisted()).isEqualTo(2);
        assertThat(report.stopped()).isEqualTo(StopReason.FAILURE);
        assertThat(report.isSuccess()).isFalse();
        assertThat(broker.acknowledged).containsExactlyInAnyOrder(1, 3);
        assertThat(broker.givenBack).containsExactly(2);
    }

    @Test
    void noMoreIsAskedForThanMayBeHeldOrIsWanted() {
        queue(IntStream.range(0, 25).toArray());
        PullReport report = run(limits(12, 5, LIMITS.grace()), blob -> {});
        assertThat(report.received()).isEqualTo(12);
        assertThat(report.stopped()).isEqualTo(StopReason.MESSAGES);
        assertThat(broker.asked).allSatisfy(most -> assertThat(most).isBetween(1, 5));
        assertThat(broker.givenBack).as("more than was wanted").isEmpty();
        assertThat(broker.acknowledged).hasSize(12);
        assertThat(broker.queue).hasSize(13);
    }

    @Test
    void whatIsNotDurableWhenTheGraceIsOverIsGivenBackAndNeverAcknowledged() throws InterruptedException {
        queue(1);
        CountDownLatch letGo = new CountDownLatch(1);
        PullReport report;
        try (Capture capture = capture(blob -> awaitUninterrupted(letGo))) {
            PullRun<Integer> run = PullRun.of(capture, limits(1, 5, Duration.ofMillis(100)), broker)
                    .extendEvery(RARELY)
                    .start();
            report = run.pullFrom(broker);
            assertThat(run.status().messages()).isZero();
            letGo.countDown();
        }
        assertThat(report.failed()).isEqualTo(1);
        assertThat(report.isSuccess()).isFalse();
        assertThat(broker.givenBack).containsExactly(1);
        assertThat(broker.acknowledged).isEmpty();
    }

    /** Brokers that hand over of their own accord do so until they are told not to. */
    @Test
    @Timeout(60)
    void whatComesAfterAStoreDidNotAnswerIsGivenBackWithoutBeingTried() {
        try (Capture capture = capture(blob -> {
            throw BlobStoreException.retryable("put: no answer");
        })) {
            PullRun<Integer> run =
                    PullRun.of(capture, LIMITS, broker).extendEvery(RARELY).start();
            run.takeAll(List.of(Received.of(1, message(1))));
            Awaitility.await().until(() -> broker.isGivenBack(1));
            assertThat(run.isOver()).isTrue();
            run.takeAll(List.of(Received.of(2, message(2)), Received.of(3, message(3))));
            PullReport report = run.finish();
            assertThat(report.received()).isEqualTo(1);
            assertThat(report.failed()).isEqualTo(1);
        }
        assertThat(broker.givenBack).containsExactlyInAnyOrder(1, 2, 3);
        assertThat(broker.acknowledged).isEmpty();
    }

    @Test
    @Timeout(60)
    void whatComesAfterAMessageThatTheStoreRefusesIsStillTried() {
        try (Capture capture = capture(blob -> {
            if (blob.name().value().startsWith("1")) {
                throw BlobStoreException.permanent("put: no");
            }
        })) {
            PullRun<Integer> run =
                    PullRun.of(capture, LIMITS, broker).extendEvery(RARELY).start();
            run.takeAll(List.of(Received.of(1, message(1))));
            Awaitility.await().until(() -> broker.isGivenBack(1));
            run.takeAll(List.of(Received.of(2, message(2))));
            assertThat(run.finish().persisted()).isEqualTo(1);
        }
        assertThat(broker.acknowledged).containsExactly(2);
    }

    @Test
    @Timeout(60)
    void aQuarantineThatDoesNotAnswerIsAStoreThatDoesNotAnswer() {
        RejectedEvent event = RejectedEvent.of("orders", new byte[] {1}, "text/plain", Attributes.empty(), "no id");
        try (Capture capture = capture(
                blob -> {
                    if (blob.name().value().startsWith("_quarantine")) {
                        throw BlobStoreException.retryable("put: no answer");
                    }
                },
                "PERSISTOR_QUARANTINE",
                "true")) {
            PullRun<Integer> run =
                    PullRun.of(capture, LIMITS, broker).extendEvery(RARELY).start();
            run.takeAll(List.of(Received.of(1, event), Received.of(2, message(2))));
            PullReport report = run.finish();
            assertThat(report.stopped()).isEqualTo(StopReason.FAILURE);
            assertThat(report.failed()).isEqualTo(1);
        }
        assertThat(broker.givenBack).containsExactlyInAnyOrder(1, 2);
        assertThat(memory.list("")).isEmpty();
    }

    @Test
    void aRunWhoseRoomIsFullOfWhatCannotBeUnderstoodEnds() {
        RejectedEvent event = RejectedEvent.of("orders", new byte[] {1}, "text/plain", Attributes.empty(), "no id");
        broker.queue.add(Received.of(1, event));
        broker.queue.add(Received.of(2, event));
        queue(3);
        PullReport report = run(limits(1_000, 2, LIMITS.grace()), blob -> {});
        assertThat(report.stopped()).isEqualTo(StopReason.FAILURE);
        assertThat(report.failed()).isEqualTo(2);
        assertThat(broker.givenBack).containsExactlyInAnyOrder(1, 2);
        assertThat(broker.queue).hasSize(1);
    }

    @Test
    void whatIsHandedOverBeyondTheLimitIsGivenBack() {
        try (Capture capture = capture(blob -> {})) {
            PullRun<Integer> run = PullRun.of(capture, limits(2, 100, LIMITS.grace()), broker)
                    .extendEvery(RARELY)
                    .start();
            run.takeAll(List.of(Received.of(1, message(1)), Received.of(2, message(2)), Received.of(3, message(3))));
            assertThat(run.isOver()).isTrue();
            // Before the end of the run: the broker may deliver it to another process now.
            Awaitility.await().until(() -> broker.isGivenBack(3));
            PullReport report = run.finish();
            assertThat(report.stopped()).isEqualTo(StopReason.MESSAGES);
            assertThat(report.received()).isEqualTo(2);
            assertThat(report.persisted()).isEqualTo(2);
        }
        assertThat(broker.acknowledged).containsExactlyInAnyOrder(1, 2);
        assertThat(broker.givenBack).containsExactly(3);
    }

    @Test
    @Timeout(60)
    void noMoreIsAskedForWhileTooManyBytesAreUnderWay() throws Exception {
        CountDownLatch mayWrite = new CountDownLatch(1);
        PullLimits twenty =
                new PullLimits(1_000, LIMITS.duration(), LIMITS.duration(), 100, 20, Duration.ofSeconds(10));
        try (Capture capture = capture(blob -> awaitOrFail(mayWrite))) {
            PullRun<Integer> run =
                    PullRun.of(capture, twenty, broker).extendEvery(RARELY).start();
            run.takeAll(List.of(Received.of(1, message(1))));
            assertThat(run.awaitRoom()).isEqualTo(99);
            run.takeAll(List.of(Received.of(2, message(2))));
            CompletableFuture<Integer> room = new CompletableFuture<>();
            Thread asking = new Thread(() -> room.complete(run.awaitRoom()));
            asking.start();
            Awaitility.await().until(() -> asking.getState() == Thread.State.TIMED_WAITING);
            assertThat(room).isNotDone();
            mayWrite.countDown();
            assertThat(room.get()).isGreaterThan(0);
            run.finish();
        }
    }

    @Test
    void whatIsThereAlreadyIsAcknowledgedAndNotArchived() {
        queue(1, 2);
        try (Capture capture = capture(blob -> {})) {
            PullReport report = PullRun.of(capture, LIMITS, broker)
                    .skip(message -> message.id().equals("1"))
                    .start()
                    .pullFrom(broker);
            assertThat(report.alreadyThere()).isEqualTo(1);
            assertThat(report.persisted()).isEqualTo(1);
        }
        assertThat(memory.list("")).hasSize(1);
        assertThat(broker.acknowledged).containsExactlyInAnyOrder(1, 2);
    }

    @Test
    @Timeout(60)
    void anErrorBeforeAMessageIsWrittenEndsTheRunAndGivesTheMessageBack() {
        queue(1);
        try (Capture capture = capture(blob -> {})) {
            PullRun<Integer> run = PullRun.of(capture, LIMITS, broker)
                    .skip(message -> {
                        throw error;
                    })
                    .start();
            assertEndedBy(error, run, run.pullFrom(broker));
        }
        assertThat(broker.givenBack).containsExactly(1);
    }

    @Test
    void aRunThatFoundMessagesDoesNotAskWhetherThereIsAnybody() {
        queue(1);
        PullSource<Integer> source = new PullSource<>() {
            @Override
            public List<Received<Integer>> receive(int most, Duration wait) {
                return broker.receive(most, wait);
            }

            @Override
            public void confirm() {
                throw new PullException("look: no answer", true, null);
            }
        };
        try (Capture capture = capture(blob -> {})) {
            assertThat(PullRun.of(capture, LIMITS, broker)
                            .extendEvery(RARELY)
                            .start()
                            .pullFrom(source)
                            .stopped())
                    .isEqualTo(StopReason.IDLE);
        }
    }

    @Test
    void aSourceThatFailsEndsTheRun() {
        try (Capture capture = capture(blob -> {})) {
            PullReport report = PullRun.of(capture, LIMITS, broker)
                    .extendEvery(RARELY)
                    .start()
                    .pullFrom((most, wait) -> {
                        throw new IllegalStateException("broken");
                    });
            assertThat(report.stopped()).isEqualTo(StopReason.FAILURE);
        }
    }

    @Test
    @Timeout(60)
    void anObserverThatFailsEndsTheRunAndTheMessageIsNotHeldForEver() {
        queue(1);
        PullLimits endless = PullLimits.endless(Settings.read(Map.of(), PullSettings.all()), GRACE);
        try (Capture capture = capture(blob -> {})) {
            PullRun<Integer> run =
                    PullRun.of(capture, endless, broker).extendEvery(RARELY).start();
            run.whenDurable(time -> {
                throw new IllegalStateException("broken");
            });
            assertThat(run.pullFrom(broker).stopped()).isEqualTo(StopReason.FAILURE);
        }
        assertThat(broker.givenBack).containsExactly(1);
    }

    @Test
    @Timeout(60)
    void aRunIsFinishedWhenItsBrokerWasToldEverything() throws Exception {
        queue(1);
        CountDownLatch asked = new CountDownLatch(1);
        CountDownLatch mayAnswer = new CountDownLatch(1);
        LogBroker<Integer> slow = deliveries -> {
            asked.countDown();
            awaitOrFail(mayAnswer);
            broker.acknowledge(deliveries);
        };
        try (Capture capture = capture(blob -> {})) {
            PullRun<Integer> run =
                    PullRun.of(capture, limits(1, 5, LIMITS.grace()), slow).start();
            CompletableFuture<PullReport> finished = new CompletableFuture<>();
            Thread pulling = new Thread(() -> finished.complete(run.pullFrom(broker)));
            pulling.start();
            asked.await();
            Awaitility.await().until(() -> finished.isDone() || pulling.getState() == Thread.State.WAITING);
            assertThat(finished).isNotDone();
            mayAnswer.countDown();
            assertThat(finished.get().persisted()).isEqualTo(1);
        }
        assertThat(broker.acknowledged).containsExactly(1);
    }

    @Test
    @Timeout(60)
    void messagesThatBecomeDurableAtTheSameTimeAreEachAcknowledgedOnce() throws Exception {
        int threads = 8;
        int each = 500;
        int count = threads * each;
        PullLimits all = limits(count, count, LIMITS.grace());
        try (Capture capture = capture(blob -> {})) {
            PullRun<Integer> run =
                    PullRun.of(capture, all, broker).extendEvery(RARELY).start();
            List<Thread> intakes = IntStream.range(0, threads)
                    .mapToObj(first -> new Thread(() -> IntStream.range(first * each, (first + 1) * each)
                            .forEach(number -> run.takeAll(List.of(Received.of(number, message(number)))))))
                    .toList();
            intakes.forEach(Thread::start);
            for (Thread intake : intakes) {
                intake.join();
            }
            PullReport report = run.finish();
            assertThat(report.persisted()).isEqualTo(count);
            assertThat(report.failed()).isZero();
        }
        assertThat(broker.acknowledged)
                .containsExactlyInAnyOrderElementsOf(
                        IntStream.range(0, count).boxed().toList());
        assertThat(broker.givenBack).isEmpty();
    }

    @Test
    @Timeout(60)
    void aFinishedRunLeavesNoThread() {
        queue(1);
        run(LIMITS, blob -> {}, "PERSISTOR_SKIP_REPLAYED", "true");
        Awaitility.await()
                .until(() -> Thread.getAllStackTraces().keySet().stream()
                        .noneMatch(thread -> thread.getName().startsWith("persistor-pull")));
    }

    @Test
    @Timeout(60)
    void deadlinesAreExtendedAgainAfterTheBrokerGaveNoAnswer() {
        queue(1);
        CountDownLatch extendedTwice = new CountDownLatch(2);
        PullBroker<Integer> failing = new PullBroker<>() {
            @Override
            public void acknowledge(List<Integer> deliveries) {
                broker.acknowledge(deliveries);
            }

            @Override
            public void giveBack(List<Integer> deliveries) {}

            @Override
            public void extend(List<Integer> deliveries) {
                extendedTwice.countDown();
                throw new PullException("extend: no answer", true, null);
            }
        };
        try (Capture capture = capture(blob -> awaitUninterrupted(extendedTwice))) {
            PullReport report = PullRun.of(capture, limits(1, 5, LIMITS.grace()), failing)
                    .extendEvery(Duration.ofMillis(20))
                    .start()
                    .pullFrom(broker);
            assertThat(report.isSuccess()).isTrue();
        }
        assertThat(broker.acknowledged).containsExactly(1);
    }

    @Test
    @Timeout(60)
    void anInterruptedWaitEndsTheRunAndTheThreadStaysInterrupted() throws Exception {
        try (Capture capture = capture(blob -> {})) {
            PullRun<Integer> run = PullRun.of(capture, lasting(RARELY), broker)
                    .extendEvery(RARELY)
                    .start();
            run.connecting();
            AtomicBoolean interrupted = new AtomicBoolean();
            Thread waiting = new Thread(() -> {
                run.awaitEnd();
                interrupted.set(Thread.interrupted());
            });
            waiting.start();
            Awaitility.await().until(() -> waiting.getState() == Thread.State.TIMED_WAITING);
            waiting.interrupt();
            waiting.join();
            assertThat(interrupted).isTrue();
            assertThat(run.finish().stopped()).isEqualTo(StopReason.FAILURE);
        }
    }

    @Test
    @Timeout(60)
    void aRunThatWaitsHearsThatItsBrokerIsReached() throws Exception {
        try (Capture capture = capture(blob -> {})) {
            PullRun<Integer> run =
                    PullRun.of(capture, LIMITS, broker).extendEvery(RARELY).start();
            run.connecting();
            Thread waiting = new Thread(run::awaitEnd);
            waiting.start();
            Awaitility.await().until(() -> waiting.getState() == Thread.State.TIMED_WAITING);
            run.connected();
            waiting.join();
            assertThat(run.finish().stopped()).isEqualTo(StopReason.IDLE);
        }
    }

    @Test
    void aBrokerThatGivesNoAnswerIsNotReached() {
        try (Capture capture = capture(blob -> {})) {
            PullRun<Integer> run =
                    PullRun.of(capture, LIMITS, broker).extendEvery(RARELY).start();
            run.answered();
            run.troubled(new PullException("ask: no answer", true, null));
            assertThat(run.status().isReached()).isFalse();
            assertThat(run.status().trouble()).contains("ask: no answer");
            assertThat(run.isOver()).isFalse();
            run.finish();
        }
    }

    private static void awaitUninterrupted(CountDownLatch latch) {
        try {
            if (!latch.await(60, TimeUnit.SECONDS)) {
                throw new IllegalStateException("nobody let go");
            }
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    void whileAMessageIsHeldItsDeadlineIsPutOff() throws InterruptedException {
        queue(1);
        CountDownLatch extendedTwice = new CountDownLatch(2);
        PullBroker<Integer> counting = new PullBroker<>() {
            @Override
            public void acknowledge(List<Integer> deliveries) {
                broker.acknowledge(deliveries);
            }

            @Override
            public void giveBack(List<Integer> deliveries) {
                broker.giveBack(deliveries);
            }

            @Override
            public void extend(List<Integer> deliveries) {
                broker.extend(deliveries);
                extendedTwice.countDown();
            }
        };
        try (Capture capture = capture(blob -> awaitUninterrupted(extendedTwice))) {
            PullReport report = PullRun.of(capture, limits(1, 5, LIMITS.grace()), counting)
                    .extendEvery(Duration.ofMillis(20))
                    .start()
                    .pullFrom(broker);
            assertThat(report.persisted()).isEqualTo(1);
        }
        assertThat(broker.extended).containsOnly(1).hasSizeGreaterThanOrEqualTo(2);
        assertThat(broker.acknowledged).containsExactly(1);
    }

    @Test
    void whatCannotBeUnderstoodIsHeldToTheEndAndThenGivenBackOnce() {
        RejectedEvent event = RejectedEvent.of("orders", new byte[] {1}, "text/plain", Attributes.empty(), "no id");
        broker.queue.add(Received.of(1, event));
        queue(2);
        PullReport report = run(LIMITS, blob -> {});
        assertThat(report.failed()).isEqualTo(1);
        assertThat(report.persisted()).isEqualTo(1);
        assertThat(report.isSuccess()).isFalse();
        assertThat(broker.givenBack).containsExactly(1);
        assertThat(broker.acknowledged).containsExactly(2);
    }

    /** The broker would deliver it again at once, and again, for as long as the run lasts. */
    @Test
    @Timeout(60)
    void whatCannotBeUnderstoodIsGivenBackBeforeTheEndOnlyIfItLeavesNoRoom() {
        RejectedEvent event = RejectedEvent.of("orders", new byte[] {1}, "text/plain", Attributes.empty(), "no id");
        try (Capture capture = capture(blob -> {})) {
            PullRun<Integer> run = PullRun.of(capture, limits(1_000, 2, LIMITS.grace()), broker)
                    .extendEvery(RARELY)
                    .start();
            run.takeAll(List.of(Received.of(1, event)));
            assertThat(run.isOver()).isFalse();
            run.takeAll(List.of(Received.of(2, event)));
            Awaitility.await().until(() -> broker.isGivenBack(2));
            assertThat(broker.isGivenBack(1)).isFalse();
            assertThat(run.isOver()).isTrue();
            run.finish();
        }
        assertThat(broker.givenBack).containsExactly(2, 1);
    }

    @Test
    void withQuarantineWhatCannotBeUnderstoodIsDurableAndAcknowledged() {
        RejectedEvent event = RejectedEvent.of("orders", new byte[] {1}, "text/plain", Attributes.empty(), "no id");
        broker.queue.add(Received.of(1, event));
        PullReport report = run(LIMITS, blob -> {}, "PERSISTOR_QUARANTINE", "true");
        assertThat(report.quarantined()).isEqualTo(1);
        assertThat(report.bytes()).isEqualTo(1);
        assertThat(report.isSuccess()).isTrue();
        assertThat(broker.acknowledged).containsExactly(1);
        assertThat(memory.list("_quarantine/")).hasSize(1);
    }

    @Test
    void aBrokerThatDoesNotAnswerIsAskedAgain() {
        queue(1);
        broker.failures = 2;
        PullReport report = run(LIMITS, blob -> {});
        assertThat(report.persisted()).isEqualTo(1);
        assertThat(report.stopped()).isEqualTo(StopReason.IDLE);
    }

    @Test
    void aBrokerThatRefusesEndsTheRun() {
        queue(1);
        broker.failures = 1;
        broker.retryable = false;
        PullReport report = run(LIMITS, blob -> {});
        assertThat(report.received()).isZero();
        assertThat(report.stopped()).isEqualTo(StopReason.FAILURE);
        assertThat(broker.queue).hasSize(1);
    }

    private void assertEndedBy(Error error, PullRun<Integer> run, PullReport report) {
        assertThat(report.stopped()).isEqualTo(StopReason.FAILURE);
        assertThat(report.isSuccess()).isFalse();
        assertThat(run.error()).contains(error);
        assertThat(run.status().isReached()).isFalse();
        assertThat(run.status().trouble())
                .hasValueSatisfying(trouble -> assertThat(trouble).contains(error.toString()));
    }

    private final Error error = new NoClassDefFoundError("client/Missing");

    @Test
    @Timeout(60)
    void anErrorOfAWriterEndsTheRunAndGivesBackWhatItHolds() {
        queue(1, 2, 3);
        try (Capture capture = capture(blob -> {
            throw error;
        })) {
            PullRun<Integer> run =
                    PullRun.of(capture, LIMITS, broker).extendEvery(RARELY).start();
            assertEndedBy(error, run, run.pullFrom(broker));
        }
        assertThat(broker.acknowledged).isEmpty();
        assertThat(broker.givenBack).containsExactlyInAnyOrder(1, 2, 3);
    }

    @Test
    @Timeout(60)
    void anErrorOfASourceEndsTheRun() {
        try (Capture capture = capture(blob -> {})) {
            PullRun<Integer> run =
                    PullRun.of(capture, LIMITS, broker).extendEvery(RARELY).start();
            assertEndedBy(error, run, run.pullFrom((most, wait) -> {
                throw error;
            }));
        }
    }

    /** Another thread may be about to tell of an answer when the run ends. */
    @Test
    void anAnswerAfterAFatalErrorDoesNotHideIt() {
        try (Capture capture = capture(blob -> {})) {
            PullRun<Integer> run = PullRun.of(capture, LIMITS, broker).start();
            run.fatal(error);
            run.answered();
            assertEndedBy(error, run, run.finish());
        }
    }

    /** Fails with an Error when it is told something, once for each. */
    private final class Deaf implements PullBroker<Integer> {
        private boolean isBusyExtending;

        @Override
        public void acknowledge(List<Integer> deliveries) {
            if (!isBusyExtending) {
                throw error;
            }
        }

        @Override
        public void giveBack(List<Integer> deliveries) {
            broker.giveBack(deliveries);
        }

        @Override
        public void extend(List<Integer> deliveries) {
            throw error;
        }
    }

    @Test
    @Timeout(60)
    void anErrorOfTheThreadThatAcknowledgesEndsTheRun() {
        queue(1);
        PullLimits endless = PullLimits.endless(Settings.read(Map.of(), PullSettings.all()), GRACE);
        try (Capture capture = capture(blob -> {})) {
            PullRun<Integer> run =
                    PullRun.of(capture, endless, new Deaf()).extendEvery(RARELY).start();
            assertEndedBy(error, run, run.pullFrom(broker));
        }
    }

    @Test
    @Timeout(60)
    void anErrorOfTheThreadThatExtendsDeadlinesEndsTheRun() {
        queue(1);
        PullLimits endless = PullLimits.endless(Settings.read(Map.of(), PullSettings.all()), GRACE);
        CountDownLatch mayWrite = new CountDownLatch(1);
        Deaf deaf = new Deaf();
        deaf.isBusyExtending = true;
        try (Capture capture = capture(blob -> awaitOrFail(mayWrite))) {
            PullRun<Integer> run = PullRun.of(capture, endless, deaf)
                    .extendEvery(Duration.ofMillis(1))
                    .start();
            CompletableFuture<PullReport> report = CompletableFuture.supplyAsync(() -> run.pullFrom(broker));
            run.awaitEnd();
            mayWrite.countDown();
            assertEndedBy(error, run, report.join());
        }
    }

    @Test
    @Timeout(60)
    void anErrorOfAnObserverEndsTheRunAndTheMessageIsNotHeldForEver() {
        queue(1);
        PullLimits endless = PullLimits.endless(Settings.read(Map.of(), PullSettings.all()), GRACE);
        try (Capture capture = capture(blob -> {})) {
            PullRun<Integer> run =
                    PullRun.of(capture, endless, broker).extendEvery(RARELY).start();
            run.whenDurable(time -> {
                throw error;
            });
            assertEndedBy(error, run, run.pullFrom(broker));
        }
        assertThat(broker.givenBack).containsExactly(1);
    }
}
