package dev.persistor.spark;

import dev.persistor.core.archive.Archive;
import dev.persistor.core.archive.MessageFilter;
import dev.persistor.core.archive.NotedTemplates;
import dev.persistor.core.config.ReadSettings;
import dev.persistor.core.format.MessageFormats;
import dev.persistor.core.format.foreign.ForeignLayouts;
import dev.persistor.core.naming.CaptureNames;
import dev.persistor.core.naming.NamedBlobs;
import dev.persistor.core.naming.PathTemplate;
import dev.persistor.core.retry.RetryBudget;
import dev.persistor.core.store.BlobSource;
import dev.persistor.core.store.BlobStore;
import dev.persistor.core.store.BlobStoreException;
import dev.persistor.core.store.BlobStores;
import dev.persistor.standalone.recovery.Addresses;
import java.io.Serializable;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The checked options of a table: archive, filters, and how to read it. It goes to the executors with each task.
 *
 * <p>Immutable.
 *
 * @param store the address of the archive
 * @param environment what is set for the store beside the environment of the process
 * @param bounds which messages the table has
 * @param attributes attributes that each of them has
 * @param prefix how the names of blobs begin
 * @param templates the templates by which the blobs were named, one or more
 * @param captureFormat how Event Hubs Capture named its files; empty where that is not of interest or the default
 * @param layouts the layouts of other programs that are read, too
 * @param anyNames whether a range of time is looked for under all names
 * @param concurrency how many blobs a task reads at a time; null to adapt to the store
 * @param retryFor how long each call to the store is retried
 * @param splitBytes how many bytes of blobs a task reads at most, unless one blob has more
 * @param splitBlobs how many blobs a task reads at most
 * @param mode what becomes of damaged blobs
 */
record TableOptions(
        String store,
        Map<String, String> environment,
        Bounds bounds,
        List<Attribute> attributes,
        String prefix,
        List<String> templates,
        String captureFormat,
        List<String> layouts,
        boolean anyNames,
        @Nullable Integer concurrency,
        Duration retryFor,
        long splitBytes,
        int splitBlobs,
        DamageMode mode)
        implements Serializable {

    private static final Logger LOG = LoggerFactory.getLogger(TableOptions.class);

    /** The condition on an attribute. */
    record Attribute(String name, String text) implements Serializable {}

    /** Returns the environment of this process with what the options set. */
    private Map<String, String> wholeEnvironment() {
        Map<String, String> whole = new HashMap<>(System.getenv());
        whole.putAll(environment);
        return whole;
    }

    /**
     * Opens the store and checks that it exists.
     *
     * @return what the caller closes
     * @throws IllegalArgumentException if there is none that opens; the message says what to correct
     */
    BlobStore openChecked() {
        Addresses.requireFolder(Addresses.store(store));
        return withRetries(BlobStores.openChecked(Addresses.store(store), wholeEnvironment()));
    }

    /** Opens the store, which was checked before. */
    BlobStore open() {
        return withRetries(BlobStores.open(Addresses.store(store), wholeEnvironment()));
    }

    private BlobStore withRetries(BlobStore opened) {
        return opened.withRetries(RetryBudget.of(retryFor));
    }

    /** Returns the archive on the opened store, with which blobs that were listed are read. */
    Archive archive(BlobSource opened) {
        return archive(opened, names());
    }

    /**
     * Returns the archive on the opened store, which also looks under the names of the templates that captures noted there.
     *
     * @throws dev.persistor.core.store.BlobStoreException if the store cannot be read now
     */
    Archive archiveToList(BlobSource opened, MessageFilter filter) {
        return archive(
                opened,
                anyNames
                        ? names()
                        : Stream.<NamedBlobs>concat(names().stream(), noted(opened, filter))
                                .distinct()
                                .toList());
    }

    private Stream<PathTemplate> noted(BlobSource opened, MessageFilter filter) {
        try {
            return NotedTemplates.in(opened, filter).stream();
        } catch (BlobStoreException e) {
            if (e.isRetryable()) {
                throw e;
            }
            LOG.warn(
                    "The path templates noted in {} cannot be read; only those of the option template are used: {}",
                    store,
                    e.getMessage());
            return Stream.empty();
        }
    }

    private Archive archive(BlobSource opened, List<NamedBlobs> rules) {
        Archive.Builder archive =
                Archive.on(opened).naming(rules).formats(formats()).limits(ReadSettings.limits(wholeEnvironment()));
        if (concurrency != null) {
            archive.concurrency(concurrency);
        }
        return (anyNames ? archive.anyNames() : archive).build();
    }

    private List<NamedBlobs> names() {
        return Stream.<NamedBlobs>concat(templates.stream().map(PathTemplate::parse), captureNames())
                .toList();
    }

    private Stream<CaptureNames> captureNames() {
        return captureFormat.isEmpty() ? Stream.empty() : Stream.of(CaptureNames.parse(captureFormat));
    }

    private MessageFormats formats() {
        return MessageFormats.installed()
                .withLayouts(Stream.concat(
                                captureNames().map(ForeignLayouts::captured),
                                layouts.stream().map(ForeignLayouts::named))
                        .toList());
    }

    /** Returns the filter of a query, whose bounds must not be empty. */
    MessageFilter filter(Bounds query) {
        MessageFilter.Builder filter = MessageFilter.builder().prefix(prefix);
        query.addTo(filter);
        attributes.forEach(attribute -> filter.attribute(attribute.name, attribute.text));
        return filter.build();
    }

    /** Returns the address alone: an option may hold a secret. */
    @Override
    public String toString() {
        return store;
    }
}
