package dev.persistor.standalone.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class TimeTextTest {

    private static final Instant NOW = Instant.parse("2026-01-31T12:00:00Z");

    @ParameterizedTest
    @CsvSource({
        "2026-01-31T07:15:00Z, 2026-01-31T07:15:00Z, false",
        "2026-01-31T07:15:00.123456789Z, 2026-01-31T07:15:00.123456789Z, false",
        "2026-01-31T07:15+01:00, 2026-01-31T06:15:00Z, false",
        "2026-01-31T07:15, 2026-01-31T07:15:00Z, true",
        "2026-01-31T07:15:30.5, 2026-01-31T07:15:30.500Z, true",
        "2026-01-31, 2026-01-31T00:00:00Z, true",
        "now, 2026-01-31T12:00:00Z, false",
        "2h ago, 2026-01-31T10:00:00Z, false",
        "1d2h30m5s  ago, 2026-01-30T09:29:55Z, false",
    })
    void timesAreReadAndZonesMissed(String text, Instant time, boolean isZoneless) {
        TimeText read = TimeText.parse(text).orElseThrow();
        assertThat(read.at(NOW)).isEqualTo(time);
        assertThat(read.isZoneless()).isEqualTo(isZoneless);
        assertThat(read.isRelative()).isEqualTo(text.contains("ago") || text.equals("now"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "2h",
                "ago",
                "2w ago",
                "tomorrow",
                "2026-02-30",
                "2026-01-31 07:15",
                "07:15",
                "stdout:",
                "mem:"
            })
    void nothingElseIsATime(String text) {
        assertThat(TimeText.parse(text)).isEmpty();
    }
}
