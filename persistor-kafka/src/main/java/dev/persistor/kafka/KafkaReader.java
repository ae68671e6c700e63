package dev.persistor.kafka;

import dev.persistor.core.pull.PullException;
import dev.persistor.kafka.KafkaPlace.Reading;
import dev.persistor.kafka.KafkaTopics.Look;
import dev.persistor.kafka.KafkaTopics.Offsets;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.function.BiFunction;
import org.apache.kafka.clients.consumer.CloseOptions;
import org.apache.kafka.clients.consumer.ConsumerRebalanceListener;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.LogTruncationException;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.consumer.OffsetOutOfRangeException;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads topics as a member of a consumer group. One thread has the consumer, so that the group hears of it however long the store takes:
 * it reads ahead by a little, pauses when nothing is taken, and commits what is durable.
 *
 * <p>The consumer never chooses an offset itself. Each record's offset is compared with the expected one. A record is handed on
 * when it is certain which log it is of: nothing has changed since the brokers were asked for the identity of the topic, or they were
 * asked once more.
 *
 * <p>One thread runs it; others may ask for its state and close it.
 */
final class KafkaReader implements Runnable {

    private static final Logger LOG = LoggerFactory.getLogger(KafkaReader.class);

    private static final Duration ANSWER = Duration.ofSeconds(5);
    private static final Duration POLL = Duration.ofMillis(100);
    /** Paused partitions and expected answers are checked often, because there may be room at any moment. */
    private static final Duration POLL_SHORT = Duration.ofMillis(10);

    private static final Duration BETWEEN_COMMITS = Duration.ofSeconds(1);

    private final KafkaConsumer<byte[], byte[]> consumer;
    private final KafkaMetadata metadata;
    private final Set<String> topics;
    private final BiFunction<String, Offsets, Long> start;
    private final KafkaArrivals arrivals;
    private final KafkaLooks looks;
    private final KafkaLosses losses;
    private final KafkaCommits commits;
    private final KafkaAnswers answers;

    private volatile long behind;
    private volatile boolean closed;
    private volatile @Nullable Throwable death;

    private final Map<TopicPartition, KafkaPartition> partitions = new HashMap<>();

    private final KafkaSeeks seeks;
    private final Deque<Polled> polled = new ArrayDeque<>();
    /** The log of each topic that was read last. */
    private final Map<String, String> lastRead = new HashMap<>();

    private long begun;

    /** Records of one partition, and how often the consumer had learned anew when they were there. */
    private record Polled(TopicPartition partition, long updates, List<ConsumerRecord<byte[], byte[]>> records) {}

    /**
     * Does not read yet.
     *
     * @param consumer closed by the thread that reads
     * @param start gives the offset to begin with in a partition of which the group has committed none
     */
    KafkaReader(
            KafkaConsumer<byte[], byte[]> consumer,
            KafkaMetadata metadata,
            Set<String> topics,
            BiFunction<String, Offsets, Long> start,
            KafkaArrivals arrivals,
            KafkaLooks looks,
            KafkaLosses losses,
            KafkaCommits commits) {
        this.consumer = consumer;
        this.metadata = metadata;
        this.topics = topics;
        this.start = start;
        this.arrivals = arrivals;
        this.looks = looks;
        this.losses = losses;
        this.commits = commits;
        this.answers = new KafkaAnswers(consumer);
        this.seeks = new KafkaSeeks(consumer);
    }

    @Override
    public void run() {
        try (consumer) {
            consumer.subscribe(topics, new Assignment());
            readUntilClosed();
            commitLast();
            consumer.close(CloseOptions.timeout(ANSWER));
        } catch (KafkaException | PullException e) {
            death = e;
        } catch (RuntimeException e) {
            LOG.error("Reading {} stopped after an unexpected error", topics, e);
            death = e;
        } catch (Error e) {
            death = e;
        }
    }

    /**
     * Commits what is durable before the consumer leaves. Kafka refuses commits while the group rebalances, as it does when a topic is deleted,
     * and a rebalance ends only while the consumer is polled.
     */
    private void commitLast() {
        decideWhatIsOpen();
        long begin = System.nanoTime();
        while (commits.commitLast(consumer.assignment()) && System.nanoTime() - begin < ANSWER.toNanos()) {
            consumer.pause(consumer.assignment());
            poll(POLL_SHORT);
        }
    }

    private void readUntilClosed() {
        long lastCommit = System.nanoTime();
        while (!closed) {
            poll(pauseWhileFull() || !polled.isEmpty() ? POLL_SHORT : POLL);
            boolean isUrgent =
                    !polled.isEmpty() && !looks.isCertain(polled.getFirst().updates());
            looks.poll(isUrgent).ifPresent(this::apply);
            handOver();
            if (System.nanoTime() - lastCommit >= BETWEEN_COMMITS.toNanos()) {
                lastCommit = System.nanoTime();
                answers.look();
                commits.commitSoon();
                passWhatIsNoRecord();
                behind = partitions.values().stream()
                        .mapToLong(KafkaPartition::behind)
                        .sum();
            }
        }
    }

