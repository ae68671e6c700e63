package dev.persistor.core.replay;

import dev.persistor.core.batch.Batching;
import dev.persistor.core.format.MessageFormat;
import dev.persistor.core.log.Causes;
import dev.persistor.core.message.Message;
import dev.persistor.core.naming.NamingPolicy;
import dev.persistor.core.store.BlobSink;
import dev.persistor.core.write.PersistException;
import dev.persistor.core.write.Persistor;
import java.time.Duration;
import java.util.List;
import java.util.OptionalInt;
import java.util.concurrent.CompletableFuture;

/**
 * Copies messages into another store, where they keep all that they have. Copying the same message again finds it there.
 *
 * <p>A store has no order of arrival, so a message that fails holds none of its ordering key back.
 *
 * <p>Thread-safe.
 */
public final class StorePublisher implements MessagePublisher {

    private static final int BATCH_MESSAGES = 1_000;
    private static final Duration LINGER = Duration.ofMillis(50);

    private final Persistor persistor;

    /**
     * Makes a publisher.
     *
     * @param store where the blobs go; the caller closes it
     * @param naming how they are named
     * @param format how messages become blobs; one that holds batches is given up to 1,000 at a time
     */
    public StorePublisher(BlobSink store, NamingPolicy naming, MessageFormat format) {
        this(store, naming, format, OptionalInt.empty());
    }

    /**
     * Makes a publisher; see {@link #StorePublisher(BlobSink, NamingPolicy, MessageFormat)}.
     *
     * @param concurrency how many blobs are written at a time, 1 or more; if empty, as many as the
     *     {@linkplain BlobSink#writeConcurrency store} takes best
     */
    public StorePublisher(BlobSink store, NamingPolicy naming, MessageFormat format, OptionalInt concurrency) {
        Persistor.Builder builder = Persistor.builder(store).naming(naming).format(format);
        concurrency.ifPresent(builder::concurrency);
        if (format.holdsBatches()) {
            builder.batching(Batching.upTo(BATCH_MESSAGES).orAfter(LINGER));
        }
        this.persistor = builder.build();
    }

    /** Completes with the message's place, {@code BLOB#INDEX}. */
    @Override
    public CompletableFuture<Published> publish(Message message) {
        return persistor
                .persist(message)
                .thenApply(receipt -> Published.as(receipt.blob() + "#" + receipt.index()))
                .exceptionallyCompose(failure -> CompletableFuture.failedFuture(translate(failure)));
    }

    private static PublishException translate(Throwable failure) {
        Throwable cause = Causes.unwrapped(failure);
        if (cause instanceof PersistException refused) {
            return new PublishException(
                    "copy: " + refused.reason(),
                    refused.isRetryable(),
                    refused.failures().get(0).cause());
        }
        return new PublishException("copy: " + cause, false, cause);
    }

    /** Does nothing: what waits for more to share a blob with waits 50 ms at most. */
    @Override
    public void flush() {}

    /** Does nothing: no message was held back. */
    @Override
    public void resume(String orderingKey) {}

    @Override
    public List<String> losses(Message message) {
        return List.of();
    }

    @Override
    public void close() {
        persistor.close();
    }
}
