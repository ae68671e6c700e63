package dev.persistor.kafka;

import dev.persistor.core.archive.OffsetRange;
import dev.persistor.core.archive.Verification.Gap;
import dev.persistor.core.replay.PublishException;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ListOffsetsOptions;
import org.apache.kafka.clients.admin.ListOffsetsResult.ListOffsetsResultInfo;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetOutOfRangeException;
import org.apache.kafka.common.IsolationLevel;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;

/**
 * Asks the brokers of a topic what there is at offsets that an archive lacks: a gap can be a lost message, or marks of transactions
 * and records that compaction removed.
 *
 * <p>Its methods throw a {@link PublishException} if the brokers do not answer, or do not allow it.
 *
 * <p>Not thread-safe.
 */
public final class KafkaGaps implements AutoCloseable {

    private static final Duration POLL = Duration.ofSeconds(1);
    /** A broker that is there answers within a second. */
    private static final int MOST_EMPTY_POLLS = 30;

    /** The brokers' answer about offsets. */
    public enum Kind {
        /** There are records, which the archive lacks. */
        RECORDS,
        /** There are none: marks of transactions, or what was aborted or compacted. */
        NO_RECORDS,
        /** They are before the first offset that the brokers keep, so that nothing tells what was there. */
        DELETED,
        /** The topic does not have them: they are of another one, perhaps of one that had the same name. */
        NOT_OF_TOPIC
    }

    /**
     * A gap, or a part of one, of which the brokers say one thing.
     *
     * @param gap the offsets
     * @param kind what the brokers say of them
     */
    public record Explained(Gap gap, Kind kind) {}

    private final Admin admin;
    private final KafkaConsumer<byte[], byte[]> consumer;
    private final KafkaAddress address;
    private final KafkaTopic topic;

    private KafkaGaps(Admin admin, KafkaConsumer<byte[], byte[]> consumer, KafkaAddress address, KafkaTopic topic) {
        this.admin = admin;
        this.consumer = consumer;
        this.address = address;
        this.topic = topic;
    }

    /**
     * Asks the brokers for the topic, which must exist.
     *
     * @param topic such as {@code kafka://host:9092/orders}
     * @param environment holds the properties of the client in {@link KafkaSettings#PROPERTIES}
     * @throws IllegalArgumentException if the address or the properties are malformed
     */
    public static KafkaGaps open(URI topic, Map<String, String> environment) {
        KafkaAddress address = KafkaAddress.ofTopic(topic);
        KafkaConnection connection = KafkaConnection.of(address.servers(), environment);
        Admin admin = connection.admin();
        try {
            KafkaTopic found = KafkaTopic.ask(admin, address.topic(), address.toString());
            return new KafkaGaps(admin, connection.consumer(), address, found);
        } catch (RuntimeException e) {
            admin.close();
            throw e;
        }
    }

    /** Returns what the brokers say of gaps, in their order. */
    public List<Explained> explain(List<Gap> gaps) {
        Map<TopicPartition, Long> first = offsets(OffsetSpec.earliest());
        Map<TopicPartition, Long> end = offsets(OffsetSpec.latest());
        List<Explained> explained = new ArrayList<>();
        for (Gap gap : gaps) {
            Optional<TopicPartition> partition = partition(gap);
            if (partition.isPresent()) {
                long start = first.getOrDefault(partition.get(), 0L);
                explained.addAll(explain(gap, partition.get(), start, end.getOrDefault(partition.get(), start)));
            } else {
                explained.add(new Explained(gap, Kind.NOT_OF_TOPIC));
            }
        }
        if (!KafkaTopic.ask(admin, topic.name(), address.toString()).log().equals(topic.log())) {
            throw new PublishException(
                    "read " + address + ": the topic was recreated meanwhile; run the command again", true, null);
        }
        return List.copyOf(explained);
    }

