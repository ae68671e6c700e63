package dev.persistor.kafka;

import dev.persistor.core.message.AttributeValue;
import dev.persistor.core.message.Attributes;
import dev.persistor.core.message.BrokerProperties;
import dev.persistor.core.message.Message;
import dev.persistor.core.replay.CarriedProperties;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.internals.RecordHeader;
import org.jspecify.annotations.Nullable;

/**
 * The record that a message becomes: what {@link KafkaMessages} makes of a record, the other way round. A record that was captured
 * comes out with the same key, value, headers and timestamp.
 *
 * <p>Immutable.
 */
final class KafkaRecord {

    /** The fields of a record, and those that the broker sets itself. */
    private static final Set<String> PLACED =
            Set.of(BrokerProperties.KEY, BrokerProperties.TOMBSTONE, BrokerProperties.TIMESTAMP_TYPE);

    /** The most that a record takes beside key, value and headers, and a header beside name and value. */
    private static final int RECORD_BYTES = 36;

    private static final int HEADER_BYTES = 10;

    private final byte @Nullable [] key;
    private final byte @Nullable [] value;
    private final List<Header> headers = new ArrayList<>();
    private final long timestamp;
    private final List<String> losses = new ArrayList<>();

    private KafkaRecord(Message message) {
        this.key = key(message, losses);
        this.value = value(message);
        this.timestamp = timestamp(message, losses);
    }

    static KafkaRecord of(Message message) {
        KafkaRecord record = new KafkaRecord(message);
        message.attributes().forEach(attribute -> record.add(attribute.name(), attribute, record.losses));
        for (Attributes.Entry property : message.brokerProperties()) {
            if (!PLACED.contains(property.name()) && !CarriedProperties.isOfOneDelivery(property)) {
                record.add(CarriedProperties.PREFIX + property.name(), property, new ArrayList<>());
            }
        }
        return record;
    }

    private void add(String name, Attributes.Entry entry, List<String> lost) {
        headers.add(header(name, entry, lost));
    }

    private static Header header(String name, Attributes.Entry entry, List<String> losses) {
        String sent = CarriedProperties.wellFormed(name);
        if (!sent.equals(name)) {
            losses.add("an attribute name is not valid Unicode");
        }
        return new RecordHeader(sent, value(entry, losses));
    }

    /** A header is bytes: text goes out as UTF-8, and is text again when it is read. */
    private static byte @Nullable [] value(Attributes.Entry entry, List<String> losses) {
        AttributeValue value = entry.value();
        switch (value.type()) {
            case NULL -> {
                return null;
            }
            case BYTES -> {
                return value.bytes();
            }
            default -> {
                if (value.type() != AttributeValue.Type.STRING) {
                    losses.add("attribute " + entry.name() + ": " + value.type().label() + " becomes text");
                }
                return utf8(value.text(), "attribute " + entry.name(), losses);
            }
        }
    }

    private static byte[] utf8(String text, String what, List<String> losses) {
        String sent = CarriedProperties.wellFormed(text);
        if (!sent.equals(text)) {
            losses.add(what + ": not valid Unicode");
        }
        return sent.getBytes(StandardCharsets.UTF_8);
    }

    /** Returns the key of a message's record, without the rest of the record; null where it has none. */
    static byte @Nullable [] keyOf(Message message) {
        return key(message, new ArrayList<>());
    }

    private static byte @Nullable [] key(Message message, List<String> losses) {
        Optional<String> key = message.orderingKey();
        if (key.isPresent()) {
            return utf8(key.get(), "ordering key", losses);
        }
        return message.brokerProperties()
                .first(BrokerProperties.KEY)
                .filter(value -> value.type() == AttributeValue.Type.BYTES)
                .map(AttributeValue::bytes)
                .orElse(null);
    }

    private static byte @Nullable [] value(Message message) {
        boolean isTombstone = message.brokerProperties()
                .text(BrokerProperties.TOMBSTONE)
                .filter("true"::equals)
                .isPresent();
        if (isTombstone && message.payloadSize() == 0) {
            return null;
        }
        byte[] value = new byte[message.payloadSize()];
        message.payload().get(value);
        return value;
    }

    /** Kafka has no times before 1970. */
    private static long timestamp(Message message, List<String> losses) {
        try {
            long millis = message.publishTime().toEpochMilli();
            if (millis < 0) {
                losses.add("publish time: it is before 1970");
            }
            return Math.max(0, millis);
        } catch (ArithmeticException e) {
            losses.add("publish time: it is too far from 1970");
            return message.publishTime().getEpochSecond() < 0 ? 0 : Long.MAX_VALUE;
        }
    }

    /** Returns the key; null where the record has none. */
    byte @Nullable [] key() {
        return key;
    }

    /** Returns milliseconds since 1970. */
    long timestamp() {
        return timestamp;
    }

    /** Names what the record does not hold of the message. */
    List<String> losses() {
        return losses;
    }

    /** Returns the record for a topic; without a partition where the producer is to choose one. */
    ProducerRecord<byte[], byte[]> to(String topic, @Nullable Integer partition) {
        return new ProducerRecord<>(topic, partition, timestamp, key, value, headers);
    }

    /** Returns how many bytes the record takes at most, before compression. */
    long size() {
        long size = RECORD_BYTES + length(key) + length(value);
        for (Header header : headers) {
            size += HEADER_BYTES + header.key().getBytes(StandardCharsets.UTF_8).length + length(header.value());
        }
        return size;
    }

    private static long length(byte @Nullable [] bytes) {
        return bytes == null ? 0 : bytes.length;
    }
}
