package dev.persistor.standalone.cost;

import dev.persistor.core.config.Problem;
import dev.persistor.core.config.SettingsException;
import dev.persistor.core.config.Values;
import dev.persistor.standalone.cli.Choice;
import dev.persistor.standalone.cli.CommandContext;
import dev.persistor.standalone.cli.ExitCodes;
import dev.persistor.standalone.cli.Numbers;
import dev.persistor.standalone.cli.Parsed;
import dev.persistor.standalone.cli.Problems;
import dev.persistor.standalone.cli.RateText;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.Reader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Option;
import picocli.CommandLine.TypeConversionException;

/**
 * {@code persistor cost}.
 *
 * <p>Not thread-safe.
 */
@Command(
        name = "cost",
        description = {
            "Estimates the cost of archiving at list prices, for each way to archive, and compares it with the cloud's"
                    + " own export: the Cloud Storage subscription of Pub/Sub, and Event Hubs Capture. The prices come"
                    + " from a file; no cloud is asked.",
            "Exit code: 0 when the estimate is printed; 1 when the prices cannot be read; 64 for a wrong command"
                    + " line or wrong prices."
        },
        mixinStandardHelpOptions = true)
public final class CostCommand implements Callable<Integer> {

    private final CommandContext context;

    @Option(
            names = "--cloud",
            paramLabel = "CLOUD",
            converter = CloudsName.class,
            description = "The cloud: gcp, azure or both. Default: both.")
    private Clouds cloud = Clouds.BOTH;

    @Option(
            names = "--messages",
            paramLabel = "N",
            converter = Numbers.Many.class,
            description = "The number of messages. Default: 1000000.")
    private long messages = 1_000_000;

    @Option(
            names = "--rate",
            paramLabel = "N/s",
            converter = RateText.Rate.class,
            description =
                    "The rate at which messages arrive, evenly: 500/s, 30/m. It determines how long a process must run,"
                            + " and how many messages share a batch. Default: 100/s.")
    private double rate = 100;

    @Option(
            names = "--size",
            paramLabel = "SIZE",
            converter = Size.class,
            description = "The size of a message's payload: 512, 4KiB, 1MiB. Default: 1KiB.")
    private long size = 1L << 10;

    @Option(
            names = "--extra",
            paramLabel = "SIZE",
            converter = SizeOrNothing.class,
            description = "The size of a message's attributes, id and time, which are transferred and stored with it."
                    + " Default: 374, as measured in jsonl.")
    private long extra = 374;

    @Option(
            names = "--batch",
            paramLabel = "N",
            converter = Numbers.Some.class,
            description = "The maximum number of messages in a batch. Default: 1000.")
    private int batch = 1_000;

    @Option(
            names = "--batch-bytes",
            paramLabel = "SIZE",
            converter = Size.class,
            description = "The maximum size of a batch before compression. Default: 8MiB.")
    private long batchBytes = 8L << 20;

    @Option(
            names = "--linger",
            paramLabel = "DURATION",
            converter = Span.class,
            description = "How long a batch waits for more messages. Default: 250ms in functions, 1s in containers.")
    private @Nullable Duration linger;

    @Option(
            names = "--concurrency",
            paramLabel = "N",
            converter = Numbers.Few.class,
            description =
                    "How many requests a function instance serves at the same time. Default: 80 on Google Cloud, 16 on"
                            + " Azure.")
    private @Nullable Integer concurrency;

    @Option(
            names = "--pull-every",
            paramLabel = "DURATION",
            converter = Span.class,
            description = "The time between two runs of a function that pulls. Default: 10m.")
    private Duration pullEvery = Duration.ofMinutes(10);

    @Option(
            names = "--partitions",
            paramLabel = "N",
            converter = Numbers.Few.class,
            description = "The number of partitions of the event hub. Default: 4.")
    private int partitions = 4;

    @Option(
            names = "--compression-ratio",
            paramLabel = "R",
            converter = Ratio.class,
            description =
                    "The compression ratio of batches: original size divided by compressed size. Single-message objects"
                            + " are not compressed. Default: 1.")
    private double ratio = 1;

    @Option(
            names = "--export-compression-ratio",
            paramLabel = "R",
            converter = Ratio.class,
            description = "The compression ratio of the cloud's own export. Default: 1.")
    private double exportRatio = 1;

    @Option(
            names = "--storage-class",
            paramLabel = "NAME",
            description = "The storage class of the objects, such as nearline or cool; may be repeated for two clouds."
                    + " Default: the first class of each cloud in the price file: standard, hot.")
    private List<String> classes = List.of();

    @Option(
            names = "--months",
            paramLabel = "N",
            converter = Amount.class,
            description = "How many months the objects are kept. Default: 1.")
    private double months = 1;

    @Option(
            names = "--request-ms",
            paramLabel = "N",
            converter = Amount.class,
            description = "Processor time for each request that delivers messages or writes an object, in milliseconds."
                    + " Default: 0.5.")
    private double requestMillis = 0.5;

    @Option(
            names = "--kib-ms",
            paramLabel = "N",
            converter = Amount.class,
            description = "Processor time for each KiB of payload, compression included, in milliseconds."
                    + " Default: 0.08.")
    private double kibMillis = 0.08;

    @Option(
            names = "--write-ms",
            paramLabel = "N",
            converter = Amount.class,
            description = "Time until an object is durable, in milliseconds. Default: 20.")
    private double writeMillis = 20;

