package dev.persistor.core;

import dev.persistor.core.batch.Batch;
import dev.persistor.core.batch.BatchMemory;
import dev.persistor.core.batch.Batcher;
import dev.persistor.core.batch.Batching;
import dev.persistor.core.batch.FlushCause;
import dev.persistor.core.batch.LingerTimer;
import dev.persistor.core.format.MessageFormats;
import dev.persistor.core.message.Message;
import dev.persistor.core.message.Position;
import dev.persistor.core.store.BlobStoreException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes messages of logs durable, in one blob each however often they are read: by a process that begins again where the one
 * before was killed, or by two that hold the same partition for a while.
 *
 * <p>Batches of a partition are written one after another, and each is named after its first message alone. So the store
 * itself decides between writers: whoever finds a name taken reads how far that batch goes, compares, and goes on behind it. Where a
 * folder's batches end is looked up once for each folder, when its first message comes.
 *
 * <p>Offsets are compared only within one log. Where a broker gives an offset to another message, as after a truncation or where
 * it does not tell a topic from the one that had its name before, the message that differs from the one in the archive is a
 * collision, and is stored beside it.
 *
 * <p>It holds for a log whose messages stay what they are. Where a broker drops messages out of its midst (compaction), a
 * batch can begin behind the one it would have been, and some messages then are in two.
 *
 * <p>Thread-safe.
 */
public final class LogCapture implements AutoCloseable {

    /** The patience of whoever has nothing better to do than to go on trying. */
    public static final Duration ENDLESS = Duration.ofDays(36_500);

    private static final Logger LOG = LoggerFactory.getLogger(LogCapture.class);
    /** Some 16 MiB. */
    private static final int REMEMBERED_MESSAGES = 500_000;

    private static final int THREADS = 32;
    private static final long IDLE_SECONDS = 30;

    private record Name(String source, String log, String partition) {}

    /** A message of a log whose caller has a future. */
    private final class Awaited extends Pending {
        private final CompletableFuture<Archived> future = new CompletableFuture<>();
        private final LogPartition partition;

        Awaited(Message message, LogPartition partition) {
            super(message);
            this.partition = partition;
        }

        @Override
        boolean isSettled() {
            return future.isDone();
        }

        @Override
        void durable(Receipt receipt) {
            future.complete(Archived.as(receipt));
        }

        @Override
        void failed(PersistException failure) {
            try {
                future.complete(afterFailure(failure));
            } catch (Throwable e) {
                future.completeExceptionally(e);
            }
        }

        private Archived afterFailure(PersistException failure) {
            if (partition.isForgotten()) {
                throw new CancellationException(partition + " was forgotten before a message of it was durable");
            }
            return capture.afterFailure(message(), failure);
        }
    }

    private final Capture capture;
    private final Batching bounds;
    private final PersistorListener listener;
    private final Outcomes outcomes;
    private final BlobWriter writer;
    private final Duration patience;
    private final ThreadPoolExecutor threads;
    private final LingerTimer timer = new LingerTimer();
    private final BatchMemory memory;
    private final Batcher<LogPartition, Pending> batcher;
    private final MessageFormats formats = MessageFormats.installed();
    private final StoredBatches stored = new StoredBatches(REMEMBERED_MESSAGES);
    private final LongAdder lost = new LongAdder();
    private final Map<Name, LogPartition> partitions = new ConcurrentHashMap<>();

    LogCapture(Capture capture, Batching bounds, BlobWriter writer, PersistorListener listener, Duration patience) {
        this.capture = capture;
        this.bounds = bounds;
        this.writer = writer;
        this.listener = listener;
        this.outcomes = new Outcomes(listener);
        this.patience = patience;
        AtomicInteger number = new AtomicInteger();
        this.threads = new ThreadPoolExecutor(
                THREADS, THREADS, IDLE_SECONDS, TimeUnit.SECONDS, new LinkedBlockingQueue<>(), task -> {
                    Thread thread = new Thread(task, "persistor-log-" + number.incrementAndGet());
                    thread.setDaemon(true);
                    return thread;
                });
        this.threads.allowCoreThreadTimeOut(true);
        this.memory = new BatchMemory(bounds.maxHeldBytes());
        this.batcher = new Batcher<>(bounds, timer, this::dispatch);
    }

