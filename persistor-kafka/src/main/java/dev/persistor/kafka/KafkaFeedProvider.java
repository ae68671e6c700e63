package dev.persistor.kafka;

import dev.persistor.core.capture.Capture;
import dev.persistor.core.capture.PartitionWriter;
import dev.persistor.core.config.PersistorSettings;
import dev.persistor.core.config.Problem;
import dev.persistor.core.config.Setting;
import dev.persistor.core.config.Settings;
import dev.persistor.core.config.SettingsException;
import dev.persistor.core.pull.Feed;
import dev.persistor.core.pull.FeedProvider;
import dev.persistor.core.pull.Intake;
import dev.persistor.core.pull.LogReader;
import dev.persistor.core.pull.PullLimits;
import dev.persistor.core.pull.PullRun;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.CooperativeStickyAssignor;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.config.ConfigException;

/**
 * Opens feeds of kind {@code kafka}: topics whose partitions are shared among all processes of a consumer group.
 *
 * <p>Thread-safe.
 */
public final class KafkaFeedProvider implements FeedProvider {

    /** So much of one fetch is in memory, and of each broker one fetch; a larger record comes all the same. */
    private static final int FETCHED_BYTES = 4 << 20;
    /** So many records are unpacked at a time: a fetch of compressed ones may be many times as large in memory. */
    private static final int UNPACKED_RECORDS = 50;

    /** A topic that did not exist when it was to be captured. */
    private record Awaited(String servers, String group, String topic) {}

    /** The records of such topics are newer than the capture, so they are read from their beginning. */
    private final Set<Awaited> awaited = ConcurrentHashMap.newKeySet();

    /** For the service loader. */
    public KafkaFeedProvider() {}

    @Override
    public String kind() {
        return "kafka";
    }

    @Override
    public List<Setting<?>> settings() {
        return KafkaSettings.all();
    }

    @Override
    public void check(Settings settings, Map<String, String> environment) {
        Set<String> topics = settings.get(KafkaSettings.TOPICS);
        if (topics.size() > 1 && settings.find(PersistorSettings.SOURCE).isPresent()) {
            throw new SettingsException(Problem.of(
                    PersistorSettings.SOURCE,
                    " cannot name " + topics.size() + " topics of ",
                    KafkaSettings.TOPICS,
                    "; remove it, or capture one topic"));
        }
        try {
            new ConsumerConfig(new HashMap<>(properties(settings)));
        } catch (ConfigException e) {
            // The text may quote a value, which may be a secret.
            throw new SettingsException(Problem.of(
                    KafkaSettings.PROPERTIES,
                    " or ",
                    KafkaSettings.SERVERS,
                    " is not valid for Kafka's consumer (its message may hold secrets and is not shown)"));
        }
    }

    /** Two lists of brokers that have one in common are of one cluster. */
    @Override
    public Intake intake(Settings settings, Map<String, String> environment) {
        String group = settings.get(KafkaSettings.GROUP);
        List<Intake.Claim> claims = new ArrayList<>();
        Map<String, Set<String>> origins = new HashMap<>();
        for (String topic : new TreeSet<>(settings.get(KafkaSettings.TOPICS))) {
            Set<String> names = new TreeSet<>();
            for (String server : settings.get(KafkaSettings.SERVERS).split(",", -1)) {
                String name = "topic " + topic + " of " + server.toLowerCase(Locale.ROOT);
                names.add(name);
                claims.add(new Intake.Claim(name + " in the consumer group " + group, KafkaSettings.GROUP));
            }
            origins.put(settings.find(PersistorSettings.SOURCE).orElse(topic), names);
        }
        return new Intake(claims, origins);
    }

