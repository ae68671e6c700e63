package dev.persistor.kafka;

import dev.persistor.kafka.KafkaPlace.Reading;
import dev.persistor.kafka.KafkaTopics.Offsets;
import java.util.Arrays;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.TreeMap;
import java.util.function.BiConsumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/**
 * The progress of one reading of a partition, and the brokers' last answer about it.
 *
 * <p>Not thread-safe.
 */
final class KafkaPartition {

    private final Reading reading;
    private long next;
    /** The broker passed over the offsets between this one and the next record. */
    private long passedFrom;

    private Offsets known;

    /** The reading of the topic that had this name before, while it has records of which it is open where they are from. */
    private Optional<KafkaPartition> before = Optional.empty();

    private final NavigableMap<Long, ConsumerRecord<byte[], byte[]>> doubtful = new TreeMap<>();

    KafkaPartition(Reading reading, long next, Offsets known) {
        this.reading = reading;
        this.next = next;
        this.passedFrom = next;
        this.known = known;
    }

    Reading reading() {
        return reading;
    }

    /** Returns the expected offset of the next record. */
    long next() {
        return next;
    }

    /** Returns the first and the end offset that the brokers last gave. */
    Offsets known() {
        return known;
    }

    void knows(Offsets offsets) {
        known = offsets;
    }

    /** The broker has no records before this offset that are not read yet. */
    void passed(long offset) {
        next = Math.max(next, offset);
    }

    /** The offsets before this one that are not read yet are lost. */
    void lost(long end) {
        passed(end);
        passedFrom = Math.max(passedFrom, end);
    }

    /** Goes on behind a record. Returns the first of the offsets that the broker passed over before it, if it did. */
    OptionalLong read(long offset) {
        long from = passedFrom;
        passed(offset + 1);
        passedFrom = next;
        return from < offset ? OptionalLong.of(from) : OptionalLong.empty();
    }

    /** Returns how many offsets are left to read, as far as is known. */
    long behind() {
        return Math.max(0, known.end() - next);
    }

    /**
     * Remembers a record that came when the topic was created again: it is of this log, and then comes once more, or it is of
     * the one before, and then cannot be read again.
     */
    void doubt(KafkaPartition ofTheLogBefore, ConsumerRecord<byte[], byte[]> record) {
        before = Optional.of(ofTheLogBefore);
        doubtful.put(record.offset(), record);
    }

    /** Returns the reading before, while it is open whether some records are of it. */
    Optional<KafkaPartition> before() {
        return before;
    }

    /**
     * Decides about the doubtful records up to a record of this log.
     *
     * @param theirs takes those that are of the log before
     * @return whether the last of them was decided about now
     */
    boolean decide(
            ConsumerRecord<byte[], byte[]> record, BiConsumer<KafkaPartition, ConsumerRecord<byte[], byte[]>> theirs) {
        KafkaPartition other = before.orElse(null);
        if (other == null) {
            return false;
        }
        Map<Long, ConsumerRecord<byte[], byte[]>> reached = doubtful.headMap(record.offset(), true);
        reached.values().stream().filter(old -> !isSame(old, record)).forEach(old -> theirs.accept(other, old));
        reached.clear();
        return endDoubt();
    }

    /** Takes all doubtful records for records of the log before, because this one is read no longer. */
    boolean decideAll(BiConsumer<KafkaPartition, ConsumerRecord<byte[], byte[]>> theirs) {
        before.ifPresent(other -> doubtful.values().forEach(old -> theirs.accept(other, old)));
        doubtful.clear();
        return before.isPresent() && endDoubt();
    }

    private boolean endDoubt() {
        if (doubtful.isEmpty()) {
            before = Optional.empty();
            return true;
        }
        return false;
    }

    private static boolean isSame(ConsumerRecord<byte[], byte[]> one, ConsumerRecord<byte[], byte[]> other) {
        return one.offset() == other.offset()
                && one.timestamp() == other.timestamp()
                && Arrays.equals(one.key(), other.key())
                && Arrays.equals(one.value(), other.value())
                && one.headers().equals(other.headers());
    }
}
