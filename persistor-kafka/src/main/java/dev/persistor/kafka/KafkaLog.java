package dev.persistor.kafka;

import dev.persistor.core.capture.PartitionWriter;
import dev.persistor.core.log.FailureText;
import dev.persistor.core.pull.HandoffQueue;
import dev.persistor.core.pull.LogBroker;
import dev.persistor.core.pull.LogProgress;
import dev.persistor.core.pull.PullException;
import dev.persistor.core.pull.PullLimits;
import dev.persistor.core.pull.PullSource;
import dev.persistor.core.pull.Received;
import dev.persistor.core.write.LostOffsets;
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
import java.util.NavigableSet;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
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
import org.apache.kafka.common.errors.AuthorizationException;
import org.apache.kafka.common.errors.RetriableException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Topics that are read as a member of a consumer group. One thread has the consumer, so that the group hears of it however long
 * the store takes: it reads ahead by a little, pauses when nothing is taken, and commits what is durable.
 *
 * <p>The consumer never chooses an offset itself. Each record's offset is compared with the expected one. A record is handed on
 * when it is certain which log it is of: nothing has changed since the brokers were asked for the identity of the topic, or they were
 * asked once more.
 *
 * <p>Thread-safe.
 */
final class KafkaLog implements PullSource<KafkaPlace>, LogBroker<KafkaPlace> {

    private static final Logger LOG = LoggerFactory.getLogger(KafkaLog.class);
    private static final Duration CLOSING = Duration.ofSeconds(5);
    private static final Duration POLL = Duration.ofMillis(100);
    /** Paused partitions and expected answers are checked often, because there may be room at any moment. */
    private static final Duration POLL_SHORT = Duration.ofMillis(10);

    private static final Duration BETWEEN_COMMITS = Duration.ofSeconds(1);
    private static final Duration BETWEEN_LOOKS = Duration.ofSeconds(1);
    /** A look that is waited for. */
    private static final Duration BETWEEN_URGENT_LOOKS = Duration.ofMillis(20);
    /**
     * No log has this offset. A consumer may still have records that it fetched before a seek, and takes them for an answer if they
     * begin at the offset that it was sent to: those of a deleted topic would pass for those of the new one. An answer about this
     * offset comes after all of them.
     */
    private static final long NOWHERE = Long.MAX_VALUE - 1;
    /** The share of the held bytes that may wait in addition. */
    private static final int PARTS = 4;

    private final KafkaConsumer<byte[], byte[]> consumer;
    private final KafkaMetadata metadata;
    private final KafkaTopics brokers;
    private final Set<String> topics;
    private final BiFunction<String, Offsets, Long> start;
    private final KafkaMessages messages;
    private final PartitionWriter logs;
    private final PullLimits limits;
    private final KafkaAnswers answers;
    private final Thread thread = new Thread(this::run, "persistor-kafka");
    /** Bounded by the pauses of the thread that reads. */
    private final HandoffQueue<KafkaPlace> arrivals = new HandoffQueue<>(Integer.MAX_VALUE);

    private final AtomicInteger waitingRecords = new AtomicInteger();
    private final AtomicLong waitingBytes = new AtomicLong();
    private final LogProgress<Reading, KafkaPlace> progress = new LogProgress<>(KafkaPlace::reading);
    private final KafkaCommits commits;

    private volatile long behind;
    private volatile boolean closed;
    /** The failure that ended the reading thread, if any. */
    private volatile @Nullable Throwable death;

    private volatile Set<String> missing = Set.of();

    /** The state of the thread that receives: the readings that are under way. */
    private final Set<Reading> readings = new HashSet<>();

    /** The state of the thread that reads. */
    private final Map<TopicPartition, KafkaPartition> partitions = new HashMap<>();

    /** The partitions that the consumer may have fetched from: a new reading of one begins when none of that is left. */
    private final Set<TopicPartition> fetched = new HashSet<>();

