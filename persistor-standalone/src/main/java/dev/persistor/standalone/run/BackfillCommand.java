package dev.persistor.standalone.run;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.persistor.core.archive.Archive;
import dev.persistor.core.archive.ArchiveReader;
import dev.persistor.core.archive.MessageFilter;
import dev.persistor.core.archive.OffsetRange;
import dev.persistor.core.archive.ReadOrder;
import dev.persistor.core.archive.SeenMessages;
import dev.persistor.core.capture.Capture;
import dev.persistor.core.config.PersistorSettings;
import dev.persistor.core.config.Problem;
import dev.persistor.core.config.SettingsException;
import dev.persistor.core.config.Values;
import dev.persistor.core.message.TimeRange;
import dev.persistor.core.pull.Backfill;
import dev.persistor.core.pull.Feed;
import dev.persistor.core.pull.FeedProvider;
import dev.persistor.core.pull.LogReader;
import dev.persistor.core.pull.PullException;
import dev.persistor.core.pull.PullLimits;
import dev.persistor.core.pull.PullReport;
import dev.persistor.core.pull.Redelivery;
import dev.persistor.core.store.BlobStoreException;
import dev.persistor.standalone.cli.CommandContext;
import dev.persistor.standalone.cli.ExitCodes;
import dev.persistor.standalone.cli.Json;
import dev.persistor.standalone.cli.Parsed;
import dev.persistor.standalone.cli.TimeText;
import dev.persistor.standalone.run.config.CaptureConfig;
import dev.persistor.standalone.run.config.RunConfig;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/**
 * {@code persistor backfill}.
 *
 * <p>Not thread-safe.
 */
@Command(
        name = "backfill",
        description = {
            "Compares the offsets in the archive with those that Kafka or Event Hubs still keeps, and archives"
                    + " the missing ones. It can run beside the process that captures.",
            "For a capture from Pub/Sub, it sets a subscription back and archives each message that is not in the"
                    + " archive: use --capture, --subscription, and --from or --snapshot.",
            "Exit code: 0 when everything that the broker delivered is archived; 1 when something failed; 64 for"
                    + " a wrong command line or configuration."
        },
        mixinStandardHelpOptions = true)
public final class BackfillCommand implements Callable<Integer> {

    private static final int SHOWN = 5;
    private static final Duration GRACE = Duration.ofMinutes(20);

    private final CommandContext context;

    @Option(
            names = "--config",
            paramLabel = "FILE",
            description = "The YAML configuration file of persistor run. Default: the environment variables.")
    private @Nullable Path file;

    @Option(
            names = "--capture",
            paramLabel = "NAME",
            description = "Only this capture; may be repeated. Default: all captures from Kafka and Event Hubs.")
    private List<String> names = List.of();

    @Option(
            names = "--subscription",
            paramLabel = "NAME",
            description = "The Pub/Sub subscription to set back and empty, such as projects/PROJECT/subscriptions/NAME."
                    + " Nothing else may use it. The subscription or its topic must retain acknowledged messages.")
    private @Nullable String subscription;

    @Option(
            names = "--from",
            paramLabel = "TIME",
            converter = TimeText.Converter.class,
            description =
                    "With --subscription: only messages published at or after this time: " + TimeText.ALLOWED + ".")
    private @Nullable TimeText from;

    @Option(
            names = "--snapshot",
            paramLabel = "NAME",
            description = "With --subscription: messages that were not acknowledged when this snapshot was made, and"
                    + " all later ones, such as projects/PROJECT/snapshots/NAME.")
    private @Nullable String snapshot;

    @Option(
            names = "--idle",
            paramLabel = "DURATION",
            converter = Span.class,
            description = "With --subscription: how long the subscription must deliver nothing before the command ends."
                    + " Default: 30s.")
    private Duration idle = Duration.ofSeconds(30);

    @Option(names = "--dry-run", description = "Reports what is missing and archives nothing.")
    private boolean dryRun;

