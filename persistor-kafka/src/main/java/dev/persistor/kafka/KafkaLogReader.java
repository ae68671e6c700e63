package dev.persistor.kafka;

import dev.persistor.core.archive.OffsetRange;
import dev.persistor.core.pull.LogReader;
import dev.persistor.core.pull.PullException;
import dev.persistor.core.pull.Received;
import dev.persistor.kafka.KafkaTopics.Look;
import dev.persistor.kafka.KafkaTopics.Offsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetOutOfRangeException;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;

/** Topics that are read where it is told to, as a member of no group. Not thread-safe. */
final class KafkaLogReader implements LogReader {

    private final KafkaConsumer<byte[], byte[]> consumer;
    private final KafkaMetadata metadata;
    private final KafkaTopics brokers;
    private final KafkaMessages messages;
    private final Map<Partition, TopicPartition> partitions = new HashMap<>();
    private long position = -1;
    private long certainUntil = -1;

    /** Finds the partitions of the topics; the clients are closed with this. */
    KafkaLogReader(
            KafkaConsumer<byte[], byte[]> consumer,
            KafkaMetadata metadata,
            KafkaTopics brokers,
            KafkaMessages messages) {
        this.consumer = consumer;
        this.metadata = metadata;
        this.brokers = brokers;
        this.messages = messages;
    }

    @Override
    public Map<Partition, OffsetRange> kept() {
        Look look = brokers.look();
        Set<String> missing = brokers.missing(look);
        if (!missing.isEmpty()) {
            throw KafkaLog.missing(missing);
        }
        Map<Partition, OffsetRange> kept = new HashMap<>();
        look.offsets().forEach((place, offsets) -> {
            Partition partition = new Partition(
                    messages.source(place.topic()),
                    look.log(place.topic()).orElseThrow(),
                    Integer.toString(place.partition()));
            partitions.put(partition, place);
            if (offsets.end() > offsets.first()) {
                kept.put(partition, new OffsetRange(offsets.first(), offsets.end() - 1));
            }
        });
        return kept;
    }

    @Override
    public Read read(Partition partition, long from, long last, Duration wait) {
        TopicPartition place = partitions.get(partition);
        if (place == null) {
            throw new PullException("read " + partition + ": it does not exist", false, null);
        }
        try {
            if (!consumer.assignment().equals(Set.of(place)) || position != from) {
                consumer.assign(List.of(place));
                consumer.seek(place, from);
            }
            List<Received<Long>> read = new ArrayList<>();
            long next = from;
            for (ConsumerRecord<byte[], byte[]> record : consumer.poll(wait)) {
                OptionalLong passedFrom = next < record.offset() ? OptionalLong.of(next) : OptionalLong.empty();
                read.add(messages.pulled(record.offset(), record, partition.log(), passedFrom));
                next = record.offset() + 1;
            }
            requireTheSame(partition, place);
            // Behind marks of transactions too, which are no records.
            position = consumer.position(place);
            return new Read(read, position, List.of());
        } catch (OffsetOutOfRangeException e) {
            return lost(partition, place, from, last);
        } catch (KafkaException e) {
            throw KafkaLog.failed("read " + place, e);
        }
    }

    /** The records belong to this log only if the topic is still the same. */
    private void requireTheSame(Partition partition, TopicPartition place) {
        long updates = metadata.updates();
        if (updates > certainUntil) {
            requireTheSame(partition, place, brokers.look());
            certainUntil = updates;
        }
    }

    private static Offsets requireTheSame(Partition partition, TopicPartition place, Look look) {
        if (look.log(place.topic()).filter(partition.log()::equals).isEmpty()) {
            throw new PullException(
                    "read " + place + ": the topic was deleted meanwhile; run the backfill again", false, null);
        }
        return look.offsets(place)
                .orElseThrow(() -> new PullException("read " + place + ": it does not exist", false, null));
    }

    private Read lost(Partition partition, TopicPartition place, long from, long last) {
        Offsets offsets = requireTheSame(partition, place, brokers.look());
        position = -1;
        return offsets.first() > from
                ? new Read(
                        List.of(), offsets.first(), List.of(new OffsetRange(from, Math.min(last, offsets.first() - 1))))
                : new Read(List.of(), from, List.of());
    }

    @Override
    public void close() {
        consumer.close();
        brokers.close();
    }
}