    /** Returns the failure that ended the thread, if any. Thread-safe. */
    Optional<Throwable> death() {
        return Optional.ofNullable(death);
    }

    /** Returns how many offsets are left to poll, as far as is known. Thread-safe. */
    long behind() {
        return behind;
    }

    /** Tells whether no broker has answered for long. Thread-safe. */
    boolean areAnswersMissing() {
        return answers.areMissing();
    }

    /** Has the thread commit what is durable, leave the group and end. Thread-safe. */
    void close() {
        closed = true;
    }

    private boolean pauseWhileFull() {
        boolean isFull = arrivals.isFull();
        if (isFull) {
            consumer.pause(consumer.assignment());
        } else {
            // A partition that has not begun stays paused: its offset is not known yet.
            Set<TopicPartition> paused = new HashSet<>(consumer.paused());
            paused.retainAll(partitions.keySet());
            consumer.resume(paused);
        }
        return isFull;
    }

    private void poll(Duration wait) {
        ConsumerRecords<byte[], byte[]> records;
        try {
            records = consumer.poll(wait);
        } catch (OffsetOutOfRangeException e) {
            if (!seeks.answered(e)) {
                beginElsewhere(e);
            }
            return;
        }
        long updates = metadata.updates();
        for (TopicPartition partition : records.partitions()) {
            List<ConsumerRecord<byte[], byte[]>> together = records.records(partition);
            together.forEach(arrivals::add);
            polled.add(new Polled(partition, updates, together));
        }
    }

    private Look lookNow() {
        Look answer = looks.now();
        apply(answer);
        return answer;
    }

    private void apply(Look answer) {
        for (KafkaPartition partition : List.copyOf(partitions.values())) {
            TopicPartition name = partition.reading().partition();
            Optional<String> log = answer.log(name.topic());
            if (log.isPresent() && !log.get().equals(partition.reading().log())) {
                beginAgain(partition, log.get(), answer);
            } else {
                answer.offsets(name).ifPresent(partition::knows);
            }
        }
        begin(
                consumer.assignment().stream()
                        .filter(partition -> !partitions.containsKey(partition))
                        .toList(),
                answer);
    }

    /** The topic was deleted and created again: reads the new log from its beginning. What was polled may be of either. */
    private void beginAgain(KafkaPartition partition, String log, Look answer) {
        TopicPartition name = partition.reading().partition();
        decideAll(partition);
        losses.remember(partition);
        losses.recreated(name.topic(), partition.reading().log(), log);
        List<ConsumerRecord<byte[], byte[]>> open = takePolled(name);
        Optional<Offsets> there = answer.offsets(name);
        if (there.isEmpty()) {
            open.forEach(record -> putOld(partition, record));
            losses.reportUnread(partition);
            forget(partition);
            arrivals.end(partition.reading());
            return;
        }
        KafkaPartition fresh = start(name, log, 0, Optional.empty(), there.get());
        for (ConsumerRecord<byte[], byte[]> record : open) {
            if (record.offset() >= there.get().end()) {
                putOld(partition, record);
            } else {
                arrivals.drop(record);
                fresh.doubt(partition, record);
            }
        }
        if (fresh.before().isEmpty()) {
            losses.reportUnread(partition);
        }
    }

    private List<ConsumerRecord<byte[], byte[]>> takePolled(TopicPartition partition) {
        List<ConsumerRecord<byte[], byte[]>> taken = new ArrayList<>();
        polled.removeIf(each -> each.partition().equals(partition) && taken.addAll(each.records()));
        return taken;
    }

    /** Begins to read from an offset on; if the broker no longer has that, from the first that it has. */
    private KafkaPartition start(TopicPartition name, String log, long from, Optional<Integer> epoch, Offsets offsets) {
        KafkaPartition before = partitions.get(name);
        Reading reading = new Reading(name, log, ++begun);
        long next = Math.max(from, offsets.first());
        KafkaPartition started = new KafkaPartition(reading, next, offsets);
        if (next > from) {
            losses.report(
                    reading,
                    from,
                    next - 1,
                    "The broker deleted them before they were read: its retention is shorter than"
                            + " the time during which Persistor did not read, or records were deleted");
        }
        seeks.seek(name, new OffsetAndMetadata(next, next == from ? epoch : Optional.empty(), ""));
        partitions.put(name, started);
        lastRead.put(name.topic(), log);
        commits.begin(reading, next, next == from ? epoch : Optional.empty());
        arrivals.begin(reading, next, Optional.ofNullable(before).map(KafkaPartition::reading));
        return started;
    }

