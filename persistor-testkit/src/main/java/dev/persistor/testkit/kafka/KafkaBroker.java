package dev.persistor.testkit.kafka;

import dev.persistor.testkit.Numbered;
import dev.persistor.testkit.ReservedPort;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Properties;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.function.Consumer;
import kafka.server.KafkaConfig;
import kafka.server.KafkaRaftServer;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewPartitions;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.RecordsToDelete;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.PartitionInfo;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.utils.Time;
import org.apache.kafka.metadata.storage.Formatter;
import org.apache.kafka.server.common.Feature;

/** Kafka's own broker, in this process, with its log in a folder. It can be stopped and started again. Not thread-safe. */
public final class KafkaBroker implements AutoCloseable {

    private static final int KEYS = 97;

    /** What a consumer is at the end of asks for more, and keeps the next partition waiting until that is answered. */
    private static final int EMPTY_ANSWER_MILLIS = 10;

    private static final Duration MOST_WAIT = Duration.ofSeconds(60);
    private static final long MILLIS_BETWEEN_LOOKS = 20;

    private final KafkaConfig config;
    private final ReservedPort port;
    private final ReservedPort controllerPort;
    private KafkaRaftServer server;

    private KafkaBroker(KafkaConfig config, ReservedPort port, ReservedPort controllerPort) {
        this.config = config;
        this.port = port;
        this.controllerPort = controllerPort;
        this.server = started();
    }

    /** Starts a broker whose log is in a folder that is there and empty. */
    public static KafkaBroker start(Path folder) throws Exception {
        return start(folder, Map.of());
    }

    /**
     * Starts a broker with further properties, such as {@code advertised.listeners}.
     *
     * @param more its {@code listeners} are added to the broker's own, which are without security
     */
    public static KafkaBroker start(Path folder, Map<String, String> more) throws Exception {
        ReservedPort port = ReservedPort.reserve();
        ReservedPort controllerPort = ReservedPort.reserve();
        Properties properties = new Properties();
        properties.putAll(Map.ofEntries(
                Map.entry("process.roles", "broker,controller"),
                Map.entry("node.id", "1"),
                Map.entry("controller.quorum.voters", "1@127.0.0.1:" + controllerPort.number()),
                Map.entry(
                        "listeners",
                        "PLAINTEXT://127.0.0.1:" + port.number() + ",CONTROLLER://127.0.0.1:"
                                + controllerPort.number()),
                Map.entry("controller.listener.names", "CONTROLLER"),
                Map.entry("log.dirs", folder.toString()),
                Map.entry("auto.create.topics.enable", "false"),
                Map.entry("offsets.topic.replication.factor", "1"),
                Map.entry("offsets.topic.num.partitions", "4"),
                Map.entry("transaction.state.log.replication.factor", "1"),
                Map.entry("transaction.state.log.min.isr", "1"),
                Map.entry("transaction.state.log.num.partitions", "2"),
                Map.entry("group.initial.rebalance.delay.ms", "0"),
                Map.entry("group.min.session.timeout.ms", "1000"),
                Map.entry("log.retention.check.interval.ms", "1000")));
        more.forEach((name, value) ->
                properties.merge(name, value, (own, added) -> name.equals("listeners") ? own + "," + added : added));
        new Formatter()
                .setPrintStream(new PrintStream(OutputStream.nullOutputStream(), false, StandardCharsets.UTF_8))
                .setSupportedFeatures(Feature.PRODUCTION_FEATURES)
                .setClusterId(Uuid.randomUuid().toString())
                .setNodeId(1)
                .addDirectory(folder.toString())
                .setMetadataLogDirectory(folder.toString())
                .setControllerListenerName("CONTROLLER")
                .run();
        return new KafkaBroker(KafkaConfig.fromProps(properties), port, controllerPort);
    }

    private KafkaRaftServer started() {
        KafkaRaftServer started = new KafkaRaftServer(config, Time.SYSTEM);
        started.startup();
        return started;
    }

    /** Returns where it is, as clients are told. */
    public String servers() {
        return "127.0.0.1:" + port.number();
    }

    /** Makes a topic, and returns its identity when the broker has it: before, clients are still given a deleted one of its name. */
    public String create(String topic, int partitions, Map<String, String> configs)
            throws InterruptedException, ExecutionException {
        try (Admin admin = Admin.create(Map.of("bootstrap.servers", servers()))) {
            String id = admin.createTopics(List.of(new NewTopic(topic, partitions, (short) 1).configs(configs)))
                    .topicId(topic)
                    .get()
                    .toString();
            awaitTopicId(admin, topic, id);
            return id;
        }
    }

    /** Deletes a topic. For a moment the broker may still take records for it. */
    public void delete(String topic) throws InterruptedException, ExecutionException {
        try (Admin admin = Admin.create(Map.of("bootstrap.servers", servers()))) {
            admin.deleteTopics(List.of(topic)).all().get();
        }
    }

    private static void awaitTopicId(Admin admin, String topic, String id)
            throws InterruptedException, ExecutionException {
        long deadline = System.nanoTime() + MOST_WAIT.toNanos();
        while (!topicId(admin, topic).equals(Optional.of(id))) {
            if (System.nanoTime() - deadline > 0) {
                throw new IllegalStateException("the broker does not have the topic " + topic + " as " + id);
            }
            Thread.sleep(MILLIS_BETWEEN_LOOKS);
        }
    }

