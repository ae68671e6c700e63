package dev.persistor.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.persistor.core.config.PersistorSettings;
import dev.persistor.core.config.Settings;
import dev.persistor.core.config.SettingsException;
import dev.persistor.core.message.Attributes;
import dev.persistor.core.message.Message;
import dev.persistor.core.store.BlobInfo;
import dev.persistor.core.store.BlobStore;
import dev.persistor.core.store.BlobStoreException;
import dev.persistor.core.store.OpenBlob;
import dev.persistor.core.store.memory.MemoryBlobStore;
import java.lang.reflect.Proxy;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
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

    private static Message message(String id) {
        return Message.builder()
                .id(id)
                .source("orders")
                .publishTime(Instant.EPOCH)
                .build();
    }

    private static Delivery delivery() {
        return new Delivery(List.of(message("1"), message("2")), List.of(event("?", "x"), event("!", "x")));
    }

    @Test
    void aDeliveryIsArchivedWithWhatCannotBeUnderstood() {
        try (Capture capture = open("PERSISTOR_QUARANTINE", "true")) {
            capture.archive(delivery());
            assertThat(names(capture))
                    .hasSize(4)
                    .filteredOn(name -> name.startsWith("_quarantine/"))
                    .hasSize(2);
        }
    }

    @Test
    void whatCannotBeUnderstoodIsRefusedAfterItsNeighboursAreDurable() {
        try (Capture capture = open()) {
            assertThatThrownBy(() -> capture.archive(delivery()))
                    .isInstanceOf(RefusedEventException.class)
                    .hasMessageContaining("2 event(s) refused: message.data is no Base64");
            assertThat(names(capture)).hasSize(2);
            assertThat(capture.counters().rejected()).isEqualTo(2);
        }
    }

    /** The sink fails as often as it is told to, as the permission to write that somebody is about to grant does. */
    private static Capture failing(int writes) {
        MemoryBlobStore store = new MemoryBlobStore();
        AtomicInteger left = new AtomicInteger(writes);
        BlobStore failing = (BlobStore) Proxy.newProxyInstance(
                BlobStore.class.getClassLoader(), new Class<?>[] {BlobStore.class}, (proxy, method, arguments) -> {
                    if (method.getName().equals("put") && left.getAndDecrement() > 0) {
                        throw BlobStoreException.permanent("write: forbidden");
                    }
                    return method.invoke(store, arguments);
                });
        Settings settings = Settings.read(
                Map.of("PERSISTOR_STORE", "mem:///", "PERSISTOR_QUARANTINE", "true"), PersistorSettings.all());
        return Capture.over(failing, settings);
    }

    @Test
    void withTimeLeftADeliveryIsTriedAgainWhateverTheFailureUntilAllOfItIsDurable() {
        try (Capture capture = failing(3)) {
            capture.archive(delivery(), Duration.ofMinutes(1));
            assertThat(names(capture)).hasSize(4);
            assertThat(capture.counters().persisted()).isEqualTo(2);
            assertThat(capture.counters().alreadyThere()).isZero();
            assertThat(capture.counters().rejected()).as("counted once each").isEqualTo(2);
        }
    }

    @Test
    void withoutTimeLeftTheLastFailureIsThrown() {
        try (Capture capture = failing(Integer.MAX_VALUE)) {
            assertThatThrownBy(() -> capture.archive(delivery(), Duration.ofMillis(1)))
                    .isInstanceOf(PersistException.class)
                    .hasMessageContaining("forbidden");
            assertThat(names(capture)).isEmpty();
        }
    }

    @Test
    void anInterruptedWaitFailsTheDeliveryAndStaysVisible() {
        try (Capture capture = failing(Integer.MAX_VALUE)) {
            Thread.currentThread().interrupt();
            assertThatThrownBy(() -> capture.archive(Delivery.of(message("1")), Duration.ofMinutes(1)))
                    .isInstanceOf(BlobStoreException.class)
                    .hasMessageContaining("interrupted");
            assertThat(Thread.interrupted()).isTrue();
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
