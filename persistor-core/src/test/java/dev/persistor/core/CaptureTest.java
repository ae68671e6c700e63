package dev.persistor.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.persistor.core.config.SettingsException;
import dev.persistor.core.message.Attributes;
import dev.persistor.core.message.Message;
import dev.persistor.core.store.BlobInfo;
import dev.persistor.core.store.OpenBlob;
import java.nio.file.Path;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CaptureTest {

    private @TempDir Path folder;

    private Capture open(String... more) {
        Map<String, String> environment = new HashMap<>(
                Map.of("PERSISTOR_STORE", folder.resolve("archive").toUri().toString()));
        for (int i = 0; i < more.length; i += 2) {
            environment.put(more[i], more[i + 1]);
        }
        return Capture.open(environment, List.of());
    }

    private static RejectedEvent event(String content, String header) {
        return RejectedEvent.of(
                "my/source",
                content.getBytes(java.nio.charset.StandardCharsets.UTF_8),
                "application/json",
                Attributes.builder().add("ce-type", header).build(),
                "message.data is no Base64");
    }

    @Test
    void messagesGoToTheStoreByTheTemplateOfTheEnvironment() {
        try (Capture capture = open("PERSISTOR_PATH", "{source}/{id}{ext}")) {
            capture.persistor()
                    .persistAll(List.of(Message.builder()
                            .id("1")
                            .source("orders")
                            .publishTime(Instant.EPOCH)
                            .build()));
            assertThat(names(capture)).containsExactly("orders/1.bin");
        }
    }

    @Test
    void anEventThatCannotBeUnderstoodIsRefusedAndCounted() {
        try (Capture capture = open()) {
            assertThat(capture.reject(event("?", "x"))).isFalse();
            assertThat(capture.counters().rejected()).isEqualTo(1);
            assertThat(capture.store().list("")).isEmpty();
        }
    }

    @Test
    void withQuarantineAnEventIsStoredAsItCame() {
        try (Capture capture = open("PERSISTOR_QUARANTINE", "true")) {
            assertThat(capture.reject(event("{\"broken", "x"))).isTrue();
            BlobInfo info = capture.store().list("").findFirst().orElseThrow();
            assertThat(info.name().value()).matches("_quarantine/my%2Fsource/[0-9a-f]{32}\\.bin");
            assertThat(info.metadata().get("persistor-reason")).contains("message.data is no Base64");
            assertThat(info.metadata().get("persistor-content-type")).contains("application/json");
            assertThat(info.metadata().get("persistor-attributes")).contains("[[\"ce-type\",\"x\"]]");
            try (OpenBlob blob = capture.store().open(info.name())) {
                assertThat(blob.readVerified()).asString().isEqualTo("{\"broken");
            }
            assertThat(capture.counters().quarantined()).isEqualTo(1);
        }
    }

    @Test
    void theSameEventIsQuarantinedOnceAndAnotherBesideIt() {
        try (Capture capture = open("PERSISTOR_QUARANTINE", "true")) {
            capture.reject(event("?", "x"));
            capture.reject(event("?", "x"));
            capture.reject(event("?", "y"));
            capture.reject(event("!", "x"));
            assertThat(names(capture)).hasSize(3);
        }
    }

    @Test
    void headersBeyondTheStoresLimitGoToASidecar() {
        try (Capture capture =
                Capture.open(Map.of("PERSISTOR_STORE", "mem:///", "PERSISTOR_QUARANTINE", "true"), List.of())) {
            assertThat(capture.reject(event("?", "x".repeat(9_000)))).isTrue();
            assertThat(names(capture)).hasSize(2).anyMatch(name -> name.endsWith(".bin.attributes.json"));
        }
    }

    @Test
    void aStoreThatNobodyOpensIsAProblemOfTheConfiguration() {
        assertThatThrownBy(() -> Capture.open(Map.of("PERSISTOR_STORE", "gopher://x"), List.of()))
                .isInstanceOf(SettingsException.class)
                .hasMessageContaining("PERSISTOR_STORE")
                .hasMessageContaining("gopher://x");
    }

    private static List<String> names(Capture capture) {
        return capture.store().list("").map(info -> info.name().value()).toList();
    }
}
