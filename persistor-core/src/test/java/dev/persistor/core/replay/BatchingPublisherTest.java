package dev.persistor.core.replay;

import static dev.persistor.core.fixtures.TestMessages.aMessage;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.awaitility.Awaitility.await;

import dev.persistor.core.message.AttributeValue;
import dev.persistor.core.message.Attributes;
import dev.persistor.core.message.BrokerProperties;
import dev.persistor.core.message.Message;
import dev.persistor.core.retry.Backoff;
import dev.persistor.core.retry.RetryBudget;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

class BatchingPublisherTest {

    private static final int MAX_BYTES = 1_000;
    private static final RetryBudget QUICK = RetryBudget.ofAttempts(4, Backoff.ofMillis(1, 1));

    private final Target target = new Target(MAX_BYTES);
    private final BatchingPublisher publisher = BatchingPublisher.to(target, QUICK, 8);

    @AfterEach
    void close() {
        target.answers.release(1_000_000);
        publisher.close();
    }

    /** Keeps batches in the order in which they were sent, each once an answer may be given. */
    private static final class Target implements BatchTarget {
        private final int maxBytes;
        private final Queue<List<String>> sent = new ConcurrentLinkedQueue<>();
        private final Queue<RuntimeException> failures = new ConcurrentLinkedQueue<>();
        private final Semaphore answers = new Semaphore(1_000_000);
        private final AtomicBoolean closed = new AtomicBoolean();
        private volatile String refusesAlways = "";

        Target(int maxBytes) {
            this.maxBytes = maxBytes;
        }

        @Override
        public Optional<String> batchKey(Message message) {
            if (message.orderingKey().equals(Optional.of("unusable"))) {
                throw new PublishException("the key is too long", false, null);
            }
            return message.orderingKey();
        }

        @Override
        public Batch open(Optional<String> key) {
            List<String> ids = new ArrayList<>();
            return new Batch() {
                private int bytes;

                @Override
                public boolean tryAdd(Message message) {
                    if (message.id().equals("refused")) {
                        throw new PublishException("refused by the target", false, null);
                    }
                    if (message.id().equals("broken")) {
                        throw new NoClassDefFoundError("com/client/Missing");
                    }
                    if (bytes + message.payloadSize() > maxBytes) {
                        return false;
                    }
                    bytes += message.payloadSize();
                    return ids.add(message.id());
                }

                @Override
                public int maxBytes() {
                    return maxBytes;
                }

                @Override
                public List<Published> send() {
                    answers.acquireUninterruptibly();
                    RuntimeException failure = failures.poll();
                    if (failure != null) {
                        throw failure;
                    }
                    if (ids.contains(refusesAlways)) {
                        throw new RefusedException();
                    }
                    sent.add(List.copyOf(ids));
                    return ids.stream().map(id -> Published.as("new " + id)).toList();
                }
            };
        }

        @Override
        public List<String> losses(Message message) {
            return List.of("loses " + message.id());
        }

        @Override
        public boolean isBusy(RuntimeException failure) {
            return failure instanceof BusyException;
        }

        @Override
        public boolean isRefusal(RuntimeException failure) {
            return failure instanceof RefusedException;
        }

        @Override
        public PublishException translate(String what, RuntimeException failure) {
            return new PublishException(what + ": " + failure.getMessage(), true, failure);
        }

        @Override
        public void close() {
            closed.set(true);
        }

        private List<String> ids() {
            return sent.stream().flatMap(List::stream).toList();
        }

        @Override
        public String toString() {
            return "test://target";
        }
    }

    private static Message message(String id, @Nullable String key, int size) {
        return aMessage(id).orderingKey(key).payload(new byte[size]).build();
    }

    @Test
    void aRefusedBatchIsSentOneByOneSoThatTheRefusedMessageFailsWithThoseBehindItInItsKeyAlone()
            throws InterruptedException {
        target.answers.drainPermits();
        CompletableFuture<Published> first = publisher.publish(message("first", "k", 1));
        // While that one waits for its answer, these come together.
        List<CompletableFuture<Published>> together = new ArrayList<>();
        for (String id : List.of("before", "refused later", "behind")) {
            together.add(publisher.publish(message(id, "k", 1)));
        }
        target.refusesAlways = "refused later";
        target.answers.release(10);
        first.join();
        together.get(0).join();
        assertThat(failure(together.get(1))).hasMessageContaining("refused for good");
        assertThat(failure(together.get(2)))
                .hasMessage(PublishException.afterFailureOf("k").getMessage());
        assertThat(target.ids()).containsExactly("first", "before");
    }

