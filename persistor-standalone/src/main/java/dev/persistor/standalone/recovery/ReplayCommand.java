package dev.persistor.standalone.recovery;

import dev.persistor.core.archive.Exclusions;
import dev.persistor.core.archive.MessageFilter;
import dev.persistor.core.archive.Shard;
import dev.persistor.core.replay.Checkpoint;
import dev.persistor.core.replay.Transactions;
import dev.persistor.standalone.cli.CommandContext;
import dev.persistor.standalone.cli.TimeText;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;

/** {@code persistor replay}. Not thread-safe. */
@Command(
        name = "replay",
        description = {
            "Publishes archived messages again, each of them once. Payload and attributes are unaltered; attributes are"
                    + " added that identify the original. If the target is a store, the messages are copied without"
                    + " added attributes.",
            "Exit code: 0 when every message that is not excluded is published (or as many as --limit allows), by this"
                    + " run or an earlier one with the same checkpoint; 1 when a message failed or could not be read,"
                    + " the command failed, or the answer to the question was no; 3 when no message matched (0 with"
                    + " --allow-empty); 64 for a wrong command line. A shard without messages exits with 0."
        },
        mixinStandardHelpOptions = true)
final class ReplayCommand implements Callable<Integer> {

    private final CommandContext context;

    @Mixin
    private ArchiveOptions archive = new ArchiveOptions();

    @Mixin
    private KafkaOptions kafka = new KafkaOptions();

    @Mixin
    private KafkaTargetOptions kafkaTarget = new KafkaTargetOptions();

    @Mixin
    private CheckpointOptions checkpoint = new CheckpointOptions();

    @Mixin
    private ShardOption shard = new ShardOption();

    @Mixin
    private ReplayOptions how = new ReplayOptions();

    @Mixin
    private ExcludeOptions exclude = new ExcludeOptions();

    @Option(
            names = "--to",
            paramLabel = "TARGET|TIME",
            required = true,
            description = "The target: kafka://HOST:PORT[,HOST:PORT...]/TOPIC, pubsub://project/topic,"
                    + " eventhubs://NAMESPACE/HUB, servicebus://NAMESPACE/QUEUE-OR-TOPIC, http(s)://host/path for one"
                    + " POST request for each message, stdout: for lines of jsonl, or the address of another store for"
                    + " a copy. {source} stands for the source of each message. If the value is a time, it is the end"
                    + " of the range, as in the other commands; so --to may be given twice.")
    private List<String> to = new ArrayList<>();

    @Option(
            names = "--until",
            paramLabel = "TIME",
            converter = TimeText.Converter.class,
            description = "Only messages published before this time, in the same forms as --from. Default: no limit.")
    private @Nullable TimeText until;

    @Mixin
    private HttpOptions http = new HttpOptions();

    @Option(
            names = "--dry-run",
            description = "Reads everything and publishes nothing; reports what would be published and what the target"
                    + " cannot hold.")
    private boolean dryRun;

    @Option(names = "--yes", description = "Publishes without asking. Required if there is no terminal.")
    private boolean yes;

    @Option(
            names = "--failed",
            paramLabel = "STORE",
            description = "The folder or store for messages that failed, with target and reason; each run adds a"
                    + " folder. List them with persistor ls. Default: the folder persistor-failed.")
    private String failed = "persistor-failed";

    @Option(
            names = "--audit",
            paramLabel = "FILE",
            description = "Appends one JSON line to this file for each message that was published or excluded."
                    + " Default: none.")
    private @Nullable Path audit;

    @Option(names = "--json", description = "Prints one JSON object.")
    private boolean json;

    ReplayCommand(CommandContext context) {
        this.context = context;
    }