    private static Optional<String> topicId(Admin admin, String topic) throws InterruptedException, ExecutionException {
        try {
            KafkaFuture<TopicDescription> described = Objects.requireNonNull(
                    admin.describeTopics(List.of(topic)).topicNameValues().get(topic), topic);
            return Optional.of(described.get().topicId().toString());
        } catch (ExecutionException e) {
            if (e.getCause() instanceof UnknownTopicOrPartitionException) {
                return Optional.empty();
            }
            throw e;
        }
    }

    /** Gives a topic more partitions. */
    public void grow(String topic, int partitions) throws InterruptedException, ExecutionException {
        try (Admin admin = Admin.create(Map.of("bootstrap.servers", servers()))) {
            admin.createPartitions(Map.of(topic, NewPartitions.increaseTo(partitions)))
                    .all()
                    .get();
        }
    }

    /** Deletes the records of a partition before an offset, as retention does. */
    public void deleteBefore(String topic, int partition, long offset) throws InterruptedException, ExecutionException {
        try (Admin admin = Admin.create(Map.of("bootstrap.servers", servers()))) {
            admin.deleteRecords(Map.of(new TopicPartition(topic, partition), RecordsToDelete.beforeOffset(offset)))
                    .all()
                    .get();
        }
    }

    /** Returns the identity of a topic that is there. */
    public String topicId(String topic) throws InterruptedException, ExecutionException {
        try (Admin admin = Admin.create(Map.of("bootstrap.servers", servers()))) {
            return topicId(admin, topic).orElseThrow();
        }
    }

    /** Returns a producer, with further settings. */
    public KafkaProducer<byte[], byte[]> producer(Map<String, Object> more) {
        Map<String, Object> properties = new HashMap<>(more);
        properties.put(ProducerConfig.BOOTSTRAP_SERVERS_CONFIG, servers());
        properties.put(ProducerConfig.LINGER_MS_CONFIG, 5);
        // Retries of many at a time, right after a topic was made, may never end.
        properties.put(ProducerConfig.MAX_IN_FLIGHT_REQUESTS_PER_CONNECTION, 1);
        return new KafkaProducer<>(properties, new ByteArraySerializer(), new ByteArraySerializer());
    }

    /** Sends records that hold nothing but numbers, and waits until the broker has them. */
    public void send(String topic, int from, int to) throws InterruptedException, ExecutionException {
        List<Future<RecordMetadata>> sent = new ArrayList<>();
        try (KafkaProducer<byte[], byte[]> producer = producer(Map.of())) {
            for (int number = from; number < to; number++) {
                byte[] key = Integer.toString(number % KEYS).getBytes(StandardCharsets.UTF_8);
                sent.add(producer.send(new ProducerRecord<>(topic, key, Numbered.payload(number))));
            }
        }
        for (Future<RecordMetadata> each : sent) {
            each.get();
        }
    }

    /** Returns the sum of the offsets that a group has committed. */
    public long committed(String group) throws InterruptedException, ExecutionException {
        try (Admin admin = Admin.create(Map.of("bootstrap.servers", servers()))) {
            return admin.listConsumerGroupOffsets(group).partitionsToOffsetAndMetadata().get().values().stream()
                    .mapToLong(OffsetAndMetadata::offset)
                    .sum();
        }
    }

    /**
     * Returns all records that a topic has, partition by partition, in the order of their offsets.
     *
     * @param isolation {@code read_committed} or {@code read_uncommitted}
     */
    public List<ConsumerRecord<byte[], byte[]>> records(String topic, String isolation) {
        List<ConsumerRecord<byte[], byte[]>> records = new ArrayList<>();
        each(topic, isolation, records::add);
        return records;
    }

    /** Reads all records that a topic has, and keeps none of them. */
    public void each(String topic, String isolation, Consumer<ConsumerRecord<byte[], byte[]>> reader) {
        Map<String, Object> properties = Map.of(
                ConsumerConfig.BOOTSTRAP_SERVERS_CONFIG,
                servers(),
                ConsumerConfig.ISOLATION_LEVEL_CONFIG,
                isolation,
                ConsumerConfig.FETCH_MAX_WAIT_MS_CONFIG,
                EMPTY_ANSWER_MILLIS,
                ConsumerConfig.AUTO_OFFSET_RESET_CONFIG,
                "none");
        try (KafkaConsumer<byte[], byte[]> consumer =
                new KafkaConsumer<>(properties, new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
            for (PartitionInfo partition : consumer.partitionsFor(topic)) {
                each(consumer, new TopicPartition(topic, partition.partition()), reader);
            }
        }
    }

    private static void each(
            KafkaConsumer<byte[], byte[]> consumer,
            TopicPartition partition,
            Consumer<ConsumerRecord<byte[], byte[]>> reader) {
        consumer.assign(List.of(partition));
        consumer.seekToBeginning(List.of(partition));
        long end = consumer.endOffsets(List.of(partition)).getOrDefault(partition, 0L);
        while (consumer.position(partition) < end) {
            consumer.poll(Duration.ofMillis(100)).records(partition).forEach(reader);
        }
    }

    /** Stops it; what it has stays in its folder. */
    public void stop() {
        server.shutdown();
        server.awaitShutdown();
    }

    /** Starts it again, where it was. */
    public void restart() {
        server = started();
    }

    @Override
    public void close() {
        stop();
        port.close();
        controllerPort.close();
    }
}
