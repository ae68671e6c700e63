package dev.persistor.standalone.kafka;

import dev.persistor.core.archive.OffsetRange;
import dev.persistor.core.pull.LogReader;
import dev.persistor.core.pull.PullException;
import dev.persistor.core.pull.Pulled;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.PartitionInfo;
import org.apache.kafka.common.TopicPartition;

/** Topics that are read where it is told to, as a member of no group. Not thread-safe. */
final class KafkaLogReader implements LogReader {

    private final KafkaConsumer<byte[], byte[]> consumer;
    private final KafkaMessages messages;
    private final Map<Partition, TopicPartition> partitions = new HashMap<>();
    private long position = -1;

    /** Finds the partitions of the topics; the consumer is closed with this. */
    KafkaLogReader(KafkaConsumer<byte[], byte[]> consumer, Set<String> topics, KafkaMessages messages) {
        this.consumer = consumer;
        this.messages = messages;
        for (String topic : topics) {
            for (PartitionInfo partition : KafkaLog.partitions(consumer, topic)) {
                partitions.put(
                        new Partition(messages.source(topic), Integer.toString(partition.partition())),
                        new TopicPartition(topic, partition.partition()));
            }
        }
    }

    @Override
    public Map<Partition, OffsetRange> kept() {
        try {
            Map<TopicPartition, Long> first = consumer.beginningOffsets(partitions.values());
            Map<TopicPartition, Long> end = consumer.endOffsets(partitions.values());
            Map<Partition, OffsetRange> kept = new HashMap<>();
            partitions.forEach((name, partition) -> {
                long from = first.getOrDefault(partition, 0L);
                long to = end.getOrDefault(partition, 0L) - 1;
                if (to >= from) {
                    kept.put(name, new OffsetRange(from, to));
                }
            });
            return kept;
        } catch (KafkaException e) {
            throw KafkaLog.failed("read how far " + partitions.values() + " go", e);
        }
    }

    @Override
    public Read read(Partition partition, long from, long last, Duration wait) {
        TopicPartition place = partitions.get(partition);
        if (place == null) {
            throw new PullException("read " + partition + ": it is not there", false, null);
        }
        try {
            if (!consumer.assignment().equals(Set.of(place)) || position != from) {
                consumer.assign(List.of(place));
                consumer.seek(place, from);
            }
            List<Pulled<Long>> read = new ArrayList<>();
            for (ConsumerRecord<byte[], byte[]> record : consumer.poll(wait)) {
                read.add(messages.pulled(record.offset(), record));
            }
            // Behind marks of transactions too, which are no records.
            position = consumer.position(place);
            return new Read(read, position);
        } catch (KafkaException e) {
            throw KafkaLog.failed("read " + place, e);
        }
    }

    @Override
    public void close() {
        consumer.close();
    }
}
