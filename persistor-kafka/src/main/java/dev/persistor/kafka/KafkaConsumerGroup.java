package dev.persistor.kafka;

import dev.persistor.core.log.Causes;
import dev.persistor.core.replay.PublishException;
import java.net.URI;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ConsumerGroupDescription;
import org.apache.kafka.clients.admin.ListOffsetsOptions;
import org.apache.kafka.clients.admin.ListOffsetsResult.ListOffsetsResultInfo;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.IsolationLevel;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.GroupIdNotFoundException;
import org.apache.kafka.common.errors.GroupNotEmptyException;
import org.apache.kafka.common.errors.UnknownMemberIdException;
import org.jspecify.annotations.Nullable;

/**
 * Reads and sets the offsets of a consumer group in a topic.
 *
 * <p>Its methods throw a {@link PublishException} if the brokers do not answer, or do not allow it.
 *
 * <p>Thread-safe.
 */
public final class KafkaConsumerGroup implements AutoCloseable {

    private final Admin admin;
    private final KafkaAddress address;
    private final String group;
    private final KafkaTopic topic;

    private KafkaConsumerGroup(Admin admin, KafkaAddress address, String group, KafkaTopic topic) {
        this.admin = admin;
        this.address = address;
        this.group = group;
        this.topic = topic;
    }

    /**
     * Asks the brokers for the topic, which must exist. The group need not.
     *
     * @param topic such as {@code kafka://host:9092/orders}
     * @param environment holds the properties of the client in {@link KafkaSettings#PROPERTIES}
     * @throws IllegalArgumentException if the address or the properties are malformed
     */
    public static KafkaConsumerGroup open(URI topic, String group, Map<String, String> environment) {
        KafkaAddress address = KafkaAddress.ofTopic(topic);
        Admin admin = KafkaConnection.of(address.servers(), environment).admin();
        try {
            return new KafkaConsumerGroup(
                    admin, address, group, KafkaTopic.ask(admin, address.topic(), address.toString()));
        } catch (RuntimeException e) {
            admin.close();
            throw e;
        }
    }

    /** Returns the identity of the topic; empty where the brokers give none. */
    public String log() {
        return topic.log();
    }

    /** Returns the number of partitions that the topic has. */
    public int partitions() {
        return topic.partitions();
    }

    /** Returns the offsets that the group has committed, by partition. */
    public Map<Integer, Long> committed() {
        Map<Integer, Long> committed = new TreeMap<>();
        await(admin.listConsumerGroupOffsets(group).partitionsToOffsetAndMetadata(), "read the offsets of")
                .forEach((partition, offset) -> {
                    if (offset != null && partition.topic().equals(topic.name())) {
                        committed.put(partition.partition(), offset.offset());
                    }
                });
        return committed;
    }

    /** Returns the first offset that the brokers keep, by partition. */
    public Map<Integer, Long> first() {
        return offsets(OffsetSpec.earliest());
    }

    /** Returns the offset behind the last record that may be read, by partition. */
    public Map<Integer, Long> end() {
        return offsets(OffsetSpec.latest());
    }

    /** Returns the offset of the first record of this time or later, by partition; the end where there is none. */
    public Map<Integer, Long> at(Instant time) {
        Map<Integer, Long> offsets = offsets(OffsetSpec.forTimestamp(time.toEpochMilli()));
        end().forEach((partition, end) ->
                offsets.computeIfPresent(partition, (same, offset) -> offset < 0 ? end : offset));
        return offsets;
    }

    private Map<Integer, Long> offsets(OffsetSpec which) {
        Map<TopicPartition, OffsetSpec> asked =
                topic.all().stream().collect(Collectors.toMap(Function.identity(), partition -> which));
        Map<TopicPartition, ListOffsetsResultInfo> found = await(
                admin.listOffsets(asked, new ListOffsetsOptions(IsolationLevel.READ_COMMITTED))
                        .all(),
                "read the offsets of the topic for");
        Map<Integer, Long> offsets = new TreeMap<>();
        found.forEach((partition, info) -> offsets.put(partition.partition(), info.offset()));
        return offsets;
    }

    /** Requires that no consumer is in the group: what is set would be overwritten by what it commits. */
    public void requireNoMembers() {
        long members = members();
        if (members > 0) {
            throw active(members + " active " + (members == 1 ? "member" : "members"), null);
        }
    }

    private long members() {
        try {
            Collection<ConsumerGroupDescription> found =
                    admin.describeConsumerGroups(List.of(group)).all().get().values();
            return found.stream().mapToLong(each -> each.members().size()).sum();
        } catch (ExecutionException e) {
            if (Causes.unwrapped(e) instanceof GroupIdNotFoundException) {
                return 0;
            }
            throw KafkaErrors.translate(what("read the members of"), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw KafkaErrors.translate(what("read the members of"), e);
        }
    }

    private PublishException active(String members, @Nullable Throwable cause) {
        return new PublishException(
                what("set the offsets of") + ": the group has " + members
                        + "; stop its consumers, wait until the brokers have noticed, and try again",
                true,
                cause);
    }

    /** Sets the group to these offsets, by partition. */
    public void set(Map<Integer, Long> offsets) {
        Map<TopicPartition, OffsetAndMetadata> all = offsets.entrySet().stream()
                .collect(Collectors.toMap(
                        entry -> new TopicPartition(topic.name(), entry.getKey()),
                        entry -> new OffsetAndMetadata(entry.getValue())));
        try {
            await(admin.alterConsumerGroupOffsets(group, all).all(), "set the offsets of");
        } catch (PublishException e) {
            Optional<Throwable> cause = Optional.ofNullable(e.getCause());
            if (cause.filter(UnknownMemberIdException.class::isInstance).isPresent()
                    || cause.filter(GroupNotEmptyException.class::isInstance).isPresent()) {
                throw active("active members", e);
            }
            throw e;
        }
    }

    private <T> T await(Future<T> answer, String what) {
        return KafkaErrors.await(answer, what(what));
    }

    private String what(String verb) {
        return verb + " group " + group + " in " + address;
    }

    @Override
    public void close() {
        admin.close();
    }

    /** Returns the address of the topic. */
    @Override
    public String toString() {
        return address.toString();
    }
}
