package dev.persistor.core.write;

import dev.persistor.core.batch.Batch;
import dev.persistor.core.batch.BatchMemory;
import dev.persistor.core.batch.Batcher;
import dev.persistor.core.batch.Batching;
import dev.persistor.core.batch.FlushCause;
import dev.persistor.core.batch.LingerTimer;
import dev.persistor.core.store.BlobStoreException;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;

/**
 * Collects messages of many callers into batches, one open batch a key, and has them written. Messages that wait or are being
 * written are bounded by a {@link BatchMemory}: callers beyond the limit block.
 *
 * <p>Whatever fails, each message gets an outcome and its memory is given back, because callers wait for both.
 *
 * <p>Thread-safe.
 *
 * @param <K> what the messages of one batch have in common; its text names the batch's folder or partition to listeners
 */
final class Accumulator<K> implements AutoCloseable {

    /**
     * Writes batches.
     *
     * @param <K> what the messages of one batch have in common
     */
    interface Target<K> {

        /** Begins to write a batch; the future completes when each of its messages has an outcome. */
        CompletableFuture<?> write(K key, List<Pending> batch);

        /** Fails the messages of a batch that have no outcome. */
        void fail(K key, List<Pending> batch, Throwable cause);
    }

    private final Batching bounds;
    private final PersistorListener listener;
    private final Outcomes outcomes;
    private final Target<K> target;
    private final BatchMemory memory;
    private final LingerTimer timer = new LingerTimer();
    private final Batcher<K, Pending> shared;

    Accumulator(Batching bounds, PersistorListener listener, Outcomes outcomes, Target<K> target) {
        this.bounds = bounds;
        this.listener = listener;
        this.outcomes = outcomes;
        this.target = target;
        this.memory = new BatchMemory(bounds.maxHeldBytes());
        this.shared = new Batcher<>(bounds, timer, this::dispatch);
    }

    /** Adds a message, which shares a batch with what others bring; blocks while too much is held. */
    void add(K key, Pending pending) {
        add(key, pending, shared);
    }

    /** Adds messages that are a batch already: they share batches with one another only, and nothing lingers. */
    void addTogether(Map<Pending, K> messages) {
        Batcher<K, Pending> own = Batcher.withoutLinger(bounds, this::dispatch);
        messages.forEach((pending, key) -> add(key, pending, own));
        own.flush(FlushCause.TOGETHER);
    }

    private void add(K key, Pending pending, Batcher<K, Pending> batcher) {
        listener.received(pending.message());
        try {
            // Open batches hold the memory that callers wait for, those of this very caller among them.
            memory.take(pending.bytes(), () -> {
                batcher.flush(FlushCause.PRESSURE);
                shared.flush(FlushCause.PRESSURE);
            });
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            outcomes.failed(
                    List.of(pending), BlobStoreException.retryable("persist: interrupted while waiting for memory"));
            return;
        }
        batcher.add(key, pending, pending.bytes());
    }

    private void dispatch(Batch<K, Pending> batch) {
        memory.handedOn(batch.bytes());
        CompletableFuture<?> written;
        try {
            listener.flushed(new PersistorListener.Flush(
                    batch.key().toString(),
                    Pending.view(batch.elements()),
                    batch.bytes(),
                    batch.cause(),
                    batch.waited()));
            written = target.write(batch.key(), batch.elements());
        } catch (Throwable e) {
            written = CompletableFuture.failedFuture(e);
        }
        CompletableFuture<?> unused = written.whenComplete((done, failure) -> release(batch, failure));
    }

    private void release(Batch<K, Pending> batch, Throwable failure) {
        try {
            Throwable cause =
                    failure == null ? new IllegalStateException("messages were left without an outcome") : failure;
            target.fail(batch.key(), batch.elements(), cause);
        } finally {
            batch.elements().forEach(pending -> memory.giveBack(pending.bytes()));
        }
    }

    /** Has everything that waits written now, and everything that still comes at once. */
    @Override
    public void close() {
        shared.close();
        timer.close();
    }
}
