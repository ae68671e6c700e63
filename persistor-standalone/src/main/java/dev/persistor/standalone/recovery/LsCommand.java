package dev.persistor.standalone.recovery;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.persistor.core.archive.ArchiveReader;
import dev.persistor.core.archive.ArchivedMessage;
import dev.persistor.core.archive.Exclusions;
import dev.persistor.core.archive.FailureNote;
import dev.persistor.core.archive.ReadOrder;
import dev.persistor.core.format.Manifest;
import dev.persistor.core.message.Message;
import dev.persistor.core.store.BlobInfo;
import dev.persistor.standalone.cli.CommandContext;
import dev.persistor.standalone.cli.ExitCodes;
import dev.persistor.standalone.cli.Json;
import dev.persistor.standalone.cli.Text;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code persistor ls}. Not thread-safe. */
@Command(
        name = "ls",
        description = {
            "Lists the messages of an archive in blob-name order: publish time (UTC), source, id, payload bytes,"
                    + " ordering key and place. For messages that a replay could not publish, also the reason. With"
                    + " --blobs, lists blobs instead.",
            "Exit code: 0 when everything was read; 1 when something could not be read or the command failed; 3"
                    + " when no message matched (0 with --allow-empty); 64 for a wrong command line."
        },
        mixinStandardHelpOptions = true)
final class LsCommand implements Callable<Integer> {

    private static final int LINES_BETWEEN_CHECKS = 1_000;

    private final CommandContext context;

    @Mixin
    private ArchiveOptions archive = new ArchiveOptions();

    @Mixin
    private UntilOption until = new UntilOption();

    @Mixin
    private ExcludeOptions exclude = new ExcludeOptions();

    @Option(
            names = "--blobs",
            description = "Lists blobs by their metadata: bytes, number of messages, first and last publish time,"
                    + " content type and name.")
    private boolean blobs;

    @Option(names = "--json", description = "Prints one JSON object on each line, and the totals to standard error.")
    private boolean json;

    private long count;
    private long bytes;

    LsCommand(CommandContext context) {
        this.context = context;
    }

    @Override
    public Integer call() throws IOException {
        Exclusions excluded = exclude.exclusions(archive);
        if (blobs && (archive.looksIntoMessages() || !excluded.isEmpty())) {
            throw archive.wrong("--id, --key, --attr and exclusions cannot be used with --blobs, which lists blobs as a"
                    + " whole");
        }
        // Not closed: the output is the process's.
        OutputStream out = new BufferedOutputStream(context.bytes());
        try (ReadProgress progress = ReadProgress.in(context);
                OpenArchive open = archive.open(
                                context, until.time(archive), blob -> {}, progress::read, progress::content)
                        .excluding(excluded)) {
            return blobs ? listBlobs(open, out) : listMessages(open, progress, out);
        }
    }

    private int listMessages(OpenArchive open, ReadProgress progress, OutputStream out) throws IOException {
        progress.count(open);
        try (ArchiveReader messages = open.archive().read(open.filter(), ReadOrder.NONE)) {
            while (messages.hasNext() && isRead()) {
                ArchivedMessage message = messages.next();
                progress.giveWay();
                count++;
                bytes += message.message().payloadSize();
                if (json) {
                    out.write(Json.line(fields -> write(fields, message)));
                } else {
                    context.out().println(line(message));
                }
            }
            out.flush();
            progress.clear();
            if (isClosed()) {
                return ExitCodes.FAILED;
            }
            printTotal(Text.count(count, "message") + ", " + Text.count(bytes, "payload byte") + ", in "
                    + Text.count(messages.blobsRead(), "blob"));
            Findings.tell(messages.findings(), context.err());
            return archive.exitCode(context, open, count, messages.findings());
        }
    }

    /** The reader of the lines may have closed the pipe, as {@code head} does. */
    private boolean isRead() {
        return count % LINES_BETWEEN_CHECKS != 0 || !isClosed();
    }

    private boolean isClosed() {
        return !json && context.out().checkError();
    }

    private static String line(ArchivedMessage archived) {
        Message message = archived.message();
        return String.format(
                Locale.ROOT,
                "%-24s  %-16s  %-20s  %10d  %-12s  %s%s",
                message.publishTime(),
                Text.safe(message.source()),
                Text.safe(message.id()),
                message.payloadSize(),
                Text.safe(message.orderingKey().orElse("-")),
                archived.place(),
                archived.failure().map(LsCommand::failure).orElse(""));
    }

    private static String failure(FailureNote note) {
        return "  failed to " + Text.safe(note.target()) + ": " + Text.safe(note.reason());
    }

    private static void write(JsonGenerator json, ArchivedMessage archived) throws IOException {
        Message message = archived.message();
        json.writeStringField("publishTime", message.publishTime().toString());
        json.writeStringField("source", message.source());
        json.writeStringField("id", message.id());
        json.writeNumberField("payloadBytes", message.payloadSize());
        if (message.orderingKey().isPresent()) {
            json.writeStringField("orderingKey", message.orderingKey().get());
        }
        json.writeStringField("blob", archived.blob().value());
        json.writeNumberField("index", archived.index());
        if (archived.failure().isPresent()) {
            json.writeStringField("failedTarget", archived.failure().get().target());
            json.writeStringField("failedReason", archived.failure().get().reason());
        }
    }

    private int listBlobs(OpenArchive open, OutputStream out) throws IOException {
        long messages = 0;
        try (Stream<BlobInfo> listing = open.archive().blobs(open.filter())) {
            for (Iterator<BlobInfo> each = listing.iterator(); each.hasNext() && isRead(); ) {
                BlobInfo blob = each.next();
                Optional<Manifest> manifest = Manifest.of(blob.metadata());
                count++;
                bytes += blob.size();
                messages += manifest.map(Manifest::count).orElse(0);
                if (json) {
                    out.write(Json.line(fields -> write(fields, blob, manifest)));
                } else {
                    context.out().println(line(blob, manifest));
                }
            }
        }
        out.flush();
        if (isClosed()) {
            return ExitCodes.FAILED;
        }
        printTotal(Text.count(count, "blob") + ", " + Text.count(bytes, "byte") + ", with "
                + Text.count(messages, "message") + " by their metadata");
        return archive.exitCode(context, open, count, List.of());
    }

    private static String line(BlobInfo blob, Optional<Manifest> manifest) {
        return String.format(
                Locale.ROOT,
                "%10d  %8s  %-24s  %-24s  %-24s  %s",
                blob.size(),
                manifest.map(found -> Integer.toString(found.count())).orElse("?"),
                manifest.map(found -> found.firstPublishTime().toString()).orElse("?"),
                manifest.map(found -> found.lastPublishTime().toString()).orElse("?"),
                Text.safe(blob.contentType()),
                blob.name());
    }

    private static void write(JsonGenerator json, BlobInfo blob, Optional<Manifest> manifest) throws IOException {
        json.writeStringField("blob", blob.name().value());
        json.writeNumberField("bytes", blob.size());
        json.writeStringField("contentType", blob.contentType());
        if (manifest.isPresent()) {
            json.writeNumberField("messages", manifest.get().count());
            json.writeStringField("first", manifest.get().firstPublishTime().toString());
            json.writeStringField("last", manifest.get().lastPublishTime().toString());
        }
    }

    private void printTotal(String total) {
        (json ? context.err() : context.out()).println(total);
        context.out().flush();
    }
}
