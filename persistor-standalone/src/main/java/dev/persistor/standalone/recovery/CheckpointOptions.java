package dev.persistor.standalone.recovery;

import dev.persistor.core.archive.Shard;
import dev.persistor.standalone.cli.CommandContext;
import java.util.Optional;
import picocli.CommandLine.Option;

/** The options of a replay's checkpoint. Not thread-safe. */
final class CheckpointOptions {

    @Option(
            names = "--checkpoint",
            paramLabel = "PLACE",
            description = "Records the outcome of each message in this file, or in a store such as"
                    + " gs://bucket/checkpoints/gap. With --shard, PLACE is a folder or a store that all shards share."
                    + " After a kill, run the same command with the same PLACE: it continues, and tries failed messages"
                    + " again. Exclusions may differ. Default: none.")
    private String place = "";

    @Option(
            names = "--accept-failures",
            description = "Accepts the messages that earlier runs with the checkpoint could not publish or read. They"
                    + " are not tried again, and the replay is complete without them. Failures of this run are not"
                    + " accepted.")
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
            throw archive.wrong("--accept-failures requires --checkpoint, which records the failures of earlier runs");
        }
        if (isShard && place.isEmpty() && !dryRun) {
            throw archive.wrong(
                    "--shard requires --checkpoint, a folder or store that all shards share: persistor report uses it"
                            + " to check that all shards are complete");
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
