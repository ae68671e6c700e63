package dev.persistor.kafka;

import dev.persistor.core.message.Position;
import dev.persistor.core.replay.PublishException;
import dev.persistor.core.retry.Backoff;
import dev.persistor.core.retry.Retry;
import dev.persistor.core.retry.RetryBudget;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.Config;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.admin.DescribeConfigsOptions;
import org.apache.kafka.clients.admin.DescribeTopicsOptions;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.config.TopicConfig;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.apache.kafka.common.utils.Utils;

/**
 * The brokers' configuration of a target topic.
 *
 * <p>Immutable.
 *
 * @param name the topic
 * @param log the identity of the topic; empty where the brokers give none
 * @param partitions how many it has
 * @param configs its configuration; empty where the brokers do not tell it
 */
record KafkaTopic(String name, String log, int partitions, Map<String, String> configs) {

    private static final int ANSWER_MILLIS = 20_000;

    /** A broker hears of a topic that was just created a moment later than who created it. */
    private static final Retry NEW_TOPICS = Retry.within(
            RetryBudget.ofAttempts(6, Backoff.ofMillis(100, 1_000)),
            failure -> failure.getCause() instanceof UnknownTopicOrPartitionException);

    /**
     * Asks the brokers.
     *
     * @param what names the topic in messages
     * @throws PublishException if the topic does not exist, or the brokers do not answer
     */
    static KafkaTopic ask(Admin admin, String topic, String what) {
        TopicDescription described = NEW_TOPICS.call(() -> KafkaErrors.await(
                        admin.describeTopics(List.of(topic), new DescribeTopicsOptions().timeoutMs(ANSWER_MILLIS))
                                .allTopicNames(),
                        "open " + what)
                .values()
                .iterator()
                .next());
        return new KafkaTopic(
                topic,
                KafkaTopics.log(described.topicId()),
                described.partitions().size(),
                configs(admin, topic));
    }

    /** A user who may write is not always one who may see the configuration, and not every service has one. */
    private static Map<String, String> configs(Admin admin, String topic) {
        ConfigResource resource = new ConfigResource(ConfigResource.Type.TOPIC, topic);
        try {
            KafkaFuture<Map<ConfigResource, Config>> answer = admin.describeConfigs(
                            List.of(resource), new DescribeConfigsOptions().timeoutMs(ANSWER_MILLIS))
                    .all();
            return KafkaErrors.await(answer, "read the configuration of topic " + topic).values().stream()
                    .flatMap(config -> config.entries().stream())
                    .filter(entry -> entry.value() != null)
                    .collect(Collectors.toUnmodifiableMap(ConfigEntry::name, ConfigEntry::value));
        } catch (PublishException e) {
            return Map.of();
        }
    }

    /** Returns the partition of a key, as the default partitioner of Kafka's clients chooses it. */
    int partition(byte[] key) {
        return Utils.toPositive(Utils.murmur2(key)) % partitions;
    }

    /** Returns all of its partitions. */
    List<TopicPartition> all() {
        return IntStream.range(0, partitions)
                .mapToObj(partition -> new TopicPartition(name, partition))
                .toList();
    }

    /** Returns how many bytes a record may take with the batch around it, if the topic tells. */
    OptionalLong maxBytes() {
        return number(TopicConfig.MAX_MESSAGE_BYTES_CONFIG);
    }

    /** Returns the place of a record that was sent. */
    Position position(RecordMetadata sent) {
        return new Position(log, Integer.toString(sent.partition()), sent.offset());
    }

    /** Names what the topic does not take of a record, or does not keep for long. */
    List<String> losses(KafkaRecord record, Instant now) {
        List<String> losses = new ArrayList<>();
        if (isCleanedUpBy(TopicConfig.CLEANUP_POLICY_COMPACT) && record.key() == null) {
            losses.add("the record: topic " + name + " is compacted and refuses records without a key");
        }
        long age = now.toEpochMilli() - record.timestamp();
        if ("LogAppendTime".equals(configs.get(TopicConfig.MESSAGE_TIMESTAMP_TYPE_CONFIG))) {
            losses.add("publish time: topic " + name + " has " + TopicConfig.MESSAGE_TIMESTAMP_TYPE_CONFIG
                    + "=LogAppendTime and sets its own");
        } else if (isMore(age, TopicConfig.MESSAGE_TIMESTAMP_BEFORE_MAX_MS_CONFIG)) {
            losses.add(refused("older", TopicConfig.MESSAGE_TIMESTAMP_BEFORE_MAX_MS_CONFIG));
        } else if (isMore(-age, TopicConfig.MESSAGE_TIMESTAMP_AFTER_MAX_MS_CONFIG)) {
            losses.add(refused("later", TopicConfig.MESSAGE_TIMESTAMP_AFTER_MAX_MS_CONFIG));
        } else if (isCleanedUpBy(TopicConfig.CLEANUP_POLICY_DELETE) && isMore(age, TopicConfig.RETENTION_MS_CONFIG)) {
            losses.add("the record: it is older than " + TopicConfig.RETENTION_MS_CONFIG + " of topic " + name + " ("
                    + configs.get(TopicConfig.RETENTION_MS_CONFIG) + "), so the broker may delete it at once");
        }
        return losses;
    }

    private String refused(String is, String config) {
        return "the record: it is " + is + " than topic " + name + " accepts (" + config + "=" + configs.get(config)
                + ")";
    }

    private boolean isCleanedUpBy(String policy) {
        return configs.getOrDefault(TopicConfig.CLEANUP_POLICY_CONFIG, "").contains(policy);
    }

    /** A limit of -1 is none. */
    private boolean isMore(long millis, String config) {
        OptionalLong limit = number(config);
        return limit.isPresent() && limit.getAsLong() >= 0 && millis > limit.getAsLong();
    }

    private OptionalLong number(String config) {
        String text = configs.get(config);
        return text == null ? OptionalLong.empty() : OptionalLong.of(Long.parseLong(text));
    }
}
