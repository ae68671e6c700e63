package dev.persistor.standalone.metrics;

import static dev.persistor.core.fixtures.TestMessages.message;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.persistor.core.batch.Batching;
import dev.persistor.core.format.Compression;
import dev.persistor.core.format.jsonl.JsonLinesFormat;
import dev.persistor.core.message.Attributes;
import dev.persistor.core.naming.PathTemplate;
import dev.persistor.core.retry.RetryBudget;
import dev.persistor.core.store.BlobName;
import dev.persistor.core.store.BlobStore;
import dev.persistor.core.store.BlobStoreException;
import dev.persistor.core.store.memory.MemoryDriver;
import dev.persistor.core.write.PersistException;
import dev.persistor.core.write.Persistor;
import dev.persistor.core.write.PersistorListener;
import dev.persistor.core.write.RejectedEvent;
import dev.persistor.testkit.FaultyBlobDriver;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class PersistorMetricsTest {

    private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
    private final PersistorMetrics metrics = new PersistorMetrics(registry);

    private double count(String name, String... tags) {
        return registry.get(name).tags(tags).counter().count();
    }

    @Test
    void allMetersAreThereBeforeAnythingHappens() {
        for (String outcome : List.of("persisted", "already_there", "skipped_replayed", "failed")) {
            assertThat(count("persistor.messages", "outcome", outcome)).isZero();
        }
        for (String name : List.of("retries", "fallbacks", "collisions", "rejected", "quarantined", "payload")) {
            assertThat(count("persistor." + name)).isZero();
        }
        assertThat(count("persistor.batches", "cause", "linger")).isZero();
        assertThat(registry.get("persistor.batch.wait").timer().count()).isZero();
    }

    @Test
    void outcomesAreCountedOverARealPersistor() {
        FaultyBlobDriver store = FaultyBlobDriver.over(new MemoryDriver());
        try (Persistor persistor = Persistor.builder(BlobStore.over(store).withRetries(RetryBudget.none()))
                .naming(PathTemplate.parse("{id}"))
                .listener(metrics)
                .build()) {
            persistor.persistAll(List.of(message("1", "four")));
            persistor.persistAll(List.of(message("1", "four")));
            persistor.persistAll(List.of(message("1", "other")));
            store.setDown(true);
            assertThatThrownBy(() -> persistor.persistAll(List.of(message("2", "x"))))
                    .isInstanceOf(PersistException.class);
        }
        assertThat(count("persistor.messages", "outcome", "persisted")).isEqualTo(2);
        assertThat(count("persistor.messages", "outcome", "already_there")).isEqualTo(1);
        assertThat(count("persistor.messages", "outcome", "failed")).isEqualTo(1);
        assertThat(count("persistor.payload")).isEqualTo(4 + 5);
        assertThat(count("persistor.collisions")).isEqualTo(1);
    }

    @Test
    void batchesAreMeasured() {
        try (Persistor persistor = Persistor.builder(BlobStore.over(new MemoryDriver()))
                .format(new JsonLinesFormat(Compression.NONE))
                .batching(Batching.upTo(5).orAfter(Duration.ofHours(1)))
                .listener(metrics)
                .build()) {
            persistor.persistAll(IntStream.range(0, 10)
                    .mapToObj(i -> message("m" + i, "payload"))
                    .toList());
        }
        assertThat(count("persistor.batches", "cause", "messages")).isEqualTo(2);
        assertThat(registry.get("persistor.batch.messages").summary().totalAmount())
                .isEqualTo(10);
        assertThat(registry.get("persistor.batch.messages").summary().max()).isEqualTo(5);
        assertThat(registry.get("persistor.batch.size").summary().totalAmount()).isGreaterThan(70);
        assertThat(registry.get("persistor.batch.wait").timer().count()).isEqualTo(2);
    }

    @Test
    void whatElseAListenerIsToldIsCounted() {
        PersistorListener listener = metrics;
        RejectedEvent event = RejectedEvent.of("s", new byte[0], "text/plain", Attributes.empty(), "reason");
        listener.rejected(event);
        listener.quarantined(event, BlobName.of("_quarantine/x"));
        listener.retried(BlobStoreException.retryable("write x: busy"));
        listener.fellBack(BlobName.of("x"), BlobStoreException.retryable("write x: busy"));
        listener.skippedReplayed(message("1", "x"), BlobName.of("x"));
        assertThat(count("persistor.messages", "outcome", "skipped_replayed")).isEqualTo(1);
        for (String name : List.of("retries", "fallbacks", "rejected", "quarantined")) {
            assertThat(count("persistor." + name)).as(name).isEqualTo(1);
        }
    }
}
