package dev.persistor.standalone.recovery;

import dev.persistor.core.archive.Archive;
import dev.persistor.core.archive.Finding;
import dev.persistor.core.archive.MessageFilter;
import dev.persistor.core.archive.NotedTemplates;
import dev.persistor.core.config.PersistorSettings;
import dev.persistor.core.config.ReadSettings;
import dev.persistor.core.config.SettingsException;
import dev.persistor.core.config.Values;
import dev.persistor.core.format.MessageFormats;
import dev.persistor.core.format.ReadLimits;
import dev.persistor.core.format.foreign.ForeignLayouts;
import dev.persistor.core.message.TimeRange;
import dev.persistor.core.naming.CaptureNames;
import dev.persistor.core.naming.NamedBlobs;
import dev.persistor.core.naming.PathTemplate;
import dev.persistor.core.retry.RetryBudget;
import dev.persistor.core.store.BlobInfo;
import dev.persistor.core.store.BlobSource;
import dev.persistor.core.store.BlobStore;
import dev.persistor.core.store.BlobStoreException;
import dev.persistor.core.store.BlobStores;
import dev.persistor.standalone.cli.CommandContext;
import dev.persistor.standalone.cli.ExitCodes;
import dev.persistor.standalone.cli.Numbers;
import dev.persistor.standalone.cli.Parsed;
import dev.persistor.standalone.cli.Text;
import dev.persistor.standalone.cli.TimeText;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Consumer;
import java.util.function.IntConsumer;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Which archive, and what of it: the options that all commands on archives have. Not thread-safe. */
final class ArchiveOptions {

    @Spec(Spec.Target.MIXEE)
    private @Nullable CommandSpec command;

    @Parameters(
            index = "0",
            arity = "0..1",
            paramLabel = "STORE",
            description = "The archive: gs://bucket/prefix, https://ACCOUNT.blob.core.windows.net/container/prefix,"
                    + " file:///folder, or a folder. Default: the environment variable PERSISTOR_STORE.")
    private String store = "";

    @Option(
            names = "--from",
            paramLabel = "TIME",
            converter = TimeText.Converter.class,
            description = "Only messages published then or later: " + TimeText.ALLOWED + ". Default: all.")
    private @Nullable TimeText from;

    @Option(
            names = "--source",
            paramLabel = "NAME",
            description = "Only messages of this source; may be repeated. Default: all.")
    private List<String> sources = new ArrayList<>();

    @Option(
            names = "--id",
            paramLabel = "ID",
            description = "Only the message of this id, or that had it before a replay; may be repeated. Default: all.")
    private List<String> ids = new ArrayList<>();

    @Option(
            names = "--attr",
            paramLabel = "NAME=VALUE",
            converter = KeyValue.Converter.class,
            description = "Only messages with this attribute; when repeated, with each of them. Default: all.")
    private List<KeyValue> attributes = new ArrayList<>();

    @Option(names = "--prefix", paramLabel = "TEXT", description = "Only blobs whose names begin so. Default: all.")
    private String prefix = "";

    @Option(
            names = "--path",
            paramLabel = "TEMPLATE",
            description =
                    "The template by which the blobs were named; may be repeated where it has changed. Those that captures"
                            + " noted in the store are used as well. With others, a range of time may miss messages. A copy is"
                            + " named by the first. Default: the environment variable PERSISTOR_PATH, else"
                            + " {source}/{yyyy}/{MM}/{dd}/{HH}/{id}{ext}.")
    private List<String> paths = new ArrayList<>();

    @Option(
            names = "--capture-format",
            paramLabel = "FORMAT",
            description = "How Event Hubs Capture named its files, without the .avro behind it, such as"
                    + " {Namespace}/{EventHub}/p{PartitionId}--{Year}-{Month}-{Day}/{Hour}{Minute}{Second}. Default:"
                    + " {Namespace}/{EventHub}/{PartitionId}/{Year}/{Month}/{Day}/{Hour}/{Minute}/{Second}.")
    private String captureFormat = "";

    @Option(
            names = "--layout",
            paramLabel = "NAME",
            description = "Reads also what another program wrote: pubsub-text, pubsub-avro, dataflow-text,"
                    + " dataflow-avro, dataphos, persistor-gcp or persistor-azure; may be repeated. Without --path, a range of time is looked for under all names."
                    + " Default: none.")
    private List<String> layouts = new ArrayList<>();

    @Option(
            names = "--any-names",
            description =
                    "Looks for a range of time under all names, for blobs that another program named. Default: only"
                            + " with --layout.")
    private boolean anyNames;

    @Option(
            names = "--concurrency",
            paramLabel = "N",
            converter = Numbers.Few.class,
            description =
                    "How many blobs are read at a time, and written by a copy, 1 to 9999; fewer where they hold 64"
                            + " MiB. Default: adapts to the store, up to 512 and to one for each MiB of the heap.")
    private @Nullable Integer concurrency;