    @Override
    public Feed open(Capture capture, PullLimits limits, Map<String, String> environment) {
        Settings settings = capture.settings();
        Map<String, Object> properties = properties(settings);
        Set<String> topics = settings.get(KafkaSettings.TOPICS);
        KafkaMetadata metadata = new KafkaMetadata();
        KafkaTopics brokers = KafkaTopics.of(properties, topics, metadata::updates);
        PartitionWriter logs = capture.partitions(PartitionWriter.ENDLESS);
        try {
            Set<String> notBegun = begin(brokers, settings);
            KafkaSettings.Start start = settings.get(KafkaSettings.START);
            KafkaLog log = KafkaLog.open(
                    properties,
                    metadata,
                    brokers,
                    topics,
                    (topic, offsets) -> notBegun.contains(topic) ? start.in(offsets) : 0,
                    new KafkaMessages(capture.source()),
                    logs,
                    limits);
            return Feed.asking(log, PullRun.of(capture, limits, log).logs(logs).start(), log::close);
        } catch (RuntimeException e) {
            brokers.close();
            logs.close();
            throw e;
        }
    }

    /**
     * Requires the topics to exist, since a group that subscribes to others waits for them without a word, and has the group begin.
     *
     * @return the topics that the group did not begin, because it has members that read others
     */
    private Set<String> begin(KafkaTopics brokers, Settings settings) {
        String servers = settings.get(KafkaSettings.SERVERS);
        String group = settings.get(KafkaSettings.GROUP);
        Set<String> missing = brokers.missing(brokers.look());
        if (!missing.isEmpty()) {
            missing.forEach(topic -> awaited.add(new Awaited(servers, group, topic)));
            throw KafkaLog.missing(missing);
        }
        KafkaSettings.Start start = settings.get(KafkaSettings.START);
        return brokers.begin(
                group,
                (topic, offsets) -> awaited.contains(new Awaited(servers, group, topic)) ? 0 : start.in(offsets));
    }

    @Override
    public Optional<LogReader> openLog(Capture capture, Map<String, String> environment) {
        Settings settings = capture.settings();
        Map<String, Object> properties = properties(settings);
        KafkaMetadata metadata = new KafkaMetadata();
        KafkaConsumer<byte[], byte[]> consumer = KafkaLog.consumer(properties, metadata);
        try {
            KafkaTopics brokers = KafkaTopics.of(properties, settings.get(KafkaSettings.TOPICS), metadata::updates);
            return Optional.of(new KafkaLogReader(consumer, metadata, brokers, new KafkaMessages(capture.source())));
        } catch (RuntimeException e) {
            consumer.close();
            throw e;
        }
    }

    private static Map<String, Object> properties(Settings settings) {
        Map<String, Object> properties = new HashMap<>(Map.of(
                ConsumerConfig.PARTITION_ASSIGNMENT_STRATEGY_CONFIG,
                CooperativeStickyAssignor.class.getName(),
                ConsumerConfig.ISOLATION_LEVEL_CONFIG,
                "read_committed",
                ConsumerConfig.FETCH_MAX_BYTES_CONFIG,
                FETCHED_BYTES,
                ConsumerConfig.MAX_POLL_RECORDS_CONFIG,
                UNPACKED_RECORDS,
                ConsumerConfig.CLIENT_ID_CONFIG,
                "persistor"));
        properties.putAll(settings.find(KafkaSettings.PROPERTIES).orElse(Map.of()));
        properties.put(ConsumerConfig.BOOTSTRAP_SERVERS_CONFIG, settings.get(KafkaSettings.SERVERS));
        properties.put(ConsumerConfig.GROUP_ID_CONFIG, settings.get(KafkaSettings.GROUP));
        // The consumer would choose another offset without a word.
        properties.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "none");
        properties.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false);
        properties.put(ConsumerConfig.ALLOW_AUTO_CREATE_TOPICS_CONFIG, false);
        properties.put(ConsumerConfig.KEY_DESERIALIZER_CLASS_CONFIG, KafkaMetadata.class);
        properties.put(ConsumerConfig.VALUE_DESERIALIZER_CLASS_CONFIG, KafkaMetadata.class);
        return properties;
    }
}
