package dev.persistor.core.replay;

import dev.persistor.core.archive.OrderKey;
import dev.persistor.core.message.Message;
import dev.persistor.core.retry.Retry;
import dev.persistor.core.retry.RetryBudget;
import dev.persistor.core.thread.DaemonThreads;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Publishes messages in batches, in order within a key, several keys at a time. Only the broker's own requests are left to
 * write, as a {@link BatchTarget}.
 *
 * <p>A key belongs to one of a few lanes, each a thread with one batch under way; what has no key goes to them in turn, some at
 * a time. A lane sends what waits as soon as it is free, so that batches grow by themselves when the target is slow, and nothing
 * ever waits for company. A failed message closes its ordering key: what follows fails without being sent.
 *
 * <p>A batch is sent again only when the target has said that it took nothing and is busy, and its messages one by one only when
 * the target has said that it took nothing and refuses the batch. So no message arrives twice by this class.
 *
 * <p>Thread-safe.
 */
public final class BatchingPublisher implements MessagePublisher {

    private static final int MAX_WAITING_BYTES = 32 * 1024 * 1024;
    /** The approximate overhead of a message beside its payload. */
    private static final int MESSAGE_BYTES = 1024;
    /** So much without a key goes to one lane before the next has its turn, so that a lane has more than a few for a request. */
    private static final int TOGETHER_BYTES = 256 * 1024;

    private final BatchTarget target;
    private final Retry retry;
    private final Semaphore room = new Semaphore(MAX_WAITING_BYTES, true);
    private final List<Lane> lanes;
    private final AtomicLong bytesWithoutKey = new AtomicLong();
    private volatile boolean closed;

    private BatchingPublisher(BatchTarget target, RetryBudget whileBusy, int lanes) {
        this.target = target;
        this.retry = Retry.within(
                whileBusy, failure -> failure instanceof RuntimeException refusal && target.isBusy(refusal));
        this.lanes = IntStream.range(0, lanes).mapToObj(Lane::new).toList();
    }

    /**
     * Starts its threads.
     *
     * @param target it is closed with the publisher
     * @param whileBusy how long a request is retried that the target refuses because it is busy
     * @param lanes how many batches may be under way at a time
     * @throws IllegalArgumentException if there are no lanes
     */
    public static BatchingPublisher to(BatchTarget target, RetryBudget whileBusy, int lanes) {
        if (lanes < 1) {
            throw new IllegalArgumentException("the number of lanes must be 1 or more, and is " + lanes);
        }
        BatchingPublisher publisher = new BatchingPublisher(target, whileBusy, lanes);
        publisher.lanes.forEach(lane -> lane.thread.start());
        return publisher;
    }

    /** Hands a message over, and waits while more than 32 MiB wait or are under way. */
    @Override
    public CompletableFuture<Published> publish(Message message) throws InterruptedException {
        Optional<String> key;
        try {
            key = target.batchKey(message);
        } catch (PublishException e) {
            return CompletableFuture.failedFuture(e);
        }
        Handed handed = new Handed(message, key, Math.min(MAX_WAITING_BYTES, message.payloadSize() + MESSAGE_BYTES));
        room.acquire(handed.bytes());
        if (!lane(handed).offer(handed)) {
            room.release(handed.bytes());
            requireOpen();
        }
        return handed.future();
    }

    /** Does nothing: no message waits for company. */
    @Override
    public void flush() {}

    @Override
    public void check(Message message) {
        target.check(message);
    }

    @Override
    public void resume(String orderingKey) {
        lanes.forEach(lane -> lane.failedKeys.remove(orderingKey));
    }

    @Override
    public List<String> losses(Message message) {
        return target.losses(message);
    }

    @Override
    public List<String> warnings(boolean newIds) {
        return target.warnings(newIds);
    }

    private void requireOpen() {
        if (closed) {
            throw new IllegalStateException("the publisher to " + target + " is closed");
        }
    }

    private Lane lane(Handed handed) {
        long number = handed.key().isPresent()
                ? handed.key().get().hashCode()
                : bytesWithoutKey.getAndAdd(handed.bytes()) / TOGETHER_BYTES;
        return lanes.get(Math.floorMod(number, lanes.size()));
    }

