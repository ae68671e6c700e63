package dev.persistor.core.message;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Which numbers texts of JSON become. */
class JsonNumberTest {

    @ParameterizedTest
    @CsvSource({
        "0, long, 0",
        "-7, long, -7",
        "9223372036854775807, long, 9223372036854775807",
        "-9223372036854775808, long, -9223372036854775808",
        "9223372036854775808, decimal, 9223372036854775808",
        "1.5, double, 1.5",
        "0.0, double, 0.0",
        "1e2, double, 100.0",
        "0.10000000000000000555, decimal, 0.10000000000000000555",
        "1e400, decimal, 1E+400",
        "1e-1000000000, decimal, 1E-1000000000",
        "1e99999999999, json, 1e99999999999",
        "-0, double, -0.0",
        "-0.0, double, -0.0",
        "-0e7, double, -0.0"
    })
    void aNumberKeepsItsValueAndItsSign(String json, String type, String text) {
        AttributeValue value = AttributeValue.ofJsonNumber(json);
        assertThat(value.type().label()).isEqualTo(type);
        assertThat(value.text()).isEqualTo(text);
    }

    @Test
    void aNumberThatIsVeryLongIsKeptAsItsText() {
        String digits = "9".repeat(1_001);
        assertThat(AttributeValue.ofJsonNumber(digits)).isEqualTo(AttributeValue.ofJson(digits));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "x", "1e", "--1"})
    void whatIsNoNumberIsRefused(String text) {
        assertThatThrownBy(() -> AttributeValue.ofJsonNumber(text)).isInstanceOf(NumberFormatException.class);
    }
}
