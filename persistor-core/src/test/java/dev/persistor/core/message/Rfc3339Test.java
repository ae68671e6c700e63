package dev.persistor.core.message;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.DateTimeException;
import java.time.Instant;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class Rfc3339Test {

    @ParameterizedTest
    @CsvSource({
        "2022-05-13T14:52:05Z, 2022-05-13T14:52:05Z",
        "2022-05-13t14:52:05z, 2022-05-13T14:52:05Z",
        "2022-05-13T14:52:05.1z, 2022-05-13T14:52:05.100Z",
        "2022-05-13T14:52:05.123456789Z, 2022-05-13T14:52:05.123456789Z",
        "2022-05-13T14:52:05.120000000000Z, 2022-05-13T14:52:05.120Z",
        "2022-05-13T14:52:05+05:30, 2022-05-13T09:22:05Z",
        "2022-05-13T00:00:00+23:59, 2022-05-12T00:01:00Z",
        "2022-05-13T14:52:05-00:00, 2022-05-13T14:52:05Z",
        "2024-02-29T23:59:59Z, 2024-02-29T23:59:59Z",
        "0000-01-01T00:00:00Z, 0000-01-01T00:00:00Z",
        "9999-12-31T23:59:59.999999999Z, 9999-12-31T23:59:59.999999999Z"
    })
    void timesOfTheStandardAreRead(String text, Instant time) {
        assertThat(Rfc3339.parse(text)).isEqualTo(time);
    }

    @ParameterizedTest
    @CsvSource({
        "2016-12-31T23:59:60Z, 2017-01-01T00:00:00Z",
        "2016-12-31t23:59:60.5z, 2017-01-01T00:00:00.500Z",
        "2015-06-30T23:59:60Z, 2015-07-01T00:00:00Z",
        "2017-01-01T00:59:60+01:00, 2017-01-01T00:00:00Z",
        "2016-12-31T15:59:60-08:00, 2017-01-01T00:00:00Z"
    })
    void aLeapSecondIsTheNextSecond(String text, Instant time) {
        assertThat(Rfc3339.parse(text)).isEqualTo(time);
    }

    @ParameterizedTest
    @ValueSource(strings = {"2016-12-31T12:00:60Z", "2016-12-30T23:59:60Z", "2016-12-31T23:59:60+01:00"})
    void aLeapSecondThatCannotOccurIsRefusedForWhatItIs(String text) {
        assertThatThrownBy(() -> Rfc3339.parse(text))
                .isInstanceOf(DateTimeException.class)
                .hasMessageContaining("second 60 exists only at 23:59 UTC on the last day of a month");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "noon",
                "2022-05-13",
                "2022-05-13T14:52Z",
                "2022-05-13T14:52:05",
                "2022-05-13 14:52:05Z",
                "2022-05-13T14:52:05,5Z",
                "2022-05-13T14:52:05.Z",
                "2022-05-13T14:52:05+0530",
                "2022-05-13T14:52:05+24:00",
                "2022-05-13T24:00:00Z",
                "2022-05-13T14:60:00Z",
                "2022-05-13T14:52:61Z",
                "2022-02-30T14:52:05Z",
                "2023-02-29T14:52:05Z",
                "2022-13-01T14:52:05Z",
                "+12022-05-13T14:52:05Z",
                "-999999999-01-01T00:00:00Z",
                "2022-05-13T14:52:05Z\n",
                "\u0662022-05-13T14:52:05Z",
                "2022-05-13T14:52:05.1234567891Z"
            })
    void whatIsNotSuchATimeIsRefused(String text) {
        assertThatThrownBy(() -> Rfc3339.parse(text)).isInstanceOf(DateTimeException.class);
    }

    @ParameterizedTest
    @ValueSource(strings = {"0000-01-01T00:00:00+00:01", "9999-12-31T23:59:59-00:01", "9999-12-31T23:59:60Z"})
    void aTimeOutsideTheYearsOfFourDigitsIsRefused(String text) {
        assertThatThrownBy(() -> Rfc3339.parse(text)).hasMessage("not in the years 0000 to 9999 of UTC");
    }
}
