package dev.persistor.testkit.azure;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import java.math.BigDecimal;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class HostJsonTest {

    static Stream<Arguments> values() {
        return Stream.of(
                arguments(null, "null"),
                arguments(true, "true"),
                arguments((byte) -1, "-1"),
                arguments(Long.MIN_VALUE, "-9223372036854775808"),
                arguments(5.0, "5.0"),
                arguments(-0.0, "-0.0"),
                arguments(0.1, "0.1"),
                arguments(0.0001, "0.0001"),
                arguments(0.00001, "1E-05"),
                arguments(123456789012345.0, "123456789012345.0"),
                arguments(1e15, "1E+15"),
                arguments(1.7976931348623157E308, "1.7976931348623157E+308"),
                arguments(0.5f, "0.5"),
                arguments(3.4028235E38f, "3.4028235E+38"),
                arguments(Double.NaN, "\"NaN\""),
                arguments(Float.NEGATIVE_INFINITY, "\"-Infinity\""),
                arguments(new BigDecimal("12.50"), "12.50"),
                arguments(new BigDecimal("1E+3"), "1000.0"),
                arguments(
                        "\"\\/\b\f\n\r\t\u001f\u007f\u0085\u2028é😀",
                        "\"\\\"\\\\/\\b\\f\\n\\r\\t\\u001f\u007f\\u0085\\u2028é😀\""),
                arguments('c', "\"c\""),
                arguments(new byte[] {-1, 0}, "\"/wA=\""),
                arguments(new UUID(1, 2), "\"00000000-0000-0001-0000-000000000002\""),
                arguments(URI.create("a:b"), "\"a:b\""),
                arguments(LocalDateTime.parse("2026-01-31T02:10:00.123"), "\"2026-01-31T02:10:00.123\""),
                arguments(Instant.parse("2026-01-31T02:10:00.1234567Z"), "\"2026-01-31T02:10:00.1234567Z\""),
                arguments(Instant.parse("2026-01-31T02:10:20Z"), "\"2026-01-31T02:10:20Z\""),
                arguments(OffsetDateTime.parse("2026-01-31T02:10:00Z"), "\"2026-01-31T02:10:00+00:00\""),
                arguments(OffsetDateTime.parse("2026-01-31T02:10:00-05:30"), "\"2026-01-31T02:10:00-05:30\""),
                arguments(Duration.ofMillis(90_061_500), "\"1.01:01:01.5000000\""),
                arguments(Duration.ofSeconds(-1), "\"-00:00:01\""),
                arguments(new int[] {1, 2}, "[1,2]"),
                arguments(Arrays.asList("a", null), "[\"a\",null]"),
                arguments(Map.of("a", List.of(Map.of())), "{\"a\":[{}]}"));
    }

    @ParameterizedTest
    @MethodSource("values")
    void aValueIsWrittenAsTheHostWritesIt(Object value, String json) {
        assertThat(HostJson.compact(value)).isEqualTo(json);
    }

    @Test
    void whatNoBrokerDeliversIsRefused() {
        assertThatThrownBy(() -> HostJson.compact("\uD800")).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> HostJson.compact(new Object())).isInstanceOf(IllegalArgumentException.class);
    }
}
