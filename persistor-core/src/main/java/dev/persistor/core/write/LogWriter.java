package dev.persistor.core.write;

import dev.persistor.core.batch.Batching;
import dev.persistor.core.format.MessageFormats;
import dev.persistor.core.log.OutageLog;
import dev.persistor.core.message.Message;
import dev.persistor.core.message.Position;
import dev.persistor.core.store.BlobSource;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import org.slf4j.LoggerFactory;

/**
 * Writes messages of logs, each into one blob however often the logs are read: by a process that starts again where the one before
 * was killed, or by two that hold the same partition for a while.
 *
 * <p>Batches of a partition are written one after another, and each is named after its first message alone. So the store
 * itself decides between writers: a writer that finds a name taken reads how far that batch goes, compares, and continues after it.
 * The end of a folder's batches is looked up once for each folder, when its first message comes.
 *
 * <p>Offsets are compared only within one log. A broker can give an offset to another message: after a truncation, or where it does
 * not tell a topic from the one that had its name before. A message that differs from the one in the archive is a collision, and is
 * stored beside it.
 *
 * <p>This holds for a log whose messages do not change. Where a broker removes messages from the middle (compaction), a
 * batch can begin later than it would have, and some messages are then in two blobs.
 *
 * <p>Thread-safe.
 */
public final class LogWriter implements AutoCloseable {

    /** Some 16 MiB. */
    private static final int REMEMBERED_MESSAGES = 500_000;

    private record Name(String source, String log, String partition) {}

    /** A message whose failure is not reported to its caller as one when its partition was forgotten meanwhile. */
    private static final class InPartition extends Pending {
        private final LogPartition partition;

        InPartition(Message message, LogPartition partition) {
            super(message);
            this.partition = partition;
        }

        @Override
        void fail(PersistException failure) {
            if (partition.isForgotten()) {
                future().completeExceptionally(new CancellationException(
                        partition + " was released before a message of it was durable"));
            } else {
                super.fail(failure);
            }
        }
    }

    /** Appends each batch to its partition. */
    private static final class Partitions implements Accumulator.Target<LogPartition> {

        @Override
        public CompletableFuture<?> write(LogPartition partition, List<Pending> batch) {
            return partition.append(batch);
        }

        @Override
        public void fail(LogPartition partition, List<Pending> batch, Throwable cause) {
            partition.fail(batch, cause);
        }
    }

    private final BlobWriter writer;
    private final BlobSource archive;
    private final Originals originals;
    private final Duration retryFor;
    private final Executor threads;
    private final Outcomes outcomes;
    private final Accumulator<LogPartition> accumulator;
    private final OutageLog outages = new OutageLog(LoggerFactory.getLogger(LogWriter.class));
    private final MessageFormats formats = MessageFormats.installed();
    private final StoredBatches stored = new StoredBatches(REMEMBERED_MESSAGES);
    private final Map<Name, LogPartition> partitions = new ConcurrentHashMap<>();

    LogWriter(
            Batching bounds,
            BlobWriter writer,
            PersistorListener listener,
            BlobSource archive,
            Originals originals,
            Duration retryFor,
            Executor threads) {
        this.writer = writer;
        this.archive = archive;
        this.originals = originals;
        this.retryFor = retryFor;
        this.threads = threads;
        this.outcomes = new Outcomes(listener);
        this.accumulator = new Accumulator<>(bounds, listener, outcomes, new Partitions());
    }

    /**
     * Begins to make a message durable. The messages of a partition come in the order of their offsets. When one fails, so do all
     * that follow it, until the partition {@linkplain #forget is forgotten}: a later batch must not be stored before an earlier
     * one. Callers beyond the limit of the batching block.
     *
     * @return completes with the receipt when the message is durable. It fails with a {@link PersistException} when the message may not
     *     be durable, and with a {@link CancellationException} when its partition was forgotten first
     * @throws IllegalArgumentException if the message has no position
     */
    public CompletableFuture<Receipt> persist(Message message) {
        Position position = message.position()
                .orElseThrow(() -> new IllegalArgumentException("a message of a log must have a position: " + message));
        Name name = new Name(message.source(), position.log(), position.partition());
        LogPartition partition = partitions.computeIfAbsent(name, this::open);
        Pending pending = new InPartition(message, partition);
        accumulator.add(partition, pending);
        return pending.future();
    }

    private LogPartition open(Name name) {
        LogFolder.Log log = new LogFolder.Log(archive, formats, stored, name.source(), name.log(), name.partition());
        LogFolders folders = new LogFolders(log, writer, outcomes);
        return new LogPartition(folders, originals, outcomes, outages, threads, retryFor);
    }

    /**
     * Forgets what is known of a partition, which another process may have written to since. Call it when the partition is
     * taken over, or is read again from an earlier offset. What is under way continues, but is not retried.
     */
    public void forget(String source, String log, String partition) {
        LogPartition forgotten = partitions.remove(new Name(source, log, partition));
        if (forgotten != null) {
            forgotten.forget();
        }
    }

    /** Has what it holds written, and waits for it; nothing is retried any more. Messages that come now may fail. */
    @Override
    public void close() {
        accumulator.close();
        partitions.values().forEach(LogPartition::giveUp);
        partitions.values().forEach(LogPartition::awaitEnd);
        outcomes.close();
        outages.close();
    }
}