    @Option(names = "--json", description = "Prints one JSON object for each capture.")
    private boolean json;

    /** Makes the command. */
    public BackfillCommand(CommandContext context) {
        this.context = context;
    }

    /** Fills what is missing and returns the exit code. */
    @Override
    public Integer call() throws IOException {
        JsonLog.quietClients();
        try {
            RunConfig config = RunConfig.read(Optional.ofNullable(file), context.environment());
            if (subscription != null || from != null || snapshot != null) {
                return deliverAgain(config) ? ExitCodes.GOOD : ExitCodes.FAILED;
            }
            boolean isDone = true;
            for (CaptureConfig capture : chosen(config)) {
                isDone &= fill(capture);
            }
            return isDone ? ExitCodes.GOOD : ExitCodes.FAILED;
        } catch (SettingsException e) {
            e.problems().forEach(problem -> context.err().println(problem));
            return ExitCodes.USAGE;
        } catch (BlobStoreException | PullException e) {
            context.err().println("persistor backfill failed: " + e.getMessage());
            return ExitCodes.FAILED;
        }
    }

    private List<CaptureConfig> chosen(RunConfig config) {
        List<String> all = config.captures().stream().map(CaptureConfig::name).toList();
        if (!all.containsAll(names)) {
            throw new SettingsException(Problem.of("--capture is " + names + "; there are " + all));
        }
        return config.captures().stream()
                .filter(capture -> names.isEmpty() || names.contains(capture.name()))
                .toList();
    }

    /** Tells whether nothing failed. */
    private boolean fill(CaptureConfig config) throws IOException {
        try (Capture capture = config.open(List.of())) {
            Optional<LogReader> opened =
                    config.kind().provider().flatMap(provider -> provider.openLog(capture, config.environment()));
            if (opened.isEmpty()) {
                if (!names.isEmpty()) {
                    throw new SettingsException(Problem.of("--capture " + config.name() + " is from "
                            + config.kind().name() + ", which has no offsets to read again from"));
                }
                return true;
            }
            try (LogReader log = opened.get()) {
                Backfill backfill = new Backfill(capture, log);
                Map<LogReader.Partition, Backfill.MissingOffsets> plan = backfill.plan();
                Optional<PullReport> report = dryRun
                        ? Optional.empty()
                        : Optional.of(backfill.fill(plan, PullLimits.endless(capture.settings(), GRACE)));
                show(config.name(), plan, report);
                return report.map(PullReport::isSuccess).orElse(true);
            }
        }
    }

    private boolean deliverAgain(RunConfig config) throws IOException {
        if (subscription == null || (from == null) == (snapshot == null) || names.size() != 1 || dryRun) {
            throw new SettingsException(
                    Problem.of("--subscription needs one --capture, and --from or --snapshot; it has no --dry-run"));
        }
        CaptureConfig chosen = chosen(config).get(0);
        FeedProvider provider = chosen.kind().provider().orElseThrow(() -> notAgain(chosen));
        Optional<Instant> since =
                Optional.ofNullable(from).map(time -> time.at(context.clock().instant()));
        try (Capture capture = chosen.open(List.of());
                SeenMessages there = archived(capture, since)) {
            Redelivery again = new Redelivery(subscription, since, Optional.ofNullable(snapshot), there::contains);
            PullLimits limits = PullLimits.endless(capture.settings(), GRACE).withIdle(idle);
            Feed feed = provider.openAgain(capture, limits, chosen.environment(), again)
                    .orElseThrow(() -> notAgain(chosen));
            try (feed) {
                PullReport report = feed.archive();
                show(chosen.name(), Map.of(), Optional.of(report));
                return report.isSuccess();
            }
        }
    }

    private static SettingsException notAgain(CaptureConfig capture) {
        return new SettingsException(Problem.of("--capture " + capture.name() + " is from "
                + capture.kind().name() + ", which does not deliver again"));
    }

