package dev.persistor.standalone.recovery;

import dev.persistor.core.archive.ArchivedMessage;
import dev.persistor.core.archive.Exclusions;
import dev.persistor.core.archive.MessageFilter;
import dev.persistor.core.replay.Checkpoint;
import dev.persistor.core.replay.OnFailure;
import dev.persistor.core.replay.PublishException;
import dev.persistor.core.replay.Published;
import dev.persistor.core.replay.Replay;
import dev.persistor.core.replay.ReplayListener;
import dev.persistor.core.replay.ReplayOrder;
import dev.persistor.core.replay.ReplayReport;
import dev.persistor.core.replay.Throttle;
import dev.persistor.core.replay.Transactions;
import dev.persistor.core.store.BlobInfo;
import dev.persistor.standalone.cli.Choice;
import dev.persistor.standalone.cli.CommandContext;
import dev.persistor.standalone.cli.ExitCodes;
import dev.persistor.standalone.cli.Json;
import dev.persistor.standalone.cli.Numbers;
import dev.persistor.standalone.cli.RateText;
import dev.persistor.standalone.cli.Text;
import dev.persistor.standalone.cli.TimeText;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.function.Consumer;
import java.util.function.IntConsumer;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;

/** {@code persistor replay}. Not thread-safe. */
@Command(
        name = "replay",
        description = {
            "Publishes archived messages again: each once, unaltered but for marks in its attributes that tell where it"
                    + " comes from. Into another store it is a copy, without marks.",
            "Exit code: 0 when every message that is not excluded is published (or as many as --limit says), by this run or"
                    + " an earlier one with the same checkpoint; 1 when some failed or could not be read, or the command"
                    + " failed or was told no; 3 when no message matched (0 with --allow-empty); 64 for a wrong command"
                    + " line."
        },
        mixinStandardHelpOptions = true)
final class ReplayCommand implements Callable<Integer> {

    /** In which order messages go out. */
    enum Order {
        KEY(ReplayOrder.KEY),
        TIME(ReplayOrder.TIME),
        NONE(ReplayOrder.NONE);

        private final ReplayOrder order;

        Order(ReplayOrder order) {
            this.order = order;
        }

        @Override
        public String toString() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /** What follows a failed message. */
    enum Failing {
        STOP_KEY(OnFailure.STOP_KEY),
        CONTINUE(OnFailure.CONTINUE),
        STOP(OnFailure.STOP);

        private final OnFailure policy;

        Failing(OnFailure policy) {
            this.policy = policy;
        }

        @Override
        public String toString() {
            return name().toLowerCase(Locale.ROOT).replace('_', '-');
        }
    }

    private final CommandContext context;

    @Mixin
    private ArchiveOptions archive = new ArchiveOptions();

    @Mixin
    private KafkaOptions kafka = new KafkaOptions();

    @Mixin
    private KafkaTargetOptions kafkaTarget = new KafkaTargetOptions();

    @Mixin
    private ExcludeOptions exclude = new ExcludeOptions();

    @Option(
            names = "--to",
            paramLabel = "TARGET|TIME",
            required = true,
            description =
                    "Where to: kafka://HOST:PORT[,HOST:PORT...]/TOPIC, pubsub://project/topic, eventhubs://NAMESPACE/HUB,"
                            + " servicebus://NAMESPACE/QUEUE-OR-TOPIC, http(s)://host/path for a POST each, stdout: for lines"
                            + " of jsonl, or another store's address for a copy. {source} in it stands for the source of each"
                            + " message. A time here is the end of the range, as for the other commands; so it may be given"
                            + " twice.")
    private List<String> to = new ArrayList<>();

    @Option(
            names = "--until",
            paramLabel = "TIME",
            converter = TimeText.Converter.class,
            description = "Only messages published before, written as for --from. Default: all.")
    private @Nullable TimeText until;

    @Option(
            names = "--new-ids",
            description =
                    "Gives each message an id that the target has not seen, for a target that drops messages whose ids"
                            + " it knows, as a queue of Service Bus with duplicate detection does. The same command with the same"
                            + " --checkpoint gives the same ids again; the attribute persistor-broker-messageId has the old one."
                            + " Default: messages keep their ids.")
    private boolean newIds;

    @Mixin
    private HttpOptions http = new HttpOptions();

    @Option(
            names = "--dry-run",
            description = "Reads everything, publishes nothing, and tells what would be published and what the target"
                    + " cannot hold of it.")
    private boolean dryRun;

    @Option(names = "--yes", description = "Publishes without asking. Required without a terminal.")
    private boolean yes;