    /** Hands over what is certain, in its order. */
    private void handOver() {
        while (!polled.isEmpty() && looks.isCertain(polled.getFirst().updates())) {
            Polled first = polled.removeFirst();
            KafkaPartition partition = partitions.get(first.partition());
            if (partition == null) {
                // It is not read any more, or not yet.
                first.records().forEach(arrivals::drop);
            } else {
                put(partition, first.records());
            }
        }
    }

    private void put(KafkaPartition partition, List<ConsumerRecord<byte[], byte[]>> records) {
        Map<Long, OptionalLong> passedFrom = new HashMap<>();
        for (ConsumerRecord<byte[], byte[]> record : records) {
            Optional<KafkaPartition> before = partition.before();
            if (partition.decide(record, this::putDoubtful)) {
                before.ifPresent(losses::reportUnread);
            }
            passedFrom.put(record.offset(), expect(partition, record.offset()));
        }
        arrivals.deliver(
                partition.reading(), records, record -> passedFrom.getOrDefault(record.offset(), OptionalLong.empty()));
    }

    private void putDoubtful(KafkaPartition partition, ConsumerRecord<byte[], byte[]> record) {
        arrivals.add(record);
        putOld(partition, record);
    }

    /** Hands over a record of a log that is gone. Those that were in doubt come behind those that were not. */
    private void putOld(KafkaPartition partition, ConsumerRecord<byte[], byte[]> record) {
        OptionalLong passedFrom =
                record.offset() >= partition.next() ? expect(partition, record.offset()) : OptionalLong.empty();
        arrivals.deliver(partition.reading(), List.of(record), each -> passedFrom);
    }

    /**
     * Compares an offset with the expected one. A fetch from an offset that the broker no longer has fails, so what is passed over
     * within a log are marks of transactions, records of aborted ones, and what compaction removed; unless the broker said before
     * that its log begins behind them.
     *
     * @return the first of the offsets that were passed over, if there are any
     */
    private OptionalLong expect(KafkaPartition partition, long offset) {
        long next = partition.next();
        if (offset < next) {
            throw new KafkaException(
                    partition.reading().partition() + " goes back from offset " + next + " to " + offset);
        }
        long lostUntil = Math.min(offset, partition.known().first());
        if (next < lostUntil) {
            losses.report(partition.reading(), next, lostUntil - 1, "The broker deleted them before they were read");
            partition.lost(lostUntil);
        }
        return partition.read(offset);
    }

    /** At the end of a log may be marks of transactions, which the consumer passes. */
    private void passWhatIsNoRecord() {
        if (polled.isEmpty() && looks.isCertain(metadata.updates())) {
            partitions.forEach((name, partition) -> {
                if (consumer.assignment().contains(name) && !seeks.isWaiting(name)) {
                    partition.passed(consumer.position(name, ANSWER));
                }
            });
        }
    }

    /** The broker does not have the offsets that are next. */
    private void beginElsewhere(OffsetOutOfRangeException out) {
        Map<TopicPartition, KafkaPartition> before = Map.copyOf(partitions);
        Look answer = lookNow();
        handOver();
        out.offsetOutOfRangePartitions().forEach((name, position) -> {
            KafkaPartition partition = partitions.get(name);
            Optional<Offsets> offsets = answer.offsets(name);
            if (partition == null || partition != before.get(name)) {
                // The topic was created again, and is read from its beginning by now.
                return;
            }
            if (offsets.isEmpty()) {
                consumer.seek(name, position);
            } else if (position < offsets.get().first()) {
                passLost(partition, position, offsets.get().first());
            } else if (position > offsets.get().end() || out instanceof LogTruncationException) {
                endTruncated(partition, position, offsets.get());
            } else {
                consumer.seek(name, position);
            }
        });
    }

    private void passLost(KafkaPartition partition, long from, long first) {
        losses.report(
                partition.reading(),
                from,
                first - 1,
                "The broker deleted them before they were read: its retention is shorter than the lag of"
                        + " Persistor, or records were deleted");
        partition.lost(first);
        consumer.seek(partition.reading().partition(), first);
    }

    /**
     * The log lost records at its end, and may give their offsets to others. It is read from its beginning by another run: what this
     * one holds may be nowhere else, and is made durable first.
     */
    private void endTruncated(KafkaPartition partition, long position, Offsets offsets) {
        TopicPartition name = partition.reading().partition();
        forget(partition);
        arrivals.end(partition.reading());
        OffsetAndMetadata beginning = KafkaCommit.of(
                offsets.first(), Optional.empty(), partition.reading().log());
        consumer.commitSync(Map.of(name, beginning), ANSWER);
        throw new KafkaException(truncated(name, position, offsets));
    }