    @Test
    void aBinaryKeyIsClosedByAFailureToo() throws InterruptedException {
        target.failures.add(new IllegalStateException("internal"));
        failure(publisher.publish(binary("1", new byte[] {(byte) 0xff})));
        failure(publisher.publish(binary("2", new byte[] {(byte) 0xff})));
        assertThat(target.ids()).isEmpty();
    }

    private static Message binary(String id, byte[] key) {
        return message(id, null, 1).toBuilder()
                .brokerProperties(Attributes.builder()
                        .add(BrokerProperties.KEY, AttributeValue.of(key))
                        .build())
                .build();
    }

    /** A batch holds what the target never takes. */
    private static final class RefusedException extends RuntimeException {
        private static final long serialVersionUID = 1L;

        RefusedException() {
            super("refused for good");
        }
    }

    /** The target takes nothing for the moment. */
    private static final class BusyException extends RuntimeException {
        private static final long serialVersionUID = 1L;
    }

    private static PublishException failure(CompletableFuture<Published> future) {
        @Nullable
        Throwable failure = future.handle((published, thrown) -> thrown).join();
        assertThat(failure).as("the message fails").isInstanceOf(PublishException.class);
        return (PublishException) Objects.requireNonNull(failure);
    }

    @Test
    void messagesOfOneKeyAreSentInTheirOrderInBatchesThatFit() throws InterruptedException {
        List<CompletableFuture<Published>> futures = new ArrayList<>();
        List<String> ids = IntStream.range(0, 500).mapToObj(Integer::toString).toList();
        for (String id : ids) {
            futures.add(publisher.publish(message(id, "k", 100)));
        }
        futures.forEach(CompletableFuture::join);
        assertThat(target.ids()).isEqualTo(ids);
        assertThat(target.sent).allSatisfy(batch -> assertThat(batch).hasSizeBetween(1, 10));
    }

    @Test
    void aFailedMessageClosesItsKeyAndNoOther() throws InterruptedException {
        target.failures.add(new IllegalStateException("internal"));
        assertThat(failure(publisher.publish(message("1", "k", 1))).isRetryable())
                .isTrue();
        assertThat(failure(publisher.publish(message("2", "k", 1))))
                .hasMessage(PublishException.afterFailureOf("k").getMessage());
        publisher.publish(message("3", "other", 1)).join();
        publisher.publish(message("4", null, 1)).join();
        assertThat(target.ids()).containsExactly("3", "4");
    }

    @Test
    void whatWaitsBehindAFailureIsNotSentEither() throws InterruptedException {
        target.answers.drainPermits();
        CompletableFuture<Published> first = publisher.publish(message("1", "k", 600));
        CompletableFuture<Published> second = publisher.publish(message("2", "k", 600));
        CompletableFuture<Published> third = publisher.publish(message("3", "k", 600));
        target.failures.add(new IllegalStateException("internal"));
        target.answers.release(3);
        assertThat(List.of(failure(first), failure(second), failure(third))).hasSize(3);
        assertThat(target.ids()).isEmpty();
    }

    @Test
    void aMessageWithoutAKeyFailsAlone() throws InterruptedException {
        target.failures.add(new IllegalStateException("internal"));
        failure(publisher.publish(message("1", null, 1)));
        for (int i = 0; i < 20; i++) {
            publisher.publish(message("later", null, 1)).join();
        }
        assertThat(target.ids()).hasSize(20);
    }

