package dev.persistor.core.pull;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.persistor.core.capture.MalformedEventException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PullLimitsTest {

    private static final PullLimits LIMITS =
            new PullLimits(1_000, Duration.ofSeconds(30), Duration.ofSeconds(5), 100, 1 << 20, Duration.ofSeconds(9));

    private static PullLimits lowered(String json) throws MalformedEventException {
        return LIMITS.lowered(json.getBytes(StandardCharsets.UTF_8));
    }

    @Test
    void aRequestMayLowerEachLimitAndNeedNot() throws MalformedEventException {
        assertThat(lowered("")).isEqualTo(LIMITS);
        assertThat(lowered("{}")).isEqualTo(LIMITS);
        PullLimits both = lowered("{\"messages\": 7, \"seconds\": 3}");
        assertThat(both.messages()).isEqualTo(7);
        assertThat(both.duration()).isEqualTo(Duration.ofSeconds(3));
        assertThat(both.idle()).isEqualTo(LIMITS.idle());
        assertThat(both.outstandingMessages()).isEqualTo(LIMITS.outstandingMessages());
        assertThat(lowered("{\"messages\": 1000, \"seconds\": 30}")).isEqualTo(LIMITS);
    }

    @Test
    void aDurationUnderASecondStaysWhatItIs() throws MalformedEventException {
        PullLimits shorter =
                new PullLimits(1, Duration.ofMillis(200), Duration.ofSeconds(5), 100, 1 << 20, Duration.ofSeconds(9));
        assertThat(shorter.lowered("{\"seconds\": 1}".getBytes(StandardCharsets.UTF_8))
                        .duration())
                .isEqualTo(Duration.ofMillis(200));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "{\"messages\": 1001} | messages is 1001; it must be a whole number from 1 to 1000",
                "{\"messages\": 0} | messages is 0",
                "{\"messages\": -5} | messages is -5",
                "{\"messages\": 1.5} | messages is 1.5",
                "{\"messages\": 99999999999} | messages is 99999999999",
                "{\"messages\": \"7\"} | messages is \"7\"",
                "{\"messages\": null} | messages is null",
                "{\"messages\": {}} | messages is an object",
                "{\"seconds\": 31} | seconds is 31; it must be a whole number from 1 to 30",
                "{\"target\": \"https://example.com\"} | target is no limit",
                "{\"messages\": 1, \"messages\": 2} | the request is no JSON",
                "[] | the request must be one JSON object",
                "{} {} | the request must be one JSON object",
                "{\"messages\": 1 | the request is no JSON",
                "nonsense | the request is no JSON",
            })
    void whatIsNoLowerLimitIsRefusedByItsName(String json, String reason) {
        assertThatThrownBy(() -> lowered(json))
                .isInstanceOf(MalformedEventException.class)
                .hasMessageContaining(reason);
    }
}