    private static String truncated(TopicPartition name, long position, Offsets offsets) {
        return name + " was truncated, for example by an unclean leader election: offset " + position
                + " was next, but the log ends at " + offsets.end() + " or has different records before it. Persistor"
                + " reads it again from its beginning, and stores records that differ under names of their own";
    }

    /** Called by the thread that has the consumer, from inside its calls. */
    private final class Assignment implements ConsumerRebalanceListener {

        @Override
        public void onPartitionsAssigned(Collection<TopicPartition> assigned) {
            // It begins those that were assigned, as all that have no reading yet.
            lookNow();
            // Without a reading, as when their topic was deleted a moment ago, they are not to be fetched from
            // anywhere.
            List<TopicPartition> unread = assigned.stream()
                    .filter(name -> !partitions.containsKey(name))
                    .toList();
            unread.forEach(name -> consumer.seek(name, 0));
            consumer.pause(unread);
        }

        @Override
        public void onPartitionsRevoked(Collection<TopicPartition> revoked) {
            decideWhatIsOpen();
            commits.commitLast(revoked);
            end(revoked);
        }

        @Override
        public void onPartitionsLost(Collection<TopicPartition> lost) {
            decideWhatIsOpen();
            end(lost);
        }

        private void end(Collection<TopicPartition> names) {
            for (TopicPartition name : names) {
                KafkaPartition partition = partitions.get(name);
                takePolled(name).forEach(arrivals::drop);
                if (partition != null) {
                    boolean isGone = looks.missing().contains(name.topic());
                    decideAll(partition);
                    forget(partition);
                    if (isGone) {
                        losses.remember(partition);
                        losses.reportUnread(partition);
                        arrivals.end(partition.reading());
                    } else {
                        arrivals.leave(partition.reading());
                    }
                }
            }
        }
    }

    /** Partitions also go since their topic was deleted. Then what was polled is nowhere else. */
    private void decideWhatIsOpen() {
        if (!looks.isCertain(metadata.updates())) {
            try {
                lookNow();
                handOver();
            } catch (PullException e) {
                LOG.warn("Cannot tell whether the topics {} were deleted: {}", topics, e.getMessage());
            }
        }
    }

    /** Takes the doubtful records of a partition that is read no longer for those of the log before, and reports what else that had. */
    private void decideAll(KafkaPartition partition) {
        Optional<KafkaPartition> before = partition.before();
        partition.decideAll(this::putDoubtful);
        before.ifPresent(losses::reportUnread);
    }

    private void begin(Collection<TopicPartition> names, Look answer) {
        List<TopicPartition> there =
                names.stream().filter(name -> answer.offsets(name).isPresent()).toList();
        if (there.isEmpty()) {
            return;
        }
        Map<TopicPartition, OffsetAndMetadata> committed = consumer.committed(Set.copyOf(there), ANSWER);
        for (TopicPartition name : there) {
            takePolled(name).forEach(arrivals::drop);
            begin(name, Optional.ofNullable(committed.get(name)), answer);
        }
        // So that the next reader knows where this one began, even without a message.
        commits.commitNow(there);
    }

    private void begin(TopicPartition name, Optional<OffsetAndMetadata> committed, Look answer) {
        String log = answer.log(name.topic()).orElseThrow();
        Offsets offsets = answer.offsets(name).orElseThrow();
        Optional<String> before = committed
                .flatMap(KafkaCommit::log)
                .or(() -> Optional.ofNullable(lastRead.get(name.topic())))
                .filter(known -> !known.equals(log) && !log.isEmpty());
        before.ifPresent(deletedLog -> losses.recreated(name, deletedLog, log, committed));
        // With a topic the broker deletes what groups have committed of it.
        boolean isOfNewLog = committed.isEmpty() && losses.isRecreated(name.topic(), log);
        if (before.isPresent() || isOfNewLog) {
            start(name, log, 0, Optional.empty(), offsets);
        } else if (committed.isEmpty()) {
            start(name, log, start.apply(name.topic(), offsets), Optional.empty(), offsets);
        } else if (committed.get().offset() > offsets.end()) {
            LOG.error("{}", truncated(name, committed.get().offset(), offsets));
            start(name, log, offsets.first(), Optional.empty(), offsets);
        } else {
            start(name, log, committed.get().offset(), committed.get().leaderEpoch(), offsets);
        }
    }

    /** Ends the reading of a partition. */
    private void forget(KafkaPartition partition) {
        TopicPartition name = partition.reading().partition();
        partitions.remove(name);
        seeks.forget(name);
        commits.end(name);
    }
}
