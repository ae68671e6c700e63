package dev.persistor.core.replay;

import dev.persistor.core.message.Message;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * Hands messages to a publisher once a checkpoint that {@linkplain Checkpoint#isCollecting collects} its lines holds them: all that wait
 * together, since a flush takes as long as a request to a store. The outcomes that are known by then become durable with it.
 *
 * <p>So after a kill, the messages that the checkpoint holds without an outcome are those that were under way when it was flushed last,
 * and no more than may be under way at a time.
 *
 * <p>Not thread-safe.
 */
final class NotedDelivery implements Delivery {

    private static final int MOST = 2_000;
    private static final long LONGEST = Duration.ofMillis(100).toNanos();

    /** A message that waits. */
    private record Waiting(Message message, CompletableFuture<Published> future) {}

    private final MessagePublisher target;
    private final Checkpoint checkpoint;
    private final int most;
    private List<Waiting> waiting = new ArrayList<>();
    private long firstCame;
    private final AtomicInteger unanswered = new AtomicInteger();

    NotedDelivery(MessagePublisher target, Checkpoint checkpoint, int mostUnderWay) {
        this.target = target;
        this.checkpoint = checkpoint;
        // Half of them: the others are on their way meanwhile.
        this.most = Math.max(1, Math.min(MOST, mostUnderWay / 2));
    }

    @Override
    public void begin(CheckpointKey key) {
        checkpoint.begin(key);
    }

    @Override
    public CompletableFuture<Published> publish(CheckpointKey key, Message message) throws InterruptedException {
        if (waiting.isEmpty()) {
            firstCame = System.nanoTime();
        }
        Waiting last = new Waiting(message, new CompletableFuture<>());
        waiting.add(last);
        if (waiting.size() >= most) {
            handOver();
        }
        return last.future;
    }

    private void handOver() throws InterruptedException {
        checkpoint.flush();
        List<Waiting> noted = waiting;
        waiting = new ArrayList<>();
        for (Waiting each : noted) {
            unanswered.incrementAndGet();
            CompletableFuture<?> unused = target.publish(each.message)
                    .whenComplete((answer, failure) -> answered(each.future, answer, failure));
        }
    }

    private void answered(CompletableFuture<Published> future, Published answer, @Nullable Throwable failure) {
        unanswered.decrementAndGet();
        if (failure == null) {
            future.complete(answer);
        } else {
            future.completeExceptionally(failure);
        }
    }

    /** Leaves a few messages waiting where an answer is to come anyway: else each answer would have one message handed over, alone. */
    @Override
    public void flush() throws InterruptedException {
        if (unanswered.get() == 0 || isDue()) {
            handOver();
        }
        target.flush();
    }

    @Override
    public boolean isDue() {
        return !waiting.isEmpty() && System.nanoTime() - firstCame >= LONGEST;
    }

    @Override
    public void resume(String key) {
        target.resume(key);
    }
}
