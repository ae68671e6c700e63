package dev.persistor.standalone.recovery;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.persistor.core.archive.ArchiveStatistics;
import dev.persistor.core.archive.ArchiveStatistics.SourceStatistics;
import dev.persistor.core.message.TimeRange;
import dev.persistor.standalone.cli.CommandContext;
import dev.persistor.standalone.cli.Json;
import dev.persistor.standalone.cli.Text;
import dev.persistor.standalone.cli.TimeText;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.charset.Charset;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.TypeConversionException;

/** {@code persistor stat}. Not thread-safe. */
@Command(
        name = "stat",
        description = {
            "Counts an archive's messages, copies included, and draws a chart of when each source published them. Each"
                    + " column is a span of time; a blank column had no messages. With --from and --to, the chart"
                    + " covers that range, so a gap at either end is visible. Blobs whose metadata is sufficient are"
                    + " not opened.",
            "Exit code: 0 when everything was read; 1 when something could not be read or the command failed; 3"
                    + " when no message matched (0 with --allow-empty); 64 for a wrong command line."
        },
        mixinStandardHelpOptions = true)
final class StatCommand implements Callable<Integer> {

    private static final long MOST_COLUMNS = 10_000;
    private static final int SHOWN_STRETCHES = 20;

    private final CommandContext context;

    @Mixin
    private ArchiveOptions archive = new ArchiveOptions();

    @Mixin
    private UntilOption until = new UntilOption();

    @Option(
            names = "--bucket",
            paramLabel = "SPAN",
            converter = Span.class,
            description = "The width of a column: 30s, 5m, 1h30m, 1d. Default: a width that gives at most 60 columns.")
    private @Nullable Duration bucket;

    @Option(names = "--json", description = "Prints one JSON object.")
    private boolean json;

    StatCommand(CommandContext context) {
        this.context = context;
    }

    @Override
    public Integer call() throws IOException {
        try (ReadProgress progress = ReadProgress.in(context);
                OpenArchive open =
                        archive.open(context, until.time(archive), progress::read, blob -> {}, progress::content)) {
            progress.count(open);
            ArchiveStatistics found = open.archive().statistics(open.filter());
            progress.clear();
            print(open, found);
            return archive.exitCode(context, open, found.messages(), found.findings());
        }
    }

    private void print(OpenArchive open, ArchiveStatistics found) throws IOException {
        String store = open.store().toString();
        Optional<Buckets> buckets = buckets(found, open.filter().range());
        if (json) {
            Json.print(context.bytes(), fields -> write(fields, store, found, buckets));
        } else {
            print(store, found, buckets);
        }
    }

    /** The same for all sources, so that they can be compared; nothing where there are no messages. */
    private Optional<Buckets> buckets(ArchiveStatistics found, TimeRange range) {
        if (found.sources().isEmpty()) {
            return Optional.empty();
        }
        Instant from = range.from().equals(TimeRange.ALL.from())
                ? found.sources().values().stream()
                        .map(SourceStatistics::first)
                        .min(Instant::compareTo)
                        .orElseThrow()
                : range.from();
        Instant last = range.to().equals(TimeRange.ALL.to())
                ? found.sources().values().stream()
                        .map(SourceStatistics::last)
                        .max(Instant::compareTo)
                        .orElseThrow()
                : range.to().minusNanos(1);
        long step = found.sources().values().stream()
                .mapToLong(source -> source.step().toSeconds())
                .max()
                .orElse(1);
        return Optional.of(bucket == null ? Buckets.fitting(from, last, step) : chosen(bucket, from, last, step));
    }

    private Buckets chosen(Duration span, Instant from, Instant last, long step) {
        // Counts are kept in steps, of which a bucket holds whole ones, or messages would show beside their bucket.
        long width = ((span.toSeconds() - 1) / step + 1) * step;
        if (width != span.toSeconds()) {
            context.err()
                    .println("counts are in steps of " + step + " s for this range, so a column is "
                            + Text.span(Duration.ofSeconds(width)));
        }
        long columns = Buckets.columns(from, last, width);
        if (columns > MOST_COLUMNS) {
            throw archive.wrong("Invalid value for option '--bucket' (SPAN): " + Text.span(span) + " makes "
                    + Text.number(columns) + " columns; use a wider column or a shorter range, for at most "
                    + Text.number(MOST_COLUMNS));
        }
        return Buckets.of(from, last, width);
    }

