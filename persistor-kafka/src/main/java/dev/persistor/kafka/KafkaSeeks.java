package dev.persistor.kafka;

import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.consumer.OffsetOutOfRangeException;
import org.apache.kafka.common.TopicPartition;

/**
 * Where a consumer begins to read partitions. What it fetched of an earlier reading is passed over first.
 *
 * <p>Not thread-safe.
 */
final class KafkaSeeks {

    /**
     * No log has this offset. A consumer may still have records that it fetched before a seek, and takes them for an answer if they
     * begin at the offset that it was sent to: those of a deleted topic would pass for those of the new one. An answer about this
     * offset comes after all of them.
     */
    private static final long NOWHERE = Long.MAX_VALUE - 1;

    private final Consumer<?, ?> consumer;
    /** The partitions that the consumer may have fetched from: a new reading of one begins when none of that is left. */
    private final Set<TopicPartition> fetched = new HashSet<>();

    private final Map<TopicPartition, OffsetAndMetadata> waiting = new HashMap<>();

    KafkaSeeks(Consumer<?, ?> consumer) {
        this.consumer = consumer;
    }

    /** Has a partition read from an offset on, as soon as nothing is left of its earlier reading. */
    void seek(TopicPartition name, OffsetAndMetadata next) {
        if (fetched.add(name)) {
            consumer.seek(name, next);
        } else {
            waiting.put(name, next);
            consumer.seek(name, NOWHERE);
        }
    }

    /** Seeks where a new reading begins, now that nothing is left of the one before. Tells whether it was the answer to this. */
    boolean answered(OffsetOutOfRangeException out) {
        Map<TopicPartition, Long> positions = out.offsetOutOfRangePartitions();
        if (!positions.values().stream().allMatch(position -> position == NOWHERE)) {
            return false;
        }
        for (TopicPartition name : positions.keySet()) {
            OffsetAndMetadata next = waiting.remove(name);
            if (next != null && consumer.assignment().contains(name)) {
                consumer.seek(name, next);
            }
        }
        return true;
    }

    /** Tells whether a partition waits to be read from its offset on. */
    boolean isWaiting(TopicPartition partition) {
        return waiting.containsKey(partition);
    }

    /** Leaves a partition that is not read any longer. */
    void forget(TopicPartition partition) {
        waiting.remove(partition);
    }
}
