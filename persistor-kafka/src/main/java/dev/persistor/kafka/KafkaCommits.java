package dev.persistor.kafka;

import static java.util.stream.Collectors.toSet;

import dev.persistor.core.log.OutageLog;
import dev.persistor.kafka.KafkaPlace.Reading;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.locks.LockSupport;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.RebalanceInProgressException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;

/**
 * The offsets of a group that one of its members commits: for each partition that it reads, the offset that is next to be read once
 * more if the process is killed now.
 *
 * <p>When a topic is deleted, the broker deletes the group's offsets of it, by the topic's name and some time later. A commit for a
 * new topic with that name would be deleted with them, and nothing would tell the next process that records of the new topic are due.
 * The first commit of a reading therefore waits until the broker no longer has an offset of another log.
 *
 * <p>Any thread says what is durable; the thread that has the consumer commits.
 */
final class KafkaCommits {

    private static final Logger LOG = LoggerFactory.getLogger(KafkaCommits.class);
    private static final String COMMITTING = "Committing offsets";
    private static final Duration ANSWER = Duration.ofSeconds(5);
    private static final Duration BETWEEN_QUESTIONS = Duration.ofMillis(20);

    private final OutageLog outages = new OutageLog(LOG);
    private final Consumer<?, ?> consumer;
    private final Duration deletion;
    /** Also guards {@code current}. */
    private final Map<TopicPartition, OffsetAndMetadata> durable = new HashMap<>();

    private final Map<TopicPartition, Reading> current = new HashMap<>();

    /** The readings whose first commit may have to wait, and until when ({@link System#nanoTime}). Used by the thread that commits. */
    private final Map<Reading, Long> unsure = new HashMap<>();

    /**
     * @param deletion the longest wait for the broker to delete the offsets of a deleted topic; some brokers never do
     */
    KafkaCommits(Consumer<?, ?> consumer, Duration deletion) {
        this.consumer = consumer;
        this.deletion = deletion;
    }

    /**
     * Begins a reading.
     *
     * @param next the offset that it begins with
     * @param epoch the leader epoch of the record before, if known
     */
    void begin(Reading reading, long next, Optional<Integer> epoch) {
        synchronized (durable) {
            current.put(reading.partition(), reading);
            durable.put(reading.partition(), KafkaCommit.of(next, epoch, reading.log()));
        }
        if (!reading.log().isEmpty()) {
            unsure.put(reading, System.nanoTime() + deletion.toNanos());
        }
    }

    /** Commits nothing more of a partition. */
    void end(TopicPartition partition) {
        synchronized (durable) {
            current.remove(partition);
            durable.remove(partition);
        }
    }

    /** Takes the last durable place of each reading; readings that have ended are passed over. */
    void durable(Map<Reading, KafkaPlace> places) {
        synchronized (durable) {
            places.forEach((reading, place) -> {
                if (reading.equals(current.get(reading.partition()))) {
                    durable.put(reading.partition(), KafkaCommit.of(place.offset() + 1, place.epoch(), reading.log()));
                }
            });
        }
    }

    /** Commits what is durable, without waiting for the answer. */
    void commitSoon() {
        Map<TopicPartition, OffsetAndMetadata> offsets = take(consumer.assignment());
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

    /**
     * Commits what is durable of some partitions, and waits for the answer.
     *
     * @return whether the group rebalances, so that nothing is committed until the consumer was polled again
     */
    boolean commitNow(Collection<TopicPartition> wanted) {
        Map<TopicPartition, OffsetAndMetadata> offsets = take(wanted);
        if (offsets.isEmpty()) {
            return false;
        }
        try {
            consumer.commitSync(offsets, ANSWER);
            return false;
        } catch (RebalanceInProgressException e) {
            putBack(offsets);
            return true;
        } catch (KafkaException e) {
            notCommitted(offsets, e);
            return false;
        }
    }

    /** Commits as {@link #commitNow} does, of partitions that are not read any longer, even if that must wait. */
    boolean commitLast(Collection<TopicPartition> wanted) {
        while (!stillOfOtherLogs(wanted).isEmpty()) {
            LockSupport.parkNanos(BETWEEN_QUESTIONS.toNanos());
        }
        return commitNow(wanted);
    }

    private Map<TopicPartition, OffsetAndMetadata> take(Collection<TopicPartition> wanted) {
        Set<TopicPartition> later = stillOfOtherLogs(wanted);
        synchronized (durable) {
            Map<TopicPartition, OffsetAndMetadata> offsets = new HashMap<>(durable);
            offsets.keySet().retainAll(wanted);
            offsets.keySet().removeAll(later);
            durable.keySet().removeAll(offsets.keySet());
            return offsets;
        }
    }

    /** Returns the partitions for which the broker still has an offset of another log, or does not answer. */
    private Set<TopicPartition> stillOfOtherLogs(Collection<TopicPartition> wanted) {
        unsure.keySet().removeIf(reading -> !isCurrent(reading));
        unsure.values().removeIf(until -> System.nanoTime() - until >= 0);
        Set<TopicPartition> asked = unsure.keySet().stream()
                .map(Reading::partition)
                .filter(wanted::contains)
                .collect(toSet());
        if (!asked.isEmpty()) {
            unsure.keySet().removeAll(sure(asked));
            asked.retainAll(unsure.keySet().stream().map(Reading::partition).toList());
        }
        return asked;
    }

    private Set<Reading> sure(Set<TopicPartition> asked) {
        Map<TopicPartition, OffsetAndMetadata> committed;
        try {
            committed = consumer.committed(asked, ANSWER);
        } catch (KafkaException e) {
            LOG.debug("The broker does not say what is committed of {}: {}", asked, e.toString());
            return Set.of();
        }
        return unsure.keySet().stream()
                .filter(reading -> asked.contains(reading.partition()))
                .filter(reading -> Optional.ofNullable(committed.get(reading.partition()))
                        .flatMap(KafkaCommit::log)
                        .map(reading.log()::equals)
                        .orElse(true))
                .collect(toSet());
    }

    private boolean isCurrent(Reading reading) {
        synchronized (durable) {
            return reading.equals(current.get(reading.partition()));
        }
    }

    /** A later commit of the partition makes up for it; until then a reader of the partition finds the stored messages. */
    private void notCommitted(Map<TopicPartition, OffsetAndMetadata> offsets, Exception failure) {
        outages.failed(
                Level.WARN,
                COMMITTING,
                OutageLog.kindOf(failure),
                () -> "Cannot commit " + offsets + "; it is retried with the next offsets: " + failure);
        putBack(offsets);
    }

    private void putBack(Map<TopicPartition, OffsetAndMetadata> offsets) {
        synchronized (durable) {
            offsets.forEach((name, offset) -> {
                if (current.containsKey(name)) {
                    durable.putIfAbsent(name, offset);
                }
            });
        }
    }
}
