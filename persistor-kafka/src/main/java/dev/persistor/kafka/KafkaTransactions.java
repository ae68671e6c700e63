package dev.persistor.kafka;

import dev.persistor.core.message.Message;
import dev.persistor.core.replay.PublishException;
import dev.persistor.core.replay.Published;
import dev.persistor.core.replay.TargetAddress;
import dev.persistor.core.replay.Transactions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ListConsumerGroupOffsetsOptions;
import org.apache.kafka.clients.admin.ListConsumerGroupOffsetsSpec;
import org.apache.kafka.clients.consumer.ConsumerGroupMetadata;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.AuthorizationException;
import org.jspecify.annotations.Nullable;

/**
 * Transactions of Kafka. Each commits, as the offset of a consumer group that no consumer is in, the number of the transaction.
 *
 * <p>A transaction begins when all of its messages are there, and ends some milliseconds later: readers of committed records wait for
 * an open one. One that a kill left open is ended by the next producer of the same replay, or by the broker after a minute.
 *
 * <p>Not thread-safe.
 */
final class KafkaTransactions implements Transactions {

    private static final Duration CLOSING = Duration.ofSeconds(30);
    private static final int BATCH_BYTES = 256 << 10;
    private static final int LINGER_MILLIS = 5;
    /** The limits of each topic are compared before a record is sent; this is the client's own. */
    private static final int MAX_REQUEST_BYTES = 128 << 20;

    private final KafkaConnection connection;
    private final TargetAddress target;
    private final Admin admin;
    private final KafkaProducer<byte[], byte[]> producer;
    private final ConsumerGroupMetadata group;
    private final OptionalLong committed;
    private final Map<String, KafkaTarget> topics = new HashMap<>();
    /** Under which the number of the open transaction is committed. */
    private Optional<String> topic = Optional.empty();

    private boolean isOpen;
    /** True if the brokers have no transaction. */
    private boolean isFirst;

    // The other way to a group's metadata is a consumer that is in the group.
    @SuppressWarnings("removal")
    private KafkaTransactions(
            KafkaConnection connection,
            TargetAddress target,
            Admin admin,
            KafkaProducer<byte[], byte[]> producer,
            String group) {
        this.connection = connection;
        this.target = target;
        this.admin = admin;
        this.producer = producer;
        this.group = new ConsumerGroupMetadata(group);
        this.committed = committed(group);
        this.isFirst = committed.isEmpty();
    }

    /**
     * Takes over from the process that has the same transactional id.
     *
     * @param id the transactional id
     * @param group the group of the replay's progress
     */
    static KafkaTransactions open(KafkaConnection connection, TargetAddress target, String id, String group) {
        Admin admin = connection.admin();
        try {
            KafkaProducer<byte[], byte[]> producer = connection.producer(settings(id));
            try {
                producer.initTransactions();
                return new KafkaTransactions(connection, target, admin, producer, group);
            } catch (RuntimeException e) {
                producer.close(Duration.ZERO);
                throw KafkaErrors.translate("begin transactions of " + target, e);
            }
        } catch (RuntimeException e) {
            admin.close(Duration.ZERO);
            throw e;
        }
    }

    private static Map<String, Object> settings(String id) {
        return Map.of(
                ProducerConfig.CLIENT_ID_CONFIG, "persistor-replay",
                ProducerConfig.TRANSACTIONAL_ID_CONFIG, id,
                ProducerConfig.MAX_REQUEST_SIZE_CONFIG, MAX_REQUEST_BYTES,
                ProducerConfig.BUFFER_MEMORY_CONFIG, MAX_REQUEST_BYTES,
                ProducerConfig.BATCH_SIZE_CONFIG, BATCH_BYTES,
                ProducerConfig.LINGER_MS_CONFIG, LINGER_MILLIS);
    }

    /** Only once a transaction that was committed last is in its offset, too. Each topic has an offset; numbers only grow. */
    private OptionalLong committed(String name) {
        Map<TopicPartition, OffsetAndMetadata> offsets = KafkaErrors.await(
                admin.listConsumerGroupOffsets(
                                Map.of(name, new ListConsumerGroupOffsetsSpec()),
                                new ListConsumerGroupOffsetsOptions().requireStable(true))
                        .partitionsToOffsetAndMetadata(name),
                "read how far the replay got, in the offsets of group " + name);
        return offsets.values().stream()
                .filter(Objects::nonNull)
                .mapToLong(OffsetAndMetadata::offset)
                .max();
    }

