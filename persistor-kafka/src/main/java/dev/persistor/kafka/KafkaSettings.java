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

    /** Properties that the guarantees depend on, and that users cannot set. */
    private static final Set<String> OWN = Set.of(
            ConsumerConfig.BOOTSTRAP_SERVERS_CONFIG,
            ConsumerConfig.GROUP_ID_CONFIG,
            ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG,
            ConsumerConfig.AUTO_OFFSET_RESET_CONFIG,
            ConsumerConfig.KEY_DESERIALIZER_CLASS_CONFIG,
            ConsumerConfig.VALUE_DESERIALIZER_CLASS_CONFIG,
            ConsumerConfig.ALLOW_AUTO_CREATE_TOPICS_CONFIG);

    /** The start of a new group. */
    public enum Start {
        /** With the oldest record that there is. */
        EARLIEST,
        /** With what comes from now on. */
        LATEST;

        static Start parse(String text) {
            return Arrays.stream(values())
                    .filter(start -> start.label().equals(text.strip()))
                    .findFirst()
                    .orElseThrow(() -> new IllegalArgumentException("unknown value"));
        }

        /** Returns the offset to begin with. */
        long in(KafkaTopics.Offsets offsets) {
            return this == EARLIEST ? offsets.first() : offsets.end();
        }

        String label() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /** The brokers. */
    public static final Setting<String> SERVERS = Setting.optional(
                    "PERSISTOR_KAFKA_SERVERS",
                    "The brokers to connect to first; they name the others.",
                    "hosts with ports such as broker-1:9092,broker-2:9092",
                    KafkaSettings::servers)
            .required();

    /** The topics to archive. */
    public static final Setting<Set<String>> TOPICS = Setting.optional(
                    "PERSISTOR_KAFKA_TOPICS",
                    "The topics to archive, each under its own name.",
                    "names of topics such as orders,clicks",
                    KafkaSettings::topics)
            .required();

    /** The consumer group. */
    public static final Setting<String> GROUP = Setting.optional(
                    "PERSISTOR_KAFKA_GROUP",
                    "The consumer group. Nothing else may use it; all processes of a group share the partitions.",
                    "a name",
                    Function.identity())
            .withDefault("persistor");

    /** The start of a new group. */
    public static final Setting<Start> START = Setting.optional(
                    "PERSISTOR_KAFKA_START",
                    "Where a group starts in a topic for which it has committed no offsets. Partitions that are added"
                            + " later are read from their beginning.",
                    "earliest or latest",
                    Start::parse)
            .withDefault(Start.EARLIEST.label());

    /** Additional client properties. */
    public static final Setting<Map<String, String>> PROPERTIES = Setting.optional(
                    "PERSISTOR_KAFKA_PROPERTIES",
                    "Additional properties of Kafka's consumer, such as security.protocol, sasl.mechanism and"
                            + " sasl.jaas.config.",
                    "lines such as security.protocol=SASL_SSL, without escapes; a line that begins with a blank"
                            + " continues the value before it; properties of the group, offsets and deserializers are"
                            + " not allowed",
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
                    servers.contains("/") ? "it has a scheme or a path" : "it is not a list of hosts with ports");
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
            throw new IllegalArgumentException("it sets a property that Persistor sets itself");
        }
        return properties;
    }
}