    @Option(
            names = "--retry-for",
            paramLabel = "DURATION",
            converter = RetryFor.class,
            description = "How long each call to the store that fails is retried, such as 30s or 5m. Default: 60s.")
    private Duration retryFor = Duration.ofSeconds(60);

    @Option(
            names = "--allow-empty",
            description = "Exits with 0 instead of 3 when no message matches: for scripts that expect that.")
    private boolean allowEmpty;

    /** Returns an error of the command line. */
    ParameterException wrong(String message) {
        if (command == null) {
            throw new IllegalStateException("the options are of no command");
        }
        return new ParameterException(command.commandLine(), message);
    }

    /** Tells whether some messages of a blob may be wanted and others not, whatever its metadata says. */
    boolean looksIntoMessages() {
        return !ids.isEmpty() || !attributes.isEmpty();
    }

    /** Returns the option that counts from now, if there is one: whenever it is asked it means another time. */
    Optional<TimeText> relative(Optional<TimeText> until) {
        return Optional.ofNullable(from).filter(TimeText::isRelative).or(() -> until.filter(TimeText::isRelative));
    }

    /**
     * Opens the archive.
     *
     * @param until the end of the range, if there is one
     * @param listed told of each blob that is listed
     * @param opened told of each blob that is opened
     * @return what the caller closes
     * @throws ParameterException if the options are wrong
     */
    OpenArchive open(
            CommandContext context, Optional<TimeText> until, Consumer<BlobInfo> listed, Consumer<BlobInfo> opened) {
        return open(context, until, listed, opened, bytes -> {});
    }

    /**
     * Opens the archive; see {@link #open(CommandContext, Optional, Consumer, Consumer)}.
     *
     * @param content told how many more bytes of content were read, decompressed
     */
    OpenArchive open(
            CommandContext context,
            Optional<TimeText> until,
            Consumer<BlobInfo> listed,
            Consumer<BlobInfo> opened,
            IntConsumer content) {
        ReadLimits limits = limits(context);
        MessageFilter filter = filter(context, until);
        List<PathTemplate> templates = templates(context);
        Optional<CaptureNames> capture = captureNames();
        MessageFormats formats = formats(capture);
        BlobStore blobs = openStore(context);
        LongAdder count = new LongAdder();
        Consumer<BlobInfo> counted = blob -> {
            count.increment();
            opened.accept(blob);
        };
        List<NamedBlobs> rules = Stream.of(templates.stream(), noted(context, blobs, filter), capture.stream())
                .<NamedBlobs>flatMap(each -> each)
                .distinct()
                .toList();
        Archive.Builder archive = archive(new WatchedSource(blobs, listed, counted), rules, formats)
                .limits(limits)
                .progress(content);
        return new OpenArchive(
                blobs,
                archive.build(),
                filter,
                templates.get(0),
                count,
                archive(blobs, rules, formats).build());
    }

    private Archive.Builder archive(BlobSource source, List<NamedBlobs> rules, MessageFormats formats) {
        Archive.Builder archive = Archive.on(source).naming(rules).formats(formats);
        concurrency().ifPresent(archive::concurrency);
        return looksUnderAllNames() ? archive.anyNames() : archive;
    }

    private boolean looksUnderAllNames() {
        return anyNames || (!layouts.isEmpty() && paths.isEmpty());
    }

    /** Returns the templates that captures noted in the store: more of them find more, and the archive can be read without them. */
    private Stream<PathTemplate> noted(CommandContext context, BlobStore blobs, MessageFilter filter) {
        if (looksUnderAllNames()) {
            return Stream.empty();
        }
        try {
            return NotedTemplates.in(blobs, filter).stream();
        } catch (BlobStoreException e) {
            if (e.isRetryable()) {
                blobs.close();
                throw e;
            }
            context.err()
                    .println(
                            "The path templates that the store notes cannot be read, so only those of --path are used: "
                                    + e.getMessage());
            return Stream.empty();
        }
    }

    /**
     * Returns the exit code of a command that has read what it could of the archive. When nothing matched, the standard error says
     * what there is instead.
     *
     * @param matched how many messages or blobs matched
     */
    int exitCode(CommandContext context, OpenArchive open, long matched, List<Finding> findings) {
        sayUnexpectedNames(context, open);
        if (Findings.hideMessages(findings)) {
            return ExitCodes.FAILED;
        }
        if (matched > 0 || allowEmpty) {
            return ExitCodes.GOOD;
        }
        if (open.filter().shard().isPresent()) {
            // A small archive leaves shards empty. A job must not fail of that.
            context.err().println("No message is in this shard. persistor report tells whether any is in another.");
            context.err().flush();
            return ExitCodes.GOOD;
        }
        new NothingMatched(open, context.err()).explain();
        return ExitCodes.NOTHING_MATCHED;
    }