    private List<CompletableFuture<Published>> publishWithoutKey(int count, int size) throws InterruptedException {
        List<CompletableFuture<Published>> futures = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            futures.add(publisher.publish(message(Integer.toString(i), null, size)));
        }
        return futures;
    }

    @Test
    void messagesWithoutAKeyAreSentTogether() throws InterruptedException {
        target.answers.drainPermits();
        List<CompletableFuture<Published>> futures = publishWithoutKey(100, 10);
        target.answers.release(1_000_000);
        futures.forEach(CompletableFuture::join);
        assertThat(target.ids()).hasSize(100);
        // What came first has gone alone, the rest while it was on its way.
        assertThat(target.sent).hasSizeLessThanOrEqualTo(2);
    }

    @Test
    void manyMessagesWithoutAKeyAreSentOnAllLanes() throws InterruptedException {
        target.answers.drainPermits();
        List<CompletableFuture<Published>> futures = publishWithoutKey(2_000, 100);
        await().untilAsserted(() -> assertThat(target.answers.getQueueLength()).isEqualTo(8));
        target.answers.release(1_000_000);
        futures.forEach(CompletableFuture::join);
        assertThat(target.ids()).hasSize(2_000);
    }

    @Test
    void aMessageThatFitsIntoNoBatchFailsForGoodAndThoseBeforeItArrive() throws InterruptedException {
        target.answers.drainPermits();
        CompletableFuture<Published> busy = publisher.publish(message("0", "k", 1));
        CompletableFuture<Published> before = publisher.publish(message("1", "k", 1));
        CompletableFuture<Published> large = publisher.publish(message("2", "k", MAX_BYTES + 1));
        CompletableFuture<Published> after = publisher.publish(message("3", "k", 1));
        target.answers.release(10);
        busy.join();
        before.join();
        assertThat(failure(large))
                .hasMessageContaining("publish 2 to test://target")
                .hasMessageContaining("1001")
                .hasMessageContaining("1000")
                .satisfies(failure -> assertThat(failure.isRetryable()).isFalse());
        assertThat(failure(after).isRetryable()).isTrue();
        assertThat(target.ids()).containsExactly("0", "1");
    }

    @Test
    void aBusyTargetIsTriedAgainInOrder() throws InterruptedException {
        target.failures.add(new BusyException());
        target.failures.add(new BusyException());
        CompletableFuture<Published> first = publisher.publish(message("1", "k", 600));
        CompletableFuture<Published> second = publisher.publish(message("2", "k", 600));
        first.join();
        second.join();
        assertThat(target.ids()).containsExactly("1", "2");
    }

    @Test
    void aTargetThatStaysBusyFailsTheMessage() throws InterruptedException {
        for (int i = 0; i < 4; i++) {
            target.failures.add(new BusyException());
        }
        assertThat(failure(publisher.publish(message("1", null, 1))).isRetryable())
                .isTrue();
        assertThat(target.failures).isEmpty();
    }

    @Test
    void whatMayHaveArrivedIsNotSentAgain() throws InterruptedException {
        target.failures.add(new IllegalStateException("timeout"));
        failure(publisher.publish(message("1", null, 1)));
        assertThat(target.ids()).isEmpty();
    }

    @Test
    void anAnswerBelongsToItsMessage() throws InterruptedException {
        target.answers.drainPermits();
        List<CompletableFuture<Published>> futures = new ArrayList<>();
        for (int i = 0; i < 30; i++) {
            futures.add(publisher.publish(message(Integer.toString(i), "k", 100)));
        }
        target.answers.release(100);
        for (int i = 0; i < 30; i++) {
            assertThat(futures.get(i).join()).isEqualTo(Published.as("new " + i));
        }
    }

    @Test
    void whatTheTargetRefusesFailsWithItsOwnReasonAndClosesItsKey() throws InterruptedException {
        assertThat(failure(publisher.publish(message("refused", "k", 1)))).hasMessage("refused by the target");
        assertThat(failure(publisher.publish(message("after", "k", 1)))).hasMessageContaining("ordering key k");
        assertThat(failure(publisher.publish(message("refused", null, 1)))).hasMessage("refused by the target");
        publisher.publish(message("1", null, 1)).join();
        assertThat(target.ids()).containsExactly("1");
    }

    @Test
    void aTargetThatBreaksDownLeavesNobodyWaiting() throws InterruptedException {
        for (int i = 0; i < 20; i++) {
            assertThat(failure(publisher.publish(message("broken", null, 1))))
                    .hasMessageContaining("test://target")
                    .hasMessageContaining("com/client/Missing");
        }
        publisher.publish(message("1", null, 1)).join();
        assertThat(target.ids()).containsExactly("1");
    }

    @Test
    void itHasALaneAndATargetThatIsTriedAgainAPause() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> BatchingPublisher.to(target, QUICK, 0))
                .withMessageContaining("lanes")
                .withMessageContaining("0");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new Backoff(Duration.ZERO, Duration.ofSeconds(1)))
                .withMessageContaining("PT0S");
    }

    @Test
    void publishingWaitsWhileTooMuchIsUnderWay() throws InterruptedException {
        target.answers.drainPermits();
        int size = 1024 * 1024;
        Queue<CompletableFuture<Published>> handedOver = new ConcurrentLinkedQueue<>();
        // It keeps the lane busy, and all others waiting.
        CompletableFuture<Published> first = publisher.publish(message("1", "k", 1));
        Thread publishing = new Thread(() -> {
            try {
                for (int i = 0; i < 100; i++) {
                    handedOver.add(publisher.publish(message("large", "k", size)));
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        });
        publishing.start();
        await().until(() -> publishing.getState() == Thread.State.WAITING);
        assertThat(handedOver).hasSizeBetween(1, 32);
        target.answers.release(1_000);
        publishing.join();
        first.join();
        assertThat(handedOver).hasSize(100);
    }

    @Test
    void anInterruptedCallerHandsNothingOver() {
        Thread.currentThread().interrupt();
        assertThatExceptionOfType(InterruptedException.class)
                .isThrownBy(() -> publisher.publish(message("1", null, 1)));
        publisher.close();
        assertThat(target.ids()).isEmpty();
    }

    @Test
    void aKeyThatTheTargetCannotHoldFailsItsMessageAndIsNotSent() throws InterruptedException {
        assertThat(failure(publisher.publish(message("1", "unusable", 1)))).hasMessage("the key is too long");
        publisher.publish(message("2", "k", 1)).join();
        assertThat(target.ids()).containsExactly("2");
    }

    @Test
    void whatTheTargetLosesOfAMessageIsSaidBeforeItIsPublished() {
        assertThat(publisher.losses(message("1", null, 1))).containsExactly("loses 1");
        assertThat(publisher).hasToString("test://target");
    }

    @Test
    @Timeout(60)
    void closingByAnInterruptedThreadStillSendsAllAndTheThreadStaysInterrupted() throws Exception {
        target.answers.drainPermits();
        List<CompletableFuture<Published>> futures = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            futures.add(publisher.publish(message(Integer.toString(i), "k", 600)));
        }
        AtomicBoolean interrupted = new AtomicBoolean();
        Thread closing = new Thread(() -> {
            Thread.currentThread().interrupt();
            publisher.close();
            interrupted.set(Thread.interrupted());
        });
        closing.start();
        await().until(() -> closing.getState() == Thread.State.WAITING);
        assertThat(target.closed).isFalse();
        target.answers.release(10);
        closing.join();
        assertThat(interrupted).isTrue();
        assertThat(target.closed).isTrue();
        assertThat(futures).allMatch(CompletableFuture::isDone);
        assertThat(target.ids()).containsExactly("0", "1", "2");
    }

    @Test
    void closingSendsWhatWaitsAndClosesTheTarget() throws InterruptedException {
        List<CompletableFuture<Published>> futures = new ArrayList<>();
        for (int i = 0; i < 1_000; i++) {
            futures.add(publisher.publish(message(Integer.toString(i), i % 3 == 0 ? null : "k" + i % 7, 100)));
        }
        publisher.close();
        assertThat(futures).allMatch(CompletableFuture::isDone);
        assertThat(target.ids()).hasSize(1_000);
        assertThat(target.closed).isTrue();
        assertThatIllegalStateException()
                .isThrownBy(() -> publisher.publish(message("late", null, 1)))
                .withMessageContaining("test://target");
    }

    /** No thread of others interrupts it; it stands for whatever ends a thread outside of a batch. */
    @Test
    @Timeout(60)
    void aThreadThatEndedFailsWhatComesAfterIt() throws InterruptedException {
        try (BatchingPublisher one = BatchingPublisher.to(target, QUICK, 1)) {
            one.publish(message("1", null, 1)).join();
            await().until(() -> sendersOf("persistor-publish-0").stream()
                    .allMatch(thread -> thread.getState() == Thread.State.WAITING));
            sendersOf("persistor-publish-0").forEach(Thread::interrupt);
            await().until(() -> {
                CompletableFuture<Published> later = one.publish(message("2", null, 1));
                Throwable failure = later.handle((published, thrown) -> thrown).join();
                return failure instanceof PublishException
                        && String.valueOf(failure.getMessage()).contains("InterruptedException");
            });
        }
    }

    private static List<Thread> sendersOf(String name) {
        return Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> thread.getName().equals(name))
                .toList();
    }

    @Test
    @Timeout(60)
    void memoryIsGivenBackByMessagesThatArePublishedAndByMessagesThatFail() throws InterruptedException {
        int tenMegabytes = 10 << 20;
        for (int i = 0; i < 8; i++) {
            // Too large for the target, which fails each of them.
            failure(publisher.publish(message("large", null, tenMegabytes)));
        }
        Target roomy = new Target(Integer.MAX_VALUE);
        try (BatchingPublisher open = BatchingPublisher.to(roomy, QUICK, 2)) {
            for (int i = 0; i < 8; i++) {
                open.publish(message(Integer.toString(i), null, tenMegabytes)).join();
            }
        }
        assertThat(roomy.ids()).hasSize(8);
    }
}
