package dev.persistor.standalone.recovery;

import dev.persistor.core.archive.Shard;
import dev.persistor.core.compact.Compaction;
import dev.persistor.core.compact.CompactionListener;
import dev.persistor.core.compact.CompactionReport;
import dev.persistor.core.config.Values;
import dev.persistor.core.format.Compression;
import dev.persistor.core.format.MessageFormats;
import dev.persistor.core.naming.PathTemplate;
import dev.persistor.core.store.BlobInfo;
import dev.persistor.core.store.BlobStore;
import dev.persistor.core.store.BlobStores;
import dev.persistor.standalone.cli.Choice;
import dev.persistor.standalone.cli.CommandContext;
import dev.persistor.standalone.cli.ExitCodes;
import dev.persistor.standalone.cli.Json;
import dev.persistor.standalone.cli.Numbers;
import dev.persistor.standalone.cli.Parsed;
import dev.persistor.standalone.cli.TimeText;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code persistor compact}. Not thread-safe. */
@Command(
        name = "compact",
        description = {
            "Merges single messages and small batches into larger batches in another store, one hour of a source at a"
                    + " time. Each message is kept whole. Persistor reads back what it wrote, compares it, and then"
                    + " notes the hour in the target; later runs skip the hour while its originals are unchanged."
                    + " Originals are never changed. The report names the prefixes whose content is completely in the"
                    + " target, and which a lifecycle rule may expire. To continue after a kill, run the same command"
                    + " again.",
            "Exit code: 0 when every message of the hours that were due is in the target; 1 when a message could not be"
                    + " read or written, or the command failed; 3 when no message matched (0 with --allow-empty); 64"
                    + " for a wrong command line."
        },
        mixinStandardHelpOptions = true)
final class CompactCommand implements Callable<Integer> {

    /** The formats that hold batches. */
    enum Format {
        JSONL,
        AVRO;

        @Override
        public String toString() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /** The compression of batches. */
    enum Compressed {
        NONE(Compression.NONE),
        GZIP(Compression.GZIP),
        ZSTD(Compression.ZSTD);

        private final Compression compression;

        Compressed(Compression compression) {
            this.compression = compression;
        }

        @Override
        public String toString() {
            return compression.label();
        }
    }

    private final CommandContext context;

    @Mixin
    private ArchiveOptions archive = new ArchiveOptions();

    @Option(
            names = "--to",
            paramLabel = "STORE|TIME",
            required = true,
            description =
                    "The target store. It must not be inside the archive, nor contain it. If the value is a time, it is"
                            + " the end of the range, as in the other commands; so --to may be given twice.")
    private List<String> to = new ArrayList<>();

    @Option(
            names = "--until",
            paramLabel = "TIME",
            converter = TimeText.Converter.class,
            description = "Only messages published before this time, in the same forms as --from. Default: no limit.")
    private @Nullable TimeText until;

    @Option(
            names = "--older-than",
            paramLabel = "DURATION",
            converter = Age.class,
            description =
                    "Only hours that ended at least this long ago, such as 24h, because messages may still arrive for"
                            + " later ones. Default: 24h.")
    private Duration olderThan = Duration.ofHours(24);

    @Option(
            names = "--format",
            paramLabel = "FORMAT",
            converter = FormatName.class,
            description = "The format of the batches: jsonl or avro. Default: jsonl.")
    private Format format = Format.JSONL;

    @Option(
            names = "--compression",
            paramLabel = "NAME",
            converter = CompressionName.class,
            description = "How the batches are compressed: none, gzip or zstd. Default: gzip.")
    private Compressed compression = Compressed.GZIP;

    @Option(
            names = "--result-path",
            paramLabel = "TEMPLATE",
            description = "The path template for the batches. Default: the first --path.")
    private String resultPath = "";

    @Option(
            names = "--batch-messages",
            paramLabel = "N",
            converter = Numbers.Some.class,
            description = "The maximum number of messages in a batch. Default: 10000.")
    private int batchMessages = Compaction.DEFAULT_BATCH_MESSAGES;

    @Option(
            names = "--batch-bytes",
            paramLabel = "SIZE",
            converter = Size.class,
            description =
                    "The size at which a batch ends, in bytes of messages before compression. A larger message is alone"
                            + " in its batch. Default: 8MiB.")
    private long batchBytes = Compaction.DEFAULT_BATCH_BYTES;