    /**
     * Begins to make a message durable; what becomes of it is told as {@link Capture#begin} tells it. The messages of a
     * partition come in the order of their offsets. When one fails, so do all that follow it, until the partition
     * {@linkplain #forget was forgotten}: a later batch must not be there before an earlier one. A message of a partition that is
     * forgotten before it is durable ends with a {@link CancellationException}.
     *
     * <p>Callers who bring more than may be under way wait.
     *
     * @throws IllegalArgumentException if the message has no position
     */
    public CompletableFuture<Archived> begin(Message message) {
        Position position = message.position()
                .orElseThrow(() -> new IllegalArgumentException("a message of a log has a position: " + message));
        if (!bounds.isOn()) {
            return capture.begin(message, threads);
        }
        Name name = new Name(message.source(), position.log(), position.partition());
        LogPartition partition = partitions.computeIfAbsent(name, this::open);
        Awaited pending = new Awaited(message, partition);
        try {
            // Open batches hold what is waited for.
            memory.take(pending.bytes(), () -> batcher.flush(FlushCause.PRESSURE));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            outcomes.failed(
                    List.of(pending), BlobStoreException.retryable("persist: interrupted while waiting for memory"));
            return pending.future;
        }
        batcher.add(partition, pending, pending.bytes());
        return pending.future;
    }

    private LogPartition open(Name name) {
        LogFolder.Log log =
                new LogFolder.Log(capture.store(), formats, stored, name.source(), name.log(), name.partition());
        LogFolders folders = new LogFolders(log, writer, outcomes);
        return new LogPartition(capture, folders, outcomes, threads, patience);
    }

    private void dispatch(Batch<LogPartition, Pending> batch) {
        memory.handedOn(batch.bytes());
        try {
            listener.flushed(new PersistorListener.Flush(
                    batch.key().toString(), batch.elements().size(), batch.bytes(), batch.cause(), batch.waited()));
            CompletableFuture<?> unused =
                    batch.key().append(batch.elements()).whenComplete((done, failure) -> giveBack(batch));
        } catch (Throwable e) {
            // It was not appended. What follows it must fail too, and callers wait for each of these futures.
            try {
                batch.key().fail(batch.elements(), e);
            } finally {
                giveBack(batch);
            }
        }
    }

    private void giveBack(Batch<LogPartition, Pending> batch) {
        batch.elements().forEach(pending -> memory.giveBack(pending.bytes()));
    }

    /**
     * Forgets what it knows of a partition, which somebody else may have written to since: to be called when the partition is
     * taken over, or is read again from an earlier offset. What is under way goes on, but is not tried again.
     */
    public void forget(String source, String log, String partition) {
        LogPartition forgotten = partitions.remove(new Name(source, log, partition));
        if (forgotten != null) {
            forgotten.forget();
        }
    }

    /** Reports offsets that are not archived and cannot be read any more: as an error, to the listener, and in the count. */
    public void lost(LostOffsets offsets) {
        lost.add(offsets.size());
        listener.lost(offsets);
        LOG.atError()
                .addKeyValue("source", offsets.source())
                .addKeyValue("partition", offsets.partition())
                .addKeyValue("log", offsets.log())
                .log(
                        "{} offset(s) of {}, partition {}, are lost: {} to {}. {}",
                        offsets.size(),
                        offsets.source(),
                        offsets.partition(),
                        offsets.first(),
                        offsets.last(),
                        offsets.cause());
    }

    /**
     * Reports that a topic or hub was deleted and created again: its new log is read from its beginning.
     *
     * @param before the identity of the log that is gone
     * @param now the identity of the log that is there now
     */
    public void recreated(String source, String before, String now) {
        listener.recreated(source);
        LOG.atError()
                .addKeyValue("source", source)
                .log(
                        "{} was deleted and created again: the log {} is gone. Persistor reads the log {} from its"
                                + " beginning",
                        source,
                        before,
                        now);
    }

    /** Returns how many offsets were reported as lost. */
    public long lostOffsets() {
        return lost.sum();
    }

    /** Has what it holds written, and waits for it; nothing is tried again any more. Messages that come now may fail. */
    @Override
    public void close() {
        batcher.close();
        timer.close();
        partitions.values().forEach(LogPartition::giveUp);
        for (LogPartition partition : partitions.values()) {
            partition.awaitEnd();
        }
        threads.shutdown();
        outcomes.close();
    }
}
