package dev.persistor.azure;

import com.azure.core.amqp.models.AmqpMessageBody;
import dev.persistor.core.message.BrokerProperties;
import dev.persistor.core.message.Message;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.apache.qpid.proton.amqp.Binary;
import org.apache.qpid.proton.amqp.messaging.AmqpSequence;
import org.apache.qpid.proton.amqp.messaging.AmqpValue;
import org.jspecify.annotations.Nullable;

/** The body of an AMQP message that was no data section, given back as it was. */
final class AmqpBody {

    static final String STRING = "string";
    static final String BINARY = "binary";
    static final String VALUE = "value";
    static final String SEQUENCE = "sequence";
    /** Several data sections; their sizes follow, as in {@code data-sections:5,3}. */
    static final String DATA_SECTIONS = "data-sections";
    /** Several sections of different kinds, or several values, which AMQP does not allow. */
    static final String SECTIONS = "sections";

    private AmqpBody() {}

    /** Returns what the body was, if it was not one data section. */
    static Optional<String> type(Message message) {
        return message.brokerProperties()
                .text(BrokerProperties.AMQP_BODY)
                .map(type -> type.startsWith(DATA_SECTIONS + ":") ? DATA_SECTIONS : type);
    }

    /** Returns the body that a message was received with; empty if the payload is none of its type. */
    static Optional<AmqpMessageBody> restored(Message message, String type) {
        byte[] payload = new byte[message.payloadSize()];
        message.payload().get(payload);
        try {
            return switch (type) {
                case STRING -> Optional.of(AmqpMessageBody.fromValue(text(payload)));
                case BINARY -> Optional.of(AmqpMessageBody.fromValue(new Binary(payload)));
                case VALUE, SEQUENCE -> section(AmqpCodec.decode(payload));
                default -> Optional.empty();
            };
        } catch (CharacterCodingException | IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    private static String text(byte[] payload) throws CharacterCodingException {
        return StandardCharsets.UTF_8
                .newDecoder()
                .decode(ByteBuffer.wrap(payload))
                .toString();
    }

    /** The client has no value that is null, and does not send what a sender describes itself. */
    @SuppressWarnings("unchecked")
    private static Optional<AmqpMessageBody> section(@Nullable Object section) {
        if (section instanceof AmqpValue value && value.getValue() != null && AmqpCodec.isSendable(value.getValue())) {
            return Optional.of(AmqpMessageBody.fromValue(value.getValue()));
        }
        return section instanceof AmqpSequence sequence && AmqpCodec.isSendable(sequence.getValue())
                ? Optional.of(AmqpMessageBody.fromSequence(sequence.getValue()))
                : Optional.empty();
    }
}