    @Option(
            names = "--prices",
            paramLabel = "FILE",
            description =
                    "A YAML file with the prices of your region and your discounts. Default: list prices of us-central1"
                            + " and eastus.")
    private @Nullable Path prices;

    @Option(names = "--sample", description = "Prints the default prices as a sample file and exits.")
    private boolean sample;

    @Option(names = "--json", description = "Prints one JSON object.")
    private boolean json;

    /** Makes the command. */
    public CostCommand(CommandContext context) {
        this.context = context;
    }

    /** Prints the estimate and returns the exit code. */
    @Override
    public Integer call() throws IOException {
        if (sample) {
            try (InputStream list = listPrices()) {
                context.out().print(new String(list.readAllBytes(), StandardCharsets.UTF_8));
            }
            context.out().flush();
            return ExitCodes.GOOD;
        }
        try {
            Report report = report();
            if (json) {
                report.printJson(context.bytes());
            } else {
                report.print(context.out());
            }
            return ExitCodes.GOOD;
        } catch (SettingsException e) {
            Problems.print(context.err(), prices == null ? "The command line" : "The command line with " + prices, e);
            return ExitCodes.USAGE;
        } catch (NoSuchFileException e) {
            context.err().println("File not found: " + e.getFile());
            context.err().println("Try 'persistor cost --sample', which prints sample prices.");
            return ExitCodes.USAGE;
        }
    }

    private Report report() throws IOException {
        Question question = new Question(
                new Messages(messages, rate, size, extra),
                new Deployment(
                        batch,
                        batchBytes,
                        Optional.ofNullable(linger),
                        concurrency == null ? OptionalInt.empty() : OptionalInt.of(concurrency),
                        pullEvery,
                        partitions),
                new Work(requestMillis, kibMillis, writeMillis),
                ratio,
                exportRatio,
                months);
        Prices known = readPrices();
        checkClasses(known);
        List<CloudReport> reports = new ArrayList<>();
        for (Provider provider : cloud.providers()) {
            CloudPrices here = known.of(provider);
            StorageClass storage = classes.stream()
                    .flatMap(name -> here.storage(name).stream())
                    .findFirst()
                    .orElse(here.classes().get(0));
            Bills bills = provider == Provider.GCP
                    ? GcpBills.of(question, here, storage)
                    : AzureBills.of(question, here, storage);
            reports.add(new CloudReport(provider, here, storage, bills));
        }
        return new Report(question, known.currency(), reports);
    }

    private Prices readPrices() throws IOException {
        try (Reader text = prices == null
                ? new BufferedReader(new InputStreamReader(listPrices(), StandardCharsets.UTF_8))
                : Files.newBufferedReader(prices)) {
            return PricesFile.read(text, cloud.providers());
        }
    }

    private void checkClasses(Prices known) {
        List<String> names = cloud.providers().stream()
                .flatMap(provider -> known.of(provider).classes().stream())
                .map(StorageClass::name)
                .toList();
        List<Problem> problems = classes.stream()
                .filter(name -> !names.contains(name))
                .map(name -> Problem.of(
                        "--storage-class is \"" + name + "\"; it must be one of " + String.join(", ", names)))
                .toList();
        if (!problems.isEmpty()) {
            throw new SettingsException(problems);
        }
    }

    private static InputStream listPrices() {
        InputStream text = CostCommand.class.getResourceAsStream("prices.yaml");
        if (text == null) {
            throw new IllegalStateException("prices.yaml is missing from the jar");
        }
        return text;
    }

    /** The selectable clouds. */
    enum Clouds {
        GCP,
        AZURE,
        BOTH;

        List<Provider> providers() {
            return switch (this) {
                case GCP -> List.of(Provider.GCP);
                case AZURE -> List.of(Provider.AZURE);
                case BOTH -> List.of(Provider.values());
            };
        }

        @Override
        public String toString() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /** For the option. */
    static final class CloudsName extends Choice<Clouds> {
        CloudsName() {
            super(Clouds.values());
        }
    }

    /** Sizes are written as in settings. */
    static final class Size extends Parsed<Long> {
        Size() {
            super(Values::positiveSize, "a size, more than 0, such as 512, 4KiB or 8MiB");
        }
    }

    /** A size, or 0. */
    static final class SizeOrNothing extends Parsed<Long> {
        SizeOrNothing() {
            super(
                    value -> value.equals("0") ? Long.valueOf(0) : Values.positiveSize(value),
                    "a size such as 0, 512 or 4KiB");
        }
    }

    /** Durations are written as in settings. */
    static final class Span extends Parsed<Duration> {
        Span() {
            super(Values::positiveDuration, "a duration such as 250ms, 30s or 10m");
        }
    }

    /** Parses a compression ratio. */
    static final class Ratio implements ITypeConverter<Double> {
        @Override
        public Double convert(String value) {
            double ratio = decimal(value);
            if (ratio < 1) {
                throw new TypeConversionException("'" + value + "' is not valid; use a number, 1 or more, such as 3.5");
            }
            return ratio;
        }
    }

    /** More than nothing. */
    static final class Amount implements ITypeConverter<Double> {
        @Override
        public Double convert(String value) {
            double amount = decimal(value);
            if (amount <= 0) {
                throw new TypeConversionException(
                        "'" + value + "' is not valid; use a number, more than 0, such as 0.5 or 12");
            }
            return amount;
        }
    }

    /** Returns -1 for what is no plain number. */
    private static double decimal(String value) {
        return value.matches("\\d{1,6}(\\.\\d{1,9})?") ? Double.parseDouble(value) : -1;
    }
}