    /** Sends what waits, waits for the answers, and closes the target. */
    @Override
    public void close() {
        if (closed) {
            return;
        }
        closed = true;
        lanes.forEach(Lane::wake);
        boolean interrupted = false;
        for (Lane lane : lanes) {
            interrupted |= lane.join();
        }
        target.close();
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    /** Returns the target's name. */
    @Override
    public String toString() {
        return target.toString();
    }

    /** A message that was handed over. */
    private record Handed(Message message, Optional<String> key, int bytes, CompletableFuture<Published> future) {
        Handed(Message message, Optional<String> key, int bytes) {
            this(message, key, bytes, new CompletableFuture<>());
        }
    }

    private void succeed(Handed handed, Published answer) {
        if (handed.future().complete(answer)) {
            room.release(handed.bytes());
        }
    }

    private PublishException translated(String what, RuntimeException failure) {
        return failure instanceof PublishException known ? known : target.translate(what, failure);
    }

    /** One thread with the keys that are its own. */
    private final class Lane {
        private final Map<Optional<String>, Deque<Handed>> waiting = new LinkedHashMap<>();
        /** The ordering keys that are closed. */
        private final Set<String> failedKeys = ConcurrentHashMap.newKeySet();

        private final Thread thread;
        private @Nullable Throwable death;

        private Lane(int number) {
            this.thread = DaemonThreads.of("persistor-publish-" + number, this::run);
        }

        private synchronized boolean offer(Handed handed) {
            if (closed) {
                return false;
            }
            Throwable cause = death;
            if (cause != null) {
                failAll(List.of(handed), cause);
                return true;
            }
            waiting.computeIfAbsent(handed.key(), key -> new ArrayDeque<>()).add(handed);
            notifyAll();
            return true;
        }

        private synchronized void wake() {
            notifyAll();
        }

        /** Waits until the thread has ended, and tells whether the caller was interrupted meanwhile. */
        private boolean join() {
            boolean interrupted = false;
            while (thread.isAlive()) {
                try {
                    thread.join();
                } catch (InterruptedException e) {
                    interrupted = true;
                }
            }
            return interrupted;
        }

        private void run() {
            try {
                for (Deque<Handed> next = take(); !next.isEmpty(); next = take()) {
                    send(next);
                }
            } catch (Throwable e) {
                end(e);
            }
        }

        /** Fails all that waits, and all that still comes: a thread that has ended sends nothing. */
        private synchronized void end(Throwable cause) {
            death = cause;
            waiting.values().forEach(messages -> failAll(messages, cause));
            waiting.clear();
        }

        /** Takes what waits for the key whose turn it is; nothing once all is sent and the publisher closed. */
        private synchronized Deque<Handed> take() throws InterruptedException {
            while (waiting.isEmpty()) {
                if (closed) {
                    return new ArrayDeque<>();
                }
                wait();
            }
            Iterator<Deque<Handed>> turns = waiting.values().iterator();
            Deque<Handed> next = turns.next();
            turns.remove();
            return next;
        }

        private void send(Deque<Handed> messages) {
            try {
                Filling filling = new Filling(this, messages.element().key());
                messages.forEach(filling::add);
                filling.send();
            } catch (Throwable e) {
                // Such as a client's class that is missing. No caller may be left waiting for an answer.
                failAll(messages, e);
            }
        }

        private void failAll(Collection<Handed> messages, Throwable cause) {
            PublishException failure = PublishException.unknown("publish to " + target + ": " + cause, cause);
            messages.forEach(handed -> fail(handed, failure));
        }

        private boolean isClosed(Message message) {
            return OrderKey.of(message).filter(failedKeys::contains).isPresent();
        }

        private void fail(Handed handed, PublishException failure) {
            if (handed.future().isDone()) {
                return;
            }
            // First: as soon as the future is complete, the key may be resumed.
            OrderKey.of(handed.message()).ifPresent(failedKeys::add);
            handed.future().completeExceptionally(failure);
            room.release(handed.bytes());
        }
    }

    /** Puts messages of one key into one batch after another. Used by its lane's thread only. */
    private final class Filling {
        private final Lane lane;
        private final Optional<String> key;
        private final List<Handed> added = new ArrayList<>();
        private BatchTarget.@Nullable Batch batch;

        private Filling(Lane lane, Optional<String> key) {
            this.lane = lane;
            this.key = key;
        }

        private void add(Handed handed) {
            try {
                if (batch == null || lane.isClosed(handed.message()) || !batch.tryAdd(handed.message())) {
                    send();
                    requireOpenKey(handed.message());
                    batch = addedToNew(handed.message());
                }
                added.add(handed);
            } catch (RuntimeException e) {
                lane.fail(handed, translated("publish " + handed.message().id() + " to " + target, e));
            }
        }

        private void requireOpenKey(Message message) {
            if (lane.isClosed(message)) {
                throw PublishException.afterFailureOf(OrderKey.of(message).orElseThrow());
            }
        }

        private BatchTarget.Batch addedToNew(Message message) {
            BatchTarget.Batch fresh = retry.call(() -> target.open(key));
            if (!fresh.tryAdd(message)) {
                throw new PublishException(
                        "publish " + message.id() + " to " + target + ": its payload of " + message.payloadSize()
                                + " bytes with attributes exceeds the " + fresh.maxBytes()
                                + " bytes allowed for a request",
                        false,
                        null);
            }
            return fresh;
        }

        private void send() {
            BatchTarget.Batch full = batch;
            if (full == null) {
                return;
            }
            batch = null;
            List<Handed> sent = List.copyOf(added);
            added.clear();
            try {
                List<Published> answers = retry.call(full::send);
                for (int i = 0; i < sent.size(); i++) {
                    succeed(sent.get(i), answers.get(i));
                }
            } catch (RuntimeException e) {
                if (sent.size() > 1 && target.isRefusal(e)) {
                    sent.forEach(this::sendAlone);
                    return;
                }
                PublishException failure = translated("publish to " + target, e);
                sent.forEach(handed -> lane.fail(handed, failure));
            }
        }

        private void sendAlone(Handed handed) {
            add(handed);
            send();
        }
    }
}
