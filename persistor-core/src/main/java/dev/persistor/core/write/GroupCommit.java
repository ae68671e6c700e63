package dev.persistor.core.write;

import dev.persistor.core.batch.Batching;
import dev.persistor.core.format.UnencodableMessageException;
import dev.persistor.core.message.Message;
import dev.persistor.core.message.Position;
import dev.persistor.core.store.BlobStoreException;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;

/**
 * Lets concurrent callers share blobs. Each future completes when the blob with its message is durable.
 *
 * <p>Thread-safe.
 */
final class GroupCommit implements AutoCloseable {

    /**
     * The values that all messages of one blob share. Source, log and the broker's partition are part of it beside the folder, so that
     * the offsets of two logs never meet in one name.
     */
    private record Key(String folder, String source, String log, String partition) {
        @Override
        public String toString() {
            return folder;
        }
    }

    private final BlobWriter writer;
    private final Executor threads;
    private final Outcomes outcomes;
    private final Accumulator<Key> accumulator;
    private volatile boolean isAbandoned;

    /** Makes a group commit; batches are written on the threads, as many at a time as there are threads. */
    GroupCommit(Batching bounds, BlobWriter writer, Executor threads, PersistorListener listener, Outcomes outcomes) {
        this.writer = writer;
        this.threads = threads;
        this.outcomes = outcomes;
        this.accumulator = new Accumulator<>(bounds, listener, outcomes, new Blobs());
    }

    /** Takes a message in, to share a blob with what others bring; blocks while too much is held. */
    CompletableFuture<Receipt> persist(Message message) {
        Pending pending = new Pending(message);
        accumulator.add(keyOf(message), pending);
        return pending.future();
    }

    /** Takes messages in that are a batch already: they share blobs with one another only. */
    List<CompletableFuture<Receipt>> persistTogether(Collection<Message> messages) {
        Map<Pending, Key> pending = new LinkedHashMap<>();
        messages.forEach(message -> pending.put(new Pending(message), keyOf(message)));
        accumulator.addTogether(pending);
        return pending.keySet().stream().map(Pending::future).toList();
    }

    private Key keyOf(Message message) {
        return new Key(
                writer.partitionOf(message),
                message.source(),
                message.position().map(Position::log).orElse(""),
                message.position().map(Position::partition).orElse(""));
    }

    /** Writes each batch as one blob. */
    private final class Blobs implements Accumulator.Target<Key> {

        @Override
        public CompletableFuture<?> write(Key key, List<Pending> batch) {
            CompletableFuture<Void> written = new CompletableFuture<>();
            Persistor.execute(threads, () -> complete(written, batch));
            return written;
        }

        @Override
        public void fail(Key key, List<Pending> batch, Throwable cause) {
            List<Pending> left = Pending.unsettled(batch);
            if (!left.isEmpty()) {
                outcomes.failed(left, cause);
            }
        }
    }

    private void complete(CompletableFuture<Void> written, List<Pending> batch) {
        try {
            writeWhatCanBe(Pending.inOrder(batch));
            written.complete(null);
        } catch (Throwable e) {
            written.completeExceptionally(e);
        }
    }

    private void writeWhatCanBe(List<Pending> pending) {
        while (!pending.isEmpty()) {
            if (isAbandoned) {
                throw BlobStoreException.retryable("persist: interrupted before the batch was written");
            }
            try {
                outcomes.durable(pending, writer.write(Pending.messages(pending)));
                return;
            } catch (UnencodableMessageException e) {
                outcomes.unencodable(pending, e);
            }
        }
    }

    /** Has everything that waits written now, and everything that still comes at once. */
    @Override
    public void close() {
        accumulator.close();
    }

    /** Fails the batches whose writing never started. */
    void abandon(List<Runnable> neverStarted) {
        isAbandoned = true;
        neverStarted.forEach(Runnable::run);
    }
}
