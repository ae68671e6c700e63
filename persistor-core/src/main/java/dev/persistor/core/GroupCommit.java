package dev.persistor.core;

import dev.persistor.core.batch.Batch;
import dev.persistor.core.batch.BatchMemory;
import dev.persistor.core.batch.Batcher;
import dev.persistor.core.batch.Batching;
import dev.persistor.core.batch.FlushCause;
import dev.persistor.core.batch.LingerTimer;
import dev.persistor.core.format.UnencodableMessageException;
import dev.persistor.core.message.Message;
import dev.persistor.core.message.Position;
import dev.persistor.core.store.BlobStoreException;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;

/**
 * Lets concurrent callers share blobs. Each future completes when the blob with its message is durable.
 *
 * <p>What waits and what is being written is bounded by a {@link BatchMemory}; who brings more waits.
 *
 * <p>Thread-safe.
 */
final class GroupCommit {

    /**
     * What the messages of one blob have in common. Source, log and broker's partition are in it beside the folder, so that the
     * offsets of two logs never meet in one name.
     */
    private record Key(String folder, String source, String log, String partition) {}

    /** A message whose caller has a future. */
    private static final class Awaited extends Pending {
        private final CompletableFuture<Receipt> future = new CompletableFuture<>();

        Awaited(Message message) {
            super(message);
        }

        @Override
        boolean isSettled() {
            return future.isDone();
        }

        @Override
        void durable(Receipt receipt) {
            future.complete(receipt);
        }

        @Override
        void failed(PersistException failure) {
            future.completeExceptionally(failure);
        }
    }

    private final Batching bounds;
    private final BlobWriter writer;
    private final Executor threads;
    private final PersistorListener listener;
    private final Outcomes outcomes;
    private final BatchMemory memory;
    private final LingerTimer timer = new LingerTimer();
    private final Batcher<Key, Pending> shared;

    /** Makes a group commit; batches are written on the threads, as many at a time as there are threads. */
    GroupCommit(Batching bounds, BlobWriter writer, Executor threads, PersistorListener listener, Outcomes outcomes) {
        this.bounds = bounds;
        this.writer = writer;
        this.threads = threads;
        this.listener = listener;
        this.outcomes = outcomes;
        this.memory = new BatchMemory(bounds.maxHeldBytes());
        this.shared = new Batcher<>(bounds, timer, this::dispatch);
    }

    /** Takes a message in, to share a blob with whatever comes by; waits while too much is held. */
    CompletableFuture<Receipt> persist(Message message) {
        return takeIn(message, shared);
    }

    /** Takes messages in that are a batch already: they share blobs with one another and with nobody else. */
    List<CompletableFuture<Receipt>> persistTogether(Collection<Message> messages) {
        Batcher<Key, Pending> own = Batcher.withoutLinger(bounds, this::dispatch);
        List<CompletableFuture<Receipt>> futures =
                messages.stream().map(message -> takeIn(message, own)).toList();
        own.flush(FlushCause.TOGETHER);
        return futures;
    }

    private CompletableFuture<Receipt> takeIn(Message message, Batcher<Key, Pending> batcher) {
        Awaited pending = new Awaited(message);
        Key key = keyOf(message);
        try {
            // Open batches hold what is waited for, those of this very caller among them.
            memory.take(pending.bytes(), () -> {
                batcher.flush(FlushCause.PRESSURE);
                shared.flush(FlushCause.PRESSURE);
            });
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            outcomes.failed(
                    List.of(pending), BlobStoreException.retryable("persist: interrupted while waiting for memory"));
            return pending.future;
        }
        batcher.add(key, pending, pending.bytes());
        return pending.future;
    }

    private Key keyOf(Message message) {
        return new Key(
                writer.partitionOf(message),
                message.source(),
                message.position().map(Position::log).orElse(""),
                message.position().map(Position::partition).orElse(""));
    }

    private void dispatch(Batch<Key, Pending> batch) {
        memory.handedOn(batch.bytes());
        Write write = new Write(batch);
        try {
            threads.execute(write);
        } catch (RejectedExecutionException e) {
            // Closed a moment ago; the messages are taken in and are not dropped.
            write.run();
        } catch (Throwable e) {
            // No thread can be had, and somebody waits for each of these futures.
            release(batch, e);
        }
    }

    /** Writes one batch. */
    private final class Write implements Runnable {
        private final Batch<Key, Pending> batch;

        Write(Batch<Key, Pending> batch) {
            this.batch = batch;
        }

        @Override
        public void run() {
            Throwable failure = new IllegalStateException("the batch was left without an outcome");
            try {
                listener.flushed(new PersistorListener.Flush(
                        batch.key().folder(), batch.elements().size(), batch.bytes(), batch.cause(), batch.waited()));
                writeWhatCanBe(Pending.inOrder(batch.elements()));
            } catch (Throwable e) {
                failure = e;
            } finally {
                release(batch, failure);
            }
        }
    }

    /** Fails the batches that were still to be written and never will be. */
    void abandon(List<Runnable> neverStarted) {
        for (Runnable task : neverStarted) {
            if (task instanceof Write write) {
                release(write.batch, BlobStoreException.retryable("persist: interrupted before the batch was written"));
            }
        }
    }

    private void writeWhatCanBe(List<Pending> pending) {
        while (!pending.isEmpty()) {
            try {
                outcomes.durable(pending, writer.write(Pending.messages(pending)));
                return;
            } catch (UnencodableMessageException e) {
                outcomes.unencodable(pending, e);
            }
        }
    }

    /** Fails what has no outcome yet, and gives the memory back, whatever happens meanwhile: callers wait for both. */
    private void release(Batch<Key, Pending> batch, Throwable failure) {
        try {
            List<Pending> left = Pending.unsettled(batch.elements());
            if (!left.isEmpty()) {
                outcomes.failed(left, failure);
            }
        } finally {
            batch.elements().forEach(pending -> memory.giveBack(pending.bytes()));
        }
    }

    /** Has all that waits written now, and what may still come, at once. */
    void close() {
        shared.close();
        timer.close();
    }
}