    private void print(String store, ArchiveStatistics found, Optional<Buckets> buckets) {
        PrintWriter out = context.out();
        Text.row(out, "store", store);
        Text.row(out, "blobs", found.blobs());
        Text.row(out, "stored bytes", found.storedBytes());
        Text.row(out, "messages", found.messages());
        Text.row(out, "payload bytes", found.payloadBytes());
        Findings.rows(out, found.findings());
        buckets.ifPresent(all -> found.sources().forEach((name, source) -> print(out, name, source, all)));
        out.flush();
    }

    private void print(PrintWriter out, String name, SourceStatistics source, Buckets buckets) {
        long[] sums = buckets.sums(source.counts());
        out.println();
        out.println(Text.safe(name) + ": " + Text.count(source.messages(), "message") + ", "
                + Text.count(source.payloadBytes(), "payload byte") + ", from " + source.first() + " to "
                + source.last());
        histogram().print(out, buckets, sums);
        long most = Arrays.stream(sums).max().orElse(0);
        out.println("  column width: " + Text.span(Duration.ofSeconds(buckets.width())) + "; the highest count is "
                + Text.count(most, "message"));
        List<Buckets.Stretch> empty = buckets.empty(sums);
        empty.stream()
                .limit(SHOWN_STRETCHES)
                .forEach(stretch -> out.println("  no messages from " + stretch.from() + " to " + stretch.to() + " ("
                        + Text.span(stretch.length()) + ")"));
        if (empty.size() > SHOWN_STRETCHES) {
            out.println("  and " + Text.number(empty.size() - SHOWN_STRETCHES) + " more empty spans; use --json to list"
                    + " all");
        }
    }

    private Histogram histogram() {
        boolean hasBlocks = Charset.defaultCharset().newEncoder().canEncode('█');
        return context.onTerminal() && hasBlocks ? Histogram.ofBlocks() : Histogram.ofAscii();
    }

    private static void write(JsonGenerator json, String store, ArchiveStatistics found, Optional<Buckets> buckets)
            throws IOException {
        json.writeStringField("store", store);
        json.writeNumberField("blobs", found.blobs());
        json.writeNumberField("storedBytes", found.storedBytes());
        json.writeNumberField("messages", found.messages());
        json.writeNumberField("payloadBytes", found.payloadBytes());
        Findings.write(json, found.findings());
        if (buckets.isPresent()) {
            json.writeNumberField("bucketSeconds", buckets.get().width());
        }
        json.writeArrayFieldStart("sources");
        for (Map.Entry<String, SourceStatistics> source : found.sources().entrySet()) {
            json.writeStartObject();
            json.writeStringField("source", source.getKey());
            write(json, source.getValue(), buckets.orElseThrow());
            json.writeEndObject();
        }
        json.writeEndArray();
    }

    private static void write(JsonGenerator json, SourceStatistics source, Buckets buckets) throws IOException {
        json.writeNumberField("messages", source.messages());
        json.writeNumberField("payloadBytes", source.payloadBytes());
        json.writeStringField("first", source.first().toString());
        json.writeStringField("last", source.last().toString());
        long[] sums = buckets.sums(source.counts());
        json.writeArrayFieldStart("counts");
        for (int index = 0; index < sums.length; index++) {
            json.writeStartObject();
            json.writeStringField("from", buckets.start(index).toString());
            json.writeNumberField("messages", sums[index]);
            json.writeEndObject();
        }
        json.writeEndArray();
        json.writeArrayFieldStart("empty");
        for (Buckets.Stretch stretch : buckets.empty(sums)) {
            json.writeStartObject();
            json.writeStringField("from", stretch.from().toString());
            json.writeStringField("to", stretch.to().toString());
            json.writeEndObject();
        }
        json.writeEndArray();
    }

    /** For the option. */
    static final class Span implements ITypeConverter<Duration> {
        @Override
        public Duration convert(String value) {
            return TimeText.span(value)
                    .filter(span -> !span.isZero())
                    .orElseThrow(() -> new TypeConversionException(
                            "'" + value + "' is not valid; use a span such as 30s, 5m, 1h30m or 1d"));
        }
    }
}
