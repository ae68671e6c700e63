package dev.persistor.kafka;

import dev.persistor.core.message.Message;
import dev.persistor.core.message.Position;
import dev.persistor.core.replay.BatchTarget;
import dev.persistor.core.replay.PublishException;
import dev.persistor.core.replay.Published;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.jspecify.annotations.Nullable;

/**
 * A topic that takes records in batches of one partition each.
 *
 * <p>A batch is one batch of the broker, too, which stores all of it or nothing: the producer that sends it sends no other meanwhile,
 * and is told to send it when it is whole. So no record overtakes one of its key that failed, and after a refusal nothing of the batch
 * is there. Idempotent producers send a batch again after a lost answer, and the broker takes it once.
 *
 * <p>Thread-safe.
 */
final class KafkaTarget implements BatchTarget {

    /** The bytes that the broker adds to a batch. */
    static final int BATCH_BYTES = 61;

    /** More messages in a batch make it no faster. */
    private static final long ENOUGH_BYTES = 1 << 20;

    /** Of the client, where neither the topic nor the user says it. */
    private static final long MAX_BYTES = 1 << 20;

    /** Such that a batch waits until it is whole. */
    private static final int LINGER_MILLIS = 10_000;

    private final KafkaConnection connection;
    private final KafkaAddress address;
    private final KafkaTopic topic;
    private final Clock clock;
    private final long maxBytes;
    private final Queue<KafkaProducer<byte[], byte[]>> idle = new ConcurrentLinkedQueue<>();
    private final AtomicInteger turns = new AtomicInteger();

    KafkaTarget(KafkaConnection connection, KafkaAddress address, KafkaTopic topic, Clock clock) {
        this.connection = connection;
        this.address = address;
        this.topic = topic;
        this.clock = clock;
        this.maxBytes = maxBytes(connection, topic);
    }

    /**
     * A record on its way.
     *
     * @param topic where it goes to
     */
    record Outgoing(KafkaTopic topic, ProducerRecord<byte[], byte[]> record) {}

    /**
     * Asks the brokers for the topic.
     *
     * @throws PublishException if it does not exist, or the brokers do not answer
     */
    static KafkaTarget ask(KafkaConnection connection, Admin admin, KafkaAddress address) {
        KafkaTopic topic = KafkaTopic.ask(admin, address.topic(), address.toString());
        return new KafkaTarget(connection, address, topic, Clock.systemUTC());
    }

    /**
     * Returns the record of a message that is sent without a batch of this class.
     *
     * @throws PublishException if the topic takes no such record
     */
    Outgoing outgoing(Message message) {
        check(message);
        KafkaRecord record = KafkaRecord.of(message);
        if (isTooLarge(record)) {
            throw new PublishException(
                    "publish " + message.id() + " to " + this + ": the record is " + tooLarge(), false, null);
        }
        return new Outgoing(
                topic, record.to(topic.name(), partition(message, record.key()).orElse(null)));
    }

    private boolean isTooLarge(KafkaRecord record) {
        return record.size() + BATCH_BYTES > maxBytes;
    }

    private String tooLarge() {
        return "larger than the " + maxBytes + " bytes that topic " + topic.name() + " accepts";
    }

    /** Returns how many bytes the batch of one record may have. */
    static long maxBytes(KafkaConnection connection, KafkaTopic topic) {
        return connection
                .property(ProducerConfig.MAX_REQUEST_SIZE_CONFIG)
                .map(Long::parseLong)
                .orElseGet(() -> topic.maxBytes().orElse(MAX_BYTES));
    }

    /** Returns the partition's number; empty for a record that may go to any. */
    @Override
    public Optional<String> batchKey(Message message) {
        check(message);
        return partition(message, KafkaRecord.keyOf(message)).map(String::valueOf);
    }

    private Optional<Integer> partition(Message message, byte @Nullable [] key) {
        if (address.keepsPartitions()) {
            return Optional.of(original(message));
        }
        return Optional.ofNullable(key).map(topic::partition);
    }

    @Override
    public void check(Message message) {
        if (address.keepsPartitions() && original(message) >= topic.partitions()) {
            throw new PublishException(
                    "keep the partition of message " + message.id() + " of " + message.source() + ": it is "
                            + original(message) + ", and " + this + " has " + topic.partitions()
                            + " partitions; add partitions to the topic, or remove --partition original",
                    false,
                    null);
        }
    }

    private int original(Message message) {
        return message.position()
                .map(Position::partition)
                .filter(partition -> partition.matches("[0-9]{1,9}"))
                .map(Integer::parseInt)
                .orElseThrow(() -> new PublishException(
                        "keep the partition of message " + message.id() + " of " + message.source()
                                + ": it has no numbered partition; remove --partition original",
                        false,
                        null));
    }

