package dev.persistor.core.capture;

import static dev.persistor.core.fixtures.TestMessages.aMessage;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.persistor.core.archive.ReplayAttributes;
import dev.persistor.core.config.PersistorSettings;
import dev.persistor.core.config.Settings;
import dev.persistor.core.config.SettingsException;
import dev.persistor.core.fixtures.ForwardingDriver;
import dev.persistor.core.fixtures.LoggedLines;
import dev.persistor.core.fixtures.PassingDriver;
import dev.persistor.core.message.Attributes;
import dev.persistor.core.store.BlobDriver;
import dev.persistor.core.store.BlobStore;
import dev.persistor.core.store.BlobStoreException;
import dev.persistor.core.store.BusyStore;
import dev.persistor.core.store.memory.MemoryDriver;
import dev.persistor.core.write.RejectedEvent;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.ResourceLock;
import org.junit.jupiter.api.parallel.Resources;

/** A capture logs what it could not archive, and closes what it opened. */
@ResourceLock(Resources.SYSTEM_ERR)
class CaptureLogTest {

    private static final RejectedEvent EVENT = RejectedEvent.of(
            "orders", "?".getBytes(StandardCharsets.UTF_8), "text/plain", Attributes.empty(), "the id is missing");

    private static Capture over(BlobDriver driver, String... more) {
        Map<String, String> environment = new HashMap<>(Map.of("PERSISTOR_STORE", "mem:///"));
        for (int i = 0; i < more.length; i += 2) {
            environment.put(more[i], more[i + 1]);
        }
        return Capture.over(BlobStore.over(driver), Settings.read(environment, PersistorSettings.all()));
    }

    @Test
    void anEventThatIsRefusedIsLoggedWithTheSettingThatWouldStoreIt() {
        try (LoggedLines log = LoggedLines.listen();
                Capture capture = over(new MemoryDriver())) {
            capture.reject(EVENT);
            assertThat(log.text())
                    .contains("1 bytes: the id is missing. It is refused; set PERSISTOR_QUARANTINE=true to"
                            + " store such events");
        }
    }

    @Test
    void anEventInQuarantineIsLoggedWithItsBlob() {
        try (LoggedLines log = LoggedLines.listen();
                Capture capture = over(new MemoryDriver(), "PERSISTOR_QUARANTINE", "true")) {
            capture.reject(EVENT);
            String blob =
                    capture.store().list("").findFirst().orElseThrow().name().value();
            assertThat(log.text()).contains("the id is missing. It is in quarantine as " + blob);
        }
    }

    @Test
    void anEventThatArrivedAlteredIsLogged() {
        try (LoggedLines log = LoggedLines.listen();
                Capture capture = over(new MemoryDriver(), "PERSISTOR_QUARANTINE", "true")) {
            capture.refuse(EVENT);
            assertThat(log.text()).contains("Refused event number 1 of this process: the id is missing");
            assertThat(capture.store().list("")).isEmpty();
        }
    }

    @Test
    void aRetryIsLoggedAndSoIsItsEnd() {
        AtomicInteger attempts = new AtomicInteger();
        BlobDriver busyOnce = new PassingDriver(new MemoryDriver(), blob -> {
            if (attempts.getAndIncrement() == 0) {
                throw BlobStoreException.retryable("write: status 503");
            }
        });
        try (LoggedLines log = LoggedLines.listen();
                Capture capture = over(busyOnce)) {
            capture.persistor().persistAll(List.of(aMessage("1").build()));
            assertThat(log.text()).contains("Write failed (retry 1 of this process); trying again: write: status 503");
        }
    }

    @Test
    void aReplayedMessageWhoseOriginalCannotBeReadIsArchivedAndLogged() {
        try (LoggedLines log = LoggedLines.listen();
                Capture capture = over(new MemoryDriver(), "PERSISTOR_SKIP_REPLAYED", "true")) {
            Delivery delivery = Delivery.of(aMessage("2")
                    .attributes(Attributes.builder()
                            .add(ReplayAttributes.REPLAYED_FROM, "orders/gone.bin#0")
                            .build())
                    .build());
            capture.archive(delivery);
            assertThat(capture.counters().persisted()).isEqualTo(1);
            assertThat(log.text())
                    .contains("A replayed message of orders is archived again because its original cannot be read: ");
        }
    }

    @Test
    void closingACaptureClosesItsStore() {
        AtomicBoolean isClosed = new AtomicBoolean();
        over(closing(isClosed)).close();
        assertThat(isClosed).isTrue();
    }

    private static BlobDriver closing(AtomicBoolean isClosed) {
        return new ForwardingDriver(new MemoryDriver()) {
            @Override
            public void close() {
                isClosed.set(true);
            }
        };
    }

    @Test
    void aConfigurationWithProblemsLeavesNoStoreOpen() {
        String store = BusyStore.address(7_001);
        String fallback = BusyStore.address(7_002);
        Map<String, String> environment = Map.of(
                "PERSISTOR_STORE", store,
                "PERSISTOR_FALLBACK_STORE", fallback,
                "PERSISTOR_BATCH_MESSAGES", "2");
        assertThatThrownBy(() -> Capture.open(environment, List.of()))
                .isInstanceOf(SettingsException.class)
                .hasMessageContaining("PERSISTOR_BATCH_MESSAGES");
        assertThat(BusyStore.wasClosed(store)).isTrue();
        assertThat(BusyStore.wasClosed(fallback)).isTrue();
    }
}
