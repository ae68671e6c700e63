package dev.persistor.kafka;

import dev.persistor.core.log.Causes;
import dev.persistor.core.pull.PullException;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.BiFunction;
import java.util.function.Function;
import java.util.function.LongSupplier;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.admin.DescribeTopicsOptions;
import org.apache.kafka.clients.admin.ListOffsetsOptions;
import org.apache.kafka.clients.admin.ListOffsetsResult.ListOffsetsResultInfo;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.IsolationLevel;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.errors.GroupNotEmptyException;
import org.apache.kafka.common.errors.RetriableException;
import org.apache.kafka.common.errors.UnknownMemberIdException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;

/**
 * Asks the brokers which topics there are: the identity of each, and the offsets of its partitions. A consumer tells neither.
 *
 * <p>Thread-safe.
 */
final class KafkaTopics implements AutoCloseable {

    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final int ATTEMPTS = 5;
    /** A topic that is deleted while it is asked for would be waited for much longer. */
    private static final int ANSWER = 5_000;

    private final Admin admin;
    private final Set<String> topics;
    private final LongSupplier updates;
    private final ListOffsetsOptions readable;

    /**
     * The offsets that a partition has.
     *
     * @param first the offset of the oldest record that the broker keeps
     * @param end the offset behind the newest record that may be read
     */
    record Offsets(long first, long end) {}

    /**
     * One answer.
     *
     * @param updates how often the consumer had learned anew when the brokers were asked
     * @param logs the identities of the topics that exist, by their names; empty texts where the brokers give none
     * @param offsets the offsets of all partitions of these topics
     */
    record Look(long updates, Map<String, String> logs, Map<TopicPartition, Offsets> offsets) {

        Optional<String> log(String topic) {
            return Optional.ofNullable(logs.get(topic));
        }

        Optional<Offsets> offsets(TopicPartition partition) {
            return Optional.ofNullable(offsets.get(partition));
        }
    }

    /** A topic that was created again while it was asked for. */
    private static final class ChangedException extends RetriableException {
        private static final long serialVersionUID = 1L;

        ChangedException() {
            super("a topic was recreated meanwhile");
        }
    }

    private KafkaTopics(Admin admin, Set<String> topics, LongSupplier updates, IsolationLevel isolation) {
        this.admin = admin;
        this.topics = topics;
        this.updates = updates;
        this.readable = new ListOffsetsOptions(isolation).timeoutMs(ANSWER);
    }

    /**
     * Connects to no broker yet.
     *
     * @param consumer the properties of the consumer, of which those about connections and security hold here too
     * @param updates how often the consumer learned anew
     */
    static KafkaTopics of(Map<String, Object> consumer, Set<String> topics, LongSupplier updates) {
        Map<String, Object> properties = new HashMap<>(consumer);
        properties.keySet().removeIf(name -> isOfConsumersOnly(name));
        boolean committed = String.valueOf(consumer.get(ConsumerConfig.ISOLATION_LEVEL_CONFIG))
                .equals("read_committed");
        try {
            return new KafkaTopics(
                    Admin.create(properties),
                    topics,
                    updates,
                    committed ? IsolationLevel.READ_COMMITTED : IsolationLevel.READ_UNCOMMITTED);
        } catch (KafkaException e) {
            throw KafkaLog.failed("make an admin client", e);
        }
    }

    private static boolean isOfConsumersOnly(String name) {
        return ConsumerConfig.configNames().contains(name)
                && !AdminClientConfig.configNames().contains(name);
    }

    /**
     * Asks, and waits for the answer.
     *
     * @throws PullException if there is none
     */
    Look look() {
        for (int attempt = 1; ; attempt++) {
            try {
                return await(lookSoon(), "read the topics " + topics);
            } catch (PullException e) {
                if (attempt == ATTEMPTS || !(e.getCause() instanceof ChangedException)) {
                    throw e;
                }
            }
        }
    }

