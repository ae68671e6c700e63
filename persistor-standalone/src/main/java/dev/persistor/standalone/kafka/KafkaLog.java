package dev.persistor.standalone.kafka;

import dev.persistor.core.LogCapture;
import dev.persistor.core.log.OutageLog;
import dev.persistor.core.pull.Arrivals;
import dev.persistor.core.pull.LogBroker;
import dev.persistor.core.pull.LogProgress;
import dev.persistor.core.pull.PullException;
import dev.persistor.core.pull.PullLimits;
import dev.persistor.core.pull.PullSource;
import dev.persistor.core.pull.Pulled;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.kafka.clients.consumer.CloseOptions;
import org.apache.kafka.clients.consumer.ConsumerRebalanceListener;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.PartitionInfo;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.RetriableException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;

/**
 * Topics that are read as a member of a consumer group. One thread has the consumer, so that the group hears of it however long
 * the store takes: it reads ahead by a little, pauses when nobody takes that, and commits what is durable.
 *
 * <p>Thread-safe.
 */
final class KafkaLog implements PullSource<KafkaPlace>, LogBroker<KafkaPlace> {

    private static final Logger LOG = LoggerFactory.getLogger(KafkaLog.class);
    private static final String COMMITTING = "Committing offsets";

    private static final Duration OPENING = Duration.ofSeconds(30);
    private static final Duration CLOSING = Duration.ofSeconds(5);
    private static final Duration POLL = Duration.ofMillis(100);
    /** What was paused is looked at often: there may be room any moment. */
    private static final Duration POLL_PAUSED = Duration.ofMillis(10);

    private static final Duration BETWEEN_COMMITS = Duration.ofSeconds(1);
    /** What waits to be taken is this part of what may be held, on top of it. */
    private static final int PARTS = 4;

    private final OutageLog outages = new OutageLog(LOG);
    private final KafkaConsumer<byte[], byte[]> consumer;
    private final Set<String> topics;
    private final KafkaMessages messages;
    private final LogCapture logs;
    private final PullLimits limits;
    private final KafkaAnswers answers;
    private final Thread thread = new Thread(this::run, "persistor-kafka");
    /** Bounded by the pauses of the thread that reads. */
    private final Arrivals<KafkaPlace> arrivals = new Arrivals<>(Integer.MAX_VALUE);

    private final AtomicInteger waitingRecords = new AtomicInteger();
    private final AtomicLong waitingBytes = new AtomicLong();
    private final LogProgress<TopicPartition, KafkaPlace> progress = new LogProgress<>(KafkaPlace::partition);
    /** The offsets that are next to be read once more, were the process killed now. */
    private final Map<TopicPartition, OffsetAndMetadata> durable = new HashMap<>();

    private volatile long behind;
    private volatile boolean closed;
    /** What ended the thread that reads, if it was not told to end. */
    private volatile @Nullable Throwable death;

    /** The state of the thread that receives: which reading of each partition is under way. */
    private final Map<TopicPartition, Long> readings = new HashMap<>();

    private long begun;

    private KafkaLog(
            KafkaConsumer<byte[], byte[]> consumer,
            Set<String> topics,
            KafkaMessages messages,
            LogCapture logs,
            PullLimits limits) {
        this.limits = limits;
        this.consumer = consumer;
        this.answers = new KafkaAnswers(consumer);
        this.topics = topics;
        this.messages = messages;
        this.logs = logs;
        thread.setDaemon(true);
    }

    /**
     * Joins the group and begins to read.
     *
     * @param logs where messages go; closed with what is returned
     * @param limits what bounds the run that is fed
     * @throws PullException if no broker answers, or a topic is not there
     */
    static KafkaLog open(
            Map<String, Object> properties,
            Set<String> topics,
            KafkaMessages messages,
            LogCapture logs,
            PullLimits limits) {
        KafkaConsumer<byte[], byte[]> consumer = consumer(properties);
        try {
            requireTopics(consumer, topics);
            KafkaLog log = new KafkaLog(consumer, topics, messages, logs, limits);
            log.thread.start();
            return log;
        } catch (RuntimeException e) {
            consumer.close(CloseOptions.timeout(Duration.ZERO));
            throw e;
        }
    }

    static KafkaConsumer<byte[], byte[]> consumer(Map<String, Object> properties) {
        try {
            return new KafkaConsumer<>(properties);
        } catch (KafkaException e) {
            throw failed("make a consumer", e);
        }
    }

