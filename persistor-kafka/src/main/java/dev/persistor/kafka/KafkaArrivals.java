package dev.persistor.kafka;

import dev.persistor.core.capture.PartitionWriter;
import dev.persistor.core.pull.HandoffQueue;
import dev.persistor.core.pull.LogProgress;
import dev.persistor.core.pull.PullLimits;
import dev.persistor.core.pull.PullSource;
import dev.persistor.core.pull.Received;
import dev.persistor.kafka.KafkaPlace.Reading;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Records on their way from the thread that reads to the run that takes them.
 *
 * <p>Thread-safe; one thread receives.
 */
final class KafkaArrivals {

    private static final Logger LOG = LoggerFactory.getLogger(KafkaArrivals.class);
    /** The share of the held messages and bytes that may wait in addition. */
    private static final int PARTS = 4;

    private final KafkaMessages messages;
    private final PartitionWriter logs;
    private final PullLimits limits;
    /** Bounded by the pauses of the thread that reads. */
    private final HandoffQueue<KafkaPlace> queue = new HandoffQueue<>(Integer.MAX_VALUE);

    private final AtomicInteger records = new AtomicInteger();
    private final AtomicLong bytes = new AtomicLong();
    private final LogProgress<Reading, KafkaPlace> progress = new LogProgress<>(KafkaPlace::reading);
    /** The state of the thread that receives: the readings that are under way. */
    private final Set<Reading> readings = new HashSet<>();

    KafkaArrivals(KafkaMessages messages, PartitionWriter logs, PullLimits limits) {
        this.messages = messages;
        this.logs = logs;
        this.limits = limits;
    }

    /** Counts a record that was polled, and waits from now on. */
    void add(ConsumerRecord<byte[], byte[]> record) {
        count(record, 1);
    }

    /** Counts a record that waits no longer, because it is read again or was remembered. */
    void drop(ConsumerRecord<byte[], byte[]> record) {
        count(record, -1);
    }

    private void count(ConsumerRecord<byte[], byte[]> record, int sign) {
        records.addAndGet(sign);
        bytes.addAndGet(
                (long) sign * (Math.max(0, record.serializedKeySize()) + Math.max(0, record.serializedValueSize())));
    }

    /** Returns how many records wait. */
    int waiting() {
        return records.get();
    }

    /** Tells whether no more should be polled. */
    boolean isFull() {
        return records.get() >= Math.max(1, limits.outstandingMessages() / PARTS)
                || bytes.get() >= Math.max(1, limits.outstandingBytes() / PARTS);
    }

    /** Begins a reading, in place of the one before, if there is one. */
    void begin(Reading reading, long next, Optional<Reading> before) {
        queue.change(() -> {
            before.ifPresent(this::remove);
            readings.add(reading);
            LOG.info("Reading {} from offset {}", reading.partition(), next);
        });
    }

    /** Ends a reading, when all its records were received. */
    void end(Reading reading) {
        queue.change(() -> remove(reading));
    }

    /** Ends a reading that another process continues: that process archives what is not durable here. */
    void leave(Reading reading) {
        TopicPartition name = reading.partition();
        queue.change(() -> {
            remove(reading);
            logs.forget(messages.source(name.topic()), reading.log(), Integer.toString(name.partition()));
        });
    }

    private void remove(Reading reading) {
        readings.remove(reading);
        progress.forget(reading);
        LOG.info("Stopped reading {}", reading.partition());
    }

    /**
     * Hands over records that wait.
     *
     * @param passedFrom gives for a record the first of the offsets that the broker passed over before it, if there are any
     */
    void deliver(
            Reading reading,
            List<ConsumerRecord<byte[], byte[]>> together,
            Function<ConsumerRecord<byte[], byte[]>, OptionalLong> passedFrom) {
        queue.deliverAll(together, record -> Optional.of(take(reading, record, passedFrom.apply(record))));
    }

    private Received<KafkaPlace> take(Reading reading, ConsumerRecord<byte[], byte[]> record, OptionalLong passedFrom) {
        drop(record);
        KafkaPlace place = new KafkaPlace(reading, record.offset(), record.leaderEpoch());
        if (readings.contains(reading)) {
            progress.received(place);
        }
        return messages.pulled(place, record, reading.log(), passedFrom);
    }

    /** Receives as {@link PullSource#receive} does. */
    List<Received<KafkaPlace>> receive(int most, Duration wait) {
        return queue.receive(most, wait);
    }

    /** Takes places that are durable, and returns for each reading that got further the last one up to which all is durable. */
    Map<Reading, KafkaPlace> durable(List<KafkaPlace> places) {
        return progress.durable(places);
    }

    /** Returns what was not received when the run is over. */
    List<KafkaPlace> takeLeft() {
        return queue.takeLeft();
    }
}
