package dev.persistor.core.capture;

import dev.persistor.core.batch.Batching;
import dev.persistor.core.config.PersistorSettings;
import dev.persistor.core.config.Settings;
import dev.persistor.core.format.MessageFormat;
import dev.persistor.core.log.OutageLog;
import dev.persistor.core.retry.RetryBudget;
import dev.persistor.core.store.BlobName;
import dev.persistor.core.store.BlobSink;
import dev.persistor.core.store.BlobStore;
import dev.persistor.core.store.BlobStoreException;
import dev.persistor.core.store.FallbackBlobSink;
import dev.persistor.core.write.Counters;
import dev.persistor.core.write.Persistor;
import dev.persistor.core.write.PersistorListener;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.slf4j.event.Level;

/**
 * Builds the parts of a capture as its settings say: stores that retry, the fallback store and the Persistor.
 *
 * <p>Not thread-safe.
 */
final class CaptureWiring {

    /** How long a failing store is skipped if there is a fallback. */
    private static final Duration PAUSE = Duration.ofSeconds(30);

    private final Settings settings;
    private final Stores stores;
    private final OutageLog outages;
    private final Counters counters = new Counters();
    private final PersistorListener listener;
    private final BlobStore store;
    private final TemplateNote note;
    private final BlobSink sink;
    private final Persistor persistor;

    CaptureWiring(
            Settings settings,
            Stores stores,
            MessageFormat format,
            List<PersistorListener> listeners,
            OutageLog outages) {
        this.settings = settings;
        this.stores = stores;
        this.outages = outages;
        List<PersistorListener> all = new ArrayList<>(listeners);
        all.add(0, counters);
        this.listener = PersistorListener.all(all);
        this.store = retrying(stores.store());
        this.note = new TemplateNote(stores.store(), settings.get(PersistorSettings.PATH), TemplateNote.DELAY);
        this.sink = withFallback();
        Persistor.Builder builder = Persistor.builder(sink)
                .naming(settings.get(PersistorSettings.PATH))
                .format(format)
                .batching(batching())
                .counters(counters);
        listeners.forEach(builder::listener);
        this.persistor = builder.build();
    }

    private Batching batching() {
        return new Batching(
                settings.get(PersistorSettings.BATCH_MESSAGES),
                settings.get(PersistorSettings.BATCH_BYTES),
                settings.get(PersistorSettings.BATCH_LINGER),
                settings.get(PersistorSettings.BATCH_MEMORY));
    }

    /** The steps of a delivery share the deadline: looking for an original, writing, and writing to the fallback. */
    private Duration budget() {
        int steps = 1
                + (settings.get(PersistorSettings.SKIP_REPLAYED) ? 1 : 0)
                + (stores.fallback().isPresent() ? 1 : 0);
        return settings.get(PersistorSettings.RETRY_DEADLINE).dividedBy(steps);
    }

    private BlobStore retrying(BlobStore plain) {
        String writing = writingTo(plain);
        return plain.withRetries(RetryBudget.of(budget()), failure -> {
            listener.retried(failure);
            outages.failed(
                    Level.WARN,
                    writing,
                    OutageLog.kindOf(failure),
                    () -> "Write failed (retry " + counters.retried() + " of this process); trying again: "
                            + failure.getMessage());
        });
    }

    private BlobSink withFallback() {
        BlobSink first = watched(store, stores.store());
        return stores.fallback()
                .<BlobSink>map(second ->
                        new FallbackBlobSink(first, watched(retrying(second), second), PAUSE, this::reportFallBack))
                .orElse(first);
    }

    /** Reports when a store takes a blob again. */
    private BlobSink watched(BlobStore retrying, BlobStore plain) {
        String writing = writingTo(plain);
        return new WatchedSink(retrying, () -> {
            outages.succeeded(writing);
            note.blobWritten();
        });
    }

    private static String writingTo(BlobStore store) {
        return "Writing to " + store;
    }

    private void reportFallBack(BlobName blob, BlobStoreException failure) {
        listener.fellBack(blob, failure);
        String fallback = stores.fallback().map(BlobStore::toString).orElse("none");
        outages.failed(
                Level.ERROR,
                writingTo(stores.store()),
                "fallback",
                () -> "Fallback write " + counters.fellBack() + " of this process: " + blob + " goes to " + fallback
                        + ": " + failure.getMessage());
    }

    /** Returns what is told of every event. */
    PersistorListener listener() {
        return listener;
    }

    /** Returns the first store, whose calls are retried. */
    BlobStore store() {
        return store;
    }

    /** Returns where blobs are written: to the first store, or to the fallback. */
    BlobSink sink() {
        return sink;
    }

    Persistor persistor() {
        return persistor;
    }

    /** Returns what notes the template; closed before the stores. */
    TemplateNote note() {
        return note;
    }

    /** Returns what finds the originals of replayed messages, if the settings want it. */
    Optional<ReplayedMessages> originals() {
        return settings.get(PersistorSettings.SKIP_REPLAYED)
                ? Optional.of(new ReplayedMessages(store, outages))
                : Optional.empty();
    }
}
