package dev.persistor.core.capture;

import static org.assertj.core.api.Assertions.assertThat;

import dev.persistor.core.config.PersistorSettings;
import dev.persistor.core.config.Settings;
import dev.persistor.core.format.Compression;
import dev.persistor.core.format.MessageFormats;
import dev.persistor.core.log.OutageLog;
import dev.persistor.core.retry.RetryBudget;
import dev.persistor.core.store.Blob;
import dev.persistor.core.store.BlobInfo;
import dev.persistor.core.store.BlobLimits;
import dev.persistor.core.store.BlobName;
import dev.persistor.core.store.BlobStore;
import dev.persistor.core.store.BlobStoreException;
import dev.persistor.core.store.OpenBlob;
import dev.persistor.core.store.PutResult;
import dev.persistor.core.store.memory.MemoryDriver;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

/** The steps of a delivery together end before the broker delivers it again. */
class CaptureWiringTest {

    private static final Duration DEADLINE = Duration.ofSeconds(12);

    /** Keeps the budget that it was last given. */
    private static final class AskedStore implements BlobStore {
        private final BlobStore store = BlobStore.over(new MemoryDriver());
        private Optional<Duration> budget = Optional.empty();

        @Override
        public BlobStore withRetries(RetryBudget given, Consumer<BlobStoreException> onRetry) {
            budget = given.timeLimit();
            return store.withRetries(given, onRetry);
        }

        @Override
        public PutResult put(Blob blob) {
            return store.put(blob);
        }

        @Override
        public BlobLimits limits() {
            return store.limits();
        }

        @Override
        public Stream<BlobInfo> list(String prefix, String startAfter) {
            return store.list(prefix, startAfter);
        }

        @Override
        public Optional<BlobInfo> find(BlobName name) {
            return store.find(name);
        }

        @Override
        public OpenBlob open(BlobName name) {
            return store.open(name);
        }

        @Override
        public void close() {
            store.close();
        }
    }

    private final AskedStore store = new AskedStore();
    private final AskedStore fallback = new AskedStore();

    private void wire(boolean withFallback, boolean skipsReplayed) {
        Map<String, String> environment = new HashMap<>(Map.of(
                "PERSISTOR_STORE",
                "mem:///",
                "PERSISTOR_RETRY_DEADLINE",
                "12s",
                "PERSISTOR_SKIP_REPLAYED",
                Boolean.toString(skipsReplayed)));
        Settings settings = Settings.read(environment, PersistorSettings.all());
        Stores stores = new Stores(store, withFallback ? Optional.of(fallback) : Optional.empty());
        try (OutageLog outages = new OutageLog(LoggerFactory.getLogger(CaptureWiringTest.class))) {
            new CaptureWiring(settings, stores, MessageFormats.named("raw", Compression.NONE), List.of(), outages)
                    .persistor()
                    .close();
        }
    }

    @Test
    void aSingleStepHasTheWholeDeadline() {
        wire(false, false);
        assertThat(store.budget).contains(DEADLINE);
    }

    @Test
    void aFallbackHasTheOtherHalf() {
        wire(true, false);
        assertThat(store.budget).contains(DEADLINE.dividedBy(2));
        assertThat(fallback.budget).contains(DEADLINE.dividedBy(2));
    }

    @Test
    void lookingForAnOriginalTakesAShareToo() {
        wire(false, true);
        assertThat(store.budget).contains(DEADLINE.dividedBy(2));
        wire(true, true);
        assertThat(store.budget).contains(DEADLINE.dividedBy(3));
        assertThat(fallback.budget).contains(DEADLINE.dividedBy(3));
    }
}
