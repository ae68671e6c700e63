package dev.persistor.azure.amqp;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import org.apache.qpid.proton.Proton;
import org.apache.qpid.proton.amqp.messaging.AmqpSequence;
import org.apache.qpid.proton.amqp.messaging.AmqpValue;
import org.apache.qpid.proton.amqp.messaging.Data;
import org.apache.qpid.proton.codec.CompositeReadableBuffer;
import org.apache.qpid.proton.codec.ReadableBuffer;
import org.apache.qpid.proton.message.Message;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class WholeBodyTest {

    private static final String HEADER = "005370c00100";
    private static final String PROPERTIES = "005373c00401a1016d";
    private static final String DATA = "005375a0020102";
    private static final String LONG_DATA = "00800000000000000075b000000001ff";
    private static final String SEQUENCE = "005376c0050254015402";
    private static final String FOOTER = "005378c10602a301635407";

    private static byte[] bytes(String... hex) {
        return HexFormat.of().parseHex(String.join("", hex));
    }

    private static String named(String descriptor, String value) {
        byte[] name = descriptor.getBytes(StandardCharsets.US_ASCII);
        HexFormat hex = HexFormat.of();
        return "00a3" + hex.toHexDigits((byte) name.length) + hex.formatHex(name) + value;
    }

    private static Optional<byte[]> wrapped(byte[] message) {
        return WholeBody.wrapped(ReadableBuffer.ByteBufferReader.wrap(message));
    }

    private static Message decoded(byte[] message) {
        Message decoded = Proton.message();
        decoded.decode(message, 0, message.length);
        return decoded;
    }

    private static List<?> sections(String... message) {
        Message decoded = decoded(wrapped(bytes(message)).orElseThrow());
        return WholeBody.sections(((AmqpValue) decoded.getBody()).getValue()).orElseThrow();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                HEADER,
                DATA,
                SEQUENCE,
                HEADER + PROPERTIES + DATA + FOOTER,
                LONG_DATA + FOOTER,
                "005377a10161",
                "005377c0050254015402"
            })
    void aBodyThatTheClientsReadIsNotWrapped(String message) {
        assertThat(wrapped(bytes(message))).isEmpty();
    }

    @Test
    void severalSectionsAreKeptInTheirOrderWithWhatSurroundsThem() {
        assertThat(sections(DATA, LONG_DATA)).hasSize(2).allMatch(Data.class::isInstance);
        assertThat(sections(SEQUENCE, SEQUENCE, SEQUENCE)).hasSize(3).allMatch(AmqpSequence.class::isInstance);
        Message whole = decoded(
                wrapped(bytes(HEADER, PROPERTIES, DATA, SEQUENCE, FOOTER)).orElseThrow());
        assertThat(whole.getMessageId()).isEqualTo("m");
        assertThat(whole.getFooter().getValue().size()).isEqualTo(1);
    }

    @Test
    void sectionsThatAreDescribedByNameAreFound() {
        String data = named("amqp:data:binary", "a0020102");
        String properties = named("amqp:properties:list", "c00401a1016d");
        String footer = named("amqp:footer:map", "c10602a301635407");
        assertThat(wrapped(bytes(properties, data, footer))).isEmpty();
        assertThat(sections(properties, data, data, footer)).hasSize(2);
        assertThat(wrapped(bytes(named("amqp:amqp-value:*", "40")))).isPresent();
    }

    @Test
    void aNullAndAValueThatItsSenderDescribedAreWrapped() {
        assertThat(sections("00537740")).singleElement().isInstanceOf(AmqpValue.class);
        byte[] once = wrapped(bytes(DATA, DATA)).orElseThrow();
        byte[] twice = wrapped(once).orElseThrow();
        List<?> outer = WholeBody.sections(((AmqpValue) decoded(twice).getBody()).getValue())
                .orElseThrow();
        assertThat(outer).singleElement().isInstanceOf(AmqpValue.class);
    }

    @Test
    void sectionsBehindABodyThatAreNotItsOwnAreKept() {
        assertThat(sections(DATA, PROPERTIES)).hasSize(2);
    }

    @Test
    void aMessageThatIsNoneIsLeftToTheClient() {
        byte[] message = bytes(HEADER, DATA, LONG_DATA);
        for (int length = 0; length < message.length; length++) {
            assertThat(wrapped(Arrays.copyOf(message, length))).isEmpty();
        }
        assertThat(wrapped(bytes("0a"))).isEmpty();
        assertThat(wrapped(new byte[100_000])).isEmpty();
        assertThat(wrapped(bytes("005375b0ffffffff"))).isEmpty();
        // A length that leads back to the section's start.
        assertThat(wrapped(bytes("005375b0fffffff8"))).isEmpty();
    }

    @Test
    void aDeliveryOfSeveralFramesIsReplacedAsAWhole() {
        byte[] message = bytes(HEADER, DATA, LONG_DATA, FOOTER);
        for (int cut = 1; cut < message.length; cut++) {
            CompositeReadableBuffer delivery = new CompositeReadableBuffer();
            delivery.append(Arrays.copyOf(message, cut)).append(Arrays.copyOfRange(message, cut, message.length));
            new DeliveryRewriter().put(delivery);
            delivery.reclaimRead();
            byte[] read = new byte[delivery.remaining()];
            delivery.get(read);
            assertThat(read).isEqualTo(wrapped(message).orElseThrow());
        }
    }

    @Test
    void aDeliveryThatIsReadAsItIsStaysUntouched() {
        byte[] message = bytes(HEADER, DATA, FOOTER);
        CompositeReadableBuffer delivery = new CompositeReadableBuffer();
        delivery.append(message);
        new DeliveryRewriter().put(delivery);
        assertThat(delivery.position()).isZero();
        assertThat(delivery.remaining()).isEqualTo(message.length);
    }
}
