package dev.persistor.core.capture;

import dev.persistor.core.message.Message;
import dev.persistor.core.message.Position;
import dev.persistor.core.thread.DaemonThreads;
import dev.persistor.core.write.LogWriter;
import dev.persistor.core.write.LostOffsets;
import dev.persistor.core.write.PersistorListener;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Captures messages of logs: brokers whose partitions number their messages. With batching they are written by a
 * {@link LogWriter}, in one blob each however often the log is read. It also reports what happened to the logs themselves.
 *
 * <p>Thread-safe.
 */
public final class PartitionWriter implements AutoCloseable {

    /** A time to retry that is never over: for a process that runs until it is stopped. */
    public static final Duration ENDLESS = Duration.ofDays(36_500);

    private static final Logger LOG = LoggerFactory.getLogger(PartitionWriter.class);
    private static final int THREADS = 32;
    private static final long IDLE_SECONDS = 30;

    private final Capture capture;
    private final PersistorListener listener;
    private final ThreadPoolExecutor threads;
    /** Absent without batching: each message is a blob of its own then. */
    private final Optional<LogWriter> batches;

    private final LongAdder lost = new LongAdder();

    PartitionWriter(Capture capture, PersistorListener listener, Duration retryFor) {
        this.capture = capture;
        this.listener = listener;
        this.threads = new ThreadPoolExecutor(
                THREADS,
                THREADS,
                IDLE_SECONDS,
                TimeUnit.SECONDS,
                new LinkedBlockingQueue<>(),
                DaemonThreads.numbered("persistor-log"));
        this.threads.allowCoreThreadTimeOut(true);
        this.batches = capture.logWriter(retryFor, threads);
    }

    /**
     * Begins to make a message durable; the future completes as that of {@link Capture#begin} does. The messages of a
     * partition come in the order of their offsets. With batching, when one fails, so do all that follow it, until the partition
     * {@linkplain #forget is forgotten}. A message of a partition that is forgotten before it is durable ends with a
     * {@link CancellationException}.
     *
     * <p>Callers beyond the limit of the batching block.
     *
     * @throws IllegalArgumentException if the message has no position
     */
    public CompletableFuture<Archived> begin(Message message) {
        Optional<Position> position = message.position();
        if (position.isEmpty()) {
            throw new IllegalArgumentException("a message of a log must have a position: " + message);
        }
        return batches.map(logs -> capture.withRejection(message, logs.persist(message)))
                .orElseGet(() -> capture.begin(message, threads));
    }

    /**
     * Forgets what is known of a partition, which another process may have written to since. Call it when the partition is
     * taken over, or is read again from an earlier offset. What is under way continues, but is not retried.
     */
    public void forget(String source, String log, String partition) {
        batches.ifPresent(logs -> logs.forget(source, log, partition));
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
     * @param before the identity of the log that was deleted
     * @param now the identity of the log that exists now
     */
    public void recreated(String source, String before, String now) {
        listener.recreated(source);
        LOG.atError()
                .addKeyValue("source", source)
                .log(
                        "{} was deleted and created again: the log {} no longer exists. Persistor reads the log {} from"
                                + " its beginning",
                        source,
                        before,
                        now);
    }

    /** Returns how many offsets were reported as lost. */
    public long lostOffsets() {
        return lost.sum();
    }

    /** Has what it holds written, and waits for it; nothing is retried any more. Messages that come now may fail. */
    @Override
    public void close() {
        batches.ifPresent(LogWriter::close);
        threads.shutdown();
    }
}
