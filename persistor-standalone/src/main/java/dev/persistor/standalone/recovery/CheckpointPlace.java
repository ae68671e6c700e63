package dev.persistor.standalone.recovery;

import dev.persistor.core.archive.Shard;
import dev.persistor.core.replay.Checkpoint;
import dev.persistor.core.store.BlobStore;
import dev.persistor.core.store.BlobStores;
import dev.persistor.standalone.cli.CommandContext;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The place of a replay's checkpoint, and of the reports of its runs: a file, which has no reports, or a folder of files, or a store.
 *
 * <p>Not thread-safe.
 */
final class CheckpointPlace implements AutoCloseable {

    /** The place of the lines: a file, or the store with the reports. */
    private final @Nullable Path file;

    private final @Nullable BlobStore store;
    private final Optional<Shard> shard;
    private @Nullable Checkpoint checkpoint;

    private CheckpointPlace(@Nullable Path file, @Nullable BlobStore store, Optional<Shard> shard) {
        this.file = file;
        this.store = store;
        this.shard = shard;
    }

    /** For a replay that notes nothing. */
    static CheckpointPlace none() {
        return new CheckpointPlace(null, null, Optional.empty());
    }

    /**
     * Opens a place.
     *
     * @param text a file, a folder for shards, or the address of a store
     * @throws IllegalArgumentException if it is neither, or has shards of another number
     */
    static CheckpointPlace open(String text, Optional<Shard> shard, boolean dryRun, CommandContext context) {
        if (Addresses.hasScheme(text)) {
            return inStore(null, Addresses.store(text), shard, context);
        }
        Path path = Path.of(text);
        if (shard.isEmpty()) {
            return dryRun && !Files.exists(path) ? none() : new CheckpointPlace(path, null, shard);
        }
        if (Files.exists(path) && !Files.isDirectory(path)) {
            throw new IllegalArgumentException(path + " is a file; with --shard, use a folder that all shards share");
        }
        Path file = path.resolve(RunReports.folder(shard) + ".checkpoint");
        if (dryRun && !Files.exists(file)) {
            return none();
        }
        create(path);
        return inStore(file, Addresses.store(text), shard, context);
    }

    private static void create(Path folder) {
        try {
            Files.createDirectories(folder);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot make the folder " + folder + " for checkpoints", e);
        }
    }

    private static CheckpointPlace inStore(
            @Nullable Path file, URI address, Optional<Shard> shard, CommandContext context) {
        BlobStore store = BlobStores.openChecked(address, context.environment());
        try {
            RunReports.requireSameNumber(store, shard);
            return new CheckpointPlace(file, store, shard);
        } catch (RuntimeException e) {
            store.close();
            throw e;
        }
    }

    /**
     * Opens the checkpoint, which is closed with this.
     *
     * @param replay what is replayed and to where
     * @return nothing for a replay that notes nothing
     * @throws IllegalArgumentException if the checkpoint cannot be used
     */
    Optional<Checkpoint> checkpoint(String replay) {
        if (file != null) {
            checkpoint = Checkpoint.open(file, replay);
        } else if (store != null) {
            checkpoint = Checkpoint.open(store, RunReports.folder(shard) + "/", replay);
        }
        return Optional.ofNullable(checkpoint);
    }

    /** Returns where the reports of runs go, if they are kept. */
    Optional<RunReports> reports(CommandContext context) {
        return Optional.ofNullable(store).map(place -> new RunReports(place, shard, context.clock()));
    }

    @Override
    public void close() {
        try {
            if (checkpoint != null) {
                checkpoint.close();
            }
        } finally {
            if (store != null) {
                store.close();
            }
        }
    }
}
