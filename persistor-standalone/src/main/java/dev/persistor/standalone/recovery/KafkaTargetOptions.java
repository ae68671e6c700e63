package dev.persistor.standalone.recovery;

import dev.persistor.core.archive.ArchiveReader;
import dev.persistor.core.archive.ReadOrder;
import dev.persistor.core.replay.Checkpoint;
import dev.persistor.core.replay.Transactions;
import dev.persistor.standalone.cli.Choice;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The options of a Kafka target. Not thread-safe. */
final class KafkaTargetOptions {

    /** The partition of published messages. */
    enum Partition {
        KEY,
        ORIGINAL;

        @Override
        public String toString() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    @Spec(Spec.Target.MIXEE)
    private CommandSpec spec = CommandSpec.create();

    @Option(
            names = "--partition",
            paramLabel = "WHICH",
            converter = PartitionName.class,
            description =
                    "For a kafka:// target. key: the partition that Kafka's clients choose for the key. original: the"
                            + " original partition of each message; Persistor then reads all messages once before it"
                            + " publishes, and stops if the target has too few partitions. Default: key.")
    private Partition partition = Partition.KEY;

    @Option(
            names = "--exactly-once",
            description =
                    "For a kafka:// target: publishes in transactions, so that consumers of committed records get each"
                            + " message once, even after kills. Requires --checkpoint.")
    private boolean exactlyOnce;

    @Option(
            names = "--offset-map",
            paramLabel = "FILE",
            description =
                    "For a kafka:// target: appends one row to this file for each message, with its old and its new"
                            + " offset, for persistor offsets. Default: none.")
    private @Nullable Path offsetMap;

    /**
     * Returns the address of the target with what it needs to know of these options.
     *
     * @throws ParameterException if the target is none of Kafka, and such options are given
     */
    String address(String address) {
        String option = exactlyOnce ? "--exactly-once" : offsetMap != null ? "--offset-map" : "--partition original";
        boolean areGiven = exactlyOnce || offsetMap != null || partition == Partition.ORIGINAL;
        if (areGiven && !address.startsWith("kafka:")) {
            throw wrong(option + " requires a Kafka target such as kafka://host:9092/topic");
        }
        return partition == Partition.KEY ? address : address + "?partition=" + partition;
    }

    /** Requires a checkpoint where transactions are to be noted. */
    void requireCheckpoint(boolean hasCheckpoint) {
        if (exactlyOnce && !hasCheckpoint) {
            throw wrong("--exactly-once requires --checkpoint, which records the messages of each transaction");
        }
    }

    /** Asks the target about each message first, so that not even one is published if there is no partition for another. */
    void requirePlaces(OpenArchive open, Target target) {
        if (partition == Partition.ORIGINAL) {
            try (ArchiveReader messages = open.archive().read(open.filter(), ReadOrder.NONE)) {
                messages.forEachRemaining(message -> target.publisher().check(message.message()));
            }
        }
    }

    /**
     * Opens transactions, if they are wanted.
     *
     * @param replay what is replayed and to where
     */
    Optional<Transactions> transactions(
            Target target, String replay, @Nullable Checkpoint checkpoint, Map<String, String> environment) {
        return exactlyOnce && checkpoint != null
                ? Optional.of(target.transactions(replay, checkpoint.id(), environment))
                : Optional.empty();
    }

    /** Opens the offset map, if one is wanted. */
    Optional<OffsetMap> offsetMap() {
        try {
            return Optional.ofNullable(offsetMap).map(OffsetMap::append);
        } catch (IllegalArgumentException e) {
            throw wrong("Invalid value for option '--offset-map' (FILE): " + e.getMessage());
        }
    }

    private ParameterException wrong(String message) {
        return new ParameterException(spec.commandLine(), message);
    }

    /** For the option. */
    static final class PartitionName extends Choice<Partition> {
        PartitionName() {
            super(Partition.values());
        }
    }
}
