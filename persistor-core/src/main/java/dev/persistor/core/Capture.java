package dev.persistor.core;

import dev.persistor.core.config.PersistorSettings;
import dev.persistor.core.config.Setting;
import dev.persistor.core.config.Settings;
import dev.persistor.core.config.SettingsException;
import dev.persistor.core.format.QuarantineFormat;
import dev.persistor.core.naming.QuarantineNaming;
import dev.persistor.core.store.Blob;
import dev.persistor.core.store.BlobName;
import dev.persistor.core.store.BlobSink;
import dev.persistor.core.store.BlobStore;
import dev.persistor.core.store.BlobStores;
import dev.persistor.core.store.RetryingBlobSink;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Everything that an entry point needs to capture messages, wired from the environment once and shared by all
 * invocations: the store, a {@link Persistor} that retries, and the quarantine.
 *
 * <p>Thread-safe.
 */
public final class Capture implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(Capture.class);

    private final Settings settings;
    private final BlobStore store;
    private final BlobSink sink;
    private final Counters counters;
    private final Persistor persistor;

    private Capture(Settings settings, BlobStore store, Counters counters) {
        this.settings = settings;
        this.store = store;
        this.counters = counters;
        this.sink = new RetryingBlobSink(
                store, settings.get(PersistorSettings.RETRY_DEADLINE), ThreadLocalRandom::current, failure -> {
                    counters.countRetried();
                    LOG.warn(
                            "Attempt failed, {} in this process; trying again: {}",
                            counters.retried(),
                            failure.getMessage());
                });
        this.persistor = Persistor.builder(sink)
                .naming(settings.get(PersistorSettings.PATH))
                .counters(counters)
                .build();
    }

    /**
     * Reads the settings and opens the store.
     *
     * @param environment names and values, such as {@link System#getenv()}
     * @param adapterSettings the entry point's own settings; one with the name of a {@link PersistorSettings} replaces
     *     it, to give it another default
     * @throws SettingsException if the configuration has problems; it names them all
     * @throws dev.persistor.core.store.BlobStoreException if the store cannot be opened
     */
    public static Capture open(Map<String, String> environment, Collection<Setting<?>> adapterSettings) {
        Settings settings = Settings.read(environment, definitions(adapterSettings));
        BlobStore store = openStore(settings.get(PersistorSettings.STORE), environment);
        return over(store, settings);
    }

    /**
     * Captures into a store that is open already, with settings that were read; the store is closed with the capture.
     *
     * @param settings read from {@link PersistorSettings#all()} and more
     */
    public static Capture over(BlobStore store, Settings settings) {
        return new Capture(settings, store, new Counters());
    }

    private static List<Setting<?>> definitions(Collection<Setting<?>> adapterSettings) {
        List<Setting<?>> definitions = new ArrayList<>(PersistorSettings.all());
        definitions.addAll(adapterSettings);
        return definitions;
    }

    private static BlobStore openStore(URI address, Map<String, String> environment) {
        try {
            return BlobStores.open(address, environment);
        } catch (IllegalArgumentException e) {
            throw new SettingsException(List.of(PersistorSettings.STORE.name() + ": " + e.getMessage()));
        }
    }

    /** Returns the settings that were read. */
    public Settings settings() {
        return settings;
    }

    /** Returns what makes messages durable, with retries inside the deadline of the settings. */
    public Persistor persistor() {
        return persistor;
    }

    /** Returns the counters of this capture. */
    public Counters counters() {
        return counters;
    }

    /** Returns the store itself, without retries. */
    public BlobStore store() {
        return store;
    }

    /** Returns the source that messages are to be filed under, if the settings name one. */
    public Optional<String> source() {
        return settings.find(PersistorSettings.SOURCE);
    }

    /**
     * Makes all of a delivery durable: its messages, and with {@code PERSISTOR_QUARANTINE} the events that cannot be
     * understood, none of which keeps any other from being tried. When this returns, the delivery may be acknowledged.
     *
     * @throws PersistException if a message may not be durable; those that it does not name are
     * @throws RefusedEventException if events cannot be understood and are not stored; all messages are durable
     * @throws dev.persistor.core.store.BlobStoreException if an event was to be stored and may not be durable
     */
    public void archive(Delivery delivery) {
        new DeliveryAttempt(this, delivery).once();
    }

    /**
     * Makes all of a delivery durable, as {@link #archive(Delivery)} does, and goes on trying, for brokers that do not
     * deliver again. Each attempt has only what is not durable yet. Permanent failures are tried again too: in the
     * meantime somebody may grant the permission that is missing.
     *
     * @param budget how long to go on trying; an attempt under way is not cut off
     */
    public void archive(Delivery delivery, Duration budget) {
        new DeliveryAttempt(this, delivery).until(budget);
    }

    /**
     * Deals with an event that cannot be understood: logs and counts it and, with {@code PERSISTOR_QUARANTINE}, stores
     * it as it came.
     *
     * @return true when the event is durable in quarantine and may be acknowledged; false when the caller must refuse it
     * @throws dev.persistor.core.store.BlobStoreException if it was to be stored and may not be durable; it must be
     *     refused
     */
    public boolean reject(RejectedEvent event) {
        counters.countRejected();
        if (!settings.get(PersistorSettings.QUARANTINE)) {
            LOG.error(
                    "Event {} in this process that cannot be understood, from {}, {} bytes: {}. It is refused;"
                            + " PERSISTOR_QUARANTINE=true would store it",
                    counters.rejected(),
                    event.source(),
                    event.content().remaining(),
                    event.reason());
            return false;
        }
        BlobName name = quarantine(event);
        counters.countQuarantined();
        LOG.error(
                "Event {} in this process that cannot be understood, from {}, {} bytes: {}. It is stored as {}",
                counters.rejected(),
                event.source(),
                event.content().remaining(),
                event.reason(),
                name);
        return true;
    }

    private BlobName quarantine(RejectedEvent event) {
        BlobName name = QuarantineNaming.nameOf(event.source(), event.content(), event.headers());
        List<Blob> blobs = QuarantineFormat.encode(
                name,
                event.content(),
                event.source(),
                event.contentType(),
                event.headers(),
                event.reason(),
                sink.limits());
        blobs.forEach(sink::put);
        return name;
    }

    /** Waits for messages under way and closes the store. */
    @Override
    public void close() {
        persistor.close();
        store.close();
    }
}