    @Option(
            names = "--checkpoint",
            paramLabel = "FILE",
            description =
                    "Notes there what becomes of each message. The same command with the same file continues after a"
                            + " kill, and tries again what failed; exclusions may differ. Default: none.")
    private @Nullable Path checkpoint;

    @Option(
            names = "--accept-failures",
            description = "Accepts what earlier runs with the checkpoint could not publish or not read: it is not tried"
                    + " again, and the replay is complete without it. Failures of this run are not accepted.")
    private boolean acceptFailures;

    @Option(
            names = "--rate",
            paramLabel = "N/s",
            converter = RateText.Rate.class,
            description = "At most so many messages, evenly: 500/s, 30/m. Default: as fast as the target takes them.")
    private @Nullable Double rate;

    @Option(
            names = "--speed",
            paramLabel = "Nx",
            converter = RateText.Speed.class,
            description =
                    "With the spacing of the publish times, so many times as fast: 1x, 10x. Default: as fast as the"
                            + " target takes them.")
    private @Nullable Double speed;

    @Option(
            names = "--order",
            paramLabel = "ORDER",
            converter = OrderName.class,
            description =
                    "key: by publish time within each ordering key; time: by publish time, each when the one before is"
                            + " there; none: as they are read. Default: key.")
    private Order order = Order.KEY;

    @Option(
            names = "--dedupe",
            negatable = true,
            defaultValue = "true",
            fallbackValue = "true",
            description =
                    "Whether a message that is archived more than once goes out once; it does unless --no-dedupe is given.")
    private boolean dedupe = true;

    @Option(
            names = "--mark",
            paramLabel = "NAME=VALUE",
            converter = KeyValue.Converter.class,
            description =
                    "An attribute to add to each message that has none of that name; may be repeated. Default: none.")
    private List<KeyValue> marks = new ArrayList<>();

    @Option(
            names = "--keep-time",
            paramLabel = "NAME",
            description =
                    "Puts the original publish time into this attribute too, where a consumer such as Dataflow reads"
                            + " it. Default: only persistor-original-publish-time has it.")
    private String timeAttribute = "";

    @Option(
            names = "--limit",
            paramLabel = "N",
            converter = Numbers.Many.class,
            description = "Stops after so many messages. Default: no limit.")
    private @Nullable Long limit;

    @Option(
            names = "--under-way",
            paramLabel = "N",
            converter = Numbers.Some.class,
            description =
                    "How many messages may be without an answer at a time, and so how many may go out twice after a"
                            + " kill; 1 with --order time. Default: 1000.")
    private int underWay = 1_000;

    @Option(
            names = "--on-failure",
            paramLabel = "WHAT",
            converter = FailingName.class,
            description =
                    "What follows a failed message. stop-key: later messages of its ordering key are held back, and"
                            + " fail, too; continue: they go out; stop: the replay ends. A copy has no order, and stop-key holds"
                            + " nothing back there. Default: stop-key.")
    private Failing onFailure = Failing.STOP_KEY;

    @Option(
            names = "--max-failures",
            paramLabel = "N",
            converter = Numbers.Many.class,
            description = "Ends when so many messages failed, those held back included. Default: 1000.")
    private long mostFailures = 1_000;

    @Option(
            names = "--failed",
            paramLabel = "STORE",
            description = "Where to keep messages that failed, in a folder for each run, with target and reason, which"
                    + " persistor ls shows. Default: the folder persistor-failed.")
    private String failed = "persistor-failed";

    @Option(
            names = "--audit",
            paramLabel = "FILE",
            description = "Appends a JSON line there for each message that was published or excluded. Default: none.")
    private @Nullable Path audit;

    @Option(names = "--json", description = "Prints one JSON object.")
    private boolean json;

    /** What is told of each blob that is opened, by whatever thread opens it. */
    private volatile Consumer<BlobInfo> blobOpened = blob -> {};

    /** What is told how many bytes of content were read, by whatever thread reads them. */
    private volatile IntConsumer contentRead = bytes -> {};

    private String runId = "";

    ReplayCommand(CommandContext context) {
        this.context = context;
    }

