package dev.persistor.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import dev.persistor.kafka.KafkaPlace.Reading;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.kafka.clients.consumer.MockConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.consumer.OffsetCommitCallback;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.RebalanceInProgressException;
import org.apache.kafka.common.errors.TimeoutException;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class KafkaCommitsTest {

    private static final TopicPartition ORDERS = new TopicPartition("orders", 0);
    private static final Optional<Integer> NO_EPOCH = Optional.empty();

    private final Group group = new Group();
    private final KafkaCommits commits = new KafkaCommits(group, Duration.ofMinutes(5));

    @Test
    void whatIsDurableIsCommittedWithItsLog() {
        Reading reading = new Reading(ORDERS, "log-1", 1);
        commits.begin(reading, 5, NO_EPOCH);
        commits.durable(Map.of(reading, new KafkaPlace(reading, 9, NO_EPOCH)));

        commits.commitNow(Set.of(ORDERS));

        assertThat(group.offset()).isEqualTo(KafkaCommit.of(10, NO_EPOCH, "log-1"));
    }

    @Test
    void whatAnEarlierReadingHasDurableIsNotCommitted() {
        Reading before = new Reading(ORDERS, "log-1", 1);
        commits.begin(before, 5, NO_EPOCH);
        commits.begin(new Reading(ORDERS, "log-2", 2), 0, NO_EPOCH);
        commits.durable(Map.of(before, new KafkaPlace(before, 9, NO_EPOCH)));

        commits.commitNow(Set.of(ORDERS));

        assertThat(group.offset()).isEqualTo(KafkaCommit.of(0, NO_EPOCH, "log-2"));
    }

    /** The broker deletes offsets by the topic's name, also those that are committed for the new topic before it does. */
    @Test
    void theNewTopicsOffsetIsCommittedOnceTheBrokerHasDeletedThatOfTheOldOne() {
        group.commitSync(Map.of(ORDERS, KafkaCommit.of(9, NO_EPOCH, "log-1")));
        commits.begin(new Reading(ORDERS, "log-2", 2), 0, NO_EPOCH);

        commits.commitSoon();
        commits.commitNow(Set.of(ORDERS));
        assertThat(group.offset()).isEqualTo(KafkaCommit.of(9, NO_EPOCH, "log-1"));

        group.deleteOffsets();
        commits.commitSoon();
        assertThat(group.offset()).isEqualTo(KafkaCommit.of(0, NO_EPOCH, "log-2"));
    }

    @Test
    void theLastCommitWaitsForTheDeletion() {
        group.commitSync(Map.of(ORDERS, KafkaCommit.of(9, NO_EPOCH, "log-1")));
        group.deleteOffsetsAtQuestion(3);
        commits.begin(new Reading(ORDERS, "log-2", 2), 0, NO_EPOCH);

        commits.commitLast(Set.of(ORDERS));

        assertThat(group.questions).hasValueGreaterThanOrEqualTo(3);
        assertThat(group.offset()).isEqualTo(KafkaCommit.of(0, NO_EPOCH, "log-2"));
    }

    @Test
    void aBrokerThatDoesNotAnswerIsAskedAgain() {
        group.failNextQuestion = true;
        commits.begin(new Reading(ORDERS, "log-1", 1), 0, NO_EPOCH);

        commits.commitNow(Set.of(ORDERS));
        assertThat(group.offset()).isNull();

        commits.commitNow(Set.of(ORDERS));
        assertThat(group.offset()).isEqualTo(KafkaCommit.of(0, NO_EPOCH, "log-1"));
    }

    @Test
    void aBrokerThatKeepsOffsetsOfDeletedTopicsIsWaitedForNoLongerThanItMayTake() {
        KafkaCommits patient = new KafkaCommits(group, Duration.ofMillis(100));
        group.commitSync(Map.of(ORDERS, KafkaCommit.of(9, NO_EPOCH, "log-1")));
        patient.begin(new Reading(ORDERS, "log-2", 2), 0, NO_EPOCH);

        patient.commitLast(Set.of(ORDERS));

        assertThat(group.offset()).isEqualTo(KafkaCommit.of(0, NO_EPOCH, "log-2"));
    }

    @Test
    void whatIsRefusedDuringARebalanceIsCommittedAfterIt() {
        group.rebalances = true;
        commits.begin(new Reading(ORDERS, "log-1", 1), 0, NO_EPOCH);

        assertThat(commits.commitLast(Set.of(ORDERS))).isTrue();
        assertThat(group.offset()).isNull();

        group.rebalances = false;
        assertThat(commits.commitLast(Set.of(ORDERS))).isFalse();
        assertThat(group.offset()).isEqualTo(KafkaCommit.of(0, NO_EPOCH, "log-1"));
    }

    @Test
    void theCommittedOffsetIsAskedForOncePerReading() {
        Reading reading = new Reading(ORDERS, "log-1", 1);
        commits.begin(reading, 0, NO_EPOCH);
        for (int i = 0; i < 10; i++) {
            commits.durable(Map.of(reading, new KafkaPlace(reading, i, NO_EPOCH)));
            commits.commitSoon();
        }

        assertThat(group.questions).hasValue(1);
        assertThat(group.offset()).isEqualTo(KafkaCommit.of(10, NO_EPOCH, "log-1"));
    }

    /** Kafka's own consumer without a broker, whose offsets can be deleted. */
    private static final class Group extends MockConsumer<byte[], byte[]> {
        private final AtomicInteger questions = new AtomicInteger();
        private boolean failNextQuestion;
        private boolean rebalances;
        private boolean areDeleted;
        private int deletion = Integer.MAX_VALUE;

        Group() {
            super("earliest");
            assign(List.of(ORDERS));
        }

        @Nullable
        OffsetAndMetadata offset() {
            return areDeleted ? null : super.committed(Set.of(ORDERS)).get(ORDERS);
        }

        void deleteOffsets() {
            areDeleted = true;
        }

        void deleteOffsetsAtQuestion(int number) {
            deletion = number;
        }

        @Override
        public synchronized void commitAsync(
                Map<TopicPartition, OffsetAndMetadata> offsets, OffsetCommitCallback callback) {
            areDeleted = false;
            super.commitAsync(offsets, callback);
        }

        @Override
        public synchronized void commitSync(Map<TopicPartition, OffsetAndMetadata> offsets, Duration timeout) {
            if (rebalances) {
                throw new RebalanceInProgressException();
            }
            areDeleted = false;
            super.commitSync(offsets, timeout);
        }

        @Override
        public synchronized Map<TopicPartition, OffsetAndMetadata> committed(
                Set<TopicPartition> partitions, Duration timeout) {
            if (failNextQuestion) {
                failNextQuestion = false;
                throw new TimeoutException("no answer");
            }
            if (questions.incrementAndGet() == deletion) {
                deleteOffsets();
            }
            Map<TopicPartition, OffsetAndMetadata> offsets = new HashMap<>();
            partitions.forEach(name -> offsets.put(name, offset()));
            return offsets;
        }
    }
}