    /** A group that subscribes to what is not there would wait for it without a word. */
    private static void requireTopics(KafkaConsumer<byte[], byte[]> consumer, Set<String> topics) {
        topics.forEach(topic -> partitions(consumer, topic));
    }

    /**
     * Returns the partitions of a topic.
     *
     * @throws PullException if no broker answers, or the topic is not there
     */
    static List<PartitionInfo> partitions(KafkaConsumer<byte[], byte[]> consumer, String topic) {
        List<PartitionInfo> partitions;
        try {
            partitions = consumer.partitionsFor(topic, OPENING);
        } catch (KafkaException e) {
            throw failed("read topic " + topic, e);
        }
        if (partitions.isEmpty()) {
            throw new PullException("read topic " + topic + ": it is not there", true, null);
        }
        return partitions;
    }

    /** Kafka's own texts name topics, groups and brokers, and no secrets. */
    static PullException failed(String what, RuntimeException failure) {
        return new PullException(
                what + ": " + failure.getClass().getSimpleName() + ": " + failure.getMessage(),
                failure instanceof RetriableException,
                failure);
    }

    private void run() {
        try (consumer) {
            consumer.subscribe(topics, new Assignment());
            readUntilClosed();
            commitNow(consumer.assignment());
            consumer.close(CloseOptions.timeout(CLOSING));
        } catch (KafkaException e) {
            death = e;
        } catch (RuntimeException e) {
            LOG.error("Reading {} stopped after an unexpected failure", topics, e);
            death = e;
        } catch (Error e) {
            death = e;
        }
    }

    /** When the thread has ended and all that it had read was taken, the run must end, for another to begin. */
    private void requireThread() {
        Throwable cause = death;
        if (cause instanceof Error error) {
            throw error;
        }
        if (cause instanceof RuntimeException failure) {
            throw new PullException(
                    String.valueOf(failed("read the topics " + topics, failure).getMessage()), false, failure);
        }
    }

    private void readUntilClosed() {
        long lastCommit = System.nanoTime();
        while (!closed) {
            boolean isFull = waitingRecords.get() >= Math.max(1, limits.outstandingMessages() / PARTS)
                    || waitingBytes.get() >= Math.max(1, limits.outstandingBytes() / PARTS);
            if (isFull) {
                consumer.pause(consumer.assignment());
            } else if (!consumer.paused().isEmpty()) {
                consumer.resume(consumer.paused());
            }
            put(consumer.poll(isFull ? POLL_PAUSED : POLL));
            if (System.nanoTime() - lastCommit >= BETWEEN_COMMITS.toNanos()) {
                lastCommit = System.nanoTime();
                answers.look();
                commitSoon();
                behind = consumer.assignment().stream()
                        .mapToLong(partition -> consumer.currentLag(partition).orElse(0))
                        .sum();
            }
        }
    }

    private void put(ConsumerRecords<byte[], byte[]> records) {
        for (TopicPartition partition : records.partitions()) {
            List<ConsumerRecord<byte[], byte[]>> together = records.records(partition);
            waitingRecords.addAndGet(together.size());
            waitingBytes.addAndGet(together.stream().mapToLong(KafkaLog::bytes).sum());
            arrivals.deliverAll(together, record -> Optional.of(take(partition, record)));
        }
    }

    private static int bytes(ConsumerRecord<byte[], byte[]> record) {
        return Math.max(0, record.serializedKeySize()) + Math.max(0, record.serializedValueSize());
    }

    private Map<TopicPartition, OffsetAndMetadata> toCommit(Collection<TopicPartition> partitions) {
        synchronized (durable) {
            Map<TopicPartition, OffsetAndMetadata> offsets = new HashMap<>(durable);
            offsets.keySet().retainAll(partitions);
            durable.keySet().removeAll(offsets.keySet());
            return offsets;
        }
    }

    private void commitSoon() {
        Map<TopicPartition, OffsetAndMetadata> offsets = toCommit(consumer.assignment());
        if (!offsets.isEmpty()) {
            consumer.commitAsync(offsets, (committed, failure) -> {
                if (failure == null) {
                    outages.succeeded(COMMITTING);
                } else {
                    notCommitted(committed, failure);
                }
            });
        }
    }

