package dev.persistor.standalone.recovery;

import dev.persistor.core.archive.Finding;
import dev.persistor.core.archive.MessageFilter;
import dev.persistor.core.message.TimeRange;
import dev.persistor.core.naming.NamedBlobs;
import dev.persistor.core.store.BlobInfo;
import dev.persistor.core.store.BlobStore;
import dev.persistor.standalone.cli.CommandContext;
import dev.persistor.standalone.cli.ExitCodes;
import dev.persistor.standalone.cli.Text;
import dev.persistor.standalone.cli.TimeText;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Consumer;
import java.util.function.IntConsumer;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;

/** Which archive, and which of its messages: the options of commands that read what they choose. Not thread-safe. */
final class ArchiveOptions {

    @Option(
            names = "--from",
            paramLabel = "TIME",
            converter = TimeText.Converter.class,
            description = "Only messages published at or after this time: " + TimeText.ALLOWED + ". Default: no limit.")
    private @Nullable TimeText from;

    @Option(
            names = "--source",
            paramLabel = "NAME",
            description = "Only messages of this source; may be repeated. Default: all sources.")
    private List<String> sources = new ArrayList<>();

    @Option(
            names = "--id",
            paramLabel = "ID",
            description = "Only the message with this id, or a replayed message whose original had it; may be repeated."
                    + " Default: all messages.")
    private List<String> ids = new ArrayList<>();

    @Option(
            names = "--key",
            paramLabel = "KEY",
            description = "Only messages with this ordering key; may be repeated. Default: all messages.")
    private List<String> keys = new ArrayList<>();

    @Option(
            names = "--attr",
            paramLabel = "NAME=VALUE",
            converter = KeyValue.Converter.class,
            description = "Only messages with this attribute. When repeated, a message must have all of them. Default:"
                    + " all messages.")
    private List<KeyValue> attributes = new ArrayList<>();

    @Option(
            names = "--prefix",
            paramLabel = "TEXT",
            description = "Only blobs whose names begin with this" + " text. Default: all blobs.")
    private String prefix = "";

    @Mixin
    private StoreOptions store = new StoreOptions();

    @Option(names = "--allow-empty", description = "Exits with 0 instead of 3 when no message matches.")
    private boolean allowEmpty;

    /** Returns an error of the command line. */
    ParameterException wrong(String message) {
        return store.wrong(message);
    }

    /** Returns how many blobs are read, and written by a copy, at a time, if that is fixed. */
    OptionalInt concurrency() {
        return store.concurrency();
    }

    /** Returns a store that retries each call as long as is asked for. */
    BlobStore retried(BlobStore blobs) {
        return store.retried(blobs);
    }

    /** Tells whether some messages of a blob may be wanted and others not, whatever its metadata says. */
    boolean looksIntoMessages() {
        return !ids.isEmpty() || !keys.isEmpty() || !attributes.isEmpty();
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
        MessageFilter filter = filter(context, until);
        Reading reading = store.reading(context);
        BlobStore blobs = store.open(context);
        LongAdder count = new LongAdder();
        Consumer<BlobInfo> counted = blob -> {
            count.increment();
            opened.accept(blob);
        };
        // A filter that takes all times and sources lists everything, and needs no template.
        List<NamedBlobs> rules = filter.isBound() ? store.withNoted(reading.rules(), context, blobs) : reading.rules();
        return new OpenArchive(
                blobs,
                reading.archive(new WatchedSource(blobs, listed, counted), rules)
                        .progress(content)
                        .build(),
                filter,
                reading.templates().get(0),
                count,
                reading.archive(blobs, rules).build());
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
            context.err().println("No message is in this shard. To see the other shards, run persistor report.");
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
                            + " listed for this time range or source have names that match no --path template. They"
                            + " were read, but others like them may have been missed. Give every template that the"
                            + " archive was written with, or use --any-names.");
            context.err().flush();
        }
    }

    private MessageFilter filter(CommandContext context, Optional<TimeText> until) {
        MessageFilter.Builder filter = MessageFilter.builder().prefix(prefix).range(range(context, until));
        sources.forEach(filter::source);
        ids.forEach(filter::id);
        keys.forEach(filter::orderingKey);
        attributes.forEach(attribute -> filter.attribute(attribute.key(), attribute.value()));
        return filter.build();
    }

    private TimeRange range(CommandContext context, Optional<TimeText> until) {
        Instant now = context.clock().instant();
        Instant first = from == null ? TimeRange.ALL.from() : at("--from", from, now, context);
        Instant end = until.map(time -> at("the end of the range", time, now, context))
                .orElse(TimeRange.ALL.to());
        if (end.isBefore(first)) {
            throw wrong("the range ends at " + end + ", before its start at " + first);
        }
        return new TimeRange(first, end);
    }

    private static Instant at(String option, TimeText time, Instant now, CommandContext context) {
        Instant instant = time.at(now);
        if (time.isZoneless()) {
            context.err().println(option + " '" + time.text() + "' has no time zone; using UTC: " + instant);
        }
        return instant;
    }
}