    /** Only the identity tells one topic from the next of its name. Where brokers give none, there is the name. */
    private Optional<TopicPartition> partition(Gap gap) {
        boolean isOfTopic = gap.log().equals(topic.log())
                && (!gap.log().isEmpty() || gap.source().equals(topic.name()));
        return topic.all().stream()
                .filter(partition ->
                        isOfTopic && Integer.toString(partition.partition()).equals(gap.partition()))
                .findFirst();
    }

    private List<Explained> explain(Gap gap, TopicPartition partition, long start, long end) {
        List<Explained> parts = new ArrayList<>();
        if (gap.first() < start) {
            add(parts, gap, gap.first(), Math.min(gap.last(), start - 1), Kind.DELETED);
        }
        long from = Math.max(gap.first(), start);
        long last = Math.min(gap.last(), end - 1);
        if (from <= last) {
            long next = from;
            for (OffsetRange records : records(partition, from, last)) {
                add(parts, gap, next, records.first() - 1, Kind.NO_RECORDS);
                add(parts, gap, records.first(), records.last(), Kind.RECORDS);
                next = records.last() + 1;
            }
            add(parts, gap, next, last, Kind.NO_RECORDS);
        }
        add(parts, gap, Math.max(gap.first(), Math.max(start, end)), gap.last(), Kind.NOT_OF_TOPIC);
        return parts;
    }

    private static void add(List<Explained> parts, Gap gap, long first, long last, Kind kind) {
        if (first <= last) {
            parts.add(new Explained(new Gap(gap.source(), gap.log(), gap.partition(), first, last), kind));
        }
    }

    /** Returns where there are records. */
    private List<OffsetRange> records(TopicPartition partition, long from, long last) {
        String what =
                "read offsets " + from + " to " + last + " of partition " + partition.partition() + " of " + address;
        List<OffsetRange> found = new ArrayList<>();
        try {
            consumer.assign(List.of(partition));
            consumer.seek(partition, from);
            int empty = 0;
            while (consumer.position(partition) <= last) {
                long before = consumer.position(partition);
                for (ConsumerRecord<byte[], byte[]> record : consumer.poll(POLL)) {
                    addUpTo(last, found, record.offset());
                }
                empty = consumer.position(partition) > before ? 0 : empty + 1;
                if (empty == MOST_EMPTY_POLLS) {
                    throw new PublishException(
                            what + ": no answer for " + empty + " s; check the brokers, and run the command again",
                            true,
                            null);
                }
            }
        } catch (OffsetOutOfRangeException e) {
            throw new PublishException(what + ": the broker deleted them meanwhile; run the command again", true, e);
        } catch (KafkaException e) {
            throw KafkaErrors.translate(what, e);
        }
        return found;
    }

    private static void addUpTo(long last, List<OffsetRange> found, long offset) {
        if (offset > last) {
            return;
        }
        OffsetRange before = found.isEmpty() ? null : found.get(found.size() - 1);
        if (before != null && before.last() == offset - 1) {
            found.set(found.size() - 1, new OffsetRange(before.first(), offset));
        } else {
            found.add(new OffsetRange(offset, offset));
        }
    }

    private Map<TopicPartition, Long> offsets(OffsetSpec which) {
        Map<TopicPartition, OffsetSpec> asked =
                topic.all().stream().collect(Collectors.toMap(Function.identity(), partition -> which));
        Map<TopicPartition, ListOffsetsResultInfo> answer = KafkaErrors.await(
                admin.listOffsets(asked, new ListOffsetsOptions(IsolationLevel.READ_COMMITTED))
                        .all(),
                "read the offsets of " + address);
        Map<TopicPartition, Long> offsets = new HashMap<>();
        answer.forEach((partition, info) -> offsets.put(partition, info.offset()));
        return offsets;
    }

    @Override
    public void close() {
        consumer.close();
        admin.close();
    }

    /** Returns the address of the topic. */
    @Override
    public String toString() {
        return address.toString();
    }
}
