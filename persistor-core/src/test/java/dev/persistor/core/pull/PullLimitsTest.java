package dev.persistor.core.pull;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.persistor.core.capture.MalformedEventException;
import dev.persistor.core.config.PersistorSettings;
import dev.persistor.core.config.Setting;
import dev.persistor.core.config.Settings;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
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
    void theSettingsBoundARunAndItsGraceIsTheTimeThatALastMessageMayTake() {
        List<Setting<?>> all = new ArrayList<>(PersistorSettings.all());
        all.addAll(PullSettings.all());
        PullLimits limits = PullLimits.of(Settings.read(
                Map.of(
                        "PERSISTOR_STORE", "mem:///",
                        "PERSISTOR_PULL_MESSAGES", "7",
                        "PERSISTOR_PULL_DURATION", "9m",
                        "PERSISTOR_PULL_IDLE", "4s",
                        "PERSISTOR_PULL_OUTSTANDING_MESSAGES", "3",
                        "PERSISTOR_PULL_OUTSTANDING_BYTES", "1MiB",
                        "PERSISTOR_RETRY_DEADLINE", "20s",
                        "PERSISTOR_BATCH_LINGER", "2s"),
                all));
        assertThat(limits)
                .isEqualTo(new PullLimits(
                        7, Duration.ofMinutes(9), Duration.ofSeconds(4), 3, 1 << 20, Duration.ofSeconds(32)));
        assertThat(limits.withIdle(Duration.ofSeconds(5)))
                .isEqualTo(new PullLimits(
                        7, Duration.ofMinutes(9), Duration.ofSeconds(5), 3, 1 << 20, Duration.ofSeconds(32)));
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
                "{\"target\": \"https://example.com\"} | target is not a limit",
                "{\"messages\": 1, \"messages\": 2} | the request is not JSON",
                "[] | the request must be one JSON object",
                "{} {} | the request must be one JSON object",
                "{\"messages\": 1 | the request is not JSON",
                "nonsense | the request is not JSON",
            })
    void whatIsNoLowerLimitIsRefusedByItsName(String json, String reason) {
        assertThatThrownBy(() -> lowered(json))
                .isInstanceOf(MalformedEventException.class)
                .hasMessageContaining(reason);
    }
}
