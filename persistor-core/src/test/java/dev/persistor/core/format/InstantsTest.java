package dev.persistor.core.format;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class InstantsTest {

    private static final long FIRST_OF_YEAR_0 =
            Instant.parse("0000-01-01T00:00:00Z").getEpochSecond();
    private static final long END_OF_YEAR_9999 =
            Instant.parse("9999-12-31T23:59:59Z").getEpochSecond();

    private static String write(Instant instant) {
        byte[] bytes = new byte[Instants.MAX_BYTES];
        int length = Instants.write(instant, bytes);
        return length == 0 ? instant.toString() : new String(bytes, 0, length, StandardCharsets.US_ASCII);
    }

    private static Instant parse(String text) {
        byte[] within = (" " + text + "9").getBytes(StandardCharsets.US_ASCII);
        return Instants.parse(within, 1, text.length());
    }

    private static void assertLikeThePlatform(Instant instant) {
        assertThat(write(instant)).isEqualTo(instant.toString());
        assertThat(parse(instant.toString())).isEqualTo(instant);
    }

    @Test
    void anyInstantIsWrittenAndReadAsThePlatformDoes() {
        Random random = new Random(7);
        for (int i = 0; i < 20_000; i++) {
            long second = random.nextLong(FIRST_OF_YEAR_0, END_OF_YEAR_9999);
            Instant instant = Instant.ofEpochSecond(second, random.nextInt(1_000_000_000));
            assertLikeThePlatform(instant);
            assertLikeThePlatform(instant.truncatedTo(ChronoUnit.MICROS));
            assertLikeThePlatform(instant.truncatedTo(ChronoUnit.MILLIS));
            assertLikeThePlatform(instant.truncatedTo(ChronoUnit.SECONDS));
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "0000-01-01T00:00:00Z",
                "-0001-12-31T23:59:59.999999999Z",
                "9999-12-31T23:59:59.999999999Z",
                "+10000-01-01T00:00:00Z",
                "-1000000000-01-01T00:00:00Z",
                "+1000000000-12-31T23:59:59.999999999Z",
                "1970-01-01T00:00:00Z",
                "1969-12-31T23:59:59.000000001Z",
                "2024-02-29T00:00:00Z"
            })
    void theEdgesAreWrittenAndReadAsThePlatformDoes(String text) {
        assertLikeThePlatform(Instant.parse(text));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "2026-01-31T02:10:00.1Z",
                "2026-01-31T02:10:00.12345678Z",
                "2026-01-31t02:10:00z",
                "2026-01-31T02:10:00.Z",
                "2026-01-31T24:00:00Z"
            })
    void whatThePlatformReadsBesidesIsReadToo(String text) {
        assertThat(parse(text)).isEqualTo(Instant.parse(text));
        assertThat(Instants.parse(text)).isEqualTo(Instant.parse(text));
    }

    @ParameterizedTest
    @ValueSource(strings = {"2026-01-31T02:10:00.123456789Z", "+12026-01-31T02:10:00Z", "2016-12-31T23:59:60Z"})
    void aTextIsReadAsThePlatformReadsIt(String text) {
        assertThat(Instants.parse(text)).isEqualTo(Instant.parse(text));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "2026-02-29T02:10:00Z",
                "\u0662\u0660\u0662\u0666-01-31T02:10:00Z",
                "2026-01-31T02:10:0\u00e9Z"
            })
    void aTextThatIsNoInstantIsRefused(String text) {
        assertThatThrownBy(() -> Instants.parse(text)).isInstanceOf(DateTimeException.class);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "Z",
                "yesterday",
                "2026-01-31",
                "2026-01-31T02:10:00",
                "2026-02-29T02:10:00Z",
                "2026-13-01T02:10:00Z",
                "2026-01-31T25:10:00Z",
                "2026-01-31T02:60:00Z",
                "2026-01-31T02:10:61Z",
                "2016-12-31T23:59:60Z",
                "2026-01-31T02:10Z",
                "2026-01-31T02:10:00.1234567890Z",
                "2026-01-31T02:10:00,5Z",
                "2026-01-3xT02:10:00Z",
                "2026-01-31T02:10:00.12xZ"
            })
    void whatIsNoInstantIsRefused(String text) {
        assertThatThrownBy(() -> parse(text)).isInstanceOf(DateTimeException.class);
    }
}
