package dev.persistor.kafka;

import dev.persistor.core.replay.PublishException;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/**
 * How to reach the brokers of a target: their addresses, and the properties that {@code PERSISTOR_KAFKA_PROPERTIES} holds, as for a
 * capture. Each client takes those that it knows. It shows no values.
 *
 * <p>Immutable.
 */
final class KafkaConnection {

    /** Properties that the guarantees depend on, and that users cannot set. */
    private static final Set<String> OWN = Set.of(
            ProducerConfig.BOOTSTRAP_SERVERS_CONFIG,
            ProducerConfig.ACKS_CONFIG,
            ProducerConfig.ENABLE_IDEMPOTENCE_CONFIG,
            ProducerConfig.TRANSACTIONAL_ID_CONFIG,
            ProducerConfig.PARTITIONER_CLASS_CONFIG,
            ProducerConfig.LINGER_MS_CONFIG,
            ProducerConfig.BATCH_SIZE_CONFIG,
            ProducerConfig.KEY_SERIALIZER_CLASS_CONFIG,
            ProducerConfig.VALUE_SERIALIZER_CLASS_CONFIG);

    private final String servers;
    private final Map<String, String> properties;

    private KafkaConnection(String servers, Map<String, String> properties) {
        this.servers = servers;
        this.properties = properties;
    }

    /**
     * Reads the properties.
     *
     * @throws IllegalArgumentException if they are malformed; the message shows no value
     */
    static KafkaConnection of(String servers, Map<String, String> environment) {
        String name = KafkaSettings.PROPERTIES.name();
        try {
            Map<String, String> properties = KafkaSettings.properties(environment.getOrDefault(name, ""));
            properties.keySet().stream().filter(OWN::contains).findFirst().ifPresent(own -> {
                throw new IllegalArgumentException(own + " is set by Persistor and cannot be changed");
            });
            return new KafkaConnection(servers, properties);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(
                    name + " (the file of --kafka-properties): " + e.getMessage()
                            + "; use lines such as security.protocol=SASL_SSL",
                    e);
        }
    }

    /** Returns a property that the user set. */
    Optional<String> property(String name) {
        return Optional.ofNullable(properties.get(name));
    }

    /** Returns a client that asks and commands. */
    Admin admin() {
        Map<String, Object> all = new HashMap<>(properties);
        all.keySet().removeIf(name -> isOfOthersOnly(name, AdminClientConfig.configNames()));
        all.put(AdminClientConfig.BOOTSTRAP_SERVERS_CONFIG, servers);
        try {
            return Admin.create(all);
        } catch (KafkaException e) {
            throw refused(e);
        }
    }

    /** Returns a consumer of committed records, unless the properties say otherwise, that is told where to read. */
    KafkaConsumer<byte[], byte[]> consumer() {
        Map<String, Object> all = new HashMap<>(properties);
        all.keySet().removeIf(name -> isOfOthersOnly(name, ConsumerConfig.configNames()));
        all.putIfAbsent(ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_committed");
        all.put(ConsumerConfig.BOOTSTRAP_SERVERS_CONFIG, servers);
        all.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "none");
        all.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false);
        all.put(ConsumerConfig.ALLOW_AUTO_CREATE_TOPICS_CONFIG, false);
        try {
            return new KafkaConsumer<>(all, new ByteArrayDeserializer(), new ByteArrayDeserializer());
        } catch (KafkaException e) {
            throw refused(e);
        }
    }

    /** Returns an idempotent producer, which waits for all replicas. */
    KafkaProducer<byte[], byte[]> producer(Map<String, Object> own) {
        Map<String, Object> all = new HashMap<>(properties);
        all.keySet().removeIf(name -> isOfOthersOnly(name, ProducerConfig.configNames()));
        own.forEach(all::putIfAbsent);
        all.put(ProducerConfig.BOOTSTRAP_SERVERS_CONFIG, servers);
        all.put(ProducerConfig.ACKS_CONFIG, "all");
        all.put(ProducerConfig.ENABLE_IDEMPOTENCE_CONFIG, true);
        try {
            return new KafkaProducer<>(all, new ByteArraySerializer(), new ByteArraySerializer());
        } catch (KafkaException e) {
            throw refused(e);
        }
    }

    /** A property that no client knows may belong to a plug-in. */
    private static boolean isOfOthersOnly(String name, Set<String> known) {
        return !known.contains(name)
                && (ConsumerConfig.configNames().contains(name)
                        || ProducerConfig.configNames().contains(name)
                        || AdminClientConfig.configNames().contains(name));
    }

    /** The client's text may quote a value, which may be a secret. */
    private PublishException refused(KafkaException failure) {
        return new PublishException(
                "open kafka://" + servers + ": "
                        + KafkaErrors.unresolved(failure)
                                .orElse("Kafka's client refuses the properties in " + KafkaSettings.PROPERTIES.name()
                                        + " (its text may hold secrets and is not shown); check their"
                                        + " names and values"),
                false,
                null);
    }
}