    @Override
    public Integer call() throws IOException, InterruptedException {
        String address = target();
        Optional<TimeText> end = end();
        requireSense(end);
        URI failedAddress = address(failed);
        if (!dryRun && !yes && !context.onTerminal()) {
            throw archive.wrong(
                    "there is no terminal to ask on: give --yes to publish, or --dry-run to see what would be"
                            + " published");
        }
        if (newIds) {
            // Before the checkpoint is opened: where there is none, another replay begins.
            runId = RunId.of(dryRun ? null : checkpoint);
        }
        Exclusions excluded = exclude.exclusions(archive);
        try (OpenArchive open = archive.open(
                                context,
                                end,
                                blob -> {},
                                blob -> blobOpened.accept(blob),
                                bytes -> contentRead.accept(bytes))
                        .excluding(excluded);
                Target target = open(address, open);
                Checkpoint noted = checkpoint(open, target);
                FailedMessages kept = new FailedMessages(
                        failedAddress,
                        context.clock().instant(),
                        target.shown(),
                        open.template(),
                        context.environment(),
                        context.err())) {
            kafkaTarget.requirePlaces(open, target);
            return call(open, target, noted, kept);
        }
    }

    private String target() {
        List<String> targets =
                to.stream().filter(text -> TimeText.parse(text).isEmpty()).toList();
        if (targets.size() != 1) {
            throw archive.wrong(
                    targets.isEmpty()
                            ? "Missing required option: '--to=TARGET'; only times are given"
                            : "option '--to' names " + targets.size() + " targets; a replay has one, and a time is "
                                    + TimeText.ALLOWED);
        }
        return targets.get(0);
    }

    private Optional<TimeText> end() {
        List<TimeText> ends = new ArrayList<>();
        to.forEach(text -> TimeText.parse(text).ifPresent(ends::add));
        Optional.ofNullable(until).ifPresent(ends::add);
        if (ends.size() > 1) {
            throw archive.wrong("the end of the range is given " + ends.size()
                    + " times; give --until, or one --to with a" + " time");
        }
        return ends.stream().findFirst();
    }

    private void requireSense(Optional<TimeText> end) {
        if (rate != null && speed != null) {
            throw archive.wrong("--rate and --speed exclude each other");
        }
        kafkaTarget.requireCheckpoint(checkpoint != null);
        if (acceptFailures && checkpoint == null) {
            throw archive.wrong("--accept-failures needs --checkpoint, which notes what failed in earlier runs");
        }
        if (speed != null && order == Order.NONE) {
            throw archive.wrong("--speed needs messages in the order of time, so not --order none");
        }
        archive.relative(end).filter(time -> checkpoint != null).ifPresent(time -> {
            throw archive.wrong(
                    "with --checkpoint, the same command must mean the same messages when it goes on after a"
                            + " kill; instead of '" + time.text() + "' give '"
                            + time.at(context.clock().instant()).truncatedTo(ChronoUnit.SECONDS) + "'");
        });
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
            throw archive.wrong("--http-format is for targets that begin with http: or https:");
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
        if (target.isCopy() && (newIds || !marks.isEmpty() || !timeAttribute.isEmpty())) {
            throw archive.wrong(
                    "a copy into another store leaves messages as they are, so --mark, --keep-time and --new-ids have no"
                            + " place beside it");
        }
    }

    /** A dry run notes nothing, and so begins no file. */
    private @Nullable Checkpoint checkpoint(OpenArchive open, Target target) {
        if (checkpoint == null || (dryRun && !Files.exists(checkpoint))) {
            return null;
        }
        try {
            return Checkpoint.open(checkpoint, description(open, target));
        } catch (IllegalArgumentException e) {
            throw archive.wrong("Invalid value for option '--checkpoint' (FILE): " + e.getMessage());
        }
    }

    /** Returns what is replayed and to where. Exclusions are no part of it: a later run may exclude what failed. */
    private String description(OpenArchive open, Target target) {
        MessageFilter matching = open.filter().excluding(Exclusions.NONE);
        return open.store() + ", " + matching + (dedupe ? "" : ", with copies") + ", to " + target.key();
    }

    private int call(OpenArchive open, Target target, @Nullable Checkpoint noted, FailedMessages kept)
            throws IOException, InterruptedException {
        Replay.Builder replay = Replay.of(open.archive(), open.filter())
                .to(target.publisher())
                .order(order.order)
                .mostUnderWay(underWay)
                .mostFailures(mostFailures)
                .onFailure(target.isCopy() && onFailure == Failing.STOP_KEY ? OnFailure.CONTINUE : onFailure.policy)
                .throttle(pace())
                .timeIn(timeAttribute)
                .listener(kept);
        marks.forEach(mark -> replay.mark(mark.key(), mark.value()));
        if (!dedupe) {
            replay.withDuplicates();
        }
        if (target.isCopy()) {
            replay.withoutMarks();
        }
        if (newIds) {
            replay.newIds(runId);
        }
        if (limit != null) {
            replay.limit(limit);
        }
        if (noted != null) {
            replay.checkpoint(noted);
        }
        if (acceptFailures) {
            replay.acceptFailures();
        }
        if (dryRun) {
            return end(open, outcome(true, open, target, plan(open, replay), kept));
        }
        long planned = 0;
        if (!yes) {
            Outcome plan = outcome(true, open, target, plan(open, replay), kept);
            if (plan.report().matched() == 0) {
                return end(open, plan);
            }
            if (!isWanted(plan)) {
                context.err().println("nothing was published");
                return ExitCodes.FAILED;
            }
            planned = plan.report().planned();
        }
        try (StopSignal signal = StopSignal.install(context.err(), advice());
                Transactions transactions = transactions(open, target, noted)) {
            replay.stopWhen(signal);
            if (transactions != null) {
                replay.inTransactions(transactions);
            }
            return end(open, outcome(false, open, target, run(replay, target, planned), kept));
        }
    }

