package dev.persistor.core.write;

import dev.persistor.core.batch.Batching;
import dev.persistor.core.format.MessageFormat;
import dev.persistor.core.format.RawFormat;
import dev.persistor.core.message.Message;
import dev.persistor.core.message.MessageSize;
import dev.persistor.core.naming.NamingPolicy;
import dev.persistor.core.naming.PathTemplate;
import dev.persistor.core.store.BlobSink;
import dev.persistor.core.store.BlobSource;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Executor;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.IntSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes messages durable: the way into Persistor.
 *
 * <p>A message is durable when its future has completed, or {@link #persistAll} has returned; acknowledge it then and
 * not before. A message that was persisted before finds its blob there and is durable again, with nothing written.
 *
 * <p>Without batching, each message becomes a blob. At most {@linkplain Builder#concurrency as many as the concurrency
 * allows} are written at a time on threads of Persistor's own, and as many wait for them. Beyond that the callers' own threads write, so
 * that a flood slows its callers down and holds no more memory.
 *
 * <p>With {@linkplain Builder#batching batching}, concurrent callers share blobs (group commit): one for each folder, source
 * and partition of the broker at a time. A batch is written when it is full or its linger is over. A flood waits when as
 * many bytes are held as may be.
 *
 * <p>Defaults: the path template {@code {source}/{yyyy}/{MM}/{dd}/{HH}/{id}{ext}}, the raw format, no batching, a
 * concurrency that adapts to the store. Failures of a store are retried as the store says; see
 * {@link dev.persistor.core.store.BlobStore#withRetries}.
 *
 * <p>Thread-safe.
 */
public final class Persistor implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(Persistor.class);
    /** Batches are written by so many threads: each is a large request. */
    private static final int BATCHES_AT_A_TIME = 32;

    private static final long IDLE_SECONDS = 30;
    /** The maximum number of single messages in progress, including waiting ones. */
    private static final long MOST_BYTES = 64 << 20;

    private final PersistorListener listener;
    private final Batching batching;
    private final BlobWriter writer;
    private final Outcomes outcomes;
    private final Counters counters;
    private final IntSupplier concurrency;
    private final AtomicLong bytesTaken = new AtomicLong();
    private final ThreadPoolExecutor threads;
    private final @Nullable GroupCommit groupCommit;

    private Persistor(Builder builder) {
        this.counters = builder.counters;
        List<PersistorListener> all = new ArrayList<>(builder.listeners);
        all.add(0, counters);
        this.listener = new Listeners(all);
        this.batching = builder.batching;
        this.outcomes = new Outcomes(listener);
        this.writer = new BlobWriter(builder.sink, builder.naming, builder.format, listener);
        this.concurrency = builder.concurrency();
        this.threads = threads(concurrency.getAsInt());
        // Batches that find no free thread wait in the queue; the group commit bounds them by their bytes.
        this.groupCommit =
                builder.batching.isOn() ? new GroupCommit(builder.batching, writer, threads, listener, outcomes) : null;
    }

    private static ThreadPoolExecutor threads(int count) {
        AtomicInteger number = new AtomicInteger();
        ThreadPoolExecutor threads = new ThreadPoolExecutor(
                count,
                count,
                IDLE_SECONDS,
                TimeUnit.SECONDS,
                new LinkedBlockingQueue<>(),
                task -> new Thread(task, "persistor-" + number.incrementAndGet()));
        threads.allowCoreThreadTimeOut(true);
        return threads;
    }

    /**
     * Returns a builder.
     *
     * @param sink where blobs go; the caller closes it
     */
    public static Builder builder(BlobSink sink) {
        return new Builder(sink);
    }

    /**
     * Makes one message durable.
     *
     * <p>With batching it shares a blob with whatever others bring in the meantime, and the call waits only while as many
     * bytes are held as may be. Without, when all of Persistor's threads are busy and as many messages wait for them, the caller's
     * writes, and the call returns when it is done.
     *
     * @return completes with the receipt when the message is durable, and with a {@link PersistException} when it may
     *     not be
     * @throws IllegalStateException if this Persistor is closed
     */
    public CompletableFuture<Receipt> persist(Message message) {
        Objects.requireNonNull(message, "message");
        requireOpen();
        if (groupCommit != null) {
            return groupCommit.persist(message);
        }
        listener.received(message);
        CompletableFuture<Receipt> future = new CompletableFuture<>();
        long bytes = MessageSize.of(message);
        if (isTaken(bytes)) {
            execute(threads, () -> {
                complete(future, message);
                bytesTaken.addAndGet(-bytes);
            });
        } else {
            complete(future, message);
        }
        return future;
    }

    /**
     * Takes a message for the threads, if few enough wait for them: as many as are written at a time, so that no thread is idle while a
     * caller's thread writes.
     */
    private synchronized boolean isTaken(long bytes) {
        int most = concurrency.getAsInt();
        if (most > threads.getMaximumPoolSize()) {
            threads.setMaximumPoolSize(most);
            threads.setCorePoolSize(most);
        } else if (most < threads.getCorePoolSize()) {
            threads.setCorePoolSize(most);
            threads.setMaximumPoolSize(most);
        }
        boolean hasRoom = bytesTaken.get() == 0 || bytesTaken.get() + bytes <= MOST_BYTES;
        if (threads.getQueue().size() >= most || !hasRoom) {
            return false;
        }
        bytesTaken.addAndGet(bytes);
        return true;
    }

    /** Runs a task on the threads, or on the caller's. */
    static void execute(Executor threads, Runnable task) {
        try {
            threads.execute(task);
        } catch (RejectedExecutionException e) {
            // It was closed a moment ago; the message is not lost.
            task.run();
        }
    }

    private void requireOpen() {
        if (threads.isShutdown()) {
            throw new IllegalStateException("this Persistor is closed");
        }
    }

    private void complete(CompletableFuture<Receipt> future, Message message) {
        try {
            future.complete(write(message));
        } catch (Throwable e) {
            // An Error of a listener, too: the caller waits for this future.
            future.completeExceptionally(e);
        }
    }

    private Receipt write(Message message) {
        try {
            Receipt receipt = writer.write(List.of(message));
            outcomes.durable(message, receipt);
            return receipt;
        } catch (Throwable e) {
            outcomes.reportFailed(List.of(message), e);
            throw new PersistException(List.of(new PersistException.Failure(message, e)), List.of());
        }
    }

    /**
     * Makes messages durable and waits until they are, each as {@link #persist} does. All are tried, whatever becomes of
     * the others.
     *
     * @return the receipts, in the messages' order
     * @throws PersistException if any may not be durable; it names them, and all others are durable
     * @throws IllegalStateException if this Persistor is closed
     */
    public List<Receipt> persistAll(Collection<Message> messages) {
        if (groupCommit == null && messages.size() == 1) {
            requireOpen();
            Message message = messages.iterator().next();
            listener.received(message);
            return List.of(write(message));
        }
        return await(messages.stream().map(this::persist).toList());
    }

    /**
     * Makes messages durable that are a batch already, such as what a broker with ordered partitions delivers at a time,
     * and waits until they are. They share blobs with one another only, within the bounds of a batch, so
     * that the same delivery makes the same blobs; nothing lingers. Without batching it is the same as
     * {@link #persistAll}.
     *
     * @return the receipts, in the messages' order
     * @throws PersistException if any may not be durable; it names them, and all others are durable
     * @throws IllegalStateException if this Persistor is closed
     */
    public List<Receipt> persistTogether(Collection<Message> messages) {
        if (groupCommit == null) {
            return persistAll(messages);
        }
        requireOpen();
        return await(groupCommit.persistTogether(messages));
    }

    private static List<Receipt> await(List<CompletableFuture<Receipt>> futures) {
        List<Receipt> receipts = new ArrayList<>(futures.size());
        List<PersistException.Failure> failures = new ArrayList<>();
        for (CompletableFuture<Receipt> future : futures) {
            try {
                receipts.add(future.join());
            } catch (CompletionException e) {
                if (!(e.getCause() instanceof PersistException failure)) {
                    throw e;
                }
                failures.addAll(failure.failures());
            }
        }
        if (!failures.isEmpty()) {
            throw new PersistException(failures, receipts);
        }
        return receipts;
    }

    /**
     * Returns a writer of logs: brokers whose partitions number their messages. It writes to the same sink, with the same naming,
     * format, batching and listeners. Without batching there is none: each message is a blob of its own then.
     *
     * @param archive where the sink's blobs are read
     * @param originals finds originals of replayed messages, which are not written again
     * @param retryFor how long a batch is retried after the retries of the sink are over; zero for not at all
     * @param threads run the writes and look-ups
     */
    public Optional<LogWriter> logs(BlobSource archive, Originals originals, Duration retryFor, Executor threads) {
        return batching.isOn()
                ? Optional.of(new LogWriter(batching, writer, listener, archive, originals, retryFor, threads))
                : Optional.empty();
    }

    /** Returns the counters that this Persistor keeps. */
    public Counters counters() {
        return counters;
    }

    /**
     * Takes no more messages and waits until those under way are durable or have failed. When the waiting thread is
     * interrupted, the writes are interrupted too, and their futures fail.
     */
    @Override
    public void close() {
        if (groupCommit != null) {
            groupCommit.close();
        }
        threads.shutdown();
        try {
            while (!threads.awaitTermination(1, TimeUnit.MINUTES)) {
                LOG.warn("Closing: waiting for {} message(s) in progress", threads.getActiveCount());
            }
        } catch (InterruptedException e) {
            List<Runnable> neverStarted = threads.shutdownNow();
            if (groupCommit != null) {
                groupCommit.abandon(neverStarted);
            }
            Thread.currentThread().interrupt();
        }
        outcomes.close();
    }

    /** Collects what a Persistor is made of. Not thread-safe. */
    public static final class Builder {
        private final BlobSink sink;
        private NamingPolicy naming = PathTemplate.DEFAULT;
        private OptionalInt concurrency = OptionalInt.empty();
        private MessageFormat format = new RawFormat();
        private Batching batching = Batching.off();
        private Counters counters = new Counters();
        private final List<PersistorListener> listeners = new ArrayList<>();

        private Builder(BlobSink sink) {
            this.sink = Objects.requireNonNull(sink, "sink");
        }

        /** Sets how blobs are named. Default: {@link PathTemplate#DEFAULT}. */
        public Builder naming(NamingPolicy naming) {
            this.naming = Objects.requireNonNull(naming, "naming");
            return this;
        }

        /** Sets how messages become blobs. Default: {@link RawFormat}. */
        public Builder format(MessageFormat format) {
            this.format = Objects.requireNonNull(format, "format");
            return this;
        }

        /** Sets how many messages share a blob. Default: {@link Batching#off()}. */
        public Builder batching(Batching batching) {
            this.batching = Objects.requireNonNull(batching, "batching");
            return this;
        }

        /** Adds an observer. Default: none. */
        public Builder listener(PersistorListener listener) {
            this.listeners.add(Objects.requireNonNull(listener, "listener"));
            return this;
        }

        /**
         * Fixes how many blobs are written at a time on Persistor's threads. Default: as many as the
         * {@linkplain BlobSink#writeConcurrency sink} takes best; with batching 32.
         *
         * @throws IllegalArgumentException if it is under 1
         */
        public Builder concurrency(int concurrency) {
            if (concurrency < 1) {
                throw new IllegalArgumentException("the concurrency must be 1 or more, and is " + concurrency);
            }
            this.concurrency = OptionalInt.of(concurrency);
            return this;
        }

        private IntSupplier concurrency() {
            if (concurrency.isPresent()) {
                return concurrency::getAsInt;
            }
            return batching.isOn() ? () -> BATCHES_AT_A_TIME : sink::writeConcurrency;
        }

        /** Sets where to count. Default: counters of its own. */
        public Builder counters(Counters counters) {
            this.counters = Objects.requireNonNull(counters, "counters");
            return this;
        }

        /**
         * Returns the Persistor; no thread is started before the first message.
         *
         * @throws IllegalStateException if batches are wanted of a format that holds none
         */
        public Persistor build() {
            if (batching.isOn() && !format.holdsBatches()) {
                throw new IllegalStateException(
                        "the format " + format.name() + " holds one message in a blob, so it cannot have batches of up"
                                + " to " + batching.maxMessages() + " messages");
            }
            return new Persistor(this);
        }
    }
}