    private static <T> T await(Future<T> answer, String what) {
        try {
            return answer.get(PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
        } catch (ExecutionException e) {
            throw KafkaLog.failed(what, e.getCause() instanceof RuntimeException cause ? cause : new KafkaException(e));
        } catch (TimeoutException e) {
            throw new PullException(what + ": no broker answers", true, e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new PullException(what + ": interrupted", true, e);
        }
    }

    /** Asks. The future fails if a topic was created again while it was asked for, or no broker answers. */
    CompletableFuture<Look> lookSoon() {
        long known = updates.getAsLong();
        return describe()
                .thenCompose(before -> offsets(before)
                        .thenCompose(offsets -> describe().thenApply(after -> {
                            if (!logs(before).equals(logs(after))) {
                                // The offsets may be of the one topic or of the other.
                                throw new ChangedException();
                            }
                            return new Look(known, logs(after), offsets);
                        })));
    }

    private static Map<String, String> logs(Map<String, TopicDescription> described) {
        return described.entrySet().stream()
                .collect(Collectors.toMap(
                        Map.Entry::getKey, entry -> log(entry.getValue().topicId())));
    }

    /** Returns the identity of a topic; empty where the brokers give none. */
    static String log(Uuid id) {
        return id.equals(Uuid.ZERO_UUID) ? "" : id.toString();
    }

    /** Returns the topics that exist. */
    private CompletableFuture<Map<String, TopicDescription>> describe() {
        List<CompletableFuture<Optional<TopicDescription>>> answers = admin
                .describeTopics(topics, new DescribeTopicsOptions().timeoutMs(ANSWER))
                .topicNameValues()
                .values()
                .stream()
                .map(KafkaTopics::existing)
                .toList();
        return CompletableFuture.allOf(answers.toArray(CompletableFuture[]::new))
                .thenApply(done -> answers.stream()
                        .flatMap(answer -> answer.join().stream())
                        .collect(Collectors.toMap(TopicDescription::name, Function.identity())));
    }

    private static CompletableFuture<Optional<TopicDescription>> existing(KafkaFuture<TopicDescription> answer) {
        return answer.toCompletionStage()
                .toCompletableFuture()
                .thenApply(Optional::of)
                .exceptionally(failure -> {
                    Throwable cause = Causes.unwrapped(failure);
                    if (cause instanceof UnknownTopicOrPartitionException) {
                        return Optional.empty();
                    }
                    throw new CompletionException(cause);
                });
    }

    private CompletableFuture<Map<TopicPartition, Offsets>> offsets(Map<String, TopicDescription> described) {
        List<TopicPartition> partitions = described.values().stream()
                .flatMap(topic -> topic.partitions().stream()
                        .map(partition -> new TopicPartition(topic.name(), partition.partition())))
                .toList();
        return offsets(partitions, OffsetSpec.earliest())
                .thenCombine(offsets(partitions, OffsetSpec.latest()), (first, end) -> {
                    Map<TopicPartition, Offsets> offsets = new HashMap<>();
                    first.forEach((partition, found) ->
                            offsets.put(partition, new Offsets(found.offset(), offset(end, partition))));
                    return offsets;
                });
    }

    private static long offset(Map<TopicPartition, ListOffsetsResultInfo> offsets, TopicPartition partition) {
        return Optional.ofNullable(offsets.get(partition)).orElseThrow().offset();
    }

    private CompletableFuture<Map<TopicPartition, ListOffsetsResultInfo>> offsets(
            List<TopicPartition> partitions, OffsetSpec which) {
        Map<TopicPartition, OffsetSpec> asked =
                partitions.stream().collect(Collectors.toMap(partition -> partition, partition -> which));
        return admin.listOffsets(asked, readable).all().toCompletionStage().toCompletableFuture();
    }

    /** Returns the topics that do not exist. */
    Set<String> missing(Look look) {
        return topics.stream().filter(topic -> look.log(topic).isEmpty()).collect(Collectors.toUnmodifiableSet());
    }

    /**
     * Has a group that has committed nothing of a topic begin in all of its partitions at once. A partition without an offset is then
     * one that appeared later, and is read from its beginning.
     *
     * @param start gives the offset to begin with, of the topic and of what a partition has
     * @return the topics of which the group has committed nothing even now, because it has members
     * @throws PullException if the brokers do not answer
     */
    Set<String> begin(String group, BiFunction<String, Offsets, Long> start) {
        Set<String> known = begun(group);
        if (known.containsAll(topics)) {
            return Set.of();
        }
        Look look = look();
        Map<TopicPartition, OffsetAndMetadata> offsets = new HashMap<>();
        look.offsets().forEach((partition, there) -> {
            String topic = partition.topic();
            if (!known.contains(topic)) {
                long first = start.apply(topic, there);
                offsets.put(
                        partition,
                        KafkaCommit.of(first, Optional.empty(), look.log(topic).orElseThrow()));
            }
        });
        commit(group, offsets);
        Set<String> left = new HashSet<>(topics);
        left.removeAll(begun(group));
        return Set.copyOf(left);
    }

    /** Returns the topics of which a group has committed something. */
    private Set<String> begun(String group) {
        return committed(group).keySet().stream().map(TopicPartition::topic).collect(Collectors.toSet());
    }

    private Map<TopicPartition, OffsetAndMetadata> committed(String group) {
        return await(
                admin.listConsumerGroupOffsets(group).partitionsToOffsetAndMetadata(),
                "read the offsets of group " + group);
    }

    /** Commits for a group that has no members. One that has some is left as it is: the first of them did this. */
    private void commit(String group, Map<TopicPartition, OffsetAndMetadata> offsets) {
        try {
            await(admin.alterConsumerGroupOffsets(group, offsets).all(), "commit the offsets of group " + group);
        } catch (PullException e) {
            if (!(e.getCause() instanceof UnknownMemberIdException || e.getCause() instanceof GroupNotEmptyException)) {
                throw e;
            }
        }
    }

    @Override
    public void close() {
        admin.close(Duration.ZERO);
    }
}