    @Override
    public Integer call() throws IOException, InterruptedException {
        ToOption targetOrEnd = new ToOption(archive, to, until);
        String address = targetOrEnd.target("TARGET", "targets; a replay has one");
        Optional<TimeText> end = targetOrEnd.end();
        Optional<Shard> part = shard.shard(archive, context);
        requireSense(end, part);
        URI failedAddress = address(failed);
        Exclusions excluded = exclude.exclusions(archive);
        BlobWatch watch = new BlobWatch();
        try (OpenArchive open = archive.open(context, end, blob -> {}, watch::opened, watch::content)
                        .ofShard(part)
                        .excluding(excluded);
                Target target = open(address, open);
                CheckpointPlace place = checkpoint.open(archive, part, dryRun, context);
                FailedMessages kept = new FailedMessages(
                        failedAddress,
                        context.clock().instant(),
                        target.shown(),
                        open.template(),
                        context.environment(),
                        context.err())) {
            Optional<Checkpoint> noted = noted(place, open, target);
            kafkaTarget.requirePlaces(open, target);
            return new ReplaySession(this, open, target, place, noted, kept, watch).call();
        }
    }

    private void requireSense(Optional<TimeText> end, Optional<Shard> part) {
        how.requireSense(archive);
        checkpoint.requireSense(archive, part.isPresent(), dryRun);
        kafkaTarget.requireCheckpoint(checkpoint.areGiven());
        archive.relative(end).filter(time -> checkpoint.areGiven()).ifPresent(time -> {
            throw archive.wrong(
                    "with --checkpoint, the command must select the same messages when it is repeated after a"
                            + " kill; instead of '" + time.text() + "' use '"
                            + time.at(context.clock().instant()).truncatedTo(ChronoUnit.SECONDS) + "'");
        });
        if (!dryRun && !yes && !context.onTerminal()) {
            throw archive.wrong(
                    "there is no terminal for the question: use --yes to publish, or --dry-run to show what would be"
                            + " published");
        }
    }

    private URI address(String store) {
        try {
            return Addresses.store(store);
        } catch (IllegalArgumentException e) {
            throw archive.wrong("Invalid value for option '--failed' (STORE): " + e.getMessage());
        }
    }

    private Target open(String address, OpenArchive open) {
        if (http.areGiven() && !address.matches("https?:.*")) {
            throw archive.wrong("--http-format requires a target that begins with http: or https:");
        }
        Target target;
        try {
            target = Target.open(
                    kafkaTarget.address(address),
                    open.template(),
                    archive.concurrency(),
                    context,
                    http.over(kafka.environment(context)));
        } catch (IllegalArgumentException e) {
            throw archive.wrong("Invalid value for option '--to' (TARGET): " + e.getMessage());
        }
        try {
            requireSense(target, open);
            return target;
        } catch (ParameterException e) {
            target.close();
            throw e;
        }
    }

    private void requireSense(Target target, OpenArchive open) {
        if (target.isCopy() && target.shown().equals(open.store().toString())) {
            throw archive.wrong("the target is the archive itself");
        }
        how.requireSense(archive, target);
    }

    private Optional<Checkpoint> noted(CheckpointPlace place, OpenArchive open, Target target) {
        try {
            return place.checkpoint(description(open.filter(), open, target));
        } catch (IllegalArgumentException e) {
            throw CheckpointOptions.wrong(archive, e);
        }
    }

    /** Returns what is replayed and to where. Exclusions are no part of it: a later run may exclude what failed. */
    String description(MessageFilter filter, OpenArchive open, Target target) {
        return open.store() + ", " + filter.excluding(Exclusions.NONE) + how.key() + ", to " + target.key();
    }

    CommandContext context() {
        return context;
    }

    ArchiveOptions archive() {
        return archive;
    }

    CheckpointOptions checkpoint() {
        return checkpoint;
    }

    ReplayOptions how() {
        return how;
    }

    boolean isDryRun() {
        return dryRun;
    }

    boolean isConfirmed() {
        return yes;
    }

    boolean isJson() {
        return json;
    }

    /** Returns the transactions in which the messages are published, if they are. */
    Optional<Transactions> transactions(Target target, String replay, @Nullable Checkpoint noted) {
        return kafkaTarget.transactions(target, replay, noted, kafka.environment(context));
    }

    /** Opens the offset map, if one is wanted. */
    Optional<OffsetMap> offsetMap() {
        return kafkaTarget.offsetMap();
    }

    /** Opens the audit file, if one is wanted. */
    Optional<AuditLog> auditLog(Target target) {
        return Optional.ofNullable(audit).map(file -> AuditLog.open(file, target.shown(), context.clock()));
    }
}
