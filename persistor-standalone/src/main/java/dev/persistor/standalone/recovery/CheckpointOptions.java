package dev.persistor.standalone.recovery;

import dev.persistor.core.archive.Shard;
import dev.persistor.standalone.cli.CommandContext;
import java.util.Optional;
import picocli.CommandLine.Option;

/** Where a replay notes its progress. Not thread-safe. */
final class CheckpointOptions {

    @Option(
            names = "--checkpoint",
            paramLabel = "PLACE",
            description =
                    "Notes there what becomes of each message: a file, or a store such as gs://bucket/checkpoints/gap."
                            + " With --shard, PLACE is a folder of files or a store, which all shards share. The same command with"
                            + " the same PLACE continues after a kill, and tries again what failed; exclusions may differ. Default:"
                            + " none.")
    private String place = "";

    @Option(
            names = "--accept-failures",
            description = "Accepts what earlier runs with the checkpoint could not publish or not read: it is not tried"
                    + " again, and the replay is complete without it. Failures of this run are not accepted.")
    private boolean acceptFailures;

    boolean areGiven() {
        return !place.isEmpty();
    }

    boolean acceptFailures() {
        return acceptFailures;
    }

    /** Returns the place as it was typed. */
    String place() {
        return place;
    }

    /**
     * Requires a checkpoint where there is something to note.
     *
     * @throws picocli.CommandLine.ParameterException if there is none
     */
    void requireSense(ArchiveOptions archive, boolean isShard, boolean dryRun) {
        if (acceptFailures && place.isEmpty()) {
            throw archive.wrong("--accept-failures needs --checkpoint, which notes what failed in earlier runs");
        }
        if (isShard && place.isEmpty() && !dryRun) {
            throw archive.wrong(
                    "--shard needs --checkpoint, a folder or store that all shards share: persistor report finds there"
                            + " whether all of them are complete");
        }
    }

    /**
     * Opens the place; a dry run begins none.
     *
     * @throws picocli.CommandLine.ParameterException if it is no place for a checkpoint
     */
    CheckpointPlace open(ArchiveOptions archive, Optional<Shard> shard, boolean dryRun, CommandContext context) {
        try {
            return place.isEmpty() ? CheckpointPlace.none() : CheckpointPlace.open(place, shard, dryRun, context);
        } catch (IllegalArgumentException e) {
            throw wrong(archive, e);
        }
    }

    /** Returns the error of the command line that a checkpoint which cannot be used is. */
    static picocli.CommandLine.ParameterException wrong(ArchiveOptions archive, IllegalArgumentException failure) {
        return archive.wrong("Invalid value for option '--checkpoint' (PLACE): " + failure.getMessage());
    }
}
