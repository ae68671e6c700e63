package dev.persistor.standalone.metrics;

import dev.persistor.core.batch.FlushCause;
import dev.persistor.core.message.Message;
import dev.persistor.core.store.BlobName;
import dev.persistor.core.store.BlobStoreException;
import dev.persistor.core.write.LostOffsets;
import dev.persistor.core.write.PersistorListener;
import dev.persistor.core.write.Receipt;
import dev.persistor.core.write.RejectedEvent;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.DistributionSummary;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.Timer;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;

/**
 * Feeds a Micrometer registry with what becomes of messages. Make one a registry, or one a capture with tags that tell them apart, and give it to
 * {@link dev.persistor.core.write.Persistor.Builder#listener} or {@link dev.persistor.core.capture.Capture#open}.
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
 *   <tr><td>{@code persistor.lost.offsets}</td><td>offsets of Kafka and Event Hubs that are not archived, and that the
 *       broker does not have any more</td></tr>
 *   <tr><td>{@code persistor.recreated.logs}</td><td>topics or hubs that were found deleted and created again</td></tr>
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
    private final Counter lostOffsets;
    private final Counter recreatedLogs;
    private final Map<FlushCause, Counter> batches = new EnumMap<>(FlushCause.class);
    private final DistributionSummary batchMessages;
    private final DistributionSummary batchSize;
    private final Timer batchWait;

    /** Registers the meters without further tags. */
    public PersistorMetrics(MeterRegistry registry) {
        this(registry, Tags.empty());
    }

    /**
     * Registers the meters, all at nothing, so that a dashboard shows them before the first failure.
     *
     * @param tags what all of them have, where there are many of these to a registry; each must have the same keys
     */
    public PersistorMetrics(MeterRegistry registry, Tags tags) {
        persisted = messages(registry, tags, "persisted");
        alreadyThere = messages(registry, tags, "already_there");
        skippedReplayed = messages(registry, tags, "skipped_replayed");
        failed = messages(registry, tags, "failed");
        payload = Counter.builder("persistor.payload")
                .description("Payload written to new blobs")
                .baseUnit("bytes")
                .tags(tags)
                .register(registry);
        retries = counter(registry, tags, "persistor.retries", "Failed write attempts that were retried");
        fallbacks = counter(registry, tags, "persistor.fallbacks", "Blobs written to the fallback store");
        collisions = counter(registry, tags, "persistor.collisions", "Blobs whose name was taken by different content");
        rejected = counter(registry, tags, "persistor.rejected", "Events that are not valid messages");
        quarantined = counter(registry, tags, "persistor.quarantined", "Rejected events stored in quarantine");
        lostOffsets = counter(
                registry,
                tags,
                "persistor.lost.offsets",
                "Offsets that are not archived and that the broker" + " has deleted");
        recreatedLogs =
                counter(registry, tags, "persistor.recreated.logs", "Topics or hubs found deleted and created again");
        for (FlushCause cause : FlushCause.values()) {
            batches.put(
                    cause,
                    Counter.builder("persistor.batches")
                            .description("Batches, by the reason for writing them")
                            .tag("cause", cause.name().toLowerCase(Locale.ROOT))
                            .tags(tags)
                            .register(registry));
        }
        batchMessages = DistributionSummary.builder("persistor.batch.messages")
                .description("Messages in a batch")
                .tags(tags)
                .register(registry);
        batchSize = DistributionSummary.builder("persistor.batch.size")
                .description("Size of a batch in memory")
                .baseUnit("bytes")
                .tags(tags)
                .register(registry);
        batchWait = Timer.builder("persistor.batch.wait")
                .description("Wait of the first message in a batch")
                .tags(tags)
                .register(registry);
    }

    private static Counter messages(MeterRegistry registry, Tags tags, String outcome) {
        return Counter.builder("persistor.messages")
                .description("Messages, by outcome")
                .tag("outcome", outcome)
                .tags(tags)
                .register(registry);
    }

    private static Counter counter(MeterRegistry registry, Tags tags, String name, String description) {
        return Counter.builder(name).description(description).tags(tags).register(registry);
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
    public void lost(LostOffsets offsets) {
        lostOffsets.increment((double) offsets.size());
    }

    @Override
    public void recreated(String source) {
        recreatedLogs.increment();
    }

    @Override
    public void flushed(Flush flush) {
        Counter byCause = batches.get(flush.cause());
        if (byCause != null) {
            byCause.increment();
        }
        batchMessages.record(flush.messages().size());
        batchSize.record((double) flush.bytes());
        batchWait.record(flush.waited());
    }
}
