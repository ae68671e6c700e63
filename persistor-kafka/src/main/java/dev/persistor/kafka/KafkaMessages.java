package dev.persistor.kafka;

import dev.persistor.core.message.AttributeValue;
import dev.persistor.core.message.Attributes;
import dev.persistor.core.message.BrokerProperties;
import dev.persistor.core.message.Message;
import dev.persistor.core.message.Position;
import dev.persistor.core.pull.Received;
import dev.persistor.core.write.RejectedEvent;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.record.TimestampType;

/**
 * Maps a record to a message. Nothing of it is lost: a key or header that is UTF-8 is kept as the text that it is, and stays the same
 * bytes; any other is kept as bytes; what is null is told apart from what is empty.
 *
 * <p>Not thread-safe.
 */
final class KafkaMessages {

    private static final byte[] NOTHING = {};
    private static final char REPLACEMENT = '\uFFFD';

    private final Optional<String> source;
    /** Each is in many messages at a time. */
    private final Map<Integer, String> partitions = new HashMap<>();

    /**
     * Makes messages.
     *
     * @param source what they are filed under, where that is not their topic
     */
    KafkaMessages(Optional<String> source) {
        this.source = source;
    }

    /**
     * Returns a delivery of the message, or of an event that is rejected, where a record cannot be a message: an exception would come
     * back with each reading of its partition.
     *
     * @param place the name of the delivery
     * @param log the identity of the topic; empty where it is not known
     * @param passedFrom the first of the offsets before the record that the broker passed over, if there are any
     */
    <H> Received<H> pulled(H place, ConsumerRecord<byte[], byte[]> record, String log, OptionalLong passedFrom) {
        try {
            return Received.of(place, message(record, log, passedFrom));
        } catch (IllegalArgumentException | DateTimeException e) {
            return Received.of(place, rejected(record, log, String.valueOf(e.getMessage())));
        }
    }

    private RejectedEvent rejected(ConsumerRecord<byte[], byte[]> record, String log, String reason) {
        Attributes.Builder headers = Attributes.builder();
        if (!log.isEmpty()) {
            headers.add("kafka-topic-id", log);
        }
        headers.add("kafka-partition", AttributeValue.of(record.partition()))
                .add("kafka-offset", AttributeValue.of(record.offset()))
                .add("kafka-timestamp", AttributeValue.of(record.timestamp()))
                .add("kafka-key", value(record.key()));
        record.headers().forEach(header -> headers.add(header.key(), value(header.value())));
        return RejectedEvent.of(
                source(record.topic()),
                record.value() == null ? NOTHING : record.value(),
                "application/octet-stream",
                headers.build(),
                reason);
    }

    Message message(ConsumerRecord<byte[], byte[]> record, String log, OptionalLong passedFrom) {
        String partition = partitions.computeIfAbsent(record.partition(), String::valueOf);
        Optional<String> key = text(record.key());
        return Message.builder()
                .id(partition + "-" + record.offset())
                .source(source(record.topic()))
                // A record without a time has -1.
                .publishTime(Instant.ofEpochMilli(Math.max(0, record.timestamp())))
                .position(new Position(log, partition, record.offset()))
                .orderingKey(key.orElse(null))
                .payload(record.value() == null ? NOTHING : record.value())
                .attributes(attributes(record))
                .brokerProperties(brokerProperties(record, key, passedFrom))
                .build();
    }

    String source(String topic) {
        return source.orElse(topic);
    }

    private static Attributes attributes(ConsumerRecord<byte[], byte[]> record) {
        Attributes.Builder attributes = Attributes.builder();
        for (Header header : record.headers()) {
            attributes.add(header.key(), value(header.value()));
        }
        return attributes.build();
    }

    private static AttributeValue value(byte[] bytes) {
        if (bytes == null) {
            return AttributeValue.ofNull();
        }
        return utf8(bytes).map(AttributeValue::of).orElseGet(() -> AttributeValue.of(bytes));
    }

    private static Attributes brokerProperties(
            ConsumerRecord<byte[], byte[]> record, Optional<String> key, OptionalLong passedFrom) {
        Attributes.Builder properties = Attributes.builder();
        if (record.key() != null && key.isEmpty()) {
            properties.add(BrokerProperties.KEY, AttributeValue.of(record.key()));
        }
        if (record.value() == null) {
            properties.add(BrokerProperties.TOMBSTONE, AttributeValue.of(true));
        }
        if (record.timestampType() != TimestampType.CREATE_TIME) {
            properties.add(BrokerProperties.TIMESTAMP_TYPE, record.timestampType().name);
        }
        passedFrom.ifPresent(from -> properties.add(BrokerProperties.PASSED_FROM, AttributeValue.of(from)));
        return properties.build();
    }

    /** Returns a key as the text of an ordering key, which is never empty. */
    private static Optional<String> text(byte[] key) {
        return key == null || key.length == 0 ? Optional.empty() : utf8(key);
    }

    private static Optional<String> utf8(byte[] bytes) {
        String text = new String(bytes, StandardCharsets.UTF_8);
        return text.indexOf(REPLACEMENT) < 0 ? Optional.of(text) : strictly(bytes);
    }

    /** Tells the character of replacement from what it stands for. */
    private static Optional<String> strictly(byte[] bytes) {
        try {
            return Optional.of(StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes))
                    .toString());
        } catch (CharacterCodingException e) {
            return Optional.empty();
        }
    }
}
