package dev.persistor.azure;

import com.azure.core.amqp.models.AmqpMessageBody;
import dev.persistor.azure.amqp.WholeBody;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import org.apache.qpid.proton.amqp.Binary;
import org.apache.qpid.proton.amqp.messaging.AmqpSequence;
import org.apache.qpid.proton.amqp.messaging.AmqpValue;
import org.apache.qpid.proton.amqp.messaging.Data;

/**
 * The body of a received message, as an archive keeps it.
 *
 * @param payload the bytes
 * @param type what the broker property {@code amqpBody} says of them; empty for one data section
 */
@SuppressWarnings("ArrayRecordComponent") // Read once, by the caller that made it.
record ReceivedBody(byte[] payload, Optional<String> type) {

    static ReceivedBody of(AmqpMessageBody body) {
        return switch (body.getBodyType()) {
            case DATA -> new ReceivedBody(body.getFirstData(), Optional.empty());
            case SEQUENCE -> encoded(AmqpBody.SEQUENCE, List.of(new AmqpSequence(body.getSequence())));
            case VALUE ->
                WholeBody.sections(body.getValue())
                        .map(ReceivedBody::ofSections)
                        .orElseGet(() -> ofValue(body.getValue()));
        };
    }

    private static ReceivedBody ofSections(List<?> sections) {
        if (sections.size() == 1 && sections.get(0) instanceof AmqpValue value) {
            return ofValue(value.getValue() == null ? value : value.getValue());
        }
        if (sections.stream().allMatch(Data.class::isInstance)) {
            return ofData(
                    sections.stream().map(section -> bytes((Data) section)).toList());
        }
        boolean sequences = sections.stream().allMatch(AmqpSequence.class::isInstance);
        return encoded(sequences ? AmqpBody.SEQUENCE : AmqpBody.SECTIONS, sections);
    }

    /** Several data sections are one payload. Their sizes say where each began. */
    private static ReceivedBody ofData(List<byte[]> sections) {
        ByteArrayOutputStream payload = new ByteArrayOutputStream();
        sections.forEach(payload::writeBytes);
        String sizes =
                sections.stream().map(bytes -> Integer.toString(bytes.length)).collect(Collectors.joining(","));
        return new ReceivedBody(payload.toByteArray(), Optional.of(AmqpBody.DATA_SECTIONS + ":" + sizes));
    }

    private static byte[] bytes(Data data) {
        Binary binary = data.getValue();
        return binary == null ? new byte[0] : AmqpAttribute.bytes(binary).orElseThrow();
    }

    /** A value that is null comes as a section, since the clients' class for bodies holds no null. */
    private static ReceivedBody ofValue(Object value) {
        if (value instanceof String text) {
            return new ReceivedBody(text.getBytes(StandardCharsets.UTF_8), Optional.of(AmqpBody.STRING));
        }
        return AmqpAttribute.bytes(value)
                .map(bytes -> new ReceivedBody(bytes, Optional.of(AmqpBody.BINARY)))
                .orElseGet(() -> encoded(
                        AmqpBody.VALUE, List.of(value instanceof AmqpValue section ? section : new AmqpValue(value))));
    }

    private static ReceivedBody encoded(String type, List<?> sections) {
        ByteArrayOutputStream payload = new ByteArrayOutputStream();
        sections.forEach(section -> payload.writeBytes(AmqpCodec.encode(section)));
        return new ReceivedBody(payload.toByteArray(), Optional.of(type));
    }
}
