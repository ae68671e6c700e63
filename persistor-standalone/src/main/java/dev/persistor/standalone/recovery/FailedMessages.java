package dev.persistor.standalone.recovery;

import dev.persistor.core.archive.ArchivedMessage;
import dev.persistor.core.naming.NamingPolicy;
import dev.persistor.core.retry.RetryBudget;
import dev.persistor.core.store.BlobInfo;
import dev.persistor.core.store.BlobStore;
import dev.persistor.core.store.BlobStoreException;
import dev.persistor.core.store.BlobStores;
import dev.persistor.core.write.PersistException;
import dev.persistor.core.write.Persistor;
import java.io.PrintWriter;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Archives messages that a target did not take, without a replay's marks, so that they can be replayed out of there. The
 * store is not made before the first of them.
 *
 * <p>Not thread-safe.
 */
final class FailedMessages implements Predicate<ArchivedMessage>, AutoCloseable {

    private static final RetryBudget TRIES = RetryBudget.of(Duration.ofSeconds(20));

    private final URI address;
    private final NamingPolicy naming;
    private final Map<String, String> environment;
    private final PrintWriter err;
    private @Nullable BlobStore store;
    private @Nullable Persistor persistor;
    private boolean mayHoldEarlier;
    private long kept;
    private long lost;

    FailedMessages(URI address, NamingPolicy naming, Map<String, String> environment, PrintWriter err) {
        this.address = address;
        this.naming = naming;
        this.environment = environment;
        this.err = err;
    }

    /** Archives a message, and tells whether that went well. */
    @Override
    public boolean test(ArchivedMessage failed) {
        try {
            opened().persistAll(List.of(failed.message()));
            kept++;
            return true;
        } catch (PersistException | BlobStoreException e) {
            lost++;
            if (lost == 1) {
                err.println("a failed message cannot be kept in " + Addresses.shown(address) + ": " + e.getMessage());
            }
            return false;
        }
    }

    private Persistor opened() {
        if (persistor == null) {
            BlobStore opened = BlobStores.open(address, environment).withRetries(TRIES);
            store = opened;
            persistor = Persistor.builder(opened).naming(naming).build();
        }
        return persistor;
    }

    /** Tells whether messages may be there that an earlier run kept; a checkpoint counts those as done. */
    boolean mayHoldEarlier() {
        return mayHoldEarlier;
    }

    /** Looks, before this run keeps any, whether there are some. */
    void lookForEarlier() {
        mayHoldEarlier = isThereAny();
    }

    private boolean isThereAny() {
        if ("file".equals(address.getScheme())) {
            // Not opened, since that would make the folder.
            return Files.isDirectory(Path.of(address));
        }
        try (BlobStore asked = BlobStores.open(address, environment).withRetries(TRIES);
                Stream<BlobInfo> blobs = asked.list("")) {
            return blobs.findFirst().isPresent();
        } catch (BlobStoreException e) {
            err.println("cannot look for failed messages in " + Addresses.shown(address) + ": " + e.getMessage());
            return true;
        }
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