    private @Nullable Transactions transactions(OpenArchive open, Target target, @Nullable Checkpoint noted) {
        return kafkaTarget
                .transactions(target, description(open, target), noted, kafka.environment(context))
                .orElse(null);
    }

    /** Says how to continue after Ctrl-C. */
    private String advice() {
        return checkpoint == null
                ? "Without --checkpoint, nothing says which messages are out: the same command publishes all of them again."
                : "To continue, run the same command again. The checkpoint " + checkpoint
                        + " says which messages are out.";
    }

    private Throttle pace() {
        if (rate != null) {
            return Throttle.perSecond(rate);
        }
        return speed != null ? Throttle.speed(speed) : Throttle.unlimited();
    }

    private ReplayReport plan(OpenArchive open, Replay.Builder replay) throws InterruptedException {
        try (ReadProgress progress = ReadProgress.in(context)) {
            progress.count(open);
            blobOpened = progress::read;
            contentRead = progress::content;
            return replay.build().plan();
        } finally {
            blobOpened = blob -> {};
            contentRead = bytes -> {};
        }
    }

    private boolean isWanted(Outcome plan) throws IOException {
        plan.print(context.err());
        return context.isConfirmed("Publish " + Text.count(plan.report().planned(), "message") + " to "
                + Text.safe(plan.target()) + "? [y/N] ");
    }

    private ReplayReport run(Replay.Builder replay, Target target, long planned) throws InterruptedException {
        try (Ticker ticker = Ticker.in(context, "messages published", planned);
                AuditLog log = audit == null ? null : AuditLog.open(audit, target.shown(), context.clock());
                OffsetMap map = kafkaTarget.offsetMap().orElse(null)) {
            if (log != null) {
                replay.listener(log);
            }
            if (map != null) {
                replay.listener(map);
            }
            if (!target.isStandardOutput()) {
                // On a terminal it would be among the lines.
                replay.listener(new Progress(ticker));
                contentRead = ticker::content;
            }
            return replay.build().run();
        } finally {
            contentRead = bytes -> {};
        }
    }

    private Outcome outcome(boolean isPlan, OpenArchive open, Target target, ReplayReport report, FailedMessages kept) {
        return new Outcome(
                isPlan,
                open.store().toString(),
                target.shown(),
                target.of(report.bySource().keySet()),
                open.filter().toString(),
                report,
                kept.shown(),
                kept.kept(),
                checkpoint != null);
    }

    private int end(OpenArchive open, Outcome outcome) throws IOException {
        boolean isOutTaken = !outcome.isPlan() && outcome.target().equals(StandardOutput.ADDRESS);
        if (json) {
            byte[] line = Json.line(outcome::write);
            if (isOutTaken) {
                context.err().print(new String(line, StandardCharsets.US_ASCII));
                context.err().flush();
            } else {
                context.bytes().write(line);
                context.bytes().flush();
            }
        } else {
            outcome.print(isOutTaken ? context.err() : context.out());
        }
        return outcome.isGood()
                ? archive.exitCode(context, open, outcome.report().matched(), List.of())
                : ExitCodes.FAILED;
    }

    /** Moves the ticker on. */
    private record Progress(Ticker ticker) implements ReplayListener {

        @Override
        public void published(ArchivedMessage message, Published answer) {
            ticker.step();
        }

        @Override
        public void failed(ArchivedMessage message, PublishException failure) {
            ticker.step();
        }
    }

    /** For the option. */
    static final class FailingName extends Choice<Failing> {
        FailingName() {
            super(Failing.values());
        }
    }

    /** For the option. */
    static final class OrderName extends Choice<Order> {
        OrderName() {
            super(Order.values());
        }
    }
}
