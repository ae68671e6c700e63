package dev.persistor.kafka;

import java.util.concurrent.atomic.AtomicLong;
import org.apache.kafka.common.ClusterResource;
import org.apache.kafka.common.ClusterResourceListener;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/**
 * Counts how often a consumer learned anew what the brokers have. Only then can it turn from one topic to another of the same
 * name: it fetches by topic id. Kafka tells deserializers, and this is one.
 *
 * <p>Thread-safe.
 */
final class KafkaMetadata extends ByteArrayDeserializer implements ClusterResourceListener {

    private final AtomicLong updates = new AtomicLong();

    @Override
    public void onUpdate(ClusterResource cluster) {
        updates.incrementAndGet();
    }

    /** Returns how often the consumer learned anew. */
    long updates() {
        return updates.get();
    }
}
