package dev.persistor.core.pull;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.persistor.core.capture.MalformedEventException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PullReportTest {

    private static final PullReport IDLE =
            new PullReport(10, 6, 2, 1, 1, 3, 5_000, Duration.ofMillis(1_250), StopReason.IDLE);

    @Test
    void itIsReadBackAsItWasWritten() throws MalformedEventException {
        assertThat(new String(IDLE.toJson(), StandardCharsets.UTF_8))
                .isEqualTo(
                        "{\"received\":10,\"persisted\":6,\"alreadyThere\":2,\"quarantined\":1,\"failed\":1,\"lost\":3,"
                                + "\"bytes\":5000,\"seconds\":1.25,\"stopped\":\"idle\"}");
        assertThat(PullReport.read(IDLE.toJson())).isEqualTo(IDLE);
    }

    @Test
    void reportsOfOneTimeAddUp() {
        PullReport other = new PullReport(5, 5, 0, 0, 0, 4, 100, Duration.ofSeconds(3), StopReason.MESSAGES);
        assertThat(PullReport.sum(List.of(other, IDLE)))
                .isEqualTo(new PullReport(15, 11, 2, 1, 1, 7, 5_100, Duration.ofSeconds(3), StopReason.MESSAGES));
        assertThat(PullReport.sum(List.of()).isSuccess()).isFalse();
    }

    @Test
    void fieldsThatALaterVersionAddsAreLeftOut() throws MalformedEventException {
        String json = new String(IDLE.toJson(), StandardCharsets.UTF_8)
                .replace("{\"received\"", "{\"later\":{\"received\":[99]},\"name\":\"x\",\"received\"");
        assertThat(PullReport.read(json.getBytes(StandardCharsets.UTF_8))).isEqualTo(IDLE);
    }

    @Test
    void aRunSucceedsWhenAllIsDurableAndNothingFailed() {
        assertThat(IDLE.isSuccess()).as("one failed").isFalse();
        assertThat(new PullReport(1, 1, 0, 0, 0, 0, 0, Duration.ZERO, StopReason.DURATION).isSuccess())
                .isTrue();
        assertThat(new PullReport(1, 1, 0, 0, 0, 0, 0, Duration.ZERO, StopReason.FAILURE).isSuccess())
                .isFalse();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "[]",
                "{}",
                "nothing was pulled",
                "{\"received\":10,\"persisted\":6,\"alreadyThere\":2,\"quarantined\":1,\"failed\":1,\"lost\":0,\"bytes\":1,"
                        + "\"seconds\":1,\"stopped\":\"soon\"}",
                "{\"received\":1,\"persisted\":1,\"alreadyThere\":0,\"quarantined\":0,\"failed\":0,\"lost\":0,\"bytes\":1,"
                        + "\"seconds\":1,\"stopped\":\"idle\"} and more",
                "{\"received\":1,\"persisted\":1,\"alreadyThere\":0,\"quarantined\":0,\"failed\":0,\"lost\":0,\"bytes\":1,"
                        + "\"seconds\":1,\"stopped\":\"idle\"}{}",
                "{\"received\":-1,\"persisted\":6,\"alreadyThere\":2,\"quarantined\":1,\"failed\":1,\"lost\":0,\"bytes\":1,"
                        + "\"seconds\":1,\"stopped\":\"idle\"}",
                "{\"received\":1.5,\"persisted\":6,\"alreadyThere\":2,\"quarantined\":1,\"failed\":1,\"lost\":0,\"bytes\":1,"
                        + "\"seconds\":1,\"stopped\":\"idle\"}",
            })
    void whatIsNoReportIsNotTakenForOne(String json) {
        assertThatThrownBy(() -> PullReport.read(json.getBytes(StandardCharsets.UTF_8)))
                .isInstanceOf(MalformedEventException.class);
    }
}
