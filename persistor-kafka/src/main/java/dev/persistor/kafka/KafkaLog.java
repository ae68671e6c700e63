package dev.persistor.kafka;

import dev.persistor.core.capture.PartitionWriter;
import dev.persistor.core.log.FailureText;
import dev.persistor.core.pull.LogBroker;
import dev.persistor.core.pull.PullException;
import dev.persistor.core.pull.PullLimits;
import dev.persistor.core.pull.PullSource;
import dev.persistor.core.pull.Received;
import dev.persistor.core.thread.DaemonThreads;
import dev.persistor.kafka.KafkaTopics.Offsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.BiFunction;
import org.apache.kafka.clients.consumer.CloseOptions;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.RetriableException;

/**
 * Topics that are read as a member of a consumer group: the source of a run, and its way back to the broker. {@link KafkaReader} reads in a
 * thread of its own.
 *
 * <p>Thread-safe.
 */
final class KafkaLog implements PullSource<KafkaPlace>, LogBroker<KafkaPlace> {

    private static final Duration CLOSING = Duration.ofSeconds(5);

    private final Set<String> topics;
    private final KafkaTopics brokers;
    private final PartitionWriter logs;
    private final KafkaArrivals arrivals;
    private final KafkaLooks looks;
    private final KafkaLosses losses;
    private final KafkaCommits commits;
    private final KafkaReader reader;
    private final Thread thread;

    private KafkaLog(
            KafkaConsumer<byte[], byte[]> consumer,
            KafkaMetadata metadata,
            KafkaTopics brokers,
            Set<String> topics,
            BiFunction<String, Offsets, Long> start,
            KafkaMessages messages,
            PartitionWriter logs,
            PullLimits limits) {
        this.topics = topics;
        this.brokers = brokers;
        this.logs = logs;
        this.arrivals = new KafkaArrivals(messages, logs, limits);
        this.looks = new KafkaLooks(brokers);
        this.losses = new KafkaLosses(logs, messages);
        this.commits = new KafkaCommits(consumer, CLOSING);
        this.reader = new KafkaReader(consumer, metadata, topics, start, arrivals, looks, losses, commits);
        this.thread = DaemonThreads.of("persistor-kafka", reader);
    }

    /**
     * Joins the group and begins to read.
     *
     * @param brokers closed with what is returned
     * @param start gives the offset to begin with in a partition of which the group has committed none
     * @param logs where messages go; closed with what is returned
     * @param limits what bounds the run that is fed
     * @throws PullException if no consumer can be made
     */
    static KafkaLog open(
            Map<String, Object> properties,
            KafkaMetadata metadata,
            KafkaTopics brokers,
            Set<String> topics,
            BiFunction<String, Offsets, Long> start,
            KafkaMessages messages,
            PartitionWriter logs,
            PullLimits limits) {
        KafkaConsumer<byte[], byte[]> consumer = consumer(properties, metadata);
        try {
            KafkaLog log = new KafkaLog(consumer, metadata, brokers, topics, start, messages, logs, limits);
            log.thread.start();
            return log;
        } catch (RuntimeException e) {
            consumer.close(CloseOptions.timeout(Duration.ZERO));
            throw e;
        }
    }

    static KafkaConsumer<byte[], byte[]> consumer(Map<String, Object> properties, KafkaMetadata metadata) {
        try {
            return new KafkaConsumer<>(properties, metadata, metadata);
        } catch (KafkaException e) {
            throw failed("make a consumer", e);
        }
    }

    /** Kafka's own texts name topics, groups and brokers, and no secrets. */
    static PullException failed(String what, RuntimeException failure) {
        Optional<String> unresolved = KafkaErrors.unresolved(failure);
        return new PullException(
                what + ": " + unresolved.orElseGet(() -> FailureText.of(failure)),
                unresolved.isPresent() || failure instanceof RetriableException,
                failure);
    }

    /** Returns the failure of topics that do not exist. */
    static PullException missing(Set<String> names) {
        return new PullException(
                "read topic " + String.join(", ", new TreeSet<>(names)) + ": it does not exist", true, null);
    }

    @Override
    public List<Received<KafkaPlace>> receive(int most, Duration wait) {
        List<Received<KafkaPlace>> received = arrivals.receive(most, wait);
        if (received.isEmpty()) {
            requireThread();
            if (reader.areAnswersMissing()) {
                throw new PullException("read the topics " + topics + ": no broker answers", true, null);
            }
            if (!looks.missing().isEmpty()) {
                throw missing(looks.missing());
            }
        }
        return received;
    }

    /** When the thread has ended and all that it had read was taken, the run must end, for another to begin. */
    private void requireThread() {
        Throwable cause = reader.death().orElse(null);
        if (cause instanceof Error error) {
            throw error;
        }
        if (cause instanceof RuntimeException failure) {
            // What a callback throws comes as the cause of another.
            Throwable told = failure instanceof PullException ? failure : failure.getCause();
            PullException end =
                    told instanceof PullException known ? known : failed("read the topics " + topics, failure);
            throw new PullException(String.valueOf(end.getMessage()), false, failure);
        }
    }

    @Override
    public OptionalLong behind() {
        return OptionalLong.of(reader.behind() + arrivals.waiting());
    }

    @Override
    public void acknowledge(List<KafkaPlace> deliveries) {
        commits.durable(arrivals.durable(deliveries));
    }

    /** Reports what is given back of a deleted topic: it is nowhere else. All other records stay in their log. */
    @Override
    public void giveBack(List<KafkaPlace> deliveries) {
        losses.reportHeld(deliveries);
    }

    /** Commits what is durable, and leaves the group. */
    void close() {
        logs.close();
        reader.close();
        try {
            thread.join(CLOSING.multipliedBy(2).toMillis());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        giveBack(arrivals.takeLeft());
        brokers.close();
    }
}
