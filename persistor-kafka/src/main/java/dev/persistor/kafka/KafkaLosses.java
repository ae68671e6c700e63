package dev.persistor.kafka;

import dev.persistor.core.capture.PartitionWriter;
import dev.persistor.core.write.LostOffsets;
import dev.persistor.kafka.KafkaPlace.Reading;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableSet;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reports topics that were deleted, and offsets that are not archived and cannot be read any more.
 *
 * <p>Thread-safe.
 */
final class KafkaLosses {

    private static final Logger LOG = LoggerFactory.getLogger(KafkaLosses.class);

    private final PartitionWriter logs;
    private final KafkaMessages messages;
    /** The logs whose deletion was noticed while they were read: what they had unread is reported. */
    private final Set<String> deleted = ConcurrentHashMap.newKeySet();
    /** The log that each topic has which was created again. */
    private final Map<String, String> recreated = new ConcurrentHashMap<>();

    KafkaLosses(PartitionWriter logs, KafkaMessages messages) {
        this.logs = logs;
        this.messages = messages;
    }

    /** Reports offsets of a reading, from the first to the last. */
    void report(Reading reading, long first, long last, String cause) {
        TopicPartition name = reading.partition();
        logs.lost(new LostOffsets(
                messages.source(name.topic()), reading.log(), Integer.toString(name.partition()), first, last, cause));
    }

    /** Reports what a partition of a deleted topic had that was not read. */
    void reportUnread(KafkaPartition partition) {
        if (partition.behind() > 0) {
            report(
                    partition.reading(),
                    partition.next(),
                    partition.known().end() - 1,
                    "The topic was deleted before they were read");
            partition.passed(partition.known().end());
        }
    }

    /** Reports those places that are of deleted logs: they are nowhere else. All other records stay in their log. */
    void reportHeld(List<KafkaPlace> places) {
        Map<Reading, TreeSet<Long>> lost = new HashMap<>();
        for (KafkaPlace place : places) {
            if (deleted.contains(place.reading().log())) {
                lost.computeIfAbsent(place.reading(), any -> new TreeSet<>()).add(place.offset());
            }
        }
        lost.forEach(this::reportHeld);
    }

    private void reportHeld(Reading reading, NavigableSet<Long> offsets) {
        String cause = "The topic was deleted, and the store did not accept them while Persistor held them";
        long first = offsets.first();
        long last = first;
        for (long offset : offsets.tailSet(first, false)) {
            if (offset != last + 1) {
                report(reading, first, last, cause);
                first = offset;
            }
            last = offset;
        }
        report(reading, first, last, cause);
    }

    /** Remembers that a log is deleted. If brokers have no topic ids, a deleted topic cannot be told from its successor. */
    void remember(KafkaPartition partition) {
        if (!partition.reading().log().isEmpty()) {
            deleted.add(partition.reading().log());
        }
    }

    /** Reports once that a topic was created again. */
    void recreated(String topic, String before, String now) {
        if (!now.equals(recreated.put(topic, now))) {
            logs.recreated(messages.source(topic), before, now);
        }
    }

    /** Reports that a topic was created again while this partition was not read. */
    void recreated(TopicPartition name, String before, String log, Optional<OffsetAndMetadata> committed) {
        recreated(name.topic(), before, log);
        if (!deleted.contains(before)) {
            LOG.error(
                    "{}, partition {}: records of the deleted topic{} may be lost. Their number is not known, because"
                            + " Persistor did not read it when it was deleted",
                    name.topic(),
                    name.partition(),
                    committed
                            .map(offset -> " from offset " + offset.offset() + " on")
                            .orElse(""));
        }
    }

    /** Tells whether a topic was created again, and has this log since then. */
    boolean isRecreated(String topic, String log) {
        return log.equals(recreated.get(topic));
    }
}
