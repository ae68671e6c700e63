package dev.persistor.core.message;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class AttributeValueTest {

    static Stream<Arguments> values() {
        return Stream.of(
                Arguments.of(AttributeValue.of("text"), AttributeValue.Type.STRING, "text"),
                Arguments.of(AttributeValue.of(true), AttributeValue.Type.BOOLEAN, "true"),
                Arguments.of(AttributeValue.of(false), AttributeValue.Type.BOOLEAN, "false"),
                Arguments.of(AttributeValue.of(Integer.MIN_VALUE), AttributeValue.Type.INT, "-2147483648"),
                Arguments.of(AttributeValue.of(Long.MAX_VALUE), AttributeValue.Type.LONG, "9223372036854775807"),
                Arguments.of(AttributeValue.of(0.1f), AttributeValue.Type.FLOAT, "0.1"),
                Arguments.of(AttributeValue.of(-0.0), AttributeValue.Type.DOUBLE, "-0.0"),
                Arguments.of(AttributeValue.of(new BigDecimal("1.500")), AttributeValue.Type.DECIMAL, "1.500"),
                Arguments.of(AttributeValue.of(Instant.EPOCH), AttributeValue.Type.TIMESTAMP, "1970-01-01T00:00:00Z"),
                Arguments.of(AttributeValue.of(Duration.ofMillis(1)), AttributeValue.Type.DURATION, "PT0.001S"),
                Arguments.of(
                        AttributeValue.of(new UUID(1, 2)),
                        AttributeValue.Type.UUID,
                        "00000000-0000-0001-0000-000000000002"),
                Arguments.of(AttributeValue.of(new byte[] {-1, 0, 1}), AttributeValue.Type.BYTES, "/wAB"),
                Arguments.of(AttributeValue.ofJson("{\"a\": 1.0}"), AttributeValue.Type.JSON, "{\"a\": 1.0}"),
                Arguments.of(AttributeValue.ofNull(), AttributeValue.Type.NULL, ""));
    }

    @ParameterizedTest
    @MethodSource("values")
    void eachTypeHasOneTextThatIsReadBack(AttributeValue value, AttributeValue.Type type, String text) {
        assertThat(value.type()).isEqualTo(type);
        assertThat(value.text()).isEqualTo(text);
        assertThat(new AttributeValue(type, text)).isEqualTo(value);
    }

    @ParameterizedTest
    @CsvSource({
        "BOOLEAN, yes",
        "INT, 2147483648",
        "INT, +1",
        "LONG, 01",
        "FLOAT, 1",
        "DOUBLE, 1e3",
        "DECIMAL, +1",
        "TIMESTAMP, 1970-01-01T00:00:00.000Z",
        "DURATION, PT60S",
        "UUID, 0-0-1-0-2",
        "BYTES, /wA",
        "NULL, null",
    })
    void anotherTextOfTheSameValueIsRefused(AttributeValue.Type type, String text) {
        assertThatThrownBy(() -> new AttributeValue(type, text))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(type.label());
    }

    @Test
    void bytesAreReadFromBytesAlone() {
        assertThat(AttributeValue.of(new byte[] {-1, 0, 1}).bytes()).containsExactly(-1, 0, 1);
        assertThatIllegalStateException()
                .isThrownBy(() -> AttributeValue.of("/wAB").bytes())
                .withMessageContaining(AttributeValue.Type.STRING.label());
    }
}
