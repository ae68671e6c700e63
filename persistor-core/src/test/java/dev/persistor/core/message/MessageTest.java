package dev.persistor.core.message;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.nio.ReadOnlyBufferException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class MessageTest {

    private static Message.Builder message() {
        return Message.builder().id("1").source("s").publishTime(Instant.EPOCH);
    }

    @Test
    void whatNamesAMessageIsRequired() {
        assertThatThrownBy(() -> message().id("").build()).hasMessageContaining("non-empty id");
        assertThatThrownBy(() -> message().source("").build()).hasMessageContaining("non-empty source");
        assertThatThrownBy(() -> Message.builder().id("1").source("s").build()).hasMessageContaining("publish time");
    }

    @Test
    void thePayloadCannotBeChangedThroughItsView() {
        for (Message.Builder builder : List.of(
                message(),
                message().payload(new byte[] {1}),
                message().payload(ByteBuffer.wrap(new byte[] {1})),
                message().payload(new byte[] {1}).build().toBuilder())) {
            ByteBuffer view = builder.build().payload();
            assertThat(view.isReadOnly()).isTrue();
            assertThat(view.hasArray()).isFalse();
            assertThatThrownBy(() -> view.put((byte) 2)).isInstanceOf(ReadOnlyBufferException.class);
        }
    }

    @Test
    void theChecksumIsThatOfThePayloadWhateverBufferHoldsIt() {
        byte[] bytes = "..123456789..".getBytes(StandardCharsets.US_ASCII);
        ByteBuffer part = ByteBuffer.wrap(bytes, 2, 9);
        ByteBuffer direct = ByteBuffer.allocateDirect(9).put(part.duplicate()).flip();
        for (ByteBuffer payload : List.of(part, part.slice(), part.asReadOnlyBuffer(), direct)) {
            Message message = message().payload(payload).build();
            // The check value of CRC32C in the catalogue of parametrised CRC algorithms.
            assertThat(message.payloadCrc32c()).isEqualTo(0xE3069283).isEqualTo(message.payloadCrc32c());
            assertThat(message.payload().remaining()).isEqualTo(9);
        }
    }

    @Test
    void readingThePayloadOnceLeavesItForTheNextReader() {
        Message message = message().payload(new byte[] {1, 2}).build();
        message.payload().get();
        assertThat(message.payload().remaining()).isEqualTo(2);
    }

    @Test
    void anEmptyOrderingKeyIsNone() {
        assertThat(message().orderingKey("").build().orderingKey()).isEmpty();
    }

    @Test
    void printingShowsNeitherPayloadNorAttributes() {
        Message message = message()
                .payload("secret".getBytes(StandardCharsets.UTF_8))
                .attributes(Attributes.builder().add("k", "secret").build())
                .build();
        assertThat(message.toString()).contains("id=1").doesNotContain("secret");
    }

    @Test
    void deliveriesOfOneMessageAreEqual() {
        assertThat(message().deliveryAttempt(1).build())
                .isEqualTo(message().deliveryAttempt(2).build());
        assertThat(message().payload(new byte[] {1}).build())
                .isNotEqualTo(message().build());
    }

    @Test
    void attributesKeepOrderAndRepeatedNamesAndShowTheFirstAsMap() {
        Attributes attributes =
                Attributes.builder().add("b", "1").add("a", "2").add("b", "3").build();
        assertThat(attributes.toMap()).containsExactly(Map.entry("b", "1"), Map.entry("a", "2"));
        assertThat(attributes.all("b").map(AttributeValue::text)).containsExactly("1", "3");
    }

    @Test
    void attributesOfAMapAreTheSameInWhateverOrderTheyCome() {
        assertThat(Attributes.ofUnordered(Map.of("b", "1", "a", "2")).entries())
                .extracting(Attributes.Entry::name)
                .containsExactly("a", "b");
    }

    @Test
    void aNumberAndItsTextAreNotEqual() {
        assertThat(AttributeValue.of(5)).isNotEqualTo(AttributeValue.of("5")).isNotEqualTo(AttributeValue.of(5L));
    }

    @ParameterizedTest
    @CsvSource({"INT, 05", "LONG, x", "BOOLEAN, TRUE", "DOUBLE, 1", "TIMESTAMP, now", "UUID, 1", "BYTES, ?", "NULL, x"})
    void onlyTheCanonicalTextOfATypeIsAValue(AttributeValue.Type type, String text) {
        assertThatThrownBy(() -> new AttributeValue(type, text))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(type.label())
                .hasMessageContaining(text);
    }

    @Test
    void aPositionIsWhole() {
        assertThatThrownBy(() -> new Position("", 1)).hasMessageContaining("partition");
        assertThatThrownBy(() -> new Position("0", -1)).hasMessageContaining("-1");
    }
}
