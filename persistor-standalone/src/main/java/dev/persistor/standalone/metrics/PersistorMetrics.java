package dev.persistor.standalone.metrics;

import dev.persistor.core.PersistorListener;
import dev.persistor.core.Receipt;
import dev.persistor.core.RejectedEvent;
import dev.persistor.core.batch.FlushCause;
import dev.persistor.core.message.Message;
import dev.persistor.core.store.BlobName;
import dev.persistor.core.store.BlobStoreException;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.DistributionSummary;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;

/**
 * Feeds a Micrometer registry with what becomes of messages. Make one a registry, and give it to
 * {@link dev.persistor.core.Persistor.Builder#listener} or {@link dev.persistor.core.Capture#open}.
 *
 * <table class="striped">
 *   <caption>Meters</caption>
 *   <thead><tr><th>meter</th><th>counts</th></tr></thead>
 *   <tbody>
 *   <tr><td>{@code persistor.messages}, by {@code outcome}</td><td>messages that were {@code persisted}, that were
 *       {@code already_there}, that {@code failed}, replayed ones that were {@code skipped_replayed}</td></tr>
 *   <tr><td>{@code persistor.payload}</td><td>bytes of payload written to new blobs</td></tr>
 *   <tr><td>{@code persistor.retries}</td><td>attempts to write a blob that failed and were followed by another</td></tr>
 *   <tr><td>{@code persistor.fallbacks}</td><td>blobs left to the fallback store</td></tr>
 *   <tr><td>{@code persistor.collisions}</td><td>blobs that found their name taken by another</td></tr>
 *   <tr><td>{@code persistor.rejected}, {@code persistor.quarantined}</td><td>events that could not be understood, and those
 *       of them in quarantine</td></tr>
 *   <tr><td>{@code persistor.batches}, by {@code cause}</td><td>batches, by why they were written when they were</td></tr>
 *   <tr><td>{@code persistor.batch.messages}, {@code persistor.batch.size}</td><td>messages and bytes of a batch</td></tr>
 *   <tr><td>{@code persistor.batch.wait}</td><td>how long a batch's first message waited for others</td></tr>
 *   </tbody>
 * </table>
 *
 * <p>No meter is tagged with a source or a folder: senders could make any number of them.
 *
 * <p>Thread-safe.
 */
public final class PersistorMetrics implements PersistorListener {

    private final Counter persisted;
    private final Counter alreadyThere;
    private final Counter skippedReplayed;
    private final Counter failed;
    private final Counter payload;
    private final Counter retries;
    private final Counter fallbacks;
    private final Counter collisions;
    private final Counter rejected;
    private final Counter quarantined;
    private final Map<FlushCause, Counter> batches = new EnumMap<>(FlushCause.class);
    private final DistributionSummary batchMessages;
    private final DistributionSummary batchSize;
    private final Timer batchWait;

    /** Registers the meters, all at nothing, so that a dashboard shows them before the first failure. */
    public PersistorMetrics(MeterRegistry registry) {
        persisted = messages(registry, "persisted");
        alreadyThere = messages(registry, "already_there");
        skippedReplayed = messages(registry, "skipped_replayed");
        failed = messages(registry, "failed");
        payload = Counter.builder("persistor.payload")
                .description("Payload written to new blobs")
                .baseUnit("bytes")
                .register(registry);
        retries = counter(registry, "persistor.retries", "Attempts to write a blob that were followed by another");
        fallbacks = counter(registry, "persistor.fallbacks", "Blobs left to the fallback store");
        collisions = counter(registry, "persistor.collisions", "Blobs that found their name taken by another");
        rejected = counter(registry, "persistor.rejected", "Events that could not be understood");
        quarantined = counter(registry, "persistor.quarantined", "Rejected events that are in quarantine");
        for (FlushCause cause : FlushCause.values()) {
            batches.put(
                    cause,
                    Counter.builder("persistor.batches")
                            .description("Batches, by why they were written when they were")
                            .tag("cause", cause.name().toLowerCase(Locale.ROOT))
                            .register(registry));
        }
        batchMessages = DistributionSummary.builder("persistor.batch.messages")
                .description("Messages of a batch")
                .register(registry);
        batchSize = DistributionSummary.builder("persistor.batch.size")
                .description("Size of a batch in memory")
                .baseUnit("bytes")
                .register(registry);
        batchWait = Timer.builder("persistor.batch.wait")
                .description("How long a batch's first message waited for others")
                .register(registry);
    }

    private static Counter messages(MeterRegistry registry, String outcome) {
        return Counter.builder("persistor.messages")
                .description("Messages, by what became of them")
                .tag("outcome", outcome)
                .register(registry);
    }

    private static Counter counter(MeterRegistry registry, String name, String description) {
        return Counter.builder(name).description(description).register(registry);
    }

    @Override
    public void persisted(Message message, Receipt receipt) {
        persisted.increment();
        payload.increment(message.payloadSize());
    }

    @Override
    public void alreadyThere(Message message, Receipt receipt) {
        alreadyThere.increment();
    }

    @Override
    public void skippedReplayed(Message message, BlobName original) {
        skippedReplayed.increment();
    }

    @Override
    public void failed(Message message, Throwable cause) {
        failed.increment();
    }

    @Override
    public void retried(BlobStoreException failure) {
        retries.increment();
    }

    @Override
    public void fellBack(BlobName blob, BlobStoreException failure) {
        fallbacks.increment();
    }

    @Override
    public void collided(BlobName taken, BlobName derived) {
        collisions.increment();
    }

    @Override
    public void rejected(RejectedEvent event) {
        rejected.increment();
    }

    @Override
    public void quarantined(RejectedEvent event, BlobName blob) {
        quarantined.increment();
    }

    @Override
    public void flushed(Flush flush) {
        Counter byCause = batches.get(flush.cause());
        if (byCause != null) {
            byCause.increment();
        }
        batchMessages.record(flush.messages());
        batchSize.record((double) flush.bytes());
        batchWait.record(flush.waited());
    }
}
