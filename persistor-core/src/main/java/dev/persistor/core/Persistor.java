package dev.persistor.core;

import dev.persistor.core.message.Message;
import dev.persistor.core.naming.NamingPolicy;
import dev.persistor.core.naming.PathTemplate;
import dev.persistor.core.store.BlobSink;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes messages durable: the way into Persistor.
 *
 * <p>A message is durable when its future has completed, or {@link #persistAll} has returned; acknowledge it then and
 * not before. A message that was persisted before finds its blob there and is durable again, with nothing written.
 *
 * <p>At most {@linkplain Builder#concurrency as many messages as the concurrency allows} are written at a time on
 * threads of Persistor's own. Beyond that the callers' own threads write, so that a flood slows its callers down and
 * holds no more memory.
 *
 * <p>Defaults: the path template {@code {source}/{yyyy}/{MM}/{dd}/{HH}/{id}{ext}}, a concurrency of 32. The sink is
 * taken as it is: wrap it in a {@link dev.persistor.core.store.RetryingBlobSink} to have failures retried.
 *
 * <p>Thread-safe.
 */
public final class Persistor implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(Persistor.class);
    private static final int DEFAULT_CONCURRENCY = 32;
    private static final long IDLE_SECONDS = 30;

    private final MessageWriter writer;
    private final Counters counters;
    private final ThreadPoolExecutor threads;

    private Persistor(Builder builder) {
        this.counters = builder.counters;
        this.writer = new MessageWriter(builder.sink, builder.naming, builder.counters);
        AtomicInteger number = new AtomicInteger();
        this.threads = new ThreadPoolExecutor(
                0,
                builder.concurrency,
                IDLE_SECONDS,
                TimeUnit.SECONDS,
                new SynchronousQueue<>(),
                task -> new Thread(task, "persistor-" + number.incrementAndGet()));
    }

    /**
     * Returns a builder.
     *
     * @param sink where blobs go; whoever opened it closes it
     */
    public static Builder builder(BlobSink sink) {
        return new Builder(sink);
    }

    /**
     * Makes one message durable. When all of Persistor's threads are busy, the caller's writes, and the call returns
     * when it is done.
     *
     * @return completes with the receipt when the message is durable, and with a {@link PersistException} when it may
     *     not be
     * @throws IllegalStateException if this Persistor is closed
     */
    public CompletableFuture<Receipt> persist(Message message) {
        Objects.requireNonNull(message, "message");
        CompletableFuture<Receipt> future = new CompletableFuture<>();
        run(() -> complete(future, message));
        return future;
    }

    private void run(Runnable task) {
        requireOpen();
        try {
            threads.execute(task);
        } catch (RejectedExecutionException e) {
            // All threads are busy, or it was closed a moment ago; either way the message is not lost.
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
        } catch (PersistException e) {
            future.completeExceptionally(e);
        }
    }

    private Receipt write(Message message) {
        try {
            return writer.write(message);
        } catch (Throwable e) {
            counters.countFailed();
            LOG.error(
                    "Failure {} in this process: message {} of {}, published {}, is not persisted: {}",
                    counters.failed(),
                    message.id(),
                    message.source(),
                    message.publishTime(),
                    e.getMessage());
            throw new PersistException(List.of(new PersistException.Failure(message, e)), List.of());
        }
    }

    /**
     * Makes messages durable and waits until they are. All are tried, whatever becomes of the others.
     *
     * @return the receipts, in the messages' order
     * @throws PersistException if any may not be durable; it names them, and all others are durable
     * @throws IllegalStateException if this Persistor is closed
     */
    public List<Receipt> persistAll(Collection<Message> messages) {
        if (messages.size() == 1) {
            requireOpen();
            return List.of(write(messages.iterator().next()));
        }
        List<CompletableFuture<Receipt>> futures =
                messages.stream().map(this::persist).toList();
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
        threads.shutdown();
        try {
            while (!threads.awaitTermination(1, TimeUnit.MINUTES)) {
                LOG.warn("Closing waits for {} message(s) under way", threads.getActiveCount());
            }
        } catch (InterruptedException e) {
            threads.shutdownNow();
            Thread.currentThread().interrupt();
        }
    }

    /** Collects what a Persistor is made of. Not thread-safe. */
    public static final class Builder {
        private final BlobSink sink;
        private NamingPolicy naming = PathTemplate.DEFAULT;
        private int concurrency = DEFAULT_CONCURRENCY;
        private Counters counters = new Counters();

        private Builder(BlobSink sink) {
            this.sink = Objects.requireNonNull(sink, "sink");
        }

        /** Sets how blobs are named. Default: {@link PathTemplate#DEFAULT}. */
        public Builder naming(NamingPolicy naming) {
            this.naming = Objects.requireNonNull(naming, "naming");
            return this;
        }

        /**
         * Sets how many messages are written at a time on Persistor's threads. Default: 32.
         *
         * @throws IllegalArgumentException if it is under 1
         */
        public Builder concurrency(int concurrency) {
            if (concurrency < 1) {
                throw new IllegalArgumentException("the concurrency must be 1 or more, and is " + concurrency);
            }
            this.concurrency = concurrency;
            return this;
        }

        /** Sets where to count. Default: counters of its own. */
        public Builder counters(Counters counters) {
            this.counters = Objects.requireNonNull(counters, "counters");
            return this;
        }

        /** Returns the Persistor; no thread is started before the first message. */
        public Persistor build() {
            return new Persistor(this);
        }
    }
}
