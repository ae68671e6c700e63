package dev.persistor.standalone.recovery;

import dev.persistor.core.archive.ArchivedMessage;
import dev.persistor.core.archive.FailureNote;
import dev.persistor.core.naming.NamingPolicy;
import dev.persistor.core.replay.PublishException;
import dev.persistor.core.replay.ReplayListener;
import dev.persistor.core.retry.RetryBudget;
import dev.persistor.core.store.BlobStore;
import dev.persistor.core.store.BlobStoreException;
import dev.persistor.core.store.BlobStores;
import dev.persistor.core.write.PersistException;
import dev.persistor.core.write.Persistor;
import java.io.PrintWriter;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Archives messages that a target did not take, without a replay's marks, in a folder of each run. Target and reason are in the
 * metadata of each blob. The folder is not made before the first of them.
 *
 * <p>Not thread-safe.
 */
final class FailedMessages implements ReplayListener, AutoCloseable {

    private static final RetryBudget TRIES = RetryBudget.of(Duration.ofSeconds(20));
    private static final DateTimeFormatter RUN =
            DateTimeFormatter.ofPattern("uuuuMMdd'T'HHmmssSSS'Z'", Locale.ROOT).withZone(ZoneOffset.UTC);

    private final URI address;
    private final String target;
    private final NamingPolicy naming;
    private final Map<String, String> environment;
    private final PrintWriter err;
    private @Nullable BlobStore store;
    private @Nullable NotedSink sink;
    private @Nullable Persistor persistor;
    private long kept;
    private long lost;

    /**
     * Keeps messages of a run.
     *
     * @param address the store that has a folder for each run
     * @param started when the run began, by which its folder is named
     * @param target where the messages should have gone, as people may see it
     */
    FailedMessages(
            URI address,
            Instant started,
            String target,
            NamingPolicy naming,
            Map<String, String> environment,
            PrintWriter err) {
        this.address = Addresses.folder(address, RUN.format(started));
        this.target = target;
        this.naming = naming;
        this.environment = environment;
        this.err = err;
    }

    @Override
    public void failed(ArchivedMessage failed, PublishException failure) {
        String reason = failure.getMessage() == null ? failure.toString() : failure.getMessage();
        try {
            Persistor opened = opened();
            sink().note(new FailureNote(target, reason));
            opened.persistAll(List.of(failed.message()));
            kept++;
        } catch (PersistException | BlobStoreException e) {
            lost++;
            if (lost == 1) {
                err.println("Cannot store a failed message in " + Addresses.shown(address) + ": " + e.getMessage());
            }
        }
    }

    private NotedSink sink() {
        if (sink == null) {
            BlobStore opened = BlobStores.open(address, environment).withRetries(TRIES);
            store = opened;
            sink = new NotedSink(opened);
        }
        return sink;
    }

    private Persistor opened() {
        if (persistor == null) {
            persistor = Persistor.builder(sink()).naming(naming).build();
        }
        return persistor;
    }

    /** Returns how many messages were kept. */
    long kept() {
        return kept;
    }

    /** Returns where they are. */
    String shown() {
        return Addresses.shown(address);
    }

    @Override
    public void close() {
        if (persistor != null) {
            persistor.close();
        }
        if (store != null) {
            store.close();
        }
    }
}
