package dev.persistor.core.capture;

import static dev.persistor.core.fixtures.Latches.awaitOrFail;
import static dev.persistor.core.fixtures.TestMessages.message;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.persistor.core.config.PersistorSettings;
import dev.persistor.core.config.Problem;
import dev.persistor.core.config.Settings;
import dev.persistor.core.config.SettingsException;
import dev.persistor.core.fixtures.ForwardingDriver;
import dev.persistor.core.fixtures.PassingDriver;
import dev.persistor.core.message.Attributes;
import dev.persistor.core.message.BrokerProperties;
import dev.persistor.core.message.Message;
import dev.persistor.core.message.Position;
import dev.persistor.core.store.Blob;
import dev.persistor.core.store.BlobDriver;
import dev.persistor.core.store.BlobInfo;
import dev.persistor.core.store.BlobName;
import dev.persistor.core.store.BlobStore;
import dev.persistor.core.store.BlobStoreException;
import dev.persistor.core.store.BusyStore;
import dev.persistor.core.store.OpenBlob;
import dev.persistor.core.store.memory.MemoryDriver;
import dev.persistor.core.write.PersistException;
import dev.persistor.core.write.PersistorListener;
import dev.persistor.core.write.Receipt;
import dev.persistor.core.write.RejectedEvent;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
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
                "message.data is not Base64");
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
            assertThat(info.metadata().get("persistor-reason")).contains("message.data is not Base64");
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
                    .hasMessageContaining("2 event(s) refused: message.data is not Base64");
            assertThat(names(capture)).hasSize(2);
            assertThat(capture.counters().rejected()).isEqualTo(2);
        }
    }

    /** The sink fails as often as it is told to, as the permission to write that somebody is about to grant does. */
    private static Capture failing(int writes) {
        AtomicInteger left = new AtomicInteger(writes);
        BlobDriver failing = new PassingDriver(new MemoryDriver(), blob -> {
            if (left.getAndDecrement() > 0) {
                throw BlobStoreException.permanent("write: forbidden");
            }
        });
        Settings settings = Settings.read(
                Map.of("PERSISTOR_STORE", "mem:///", "PERSISTOR_QUARANTINE", "true"), PersistorSettings.all());
        return Capture.over(BlobStore.over(failing), settings);
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

    @Test
    void whatOnlyTheWorldShowsIsReportedTogetherWithAllElse() {
        assertThatThrownBy(() -> Capture.open(
                        Map.of(
                                "PERSISTOR_STORE", "gopher://x",
                                "PERSISTOR_FALLBACK_STORE", "gopher://x",
                                "PERSISTOR_FORMAT", "raw",
                                "PERSISTOR_BATCH_MESSAGES", "500",
                                "PERSISTOR_BATCH_BYTES", "32MiB",
                                "PERSISTOR_RETRY_DEADLINE", "soon"),
                        List.of()))
                .asInstanceOf(InstanceOfAssertFactories.type(SettingsException.class))
                .extracting(SettingsException::problems, InstanceOfAssertFactories.list(Problem.class))
                .extracting(Problem::toString)
                .satisfiesExactly(
                        problem ->
                                assertThat(problem).startsWith("PERSISTOR_RETRY_DEADLINE is \"soon\": not a duration"),
                        problem -> assertThat(problem)
                                .startsWith("PERSISTOR_STORE: no module")
                                .contains("gopher://x"),
                        problem -> assertThat(problem)
                                .startsWith("PERSISTOR_FALLBACK_STORE: no module")
                                .contains("gopher://x"),
                        problem -> assertThat(problem)
                                .isEqualTo("PERSISTOR_FALLBACK_STORE is \"gopher://x\", the same as PERSISTOR_STORE; it"
                                        + " must be a different store"),
                        problem -> assertThat(problem)
                                .isEqualTo("PERSISTOR_BATCH_MESSAGES is \"500\", and PERSISTOR_FORMAT is \"raw\", which"
                                        + " holds one message in a blob; use jsonl or avro, or turn batches off"),
                        problem -> assertThat(problem)
                                .startsWith("PERSISTOR_BATCH_MEMORY is 16777216 bytes, and PERSISTOR_BATCH_BYTES is"));
    }

    @Test
    void aFormatThatIsNotThereIsAProblemThatNamesThoseThatAre() {
        assertThatThrownBy(() -> open("PERSISTOR_FORMAT", "parquet"))
                .isInstanceOf(SettingsException.class)
                .hasMessageContaining("PERSISTOR_FORMAT is \"parquet\"")
                .hasMessageContainingAll("available: raw", "jsonl");
        assertThatThrownBy(() -> open("PERSISTOR_COMPRESSION", "gzip"))
                .isInstanceOf(SettingsException.class)
                .hasMessageContaining("PERSISTOR_FORMAT is \"raw\" and PERSISTOR_COMPRESSION is \"gzip\"");
    }

    @Test
    void whatTheStoreDoesNotTakeGoesToTheFallbackStoreAndIsCounted() throws IOException {
        Path fallback = folder.resolve("fallback");
        Path archive = folder.resolve("archive");
        try (Capture capture =
                open("PERSISTOR_FALLBACK_STORE", fallback.toUri().toString(), "PERSISTOR_RETRY_DEADLINE", "50ms")) {
            // Where the folder of the source is to be, there is a file.
            Files.writeString(archive.resolve("orders"), "in the way");
            capture.archive(Delivery.of(message("1")));
            assertThat(capture.fallbackStore().orElseThrow().list(""))
                    .singleElement()
                    .satisfies(info -> assertThat(info.name().value()).endsWith("/1.bin"));
            assertThat(capture.counters().fellBack()).isEqualTo(1);
            assertThat(capture.counters().persisted()).isEqualTo(1);
        }
    }

    @Test
    @Timeout(60)
    void aFallbackStoreThatIsBusyForAMomentIsTriedAgain() throws IOException {
        try (Capture capture =
                open("PERSISTOR_FALLBACK_STORE", BusyStore.address(2), "PERSISTOR_RETRY_DEADLINE", "40s")) {
            Files.writeString(folder.resolve("archive").resolve("orders"), "in the way");
            capture.archive(Delivery.of(message("1")));
            assertThat(capture.fallbackStore().orElseThrow().list("")).hasSize(1);
            assertThat(capture.counters().persisted()).isEqualTo(1);
            assertThat(capture.counters().retried()).isEqualTo(2);
        }
    }

    @Test
    void observersAreToldAndCannotDisturb() {
        List<String> told = new ArrayList<>();
        PersistorListener listener = new PersistorListener() {
            @Override
            public void persisted(Message message, Receipt receipt) {
                told.add("persisted " + message.id());
                throw new IllegalStateException("an observer's own trouble");
            }

            @Override
            public void rejected(RejectedEvent event) {
                told.add("rejected " + event.reason());
            }

            @Override
            public void quarantined(RejectedEvent event, BlobName blob) {
                told.add("quarantined in " + blob.folder());
            }
        };
        Map<String, String> environment = Map.of("PERSISTOR_STORE", "mem:///", "PERSISTOR_QUARANTINE", "true");
        try (Capture capture = Capture.open(environment, List.of(), List.of(listener))) {
            capture.archive(new Delivery(List.of(message("1")), List.of(event("?", "x"))));
            assertThat(told)
                    .containsExactly(
                            "persisted 1",
                            "rejected message.data is not Base64",
                            "quarantined in _quarantine/my%2Fsource");
            assertThat(capture.counters().persisted()).isEqualTo(1);
        }
    }

    private static Delivery withOneUnbearable() {
        Message unbearable = message("2").toBuilder()
                .payload("unbearable".getBytes(java.nio.charset.StandardCharsets.UTF_8))
                .orderingKey("key")
                .attributes(Attributes.builder().add("a", "1").build())
                .build();
        return new Delivery(List.of(message("1"), unbearable, message("3")), List.of());
    }

    @Test
    void aMessageThatNoFormatCanHoldGoesToQuarantineAndItsNeighboursAreArchived() {
        try (Capture capture = open(
                "PERSISTOR_FORMAT", "picky",
                "PERSISTOR_BATCH_MESSAGES", "3",
                "PERSISTOR_BATCH_LINGER", "1h",
                "PERSISTOR_QUARANTINE", "true")) {
            capture.archive(withOneUnbearable());
            assertThat(names(capture)).hasSize(2).anyMatch(name -> name.startsWith("orders/"));
            BlobInfo quarantined =
                    capture.store().list("_quarantine/orders/").findFirst().orElseThrow();
            assertThat(quarantined.metadata().get("persistor-reason"))
                    .hasValueSatisfying(
                            reason -> assertThat(reason).contains("picky").contains("unbearable"));
            assertThat(quarantined.metadata().get("persistor-attributes"))
                    .contains("[[\"persistor-id\",\"2\"],[\"persistor-publish-time\",\"1970-01-01T00:00:00Z\"],"
                            + "[\"persistor-ordering-key\",\"key\"],[\"a\",\"1\"]]");
            assertThat(capture.counters().persisted()).isEqualTo(2);
            assertThat(capture.counters().quarantined()).isEqualTo(1);
        }
    }

    @Test
    void whereReplayedMessagesAreSkippedAllOthersAreStillPersisted() {
        try (Capture capture = open("PERSISTOR_SKIP_REPLAYED", "true")) {
            assertThat(capture.begin(message("1"), Runnable::run).join()).isEqualTo(Archived.PERSISTED);
            capture.archive(Delivery.of(message("2")));
            assertThat(names(capture)).hasSize(2);
            assertThat(capture.counters().skippedReplayed()).isZero();
        }
    }

    @Test
    void anEventThatDidNotArriveAsItWasSentIsNeverStored() {
        try (Capture capture = open("PERSISTOR_QUARANTINE", "true")) {
            assertThat(capture.refuse(event("?", "x")))
                    .hasMessage("1 event(s) refused: message.data is not Base64")
                    .extracting(RefusedEventException::reason)
                    .isEqualTo("message.data is not Base64");
            assertThat(capture.counters().rejected()).isEqualTo(1);
            assertThat(names(capture)).isEmpty();
        }
    }

    @Test
    void aDeliveryOfOneEventThatCannotBeUnderstoodIsQuarantined() {
        try (Capture capture = open("PERSISTOR_QUARANTINE", "true")) {
            capture.archive(Delivery.of(event("?", "x")));
            assertThat(capture.counters().quarantined()).isEqualTo(1);
            assertThat(names(capture)).hasSize(1);
        }
    }

    /** A store that remembers that it was closed. */
    private static final class Closing extends ForwardingDriver {
        private final AtomicInteger closed = new AtomicInteger();

        Closing() {
            super(new MemoryDriver());
        }

        @Override
        public void close() {
            closed.incrementAndGet();
            throw BlobStoreException.permanent("close: no");
        }
    }

    @Test
    void bothStoresAreClosedAlsoWhereTheFirstCannotBe() {
        Closing first = new Closing();
        Closing second = new Closing();
        assertThatThrownBy(new Stores(BlobStore.over(first), Optional.of(BlobStore.over(second)))::close)
                .hasMessage("close: no");
        assertThat(first.closed).hasValue(1);
        assertThat(second.closed).hasValue(1);
    }

    @Test
    void aCaptureClosesItsStoreAndTellsWhatItWasGiven() {
        Closing store = new Closing();
        Settings settings = Settings.read(Map.of("PERSISTOR_STORE", "mem:///"), PersistorSettings.all());
        Capture capture = Capture.over(BlobStore.over(store), settings);
        assertThat(capture.settings()).isSameAs(settings);
        assertThatThrownBy(capture::close).hasMessage("close: no");
        assertThat(store.closed).hasValue(1);
    }

    @Test
    void aBatchMayFillTheMemoryAndNotExceedIt() {
        String[] format = {"PERSISTOR_FORMAT", "jsonl", "PERSISTOR_BATCH_MEMORY", "1MiB", "PERSISTOR_BATCH_BYTES"};
        List<String> settings = new ArrayList<>(List.of(format));
        settings.add("1MiB");
        open(settings.toArray(String[]::new)).close();
        settings.set(settings.size() - 1, "1025KiB");
        assertThatThrownBy(() -> open(settings.toArray(String[]::new))).hasMessageContaining("PERSISTOR_BATCH_MEMORY");
    }

    @Test
    void aMessageInQuarantineKeepsItsPositionAndItsBrokerProperties() {
        Message unbearable = message("2").toBuilder()
                .payload("unbearable".getBytes(java.nio.charset.StandardCharsets.UTF_8))
                .position(new Position("log-1", "3", 42))
                .brokerProperties(Attributes.builder()
                        .add(BrokerProperties.CONTENT_TYPE, "text/plain")
                        .build())
                .build();
        Message withoutLog =
                unbearable.toBuilder().position(new Position("3", 42)).build();
        try (Capture capture = open("PERSISTOR_FORMAT", "picky", "PERSISTOR_QUARANTINE", "true")) {
            capture.archive(new Delivery(List.of(unbearable, withoutLog), List.of()));
            String position = "[\"persistor-partition\",\"3\"],[\"persistor-offset\",\"42\",\"long\"],"
                    + "[\"persistor-broker-property-" + BrokerProperties.CONTENT_TYPE + "\",\"text/plain\"]]";
            String start = "[[\"persistor-id\",\"2\"],[\"persistor-publish-time\",\"1970-01-01T00:00:00Z\"],";
            assertThat(capture.store()
                            .list("_quarantine/")
                            .map(info ->
                                    info.metadata().get("persistor-attributes").orElseThrow()))
                    .containsExactlyInAnyOrder(start + "[\"persistor-log\",\"log-1\"]," + position, start + position);
        }
    }

    @Test
    void withoutQuarantineAMessageThatNoFormatCanHoldIsRefusedAfterItsNeighboursAreDurable() {
        try (Capture capture = open("PERSISTOR_FORMAT", "picky", "PERSISTOR_BATCH_MESSAGES", "3")) {
            assertThatThrownBy(() -> capture.archive(withOneUnbearable()))
                    .isInstanceOf(RefusedEventException.class)
                    .hasMessageContaining("cannot hold message 2 of orders");
            assertThat(names(capture)).hasSize(1);
            assertThat(capture.counters().persisted()).isEqualTo(2);
        }
    }

    private static List<String> names(Capture capture) {
        return capture.store().list("").map(info -> info.name().value()).toList();
    }

    private static boolean isQuarantined(Blob blob) {
        return blob.name().value().startsWith("_quarantine/");
    }

    @Test
    void anEventIsTriedAgainUntilItsQuarantineIsDurable() {
        AtomicInteger left = new AtomicInteger(2);
        Settings settings = Settings.read(
                Map.of("PERSISTOR_STORE", "mem:///", "PERSISTOR_QUARANTINE", "true"), PersistorSettings.all());
        PassingDriver failing = new PassingDriver(new MemoryDriver(), blob -> {
            if (isQuarantined(blob) && left.getAndDecrement() > 0) {
                throw BlobStoreException.permanent("write: forbidden");
            }
        });
        try (Capture capture = Capture.over(BlobStore.over(failing), settings)) {
            capture.archive(delivery(), Duration.ofMinutes(1));
            assertThat(names(capture)).hasSize(4);
            assertThat(capture.counters().quarantined()).isEqualTo(2);
            assertThat(capture.counters().rejected()).as("counted once each").isEqualTo(2);
        }
    }

    @Test
    void anEventWhoseQuarantineIsNotDurableIsNeverAcknowledged() {
        Settings settings = Settings.read(
                Map.of("PERSISTOR_STORE", "mem:///", "PERSISTOR_QUARANTINE", "true"), PersistorSettings.all());
        PassingDriver failing = new PassingDriver(new MemoryDriver(), blob -> {
            if (isQuarantined(blob)) {
                throw BlobStoreException.permanent("write: forbidden");
            }
        });
        try (Capture capture = Capture.over(BlobStore.over(failing), settings)) {
            assertThatThrownBy(() -> capture.archive(delivery())).isInstanceOf(BlobStoreException.class);
            assertThatThrownBy(() -> capture.archive(delivery(), Duration.ofMillis(1)))
                    .isInstanceOf(BlobStoreException.class);
            assertThat(names(capture)).hasSize(2).noneMatch(name -> name.startsWith("_quarantine/"));
        }
    }

    @Test
    void withoutQuarantineAMessageThatWasBegunAndNoFormatCanHoldIsRefused() {
        try (Capture capture = open("PERSISTOR_FORMAT", "picky")) {
            CompletableFuture<Archived> begun =
                    capture.begin(withOneUnbearable().messages().get(1), Runnable::run);
            assertThatThrownBy(begun::join).hasCauseInstanceOf(RefusedEventException.class);
            assertThat(capture.counters().quarantined()).isZero();
            assertThat(names(capture)).isEmpty();
        }
    }

    @Test
    @Timeout(60)
    void closingWaitsForWhatIsUnderWayAndTakesNothingMore() throws InterruptedException {
        CountDownLatch reached = new CountDownLatch(1);
        CountDownLatch mayWrite = new CountDownLatch(1);
        Settings settings = Settings.read(Map.of("PERSISTOR_STORE", "mem:///"), PersistorSettings.all());
        Capture capture = Capture.over(
                BlobStore.over(new PassingDriver(new MemoryDriver(), blob -> {
                    reached.countDown();
                    awaitOrFail(mayWrite);
                })),
                settings);
        CompletableFuture<Receipt> underWay = capture.persistor().persist(message("1"));
        reached.await();
        CompletableFuture<Void> closed = CompletableFuture.runAsync(capture::close);
        org.awaitility.Awaitility.await().until(() -> {
            try {
                return capture.persistor().persist(message("2")) == null;
            } catch (IllegalStateException e) {
                return true;
            }
        });
        assertThat(closed).isNotDone();
        mayWrite.countDown();
        closed.join();
        assertThat(underWay).isCompleted();
    }
}
