package dev.persistor.standalone.recovery;

import dev.persistor.core.archive.NotedTemplates;
import dev.persistor.core.config.PersistorSettings;
import dev.persistor.core.config.ReadSettings;
import dev.persistor.core.config.SettingsException;
import dev.persistor.core.config.Values;
import dev.persistor.core.format.MessageFormats;
import dev.persistor.core.format.ReadLimits;
import dev.persistor.core.format.foreign.ForeignLayouts;
import dev.persistor.core.naming.CaptureNames;
import dev.persistor.core.naming.NamedBlobs;
import dev.persistor.core.naming.PathTemplate;
import dev.persistor.core.retry.RetryBudget;
import dev.persistor.core.store.BlobStore;
import dev.persistor.core.store.BlobStoreException;
import dev.persistor.core.store.BlobStores;
import dev.persistor.standalone.cli.CommandContext;
import dev.persistor.standalone.cli.Numbers;
import dev.persistor.standalone.cli.Parsed;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Which archive, and how it is read: the options that all commands on archives have. Not thread-safe. */
public final class StoreOptions {

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
            names = "--path",
            paramLabel = "TEMPLATE",
            description =
                    "The path template of the archive; may be repeated if the template changed. Templates that captures"
                            + " noted in the store are used too. If a template is missing, a time range may miss messages. A copy"
                            + " into another store is named by the first template. Default: the environment variable"
                            + " PERSISTOR_PATH, else {source}/{yyyy}/{MM}/{dd}/{HH}/{id}{ext}.")
    private List<String> paths = new ArrayList<>();

    @Option(
            names = "--capture-format",
            paramLabel = "FORMAT",
            description = "The file name format of Event Hubs Capture, without .avro, such as"
                    + " {Namespace}/{EventHub}/p{PartitionId}--{Year}-{Month}-{Day}/{Hour}{Minute}{Second}. Default:"
                    + " {Namespace}/{EventHub}/{PartitionId}/{Year}/{Month}/{Day}/{Hour}/{Minute}/{Second}.")
    private String captureFormat = "";

    @Option(
            names = "--layout",
            paramLabel = "NAME",
            description =
                    "Also reads files that another program wrote: pubsub-text, pubsub-avro, dataflow-text, dataflow-avro,"
                            + " dataphos, persistor-gcp or persistor-azure; may be repeated. Without --path, a time range is"
                            + " searched under all names. Default: none.")
    private List<String> layouts = new ArrayList<>();

    @Option(
            names = "--any-names",
            description =
                    "Searches a time range under all names, because another program named the blobs. Default: only with"
                            + " --layout.")
    private boolean anyNames;

    @Option(
            names = "--concurrency",
            paramLabel = "N",
            converter = Numbers.Few.class,
            description =
                    "How many blobs to read at the same time, and to write when copying: 1 to 9999. Persistor reads fewer"
                            + " when they would hold 64 MiB. Default: adapts to the store, up to 512 and up to one for each MiB of"
                            + " heap.")
    private @Nullable Integer concurrency;

    @Option(
            names = "--retry-for",
            paramLabel = "DURATION",
            converter = RetryFor.class,
            description = "How long to retry each failed call to the store, such as 30s or 5m. Default: 60s.")
    private Duration retryFor = Duration.ofSeconds(60);

    /** Returns an error of the command line. */
    ParameterException wrong(String message) {
        if (command == null) {
            throw new IllegalStateException("the options are of no command");
        }
        return new ParameterException(command.commandLine(), message);
    }

    /**
     * Returns how the options say that the store is read.
     *
     * @throws ParameterException if they are wrong
     */
    Reading reading(CommandContext context) {
        List<PathTemplate> templates = templates(context);
        Optional<CaptureNames> capture = captureNames();
        return new Reading(
                templates,
                Stream.<NamedBlobs>concat(templates.stream(), capture.stream()).toList(),
                formats(capture),
                limits(context),
                concurrency(),
                looksUnderAllNames());
    }

    /**
     * Opens the store for many readings, each with a filter of its own.
     *
     * @return what the caller closes
     * @throws ParameterException if the options are wrong
     */
    public ArchiveAccess access(CommandContext context) {
        Reading reading = reading(context);
        BlobStore blobs = open(context);
        List<NamedBlobs> rules = withNoted(reading.rules(), context, blobs);
        return new ArchiveAccess(
                blobs,
                source -> reading.archive(source, rules),
                words(context),
                rules.stream().map(Object::toString).toList(),
                context.clock());
    }

    /** Returns the words of a command line that name the archive, however it was named here. */
    private List<String> words(CommandContext context) {
        List<String> words = new ArrayList<>();
        words.add(storeText(context));
        templates(context).stream()
                .map(PathTemplate::toString)
                .filter(template -> !template.equals(PathTemplate.DEFAULT.toString()))
                .forEach(template -> words.add("--path=" + template));
        layouts.forEach(layout -> words.add("--layout=" + layout));
        if (!captureFormat.isEmpty()) {
            words.add("--capture-format=" + captureFormat);
        }
        if (anyNames) {
            words.add("--any-names");
        }
        return words;
    }

    private boolean looksUnderAllNames() {
        return anyNames || (!layouts.isEmpty() && paths.isEmpty());
    }

    /**
     * Returns the rules with the templates that captures noted in the store: more of them find more, and the archive can be read without
     * them.
     */
    List<NamedBlobs> withNoted(List<NamedBlobs> rules, CommandContext context, BlobStore blobs) {
        if (looksUnderAllNames()) {
            return rules;
        }
        try {
            return Stream.concat(rules.stream(), NotedTemplates.in(blobs).stream())
                    .distinct()
                    .toList();
        } catch (BlobStoreException e) {
            if (e.isRetryable()) {
                blobs.close();
                throw e;
            }
            context.err()
                    .println("The path templates noted in the store cannot be read; only those of --path are used: "
                            + e.getMessage());
            return rules;
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

    /**
     * Opens the store.
     *
     * @return what the caller closes
     * @throws ParameterException if no store is given, or it cannot be opened as it is given
     */
    BlobStore open(CommandContext context) {
        String text = storeText(context);
        if (text.isBlank()) {
            throw wrong(
                    "Missing required parameter: 'STORE'; " + PersistorSettings.STORE.name() + " is not set either");
        }
        return openExisting(text, context);
    }

    private String storeText(CommandContext context) {
        return store.isEmpty() ? context.environment().getOrDefault(PersistorSettings.STORE.name(), "") : store;
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
