package dev.persistor.core.capture;

import dev.persistor.core.config.PersistorSettings;
import dev.persistor.core.config.Setting;
import dev.persistor.core.config.Settings;
import dev.persistor.core.config.SettingsException;
import dev.persistor.core.format.MessageFormat;
import dev.persistor.core.format.MessageFormats;
import dev.persistor.core.format.UnencodableMessageException;
import dev.persistor.core.log.OutageLog;
import dev.persistor.core.message.Message;
import dev.persistor.core.store.BlobName;
import dev.persistor.core.store.BlobStore;
import dev.persistor.core.store.BlobStoreException;
import dev.persistor.core.write.Counters;
import dev.persistor.core.write.LogWriter;
import dev.persistor.core.write.PersistException;
import dev.persistor.core.write.Persistor;
import dev.persistor.core.write.PersistorListener;
import dev.persistor.core.write.Receipt;
import dev.persistor.core.write.RejectedEvent;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Executor;
import org.slf4j.LoggerFactory;

/**
 * Everything that an entry point needs to capture messages, wired from the environment once and shared by all
 * invocations: the store, a {@link Persistor} that retries, and the quarantine.
 *
 * <p>Thread-safe.
 */
public final class Capture implements AutoCloseable {

    private final Settings settings;
    private final Stores stores;
    private final OutageLog outages = new OutageLog(LoggerFactory.getLogger(Capture.class));
    private final PersistorListener listener;
    private final BlobStore store;
    private final Persistor persistor;
    private final TemplateNote note;
    private final Quarantine quarantine;
    private final Optional<ReplayedMessages> replayed;

    private Capture(Settings settings, Stores stores, MessageFormat format, List<PersistorListener> listeners) {
        this.settings = settings;
        this.stores = stores;
        CaptureWiring wiring = new CaptureWiring(settings, stores, format, listeners, outages);
        this.listener = wiring.listener();
        this.store = wiring.store();
        this.persistor = wiring.persistor();
        this.note = wiring.note();
        this.quarantine = new Quarantine(
                settings.get(PersistorSettings.QUARANTINE), wiring.sink(), listener, persistor.counters());
        this.replayed = wiring.originals();
    }

    /**
     * Reads the settings and opens the store.
     *
     * @param environment names and values, such as {@link System#getenv()}
     * @param adapterSettings the entry point's own settings; one with the name of a {@link PersistorSettings} replaces
     *     it, to give it another default
     * @throws SettingsException if the configuration has problems; it names them all
     * @throws BlobStoreException if the store cannot be opened
     */
    public static Capture open(Map<String, String> environment, Collection<Setting<?>> adapterSettings) {
        return open(environment, adapterSettings, List.of());
    }

    /**
     * Reads the settings and opens the store, as {@link #open(Map, Collection)} does, for observers to be told what becomes
     * of messages.
     */
    public static Capture open(
            Map<String, String> environment,
            Collection<Setting<?>> adapterSettings,
            List<PersistorListener> listeners) {
        List<Setting<?>> definitions = new ArrayList<>(PersistorSettings.all());
        definitions.addAll(adapterSettings);
        CaptureCheck check = new CaptureCheck(environment);
        try {
            Settings settings = Settings.read(environment, definitions, check);
            return new Capture(settings, check.stores(), check.format(), listeners);
        } catch (RuntimeException e) {
            check.closeStores();
            throw e;
        }
    }

    /**
     * Captures into a store that is open already, with settings that were read; the store is closed with the capture. A
     * fallback store of the settings is not opened.
     *
     * @param settings read from {@link PersistorSettings#all()} and more
     * @throws IllegalArgumentException if the format of the settings is not there
     */
    public static Capture over(BlobStore store, Settings settings) {
        MessageFormat format = MessageFormats.named(
                settings.get(PersistorSettings.FORMAT), settings.get(PersistorSettings.COMPRESSION));
        return new Capture(settings, new Stores(store, Optional.empty()), format, List.of());
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
        return persistor.counters();
    }

    /** Returns the store, whose calls are retried within the deadline of the settings. */
    public BlobStore store() {
        return store;
    }

    /** Returns the fallback store, if the settings name one. */
    public Optional<BlobStore> fallbackStore() {
        return stores.fallback();
    }

    /** Returns where failures are logged that repeat while something is away. */
    OutageLog outages() {
        return outages;
    }

    /** Returns the source that messages are to be filed under, if the settings name one. */
    public Optional<String> source() {
        return settings.find(PersistorSettings.SOURCE);
    }

    /**
     * Makes all of a delivery durable: its messages, which with batching share blobs with those of other deliveries, and with {@code PERSISTOR_QUARANTINE} the events that cannot be
     * understood, none of which keeps any other from being tried. When this returns, the delivery may be acknowledged.
     * With {@code PERSISTOR_SKIP_REPLAYED}, a replayed message whose original is there is durable already.
     *
     * @throws PersistException if a message may not be durable; those that it does not name are
     * @throws RefusedEventException if events cannot be understood and are not stored; all messages are durable
     * @throws BlobStoreException if an event was to be stored and may not be durable
     */
    public void archive(Delivery delivery) {
        new DeliveryAttempt(this, delivery).once();
    }

