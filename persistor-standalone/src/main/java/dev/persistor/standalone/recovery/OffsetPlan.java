package dev.persistor.standalone.recovery;

import dev.persistor.kafka.KafkaConsumerGroup;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Consumer;

/**
 * The offsets at which a consumer group continues in a topic.
 *
 * <p>Immutable.
 *
 * @param offsets the next offset to read, by partition
 * @param readBefore how many of the messages behind these offsets the group has read in the old topic, by partition
 */
record OffsetPlan(Map<Integer, Long> offsets, Map<Integer, Long> readBefore) {

    /** Begins with what was published at a time or later. */
    static OffsetPlan at(KafkaConsumerGroup group, Instant time) {
        return new OffsetPlan(group.at(time), Map.of());
    }

    /**
     * Begins in each partition with the first message that the group has not read in the old topic, so that it misses none. Messages
     * behind that one which it has read come again. A partition whose messages it has all read begins behind them, and one
     * into which nothing was replayed with its first offset.
     *
     * @param map the file that the replay wrote
     * @param source the source of the messages in it
     * @param old the group in the old topic
     * @throws IllegalArgumentException if the file does not map the source, or the group has committed no offsets for the old topic
     */
    static OffsetPlan by(Path map, String source, KafkaConsumerGroup old, KafkaConsumerGroup group) {
        Map<Integer, Long> committed = old.committed();
        if (committed.isEmpty()) {
            throw new IllegalArgumentException("the group has committed no offsets for " + old
                    + "; use --from to name the topic it read, or use --at");
        }
        Map<Integer, Long> offsets = group.first();
        Map<Integer, Long> unread = new TreeMap<>();
        each(map, source, row -> {
            requirePartition(group, offsets, row);
            if (isRead(row, old.log(), committed)) {
                offsets.merge(row.newPartition(), row.newOffset() + 1, Math::max);
            } else {
                unread.merge(row.newPartition(), row.newOffset(), Math::min);
            }
        });
        offsets.putAll(unread);
        return new OffsetPlan(offsets, readBefore(map, source, old.log(), committed, offsets));
    }

    private static void requirePartition(KafkaConsumerGroup group, Map<Integer, Long> offsets, OffsetMap.Row row) {
        if (!offsets.containsKey(row.newPartition())) {
            throw new IllegalArgumentException("the map refers to partition " + row.newPartition() + ", and " + group
                    + " has " + group.partitions() + " partitions; use the topic that the replay published to");
        }
    }

    private static Map<Integer, Long> readBefore(
            Path map, String source, String log, Map<Integer, Long> committed, Map<Integer, Long> offsets) {
        Map<Integer, Long> readBefore = new TreeMap<>();
        each(map, source, row -> {
            if (row.newOffset() >= offsets.getOrDefault(row.newPartition(), 0L) && isRead(row, log, committed)) {
                readBefore.merge(row.newPartition(), 1L, Long::sum);
            }
        });
        return readBefore;
    }

    /** Offsets of a topic that was deleted since say nothing about the one of its name: what the group read of it is not known. */
    private static boolean isRead(OffsetMap.Row row, String log, Map<Integer, Long> committed) {
        boolean isComparable = row.old().log().equals(log) || row.old().log().isEmpty() || log.isEmpty();
        Long next = row.old().partition().matches("[0-9]{1,9}")
                ? committed.get(Integer.valueOf(row.old().partition()))
                : null;
        return isComparable && next != null && row.old().offset() < next;
    }

    private static void each(Path map, String source, Consumer<OffsetMap.Row> reader) {
        Set<String> others = new TreeSet<>();
        boolean[] found = {false};
        OffsetMap.each(map, row -> {
            if (row.source().equals(source)) {
                found[0] = true;
                reader.accept(row);
            } else if (others.size() < 10) {
                others.add(row.source());
            }
        });
        if (!found[0]) {
            throw new IllegalArgumentException(map + " has no rows for the source " + source
                    + (others.isEmpty() ? "" : "; it has " + String.join(", ", others))
                    + ". Use --source to choose one");
        }
    }
}