    private final Map<TopicPartition, OffsetAndMetadata> waitingSeeks = new HashMap<>();
    private final Deque<Polled> polled = new ArrayDeque<>();
    private final Map<String, String> recreated = new HashMap<>();
    /** The log of each topic that was read last. */
    private final Map<String, String> lastRead = new HashMap<>();
    /** The logs whose deletion was noticed while they were read: what they had unread is reported. Used by both threads. */
    private final Set<String> deleted = ConcurrentHashMap.newKeySet();

    private @Nullable CompletableFuture<Look> look;
    private long lastLook = System.nanoTime() - BETWEEN_LOOKS.toNanos();
    /** Records polled before this number of metadata updates belong to the known logs. */
    private long certainUntil = -1;

    private long begun;

    /** Records of one partition, and how often the consumer had learned anew when they were there. */
    private record Polled(TopicPartition partition, long updates, List<ConsumerRecord<byte[], byte[]>> records) {}

    private KafkaLog(
            KafkaConsumer<byte[], byte[]> consumer,
            KafkaMetadata metadata,
            KafkaTopics brokers,
            Set<String> topics,
            BiFunction<String, Offsets, Long> start,
            KafkaMessages messages,
            PartitionWriter logs,
            PullLimits limits) {
        this.limits = limits;
        this.start = start;
        this.consumer = consumer;
        this.commits = new KafkaCommits(consumer, CLOSING);
        this.metadata = metadata;
        this.brokers = brokers;
        this.answers = new KafkaAnswers(consumer);
        this.topics = topics;
        this.messages = messages;
        this.logs = logs;
        thread.setDaemon(true);
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

    private void run() {
        try (consumer) {
            consumer.subscribe(topics, new Assignment());
            readUntilClosed();
            commits.commitLast(consumer.assignment());
            consumer.close(CloseOptions.timeout(CLOSING));
        } catch (KafkaException | PullException e) {
            death = e;
        } catch (RuntimeException e) {
            LOG.error("Reading {} stopped after an unexpected error", topics, e);
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
            // What a callback throws comes as the cause of another.
            Throwable told = failure instanceof PullException ? failure : failure.getCause();
            PullException end =
                    told instanceof PullException known ? known : failed("read the topics " + topics, failure);
            throw new PullException(String.valueOf(end.getMessage()), false, failure);
        }
    }

    private void readUntilClosed() {
        long lastCommit = System.nanoTime();
        while (!closed) {
            poll(pauseWhileFull() || !polled.isEmpty() ? POLL_SHORT : POLL);
            look();
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

    private boolean pauseWhileFull() {
        boolean isFull = waitingRecords.get() >= Math.max(1, limits.outstandingMessages() / PARTS)
                || waitingBytes.get() >= Math.max(1, limits.outstandingBytes() / PARTS);
        if (isFull) {
            consumer.pause(consumer.assignment());
        } else {
            // Without a reading there is no offset to read from.
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
            if (!seekAfterAnswer(e)) {
                beginElsewhere(e);
            }
            return;
        }
        long updates = metadata.updates();
        for (TopicPartition partition : records.partitions()) {
            List<ConsumerRecord<byte[], byte[]>> together = records.records(partition);
            together.forEach(record -> countWaiting(record, 1));
            polled.add(new Polled(partition, updates, together));
        }
    }

    private void countWaiting(ConsumerRecord<byte[], byte[]> record, int sign) {
        waitingRecords.addAndGet(sign);
        waitingBytes.addAndGet(
                (long) sign * (Math.max(0, record.serializedKeySize()) + Math.max(0, record.serializedValueSize())));
    }

    /** Asks the brokers each second, and at once when records wait for the answer. */
    private void look() {
        CompletableFuture<Look> asked = look;
        if (asked != null && asked.isDone()) {
            look = null;
            answered(asked);
        }
        boolean isUrgent = !polled.isEmpty() && polled.getFirst().updates() > certainUntil;
        Duration pause = isUrgent ? BETWEEN_URGENT_LOOKS : BETWEEN_LOOKS;
        if (look == null && System.nanoTime() - lastLook >= pause.toNanos()) {
            lastLook = System.nanoTime();
            look = brokers.lookSoon();
        }
    }

    private void answered(CompletableFuture<Look> answer) {
        try {
            apply(answer.join());
        } catch (CompletionException e) {
            if (e.getCause() instanceof AuthorizationException cause) {
                // Records would wait for an answer without an end.
                throw cause;
            }
            LOG.debug("The topics {} are asked for again: {}", topics, String.valueOf(e.getCause()));
        }
    }

    /** Waits for an answer. */
    private Look lookNow() {
        // One that is under way may be older than what is done now.
        look = null;
        Look answer = brokers.look();
        apply(answer);
        return answer;
    }

    private void apply(Look answer) {
        missing = brokers.missing(answer);
        for (KafkaPartition partition : List.copyOf(partitions.values())) {
            TopicPartition name = partition.reading().partition();
            Optional<String> log = answer.log(name.topic());
            if (log.isPresent() && !log.get().equals(partition.reading().log())) {
                beginAgain(partition, log.get(), answer);
            } else {
                answer.offsets(name).ifPresent(partition::knows);
            }
        }
        certainUntil = Math.max(certainUntil, answer.updates());
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
        rememberDeleted(partition);
        sayRecreated(name.topic(), partition.reading().log(), log);
        List<ConsumerRecord<byte[], byte[]>> open = takePolled(name);
        Optional<Offsets> there = answer.offsets(name);
        if (there.isEmpty()) {
            open.forEach(record -> putOld(partition, record));
            sayUnreadLost(partition);
            forget(partition, false);
            return;
        }
        KafkaPartition fresh = start(name, log, 0, Optional.empty(), there.get());
        for (ConsumerRecord<byte[], byte[]> record : open) {
            if (record.offset() >= there.get().end()) {
                putOld(partition, record);
            } else {
                countWaiting(record, -1);
                fresh.doubt(partition, record);
            }
        }
        if (fresh.before().isEmpty()) {
            sayUnreadLost(partition);
        }
    }

    /** If brokers have no topic ids, a deleted topic cannot be told from its successor. */
    private void rememberDeleted(KafkaPartition partition) {
        if (!partition.reading().log().isEmpty()) {
            deleted.add(partition.reading().log());
        }
    }

    private void sayRecreated(String topic, String before, String now) {
        if (!now.equals(recreated.put(topic, now))) {
            logs.recreated(messages.source(topic), before, now);
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
            sayLost(
                    reading,
                    from,
                    next - 1,
                    "The broker deleted them before they were read: its retention is shorter than"
                            + " the time during which Persistor did not read, or records were deleted");
        }
        seek(name, new OffsetAndMetadata(next, next == from ? epoch : Optional.empty(), ""));
        partitions.put(name, started);
        lastRead.put(name.topic(), log);
        commits.begin(reading, next, next == from ? epoch : Optional.empty());
        arrivals.change(() -> {
            if (before != null) {
                readings.remove(before.reading());
                progress.forget(before.reading());
            }
            readings.add(reading);
            LOG.info("Reading {} from offset {}", name, next);
        });
        return started;
    }

    private void seek(TopicPartition name, OffsetAndMetadata next) {
        if (fetched.add(name)) {
            consumer.seek(name, next);
        } else {
            waitingSeeks.put(name, next);
            consumer.seek(name, NOWHERE);
        }
    }

    /** Seeks where a new reading begins, now that nothing is left of the one before. Tells whether it was the answer to this. */
    private boolean seekAfterAnswer(OffsetOutOfRangeException out) {
        Map<TopicPartition, Long> positions = out.offsetOutOfRangePartitions();
        if (!positions.values().stream().allMatch(position -> position == NOWHERE)) {
            return false;
        }
        for (TopicPartition name : positions.keySet()) {
            OffsetAndMetadata next = waitingSeeks.remove(name);
            if (next != null && consumer.assignment().contains(name)) {
                consumer.seek(name, next);
            }
        }
        return true;
    }

    /** Hands over what is certain, in its order. */
    private void handOver() {
        while (!polled.isEmpty() && polled.getFirst().updates() <= certainUntil) {
            Polled first = polled.removeFirst();
            KafkaPartition partition = partitions.get(first.partition());
            if (partition == null) {
                // It is not read any more, or not yet.
                first.records().forEach(record -> countWaiting(record, -1));
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
                before.ifPresent(this::sayUnreadLost);
            }
            passedFrom.put(record.offset(), expect(partition, record.offset()));
        }
        Reading reading = partition.reading();
        arrivals.deliverAll(
                records,
                record -> Optional.of(
                        take(reading, record, passedFrom.getOrDefault(record.offset(), OptionalLong.empty()))));
    }

    private void putDoubtful(KafkaPartition partition, ConsumerRecord<byte[], byte[]> record) {
        countWaiting(record, 1);
        putOld(partition, record);
    }

    /** Hands over a record of a log that is gone. Those that were in doubt come behind those that were not. */
    private void putOld(KafkaPartition partition, ConsumerRecord<byte[], byte[]> record) {
        OptionalLong passedFrom =
                record.offset() >= partition.next() ? expect(partition, record.offset()) : OptionalLong.empty();
        Reading reading = partition.reading();
        arrivals.deliverAll(List.of(record), each -> Optional.of(take(reading, each, passedFrom)));
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
            sayLost(partition.reading(), next, lostUntil - 1, "The broker deleted them before they were read");
            partition.lost(lostUntil);
        }
        return partition.read(offset);
    }

    /** At the end of a log may be marks of transactions, which the consumer passes. */
    private void passWhatIsNoRecord() {
        if (polled.isEmpty() && metadata.updates() <= certainUntil) {
            partitions.forEach((name, partition) -> {
                if (consumer.assignment().contains(name) && !waitingSeeks.containsKey(name)) {
                    partition.passed(consumer.position(name, CLOSING));
                }
            });
        }
    }

    private void sayUnreadLost(KafkaPartition partition) {
        if (partition.behind() > 0) {
            sayLost(
                    partition.reading(),
                    partition.next(),
                    partition.known().end() - 1,
                    "The topic was deleted before they were read");
            partition.passed(partition.known().end());
        }
    }

    private void sayLost(Reading reading, long first, long last, String cause) {
        TopicPartition name = reading.partition();
        logs.lost(new LostOffsets(
                messages.source(name.topic()), reading.log(), Integer.toString(name.partition()), first, last, cause));
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
        sayLost(
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
        forget(partition, false);
        OffsetAndMetadata beginning = KafkaCommit.of(
                offsets.first(), Optional.empty(), partition.reading().log());
        consumer.commitSync(Map.of(name, beginning), CLOSING);
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
                takePolled(name).forEach(record -> countWaiting(record, -1));
                if (partition != null) {
                    boolean isGone = missing.contains(name.topic());
                    decideAll(partition);
                    if (isGone) {
                        rememberDeleted(partition);
                        sayUnreadLost(partition);
                    }
                    forget(partition, !isGone);
                }
            }
        }
    }

    /** Partitions also go since their topic was deleted. Then what was polled is nowhere else. */
    private void decideWhatIsOpen() {
        if (metadata.updates() > certainUntil) {
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
        before.ifPresent(this::sayUnreadLost);
    }

    private void begin(Collection<TopicPartition> names, Look answer) {
        List<TopicPartition> there =
                names.stream().filter(name -> answer.offsets(name).isPresent()).toList();
        if (there.isEmpty()) {
            return;
        }
        Map<TopicPartition, OffsetAndMetadata> committed = consumer.committed(Set.copyOf(there), CLOSING);
        for (TopicPartition name : there) {
            takePolled(name).forEach(record -> countWaiting(record, -1));
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
        before.ifPresent(deletedLog -> sayRecreated(name, deletedLog, log, committed));
        // With a topic the broker deletes what groups have committed of it.
        boolean isOfNewLog = committed.isEmpty() && log.equals(recreated.get(name.topic()));
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

    /** Reports that a topic was created again while this partition was not read. */
    private void sayRecreated(TopicPartition name, String before, String log, Optional<OffsetAndMetadata> committed) {
        sayRecreated(name.topic(), before, log);
        if (!deleted.contains(before)) {
            LOG.error(
                    "{}, partition {}: records of the deleted topic{} may be lost. Their number is not known, because"
                            + " Persistor did not read it when it was deleted",
                    name.topic(),
                    name.partition(),
                    committed
                            .map(offset -> " from offset " + offset.offset() + " on")
                            .orElse(""));
        }
    }

    /**
     * Ends the reading of a partition.
     *
     * @param isReadElsewhere whether another process continues, and archives what is not durable here
     */
    private void forget(KafkaPartition partition, boolean isReadElsewhere) {
        Reading reading = partition.reading();
        partitions.remove(reading.partition());
        waitingSeeks.remove(reading.partition());
        commits.end(reading.partition());
        arrivals.change(() -> {
            readings.remove(reading);
            progress.forget(reading);
            if (isReadElsewhere) {
                logs.forget(
                        messages.source(reading.partition().topic()),
                        reading.log(),
                        Integer.toString(reading.partition().partition()));
            }
            LOG.info("Stopped reading {}", reading.partition());
        });
    }

    @Override
    public List<Received<KafkaPlace>> receive(int most, Duration wait) {
        List<Received<KafkaPlace>> received = arrivals.receive(most, wait);
        if (received.isEmpty()) {
            requireThread();
        }
        if (received.isEmpty() && answers.areMissing()) {
            throw new PullException("read the topics " + topics + ": no broker answers", true, null);
        }
        if (received.isEmpty() && !missing.isEmpty()) {
            throw missing(missing);
        }
        return received;
    }

    private Received<KafkaPlace> take(Reading reading, ConsumerRecord<byte[], byte[]> record, OptionalLong passedFrom) {
        countWaiting(record, -1);
        KafkaPlace place = new KafkaPlace(reading, record.offset(), record.leaderEpoch());
        if (readings.contains(reading)) {
            progress.received(place);
        }
        return messages.pulled(place, record, reading.log(), passedFrom);
    }

    @Override
    public OptionalLong behind() {
        return OptionalLong.of(behind + waitingRecords.get());
    }

    @Override
    public void acknowledge(List<KafkaPlace> deliveries) {
        commits.durable(progress.durable(deliveries));
    }

    /** Reports what is given back of a deleted topic: it is nowhere else. All other records stay in their log. */
    @Override
    public void giveBack(List<KafkaPlace> deliveries) {
        Map<Reading, TreeSet<Long>> lost = new HashMap<>();
        for (KafkaPlace place : deliveries) {
            if (deleted.contains(place.reading().log())) {
                lost.computeIfAbsent(place.reading(), any -> new TreeSet<>()).add(place.offset());
            }
        }
        lost.forEach(this::sayHeldLost);
    }

    private void sayHeldLost(Reading reading, NavigableSet<Long> offsets) {
        String cause = "The topic was deleted, and the store did not accept them while Persistor held them";
        long first = offsets.first();
        long last = first;
        for (long offset : offsets.tailSet(first, false)) {
            if (offset != last + 1) {
                sayLost(reading, first, last, cause);
                first = offset;
            }
            last = offset;
        }
        sayLost(reading, first, last, cause);
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
        giveBack(arrivals.takeLeft());
        brokers.close();
    }
}