    /**
     * Makes all of a delivery durable, as {@link #archive(Delivery)} does, and goes on trying, for brokers that do not
     * deliver again. With batching, its messages share blobs with one another only, because the messages of such
     * brokers deliver is a batch already. Each attempt has only what is not durable yet. Permanent failures are tried again too: in the
     * meantime a missing permission may be granted.
     *
     * @param budget how long to go on trying; an attempt under way is not cut off
     */
    public void archive(Delivery delivery, Duration budget) {
        new DeliveryAttempt(this, delivery).until(budget);
    }

    /**
     * Begins to make one message durable, for callers that hold many at a time and hear of each for itself; else it does what
     * {@link #archive(Delivery)} does. Callers who bring more than may be under way wait, as with {@link Persistor#persist}.
     *
     * @param lookups runs the reads that {@code PERSISTOR_SKIP_REPLAYED} takes
     * @return completes when the message is durable; with a {@link PersistException} when it may not be, with a
     *     {@link RefusedEventException} when no format can hold it and quarantine is off, with a {@link BlobStoreException} when
     *     it was to be quarantined and may not be durable
     */
    public CompletableFuture<Archived> begin(Message message, Executor lookups) {
        if (replayed.isEmpty()) {
            return persist(message);
        }
        return CompletableFuture.supplyAsync(() -> isThere(message), lookups)
                .thenCompose(isThere ->
                        isThere ? CompletableFuture.completedFuture(Archived.ALREADY_THERE) : persist(message));
    }

    private CompletableFuture<Archived> persist(Message message) {
        return withRejection(message, persistor.persist(message));
    }

    /** Returns how a message becomes durable: if no format can hold it, it is rejected as an event. */
    CompletableFuture<Archived> withRejection(Message message, CompletableFuture<Receipt> persisted) {
        return persisted.handle(
                (receipt, failure) -> failure == null ? Archived.as(receipt) : afterFailure(message, failure));
    }

    private Archived afterFailure(Message message, Throwable failure) {
        if (failure instanceof PersistException e
                && e.failures().get(0).cause() instanceof UnencodableMessageException cause) {
            RejectedEvent event = RejectedEvent.of(message, String.valueOf(cause.getMessage()));
            if (reject(event)) {
                return Archived.QUARANTINED;
            }
            throw RefusedEventException.of(event);
        }
        throw failure instanceof CompletionException e ? e : new CompletionException(failure);
    }

    /**
     * Returns a writer of logs: brokers whose partitions number their messages. It writes into the same store with the same
     * settings.
     *
     * @param retryFor how long a batch is retried after the retries of the settings are over; zero for not at all
     */
    public PartitionWriter partitions(Duration retryFor) {
        return new PartitionWriter(this, listener, retryFor);
    }

    /** Returns what writes batches of logs, if the settings want batches. */
    Optional<LogWriter> logWriter(Duration retryFor, Executor threads) {
        return persistor.logs(store, this::originalOf, retryFor, threads);
    }

    /**
     * Deals with an event that cannot be understood: logs and counts it and, with {@code PERSISTOR_QUARANTINE}, stores
     * it as it came.
     *
     * @return true when the event is durable in quarantine and may be acknowledged; false when the caller must refuse it
     * @throws BlobStoreException if it was to be stored and may not be durable; it must be
     *     refused
     */
    public boolean reject(RejectedEvent event) {
        return quarantine.take(event);
    }

    /**
     * Refuses an event that did not arrive as it was sent: counts and logs it. It is never stored, because its content is
     * not the sender's.
     *
     * @return the exception for the caller to throw
     */
    public RefusedEventException refuse(RejectedEvent event) {
        return quarantine.refuse(event);
    }

    /** Leaves out replayed messages whose originals are there, if the settings want it. */
    List<Message> toArchive(List<Message> messages) {
        return replayed.isEmpty()
                ? messages
                : messages.stream().filter(message -> !isThere(message)).toList();
    }

    private boolean isThere(Message message) {
        return originalOf(message).isPresent();
    }

    /** Returns where the original of a replayed message is, if the settings want to know. */
    Optional<BlobName> originalOf(Message message) {
        Optional<BlobName> original = replayed.flatMap(known -> known.originalOf(message));
        original.ifPresent(blob -> listener.skippedReplayed(message, blob));
        return original;
    }

    /** Tells the listeners that the acknowledgement of a durable message was handed to its broker, or that its sender was answered. */
    public void acknowledged(Message message) {
        listener.acknowledged(message);
    }

    /** Waits for messages under way and closes the stores. */
    @Override
    public void close() {
        persistor.close();
        note.close();
        stores.close();
        outages.close();
    }
}