    @Option(
            names = "--hours",
            paramLabel = "N",
            converter = Numbers.Few.class,
            description = "How many hours to compact at the same time; they share --concurrency. Default: 2.")
    private int hours = Compaction.DEFAULT_HOURS_AT_A_TIME;

    @Mixin
    private ShardOption shard = new ShardOption();

    @Option(
            names = "--dry-run",
            description = "Lists what would be compacted, and writes nothing. Only blobs whose metadata does not"
                    + " contain source and time are read.")
    private boolean dryRun;

    @Option(names = "--json", description = "Prints one JSON object.")
    private boolean json;

    /** Reports each opened blob, on any thread. */
    private volatile Consumer<BlobInfo> blobOpened = blob -> {};

    CompactCommand(CommandContext context) {
        this.context = context;
    }

    @Override
    public Integer call() throws IOException, InterruptedException {
        if (archive.looksIntoMessages()) {
            throw archive.wrong(
                    "--id, --key and --attr cannot be used here, because an hour is always compacted whole");
        }
        Optional<Shard> part = shard.shard(archive, context);
        ToOption targetOrEnd = new ToOption(archive, to, until);
        Optional<TimeText> end = targetOrEnd.end();
        String address = targetOrEnd.target("STORE", "stores; there is one target");
        try (OpenArchive open = archive.open(context, end, blob -> {}, blob -> blobOpened.accept(blob));
                BlobStore target = openTarget(address)) {
            return call(open, target, part);
        }
    }

    private BlobStore openTarget(String address) {
        try {
            return archive.retried(BlobStores.openChecked(Addresses.store(address), context.environment()));
        } catch (IllegalArgumentException e) {
            throw archive.wrong("Invalid value for option '--to' (STORE): " + e.getMessage());
        }
    }

    private int call(OpenArchive open, BlobStore target, Optional<Shard> part)
            throws IOException, InterruptedException {
        try (Ticker ticker = Ticker.in(context, "originals read", 0);
                StopSignal signal = StopSignal.install(context.err(), "To continue, run the same command again.")) {
            blobOpened = blob -> ticker.step();
            Compaction compaction = compaction(open.ofShard(part), target, signal, ticker);
            CompactionReport report = dryRun ? compaction.plan() : compaction.run();
            ticker.clear();
            return end(open, new CompactionOutcome(dryRun, open, target.toString(), olderThan, report));
        }
    }

    private Compaction compaction(OpenArchive open, BlobStore target, StopSignal signal, Ticker ticker) {
        try {
            return Compaction.of(open.store(), open.archive(), open.filter())
                    .naming(naming(open))
                    .format(MessageFormats.named(format.toString(), compression.compression))
                    .batchMessages(batchMessages)
                    .batchBytes(batchBytes)
                    .hoursAtATime(hours)
                    .endedBefore(context.clock().instant().minus(olderThan))
                    .stopWhen(signal)
                    .listener(new Progress(ticker))
                    .to(target);
        } catch (IllegalArgumentException e) {
            throw archive.wrong(String.valueOf(e.getMessage()));
        }
    }

    private PathTemplate naming(OpenArchive open) {
        try {
            return resultPath.isEmpty() ? open.template() : PathTemplate.parse(resultPath);
        } catch (IllegalArgumentException e) {
            throw archive.wrong(
                    "Invalid value for option '--result-path' (TEMPLATE): '" + resultPath + "': " + e.getMessage());
        }
    }

    private int end(OpenArchive open, CompactionOutcome outcome) throws IOException {
        if (json) {
            Json.print(context.bytes(), outcome::write);
        } else {
            outcome.print(context.out());
        }
        CompactionReport report = outcome.report();
        int code = archive.exitCode(context, open, report.originals(), report.findings());
        return report.isComplete() ? code : ExitCodes.FAILED;
    }

    /** Tells the ticker how many originals there are. */
    private record Progress(Ticker ticker) implements CompactionListener {

        @Override
        public void planned(long hours, long blobs) {
            ticker.total(blobs);
        }
    }

    /** For the option. */
    static final class FormatName extends Choice<Format> {
        FormatName() {
            super(Format.values());
        }
    }

    /** For the option. */
    static final class CompressionName extends Choice<Compressed> {
        CompressionName() {
            super(Compressed.values());
        }
    }

    /** For the option. */
    static final class Age extends Parsed<Duration> {
        Age() {
            super(Values::duration, "a duration such as 30m, 24h or 0s");
        }
    }

    /** For the option. */
    static final class Size extends Parsed<Long> {
        Size() {
            super(Values::positiveSize, "a size such as 8MiB");
        }
    }
}