    /** Says how many blobs with messages have names that no template makes: a range of time may miss others like them. */
    static void sayUnexpectedNames(CommandContext context, OpenArchive open) {
        long names = open.archive().unexpectedNames();
        if (names > 0) {
            context.err()
                    .println(Text.count(names, "blob")
                            + " listed for this range of time or source have names that no --path"
                            + " template makes. They were read, but others like them may have been missed. Give each template that the"
                            + " archive was written with, or --any-names.");
            context.err().flush();
        }
    }

    /** Returns how many blobs are read, and written by a copy, at a time, if that is fixed. */
    OptionalInt concurrency() {
        return concurrency == null ? OptionalInt.empty() : OptionalInt.of(concurrency);
    }

    private ReadLimits limits(CommandContext context) {
        try {
            return ReadSettings.limits(context.environment());
        } catch (SettingsException e) {
            throw wrong(String.valueOf(e.getMessage()));
        }
    }

    private Optional<CaptureNames> captureNames() {
        try {
            return Optional.of(captureFormat)
                    .filter(format -> !format.isEmpty())
                    .map(CaptureNames::parse);
        } catch (IllegalArgumentException e) {
            throw wrong(
                    "Invalid value for option '--capture-format' (FORMAT): '" + captureFormat + "': " + e.getMessage());
        }
    }

    private MessageFormats formats(Optional<CaptureNames> capture) {
        try {
            return MessageFormats.installed()
                    .withLayouts(Stream.concat(
                                    capture.stream().map(ForeignLayouts::captured),
                                    layouts.stream().map(ForeignLayouts::named))
                            .toList());
        } catch (IllegalArgumentException e) {
            throw wrong("Invalid value for option '--layout' (NAME): " + e.getMessage());
        }
    }

    private MessageFilter filter(CommandContext context, Optional<TimeText> until) {
        MessageFilter.Builder filter = MessageFilter.builder().prefix(prefix).range(range(context, until));
        sources.forEach(filter::source);
        ids.forEach(filter::id);
        attributes.forEach(attribute -> filter.attribute(attribute.key(), attribute.value()));
        return filter.build();
    }

    private TimeRange range(CommandContext context, Optional<TimeText> until) {
        Instant now = context.clock().instant();
        Instant first = from == null ? TimeRange.ALL.from() : at("--from", from, now, context);
        Instant end = until.map(time -> at("the end of the range", time, now, context))
                .orElse(TimeRange.ALL.to());
        if (end.isBefore(first)) {
            throw wrong("the range ends at " + end + ", before it begins at " + first);
        }
        return new TimeRange(first, end);
    }

    private static Instant at(String option, TimeText time, Instant now, CommandContext context) {
        Instant instant = time.at(now);
        if (time.isZoneless()) {
            context.err().println(option + " '" + time.text() + "' says no zone and is taken as UTC: " + instant);
        }
        return instant;
    }

    private List<PathTemplate> templates(CommandContext context) {
        String setting = PersistorSettings.PATH.name();
        String set = context.environment().getOrDefault(setting, "");
        if (!paths.isEmpty()) {
            return paths.stream()
                    .map(text -> template("Invalid value for option '--path' (TEMPLATE)", text))
                    .toList();
        }
        return List.of(set.isBlank() ? PathTemplate.DEFAULT : template(setting, set));
    }

    private PathTemplate template(String what, String text) {
        try {
            return PathTemplate.parse(text);
        } catch (IllegalArgumentException e) {
            throw wrong(what + ": '" + text + "': " + e.getMessage());
        }
    }

    private BlobStore openStore(CommandContext context) {
        String setting = PersistorSettings.STORE.name();
        String text = store.isEmpty() ? context.environment().getOrDefault(setting, "") : store;
        if (text.isBlank()) {
            throw wrong("Missing required parameter: 'STORE'; " + setting + " is not set either");
        }
        return openExisting(text, context);
    }

    private BlobStore openExisting(String text, CommandContext context) {
        try {
            URI address = Addresses.store(text);
            Addresses.requireFolder(address);
            return retried(BlobStores.openChecked(address, context.environment()));
        } catch (IllegalArgumentException e) {
            throw wrong("Invalid value for parameter 'STORE': " + e.getMessage());
        }
    }

    /** Returns a store that retries each call as long as is asked for. */
    BlobStore retried(BlobStore blobs) {
        return blobs.withRetries(RetryBudget.of(retryFor));
    }

    /** Durations are written as in settings. */
    static final class RetryFor extends Parsed<Duration> {
        RetryFor() {
            super(Values::positiveDuration, "a duration such as 30s or 5m");
        }
    }
}
