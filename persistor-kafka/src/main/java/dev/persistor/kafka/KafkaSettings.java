package dev.persistor.kafka;

import dev.persistor.core.config.Setting;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.apache.kafka.clients.consumer.ConsumerConfig;

/**
 * The settings of captures from Kafka beside those of every capture.
 *
 * <p>Immutable.
 */
public final class KafkaSettings {

    private static final int MAX_PORT = 65_535;

    /** https://kafka.apache.org/documentation/#topicconfigs: what names a topic. */
    private static final Pattern TOPIC = Pattern.compile("[A-Za-z0-9._-]{1,249}");

    private static final Pattern SERVER_LIST = Pattern.compile(
            "(?:[A-Za-z0-9._-]+|\\[[0-9a-fA-F:]+\\]):[0-9]{1,5}(?:,(?:[A-Za-z0-9._-]+|\\[[0-9a-fA-F:]+\\]):[0-9]{1,5})*");

    /** What the guarantees rest on is not the user's to set. */
    private static final Set<String> OWN = Set.of(
            ConsumerConfig.BOOTSTRAP_SERVERS_CONFIG,
            ConsumerConfig.GROUP_ID_CONFIG,
            ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG,
            ConsumerConfig.AUTO_OFFSET_RESET_CONFIG,
            ConsumerConfig.KEY_DESERIALIZER_CLASS_CONFIG,
            ConsumerConfig.VALUE_DESERIALIZER_CLASS_CONFIG,
            ConsumerConfig.ALLOW_AUTO_CREATE_TOPICS_CONFIG);

    /** Where a group begins. */
    public enum Start {
        /** With the oldest record that there is. */
        EARLIEST,
        /** With what comes from now on. */
        LATEST;

        static Start parse(String text) {
            return Arrays.stream(values())
                    .filter(start -> start.label().equals(text.strip()))
                    .findFirst()
                    .orElseThrow(() -> new IllegalArgumentException("it is neither"));
        }

        /** Returns the offset to begin with. */
        long in(KafkaTopics.Offsets offsets) {
            return this == EARLIEST ? offsets.first() : offsets.end();
        }

        String label() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /** Where the brokers are. */
    public static final Setting<String> SERVERS = Setting.optional(
                    "PERSISTOR_KAFKA_SERVERS",
                    "Brokers to begin with, from which all others become known.",
                    "hosts with ports such as broker-1:9092,broker-2:9092",
                    KafkaSettings::servers)
            .required();

    /** What is archived. */
    public static final Setting<Set<String>> TOPICS = Setting.optional(
                    "PERSISTOR_KAFKA_TOPICS",
                    "The topics that are archived, each under its own name.",
                    "names of topics such as orders,clicks",
                    KafkaSettings::topics)
            .required();

    /** Who commits. */
    public static final Setting<String> GROUP = Setting.optional(
                    "PERSISTOR_KAFKA_GROUP",
                    "The consumer group, which nothing else may use; all processes of one group share the partitions.",
                    "a name",
                    Function.identity())
            .withDefault("persistor");

    /** Where a group begins. */
    public static final Setting<Start> START = Setting.optional(
                    "PERSISTOR_KAFKA_START",
                    "Where a group begins that has committed nothing of a topic. Partitions that appear later are read from their"
                            + " beginning.",
                    "earliest or latest",
                    Start::parse)
            .withDefault(Start.EARLIEST.label());

    /** How brokers let it in. */
    public static final Setting<Map<String, String>> PROPERTIES = Setting.optional(
                    "PERSISTOR_KAFKA_PROPERTIES",
                    "Further properties of Kafka's consumer, such as security.protocol, sasl.mechanism and sasl.jaas.config.",
                    "lines such as security.protocol=SASL_SSL, taken as they are, without escapes; a line that begins with a"
                            + " blank continues the value before it; none of them about group, offsets or deserializers",
                    KafkaSettings::properties)
            .secret();

    private KafkaSettings() {}

    /** Returns all of these settings, in the order of the reference. */
    public static List<Setting<?>> all() {
        return List.of(SERVERS, TOPICS, GROUP, START, PROPERTIES);
    }

    /**
     * Reads a list of brokers.
     *
     * @throws IllegalArgumentException if it is none
     */
    static String servers(String text) {
        String servers = text.replaceAll("\\s", "");
        if (!SERVER_LIST.matcher(servers).matches() || !arePorts(servers)) {
            throw new IllegalArgumentException(
                    servers.contains("/") ? "it has a scheme or a path" : "it is no list of hosts with ports");
        }
        return servers;
    }

    private static boolean arePorts(String servers) {
        return Arrays.stream(servers.split(",", -1))
                .mapToInt(server -> Integer.parseInt(server.substring(server.lastIndexOf(':') + 1)))
                .allMatch(port -> port > 0 && port <= MAX_PORT);
    }

    /** Tells whether a topic can have this name. */
    static boolean isTopic(String name) {
        return TOPIC.matcher(name).matches() && !name.equals(".") && !name.equals("..");
    }

    private static Set<String> topics(String text) {
        Set<String> names =
                Arrays.stream(text.split(",", -1)).map(String::strip).collect(Collectors.toCollection(TreeSet::new));
        names.forEach(name -> {
            if (!isTopic(name)) {
                throw new IllegalArgumentException("\"" + name + "\" names no topic");
            }
        });
        return Set.copyOf(names);
    }

    /**
     * Reads properties of a client.
     *
     * @throws IllegalArgumentException if they are malformed, or set what Persistor sets itself; the message shows no value
     */
    static Map<String, String> properties(String text) {
        Map<String, String> properties = KafkaProperties.parse(text);
        if (properties.keySet().stream().anyMatch(OWN::contains)) {
            throw new IllegalArgumentException("it sets what Persistor sets itself");
        }
        return properties;
    }
}
