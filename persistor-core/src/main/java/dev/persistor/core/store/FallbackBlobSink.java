package dev.persistor.core.store;

import dev.persistor.core.retry.Circuit;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.function.BiConsumer;

/**
 * Gives a second sink what the first does not take. A blob is durable when it is in either.
 *
 * <p>Blobs that belong together go to the second together, so that none there needs one that is elsewhere. A redelivery that
 * comes when the first sink works again is written there, too: which sink has a blob is not remembered.
 *
 * <p>When three writes in a row have failed, the first sink is left alone for a while, so that callers need not wait for its
 * deadline each time; then one write tries it again. When the second sink fails meanwhile, the first is tried after all.
 *
 * <p>Without a second sink there is nothing to gain by leaving the first alone: a write that is refused at once comes back
 * at once, and each delivery counts towards the broker's dead-letter policy.
 *
 * <p>Thread-safe.
 */
public final class FallbackBlobSink implements BlobSink {

    private static final int FAILURES_IN_A_ROW = 3;

    private final BlobSink first;
    private final BlobSink second;
    private final BiConsumer<BlobName, BlobStoreException> onFallBack;
    private final Circuit circuit;

    /**
     * Joins two sinks.
     *
     * @param first where blobs go
     * @param second where they go that the first does not take
     * @param pause how long the first is left alone after three failures in a row
     * @param onFallBack told which blob goes to the second, and why, before it does; called by the writing thread
     */
    public FallbackBlobSink(
            BlobSink first, BlobSink second, Duration pause, BiConsumer<BlobName, BlobStoreException> onFallBack) {
        this.first = Objects.requireNonNull(first, "first");
        this.second = Objects.requireNonNull(second, "second");
        this.onFallBack = Objects.requireNonNull(onFallBack, "onFallBack");
        this.circuit = new Circuit(FAILURES_IN_A_ROW, pause);
    }

    @Override
    public PutResult put(Blob blob) {
        return putAll(List.of(blob));
    }

    @Override
    public PutResult putAll(List<Blob> blobs) {
        BlobName name = blobs.get(blobs.size() - 1).name();
        if (!circuit.tryPass()) {
            return putIntoSecondOrFirst(
                    name,
                    blobs,
                    BlobStoreException.retryable("write " + name + ": skipped, because the store failed repeatedly"));
        }
        BlobStoreException failure;
        try {
            return putIntoFirst(blobs);
        } catch (BlobCollisionException e) {
            throw e;
        } catch (BlobStoreException e) {
            failure = e;
        }
        onFallBack.accept(name, failure);
        try {
            return second.putAll(blobs);
        } catch (BlobCollisionException e) {
            throw e;
        } catch (BlobStoreException e) {
            failure.addSuppressed(e);
            throw failure;
        }
    }

    private PutResult putIntoSecondOrFirst(BlobName name, List<Blob> blobs, BlobStoreException failure) {
        onFallBack.accept(name, failure);
        try {
            return second.putAll(blobs);
        } catch (BlobCollisionException e) {
            throw e;
        } catch (BlobStoreException e) {
            return putIntoFirst(blobs);
        }
    }

    private PutResult putIntoFirst(List<Blob> blobs) {
        try {
            PutResult result = first.putAll(blobs);
            circuit.succeeded();
            return result;
        } catch (BlobCollisionException e) {
            // The sink works: it looked, and compared.
            circuit.succeeded();
            throw e;
        } catch (Throwable e) {
            circuit.failed();
            throw e;
        }
    }

    /** Returns what is best for the first sink. */
    @Override
    public int writeConcurrency() {
        return first.writeConcurrency();
    }

    /** Returns what both sinks can hold. */
    @Override
    public BlobLimits limits() {
        return first.limits().least(second.limits());
    }
}