    private void commitNow(Collection<TopicPartition> partitions) {
        Map<TopicPartition, OffsetAndMetadata> offsets = toCommit(partitions);
        if (offsets.isEmpty()) {
            return;
        }
        try {
            consumer.commitSync(offsets, CLOSING);
        } catch (KafkaException e) {
            notCommitted(offsets, e);
        }
    }

    /** A later commit of the partition makes up for it; until then whoever reads it again finds what is there. */
    private void notCommitted(Map<TopicPartition, OffsetAndMetadata> offsets, Exception failure) {
        outages.failed(
                Level.WARN,
                COMMITTING,
                OutageLog.kindOf(failure),
                () -> "Cannot commit " + offsets + "; it is tried again with what follows: " + failure);
        synchronized (durable) {
            offsets.forEach(durable::putIfAbsent);
        }
    }

    /** Called by the thread that has the consumer, from inside its calls. */
    private final class Assignment implements ConsumerRebalanceListener {

        @Override
        public void onPartitionsAssigned(Collection<TopicPartition> assigned) {
            synchronized (durable) {
                durable.keySet().removeAll(assigned);
            }
            warnOfLosses(assigned);
            assigned.forEach(partition -> arrivals.change(() -> begin(partition)));
        }

        @Override
        public void onPartitionsRevoked(Collection<TopicPartition> revoked) {
            commitNow(revoked);
            onPartitionsLost(revoked);
        }

        @Override
        public void onPartitionsLost(Collection<TopicPartition> lost) {
            synchronized (durable) {
                durable.keySet().removeAll(lost);
            }
            lost.forEach(partition -> arrivals.change(() -> end(partition)));
        }
    }

    /** A group whose committed offset the broker no longer has is set to another one without a word. */
    private void warnOfLosses(Collection<TopicPartition> assigned) {
        try {
            Map<TopicPartition, Long> kept = consumer.beginningOffsets(assigned, CLOSING);
            consumer.committed(Set.copyOf(assigned), CLOSING).forEach((partition, committed) -> {
                long first = kept.getOrDefault(partition, 0L);
                if (committed != null && committed.offset() < first) {
                    LOG.error(
                            "The offsets {} to {} of {} are lost: the broker kept them no longer, and none was read",
                            committed.offset(),
                            first - 1,
                            partition);
                }
            });
        } catch (RetriableException e) {
            LOG.warn("Cannot tell whether the broker still has all of {}: {}", assigned, e.toString());
        }
    }

    @Override
    public List<Pulled<KafkaPlace>> receive(int most, Duration wait) {
        List<Pulled<KafkaPlace>> received = arrivals.receive(most, wait);
        if (received.isEmpty()) {
            requireThread();
        }
        if (received.isEmpty() && answers.areMissing()) {
            throw new PullException("read the topics " + topics + ": no broker answers", true, null);
        }
        return received;
    }

    private void begin(TopicPartition partition) {
        forget(partition);
        readings.put(partition, ++begun);
        LOG.info("Reads {}", partition);
    }

    private void end(TopicPartition partition) {
        forget(partition);
        LOG.info("Reads {} no longer", partition);
    }

    /** The partition begins anew, or is somebody else's. */
    private void forget(TopicPartition partition) {
        readings.remove(partition);
        progress.forget(partition);
        logs.forget(messages.source(partition.topic()), Integer.toString(partition.partition()));
    }

    private Pulled<KafkaPlace> take(TopicPartition partition, ConsumerRecord<byte[], byte[]> record) {
        waitingRecords.decrementAndGet();
        waitingBytes.addAndGet(-bytes(record));
        KafkaPlace place = new KafkaPlace(partition, record.offset(), readings.getOrDefault(partition, 0L));
        progress.received(place);
        return messages.pulled(place, record);
    }

    @Override
    public OptionalLong behind() {
        return OptionalLong.of(behind + waitingRecords.get());
    }

    @Override
    public void acknowledge(List<KafkaPlace> deliveries) {
        Map<TopicPartition, KafkaPlace> advanced = progress.durable(deliveries);
        synchronized (durable) {
            advanced.forEach((partition, place) -> durable.put(partition, new OffsetAndMetadata(place.offset() + 1)));
        }
    }

    /** Commits what is durable, and leaves the group. */
    void close() {
        logs.close();
        closed = true;
        try {
            thread.join(CLOSING.multipliedBy(2).toMillis());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
