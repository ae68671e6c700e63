package dev.persistor.benchmarks.peers;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ConsumerGroupDescription;
import org.apache.kafka.clients.admin.ListOffsetsResult;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.GroupState;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.GroupIdNotFoundException;
import org.apache.kafka.common.header.internals.RecordHeader;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/** A topic of numbered messages, with keys and a header. Thread-safe. */
final class Topic implements AutoCloseable {

    /** As many readers as any entrant has. */
    static final int PARTITIONS = 8;

    private static final int KEYS = 997;
    private static final int AT_A_TIME = 100;

    private final String servers;
    private final String name;
    private final Admin admin;
    private final KafkaProducer<byte[], byte[]> producer;

    private Topic(String servers, String name) {
        this.servers = servers;
        this.name = name;
        this.admin = Admin.create(Map.of("bootstrap.servers", servers));
        this.producer = new KafkaProducer<>(
                Map.of(
                        ProducerConfig.BOOTSTRAP_SERVERS_CONFIG,
                        servers,
                        ProducerConfig.LINGER_MS_CONFIG,
                        5,
                        ProducerConfig.MAX_IN_FLIGHT_REQUESTS_PER_CONNECTION,
                        1),
                new ByteArraySerializer(),
                new ByteArraySerializer());
    }

    /** Makes a topic. */
    static Topic create(String servers, String name) throws ExecutionException, InterruptedException {
        Topic topic = new Topic(servers, name);
        topic.admin
                .createTopics(List.of(new NewTopic(name, PARTITIONS, (short) 1)))
                .all()
                .get();
        return topic;
    }

    String servers() {
        return servers;
    }

    String name() {
        return name;
    }

    /** Sends the messages of a range of numbers as fast as the broker takes them, and waits until it has them. */
    void send(int from, int to) throws ExecutionException, InterruptedException {
        List<Future<RecordMetadata>> sent = new ArrayList<>();
        for (int number = from; number < to; number++) {
            byte[] key = ("customer-" + number % KEYS).getBytes(StandardCharsets.UTF_8);
            RecordHeader header = new RecordHeader("eventType", "order.created".getBytes(StandardCharsets.UTF_8));
            sent.add(producer.send(
                    new ProducerRecord<>(name, null, null, key, Numbered.payload(number), List.of(header))));
        }
        for (Future<RecordMetadata> each : sent) {
            each.get();
        }
    }

    /** Sends the messages of a range of numbers over a time, and waits until the broker has them. */
    void sendOver(int from, int to, long millis) throws ExecutionException, InterruptedException {
        long begun = System.nanoTime();
        for (int next = from; next < to; next += AT_A_TIME) {
            long due = begun + TimeUnit.MILLISECONDS.toNanos(millis * (next - from) / (to - from));
            TimeUnit.NANOSECONDS.sleep(due - System.nanoTime());
            send(next, Math.min(to, next + AT_A_TIME));
        }
    }

    /** Tells whether a group has members that have partitions: reading begins now. */
    boolean isRead(String group) throws ExecutionException, InterruptedException {
        try {
            ConsumerGroupDescription description = admin.describeConsumerGroups(List.of(group))
                    .describedGroups()
                    .values()
                    .iterator()
                    .next()
                    .get();
            return description.groupState() == GroupState.STABLE
                    && description.members().stream()
                            .anyMatch(member ->
                                    !member.assignment().topicPartitions().isEmpty());
        } catch (ExecutionException e) {
            if (e.getCause() instanceof GroupIdNotFoundException) {
                return false;
            }
            throw e;
        }
    }

    /** Returns how many messages a group has not committed. */
    long lag(String group) throws ExecutionException, InterruptedException {
        Map<TopicPartition, OffsetAndMetadata> committed = admin.listConsumerGroupOffsets(group)
                .partitionsToOffsetAndMetadata()
                .get();
        long lag = 0;
        for (int partition = 0; partition < PARTITIONS; partition++) {
            TopicPartition each = new TopicPartition(name, partition);
            ListOffsetsResult end = admin.listOffsets(Map.of(each, OffsetSpec.latest()));
            OffsetAndMetadata done = committed.get(each);
            lag += end.partitionResult(each).get().offset() - (done == null ? 0 : done.offset());
        }
        return lag;
    }

    @Override
    public void close() {
        producer.close();
        admin.close();
    }
}