    /** Returns what is there of all that may be delivered again. */
    private static SeenMessages archived(Capture capture, Optional<Instant> since) {
        MessageFilter.Builder filter = MessageFilter.builder();
        since.ifPresent(time -> filter.range(new TimeRange(time, TimeRange.ALL.to())));
        Archive archive = Archive.on(capture.store())
                .naming(capture.settings().get(PersistorSettings.PATH))
                .build();
        SeenMessages seen = new SeenMessages();
        try (ArchiveReader messages = archive.read(filter.build(), ReadOrder.NONE)) {
            messages.forEachRemaining(seen::add);
        }
        return seen;
    }

    private void show(String name, Map<LogReader.Partition, Backfill.MissingOffsets> plan, Optional<PullReport> report)
            throws IOException {
        if (json) {
            printJson(name, plan, report);
        } else {
            print(name, plan, report);
        }
    }

    private void print(
            String name, Map<LogReader.Partition, Backfill.MissingOffsets> plan, Optional<PullReport> report) {
        context.out().println(name);
        plan.forEach((partition, lack) -> context.out()
                .printf(
                        "  %s, partition %s: kept %d to %d, missing %,d%s%s%n",
                        partition.source(),
                        partition.name(),
                        lack.kept().first(),
                        lack.kept().last(),
                        lack.size(),
                        text(lack.missing()),
                        lost(lack)));
        report.ifPresent(done -> context.out()
                .printf(
                        "  read %,d, archived %,d, already there %,d, in quarantine %,d, failed %,d, lost %,d%n",
                        done.received(),
                        done.persisted(),
                        done.alreadyThere(),
                        done.quarantined(),
                        done.failed(),
                        done.lost()));
        context.out().flush();
    }

    private static String lost(Backfill.MissingOffsets lack) {
        long size = lack.lost().stream().mapToLong(OffsetRange::size).sum();
        return size == 0 ? "" : String.format("; lost %,d%s", size, text(lack.lost()));
    }

    private static String text(List<OffsetRange> missing) {
        if (missing.isEmpty()) {
            return "";
        }
        return missing.stream()
                .limit(SHOWN)
                .map(range -> range.first() + " to " + range.last())
                .collect(Collectors.joining(", ", ": ", missing.size() > SHOWN ? ", ..." : ""));
    }

    private void printJson(
            String name, Map<LogReader.Partition, Backfill.MissingOffsets> plan, Optional<PullReport> report)
            throws IOException {
        Json.print(context.bytes(), out -> {
            out.writeStringField("capture", name);
            out.writeArrayFieldStart("partitions");
            for (Map.Entry<LogReader.Partition, Backfill.MissingOffsets> entry : plan.entrySet()) {
                write(out, entry.getKey(), entry.getValue());
            }
            out.writeEndArray();
            if (report.isPresent()) {
                out.writeFieldName("report");
                out.writeRawValue(new String(report.get().toJson(), StandardCharsets.UTF_8));
            }
        });
    }

    private static void write(JsonGenerator out, LogReader.Partition partition, Backfill.MissingOffsets lack)
            throws IOException {
        out.writeStartObject();
        out.writeStringField("source", partition.source());
        if (!partition.log().isEmpty()) {
            out.writeStringField("log", partition.log());
        }
        out.writeStringField("partition", partition.name());
        out.writeNumberField("first", lack.kept().first());
        out.writeNumberField("last", lack.kept().last());
        write(out, "missing", lack.missing());
        write(out, "lost", lack.lost());
        out.writeEndObject();
    }

    private static void write(JsonGenerator out, String field, List<OffsetRange> ranges) throws IOException {
        out.writeArrayFieldStart(field);
        for (OffsetRange range : ranges) {
            out.writeArray(new long[] {range.first(), range.last()}, 0, 2);
        }
        out.writeEndArray();
    }

    /** Durations are written as in settings. */
    static final class Span extends Parsed<Duration> {
        Span() {
            super(Values::positiveDuration, "a duration such as 30s or 2m");
        }
    }
}