    @Override
    public Batch open(Optional<String> key) {
        return new Records(
                key.map(Integer::parseInt).orElseGet(() -> Math.floorMod(turns.getAndIncrement(), topic.partitions())));
    }

    @Override
    public List<String> losses(Message message) {
        KafkaRecord record = KafkaRecord.of(message);
        List<String> losses = new ArrayList<>(record.losses());
        losses.addAll(topic.losses(record, clock.instant()));
        if (isTooLarge(record)) {
            losses.add("the record: it is " + tooLarge());
        }
        return losses;
    }

    /** The producer waits and tries again by itself. */
    @Override
    public boolean isBusy(RuntimeException failure) {
        return false;
    }

    @Override
    public boolean isRefusal(RuntimeException failure) {
        return failure instanceof RefusedBatchException;
    }

    @Override
    public PublishException translate(String what, RuntimeException failure) {
        return KafkaErrors.translate(what, failure instanceof RefusedBatchException refused ? refused.reason : failure);
    }

    @Override
    public void close() {
        idle.forEach(KafkaProducer::close);
    }

    @Override
    public String toString() {
        return address.toString();
    }

    private KafkaProducer<byte[], byte[]> producer() {
        KafkaProducer<byte[], byte[]> free = idle.poll();
        return free != null ? free : connection.producer(settings());
    }

    private Map<String, Object> settings() {
        return Map.of(
                ProducerConfig.CLIENT_ID_CONFIG,
                "persistor-replay",
                ProducerConfig.LINGER_MS_CONFIG,
                LINGER_MILLIS,
                // So that the producer never begins a second batch for what is one here.
                ProducerConfig.BATCH_SIZE_CONFIG,
                (int) (2 * ENOUGH_BYTES),
                ProducerConfig.BUFFER_MEMORY_CONFIG,
                8 * ENOUGH_BYTES + 2 * maxBytes,
                ProducerConfig.MAX_REQUEST_SIZE_CONFIG,
                (int) Math.min(Integer.MAX_VALUE, maxBytes));
    }

    /** All records of a batch were refused, and none is there. */
    private static final class RefusedBatchException extends RuntimeException {
        private static final long serialVersionUID = 1L;
        private final Throwable reason;

        RefusedBatchException(Throwable reason) {
            super(reason);
            this.reason = reason;
        }
    }

    private final class Records implements Batch {
        private final int partition;
        private final List<KafkaRecord> records = new ArrayList<>();
        private long size = BATCH_BYTES;

        Records(int partition) {
            this.partition = partition;
        }

        @Override
        public boolean tryAdd(Message message) {
            KafkaRecord record = KafkaRecord.of(message);
            long more = size + record.size();
            if (more > (records.isEmpty() ? maxBytes : Math.min(maxBytes, ENOUGH_BYTES))) {
                return false;
            }
            records.add(record);
            size = more;
            return true;
        }

        @Override
        public int maxBytes() {
            return (int) Math.min(Integer.MAX_VALUE, maxBytes);
        }

        @Override
        public List<Published> send() {
            KafkaProducer<byte[], byte[]> producer = producer();
            try {
                List<Published> answers = send(producer);
                idle.add(producer);
                return answers;
            } catch (RuntimeException e) {
                // What it may still have to send must not go out behind the failure.
                producer.close(Duration.ZERO);
                throw e;
            }
        }

        private List<Published> send(KafkaProducer<byte[], byte[]> producer) {
            List<Future<RecordMetadata>> sent = records.stream()
                    .map(record -> producer.send(record.to(topic.name(), partition)))
                    .toList();
            producer.flush();
            List<Published> answers = new ArrayList<>();
            Throwable failure = null;
            for (Future<RecordMetadata> each : sent) {
                try {
                    answers.add(Published.at(topic.position(each.get())));
                } catch (ExecutionException e) {
                    failure = e.getCause();
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                    failure = e;
                }
            }
            requireAll(answers, failure);
            return answers;
        }

        private void requireAll(List<Published> answers, @Nullable Throwable failure) {
            if (failure == null) {
                return;
            }
            if (KafkaErrors.isRefusal(failure) && answers.isEmpty()) {
                throw new RefusedBatchException(failure);
            }
            PublishException reason = KafkaErrors.translate("publish to " + KafkaTarget.this, failure);
            // Of a batch that the producer had to split, some records may be there.
            throw new PublishException(String.valueOf(reason.getMessage()), true, failure);
        }
    }
}
