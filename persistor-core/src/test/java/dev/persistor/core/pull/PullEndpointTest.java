package dev.persistor.core.pull;

import static org.assertj.core.api.Assertions.assertThat;

import dev.persistor.core.capture.Capture;
import dev.persistor.core.capture.MalformedEventException;
import dev.persistor.core.config.PersistorSettings;
import dev.persistor.core.config.Problem;
import dev.persistor.core.config.Setting;
import dev.persistor.core.config.Settings;
import dev.persistor.core.config.SettingsException;
import dev.persistor.core.store.BlobStore;
import dev.persistor.core.store.BlobStoreException;
import dev.persistor.core.store.memory.MemoryDriver;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;

class PullEndpointTest {

    private final List<PullLimits> pulled = new ArrayList<>();

    private Capture capture() {
        List<Setting<?>> all = new ArrayList<>(PersistorSettings.all());
        all.addAll(PullSettings.all());
        return Capture.over(
                BlobStore.over(new MemoryDriver()), Settings.read(Map.of("PERSISTOR_STORE", "mem:///"), all));
    }

    private PullResponse pull(String method, byte[] body, StopReason stopped) {
        return PullEndpoint.pull(method, () -> body, this::capture, (capture, limits) -> {
            pulled.add(limits);
            return new PullReport(1, 1, 0, 0, 0, 0, 10, Duration.ofSeconds(1), stopped);
        });
    }

    private static String text(PullResponse response) {
        return response.body();
    }

    @Test
    void aRunThatSucceedsIsAnsweredByItsReportAndOneThatFailsAlsoButAsUnavailable() {
        PullResponse good = pull("POST", new byte[0], StopReason.IDLE);
        assertThat(good.status()).isEqualTo(200);
        assertThat(text(good)).contains("\"persisted\":1").contains("\"stopped\":\"idle\"");
        PullResponse bad = pull("POST", new byte[0], StopReason.FAILURE);
        assertThat(bad.status()).isEqualTo(503);
        assertThat(text(bad)).contains("\"stopped\":\"failure\"");
    }

    @Test
    void aRequestLowersTheLimitsOfTheSettings() {
        pull("POST", "{\"messages\": 7}".getBytes(StandardCharsets.UTF_8), StopReason.IDLE);
        assertThat(pulled).extracting(PullLimits::messages).containsExactly(7);
    }

    @Test
    void aRequestThatAsksForNoRunIsRefusedAndNothingIsPulled() {
        PullResponse get = pull("GET", new byte[0], StopReason.IDLE);
        assertThat(get.status()).isEqualTo(405);
        assertThat(get.headers()).containsEntry("Allow", "POST");
        assertThat(pull("POST", new byte[PullEndpoint.MAX_BODY_BYTES + 1], StopReason.IDLE)
                        .status())
                .isEqualTo(413);
        byte[] longest = " ".repeat(PullEndpoint.MAX_BODY_BYTES).getBytes(StandardCharsets.UTF_8);
        PullResponse malformed = pull("POST", "[]".getBytes(StandardCharsets.UTF_8), StopReason.IDLE);
        assertThat(malformed.status()).isEqualTo(400);
        assertThat(text(malformed)).contains("the request must be one JSON object");
        assertThat(pulled).isEmpty();
        assertThat(pull("POST", longest, StopReason.IDLE).status()).isEqualTo(200);
    }

    private static PullResponse failing(RuntimeException failure) {
        Supplier<Capture> capture = () -> {
            throw failure;
        };
        return PullEndpoint.pull("POST", () -> new byte[0], capture, (open, limits) -> {
            throw new IllegalStateException("not reached");
        });
    }

    @Test
    void whatKeepsARunFromBeginningIsAnsweredWithoutItsDetails() {
        PullResponse settings = failing(new SettingsException(Problem.of("PERSISTOR_STORE is missing")));
        assertThat(settings.status()).isEqualTo(500);
        assertThat(text(settings)).contains("see the log").doesNotContain("PERSISTOR_STORE");
        for (RuntimeException failure : List.of(
                new PullException("ask secret-host: no answer", true, null),
                BlobStoreException.retryable("find secret-host: no answer"))) {
            assertThat(failing(failure).status()).isEqualTo(503);
            assertThat(text(failing(failure))).contains("see the log").doesNotContain("secret-host");
        }
    }

    @Test
    void aBodyThatDidNotArriveAsItWasSentIsRefused() {
        PullResponse response = PullEndpoint.answer(
                "POST",
                () -> {
                    throw new MalformedEventException("the body is no UTF-8");
                },
                body -> PullResponse.report(true, body));
        assertThat(response.status()).isEqualTo(400);
        assertThat(text(response)).contains("the body is no UTF-8");
    }
}