    @Override
    public OptionalLong committed() {
        return committed;
    }

    @Override
    public List<Published> send(List<Message> messages) {
        List<KafkaTarget.Outgoing> records = new ArrayList<>();
        for (Message message : messages) {
            records.add(outgoing(message, records.size()));
        }
        topic = records.stream()
                .map(KafkaTarget.Outgoing::topic)
                .map(KafkaTopic::name)
                .findFirst();
        if (isFirst) {
            begin();
            commit(0);
            isFirst = false;
        }
        begin();
        List<Future<RecordMetadata>> sent = new ArrayList<>();
        try {
            for (KafkaTarget.Outgoing record : records) {
                sent.add(producer.send(record.record()));
            }
            producer.flush();
        } catch (KafkaException e) {
            // A record failed, and its future says why.
            if (sent.isEmpty()) {
                throw failed(e);
            }
        }
        return answers(records, sent);
    }

    private void begin() {
        producer.beginTransaction();
        isOpen = true;
    }

    private KafkaTarget.Outgoing outgoing(Message message, int index) {
        try {
            return topic(message.source()).outgoing(message);
        } catch (PublishException e) {
            if (e.isRetryable()) {
                throw e;
            }
            throw new RefusedException(index, e);
        }
    }

    private KafkaTarget topic(String source) {
        return topics.computeIfAbsent(source, name -> {
            KafkaAddress address = KafkaAddress.of(target.of(name));
            return KafkaTarget.ask(connection, admin, address);
        });
    }

    private List<Published> answers(List<KafkaTarget.Outgoing> records, List<Future<RecordMetadata>> sent) {
        List<Published> answers = new ArrayList<>();
        for (Future<RecordMetadata> each : sent) {
            try {
                answers.add(Published.at(records.get(answers.size()).topic().position(each.get())));
            } catch (ExecutionException e) {
                throw aborted(sent);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw failed(e);
            }
        }
        if (answers.size() < records.size()) {
            throw aborted(sent);
        }
        return answers;
    }

    /** Ends the transaction, and tells a refused record from those that only went down with it. */
    private RuntimeException aborted(List<Future<RecordMetadata>> sent) {
        @Nullable Throwable first = null;
        for (int i = 0; i < sent.size(); i++) {
            Throwable failure = failure(sent.get(i));
            if (failure != null && isRefusal(failure)) {
                abort();
                return new RefusedException(i, KafkaErrors.translate("publish to " + target, failure));
            }
            first = first == null ? failure : first;
        }
        return failed(first == null ? new KafkaException("a record was not sent") : first);
    }

    private static @Nullable Throwable failure(Future<RecordMetadata> sent) {
        try {
            sent.get();
            return null;
        } catch (ExecutionException e) {
            return e.getCause();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return e;
        }
    }

    /** A missing permission fails for every message. */
    private static boolean isRefusal(Throwable failure) {
        return KafkaErrors.isRefusal(failure) && !(failure instanceof AuthorizationException);
    }

    /** A transaction that cannot be aborted is abandoned: the next process that opens these transactions ends it. */
    private PublishException failed(Throwable failure) {
        close();
        return KafkaErrors.translate("publish to " + target, failure);
    }

    private void abort() {
        try {
            producer.abortTransaction();
            isOpen = false;
        } catch (KafkaException e) {
            throw failed(e);
        }
    }

    @Override
    public void commit(long number) {
        try {
            producer.sendOffsetsToTransaction(
                    Map.of(new TopicPartition(topic.orElseThrow(), 0), new OffsetAndMetadata(number)), group);
            producer.commitTransaction();
            isOpen = false;
        } catch (KafkaException e) {
            close();
            throw KafkaErrors.translate("commit a transaction of " + target, e);
        }
    }

    @Override
    public void close() {
        if (isOpen) {
            isOpen = false;
            // Not abortTransaction: the failure may be that no broker answers.
            producer.close(Duration.ZERO);
        } else {
            producer.close(CLOSING);
        }
        admin.close(Duration.ZERO);
    }
}
