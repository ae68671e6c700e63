package dev.persistor.core.capture;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.persistor.core.config.SettingsException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SharedCaptureTest {

    @Test
    void settingsThatArriveAfterTheStartAreReadAndOneCaptureIsShared(@TempDir Path folder) {
        Map<String, String> environment = new HashMap<>();
        SharedCapture shared = new SharedCapture(() -> environment, List.of());
        assertThatThrownBy(shared::get).isInstanceOf(SettingsException.class);

        environment.putAll(Map.of("PERSISTOR_STORE", folder.toUri().toString(), "PERSISTOR_SOURCE", "orders"));
        try (Capture capture = shared.get()) {
            assertThat(capture.source()).contains("orders");
            assertThat(shared.get()).isSameAs(capture);
        }
    }
}
